import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const imports = async (language: 'python' | 'typescript' | 'javascript', text: string) =>
  (await syntax.outline(language, text))!.imports;

test('Python imports are told with what they take and what that is called', async () => {
  const text =
    'import words, a.b as c\nfrom words import count, first as f\nfrom ..pkg import x\nfrom . import y\nfrom z import *\n\ndef g():\n    from late import w\n';
  assert.deepEqual(await imports('python', text), [
    { module: 'words', names: [], as: 'words' },
    { module: 'a.b', names: [], as: 'c' },
    {
      module: 'words',
      names: [
        { name: 'count', as: 'count' },
        { name: 'first', as: 'f' },
      ],
    },
    { module: '..pkg', names: [{ name: 'x', as: 'x' }] },
    { module: '.', names: [{ name: 'y', as: 'y' }] },
    { module: 'z', names: [] },
    { module: 'late', names: [{ name: 'w', as: 'w' }] },
  ]);
});

test('ECMAScript imports are told, those of require among them', async () => {
  const text =
    "import 'side';\nimport d, { a, b as c } from '../x.ts';\nimport * as n from \"./n\";\nconst { e, f: g } = require('./r');\nconst whole = require('./w');\nconst other = load('./o');\n";
  const found = [
    {
      module: '../x.ts',
      names: [
        { name: 'default', as: 'd' },
        { name: 'a', as: 'a' },
        { name: 'b', as: 'c' },
      ],
    },
    { module: './n', names: [], as: 'n' },
    {
      module: './r',
      names: [
        { name: 'e', as: 'e' },
        { name: 'f', as: 'g' },
      ],
    },
    { module: './w', names: [], as: 'whole' },
  ];
  assert.deepEqual(await imports('typescript', text), found);
  assert.deepEqual(await imports('javascript', text), found);
});

test('the outline of a long file is what one parse of it tells, and others get their turn meanwhile', async () => {
  const one = 'def f(a):\n    """Doc."""\n    return [a, {"b": (1, 2)}]\n\n\ndef test_f():\n    assert f(1)\n\n\n';
  const text = one.repeat(2500);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const outline = await syntax.outline('python', text);
  clearInterval(timer);
  assert.ok(turns > 0);
  assert.deepEqual(outline!.functions, syntax.functions('python', text));
  assert.deepEqual(outline!.cases, syntax.testCases('python', text));
});

test('an outline that nobody waits for any more is left', async () => {
  const text = 'def f(a):\n    return a\n\n\n'.repeat(5000);
  const abort = new AbortController();
  const outline = syntax.outline('python', text, abort.signal);
  abort.abort();
  assert.equal(await outline, undefined);
  assert.equal(syntax.functions('python', text).length, 5000);
});
