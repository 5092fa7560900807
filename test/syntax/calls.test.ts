import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonText } from '../../src/core/inputs/value.ts';
import type { Language } from '../../src/core/language.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const calls = (language: Language, text: string) =>
  syntax.calls(language, text, 'f').map(({ positional, named }) => {
    const given = Object.entries(named).map(([name, value]) => `${name}=${pythonText(value)}`);
    return [...positional.map(pythonText), ...given].join(', ');
  });

test('calls with literals are found wherever they stand, and others are left out', () => {
  const python = [
    "assert f(1, -2.5, 'a\\n', [None, True], (3,), {'k': {4}}, n=0) == f(f(2))",
    'self.assertEqual(words.f("x" "y"), x)',
    'f(x); f(*xs); f(f"{x}"); g(1); f(1 + 1); f(b"x")',
    '',
  ];
  assert.deepEqual(calls('python', python.join('\n')), [
    "1, -2.5, 'a\\n', [None, True], (3,), {'k': {4}}, n=0",
    '2',
    "'xy'",
  ]);
  const typescript = [
    "assert.equal(f(1, -2.5, 'a\\n', [null, true], { k: 4, 'l m': [] }, new Set([1]), new Map([[1, 2]])), 3);",
    `f(\`x\`); f(\`\${x}\`); f(x); f(...xs); f(1 + 1); f(() => 1); words.f(undefined);`,
  ];
  assert.deepEqual(calls('typescript', typescript.join('\n')), [
    "1, -2.5, 'a\\n', [None, True], {'k': 4, 'l m': []}, {1}, {1: 2}",
    "'x'",
    'None',
  ]);
});

test('parameters are told with their hints, in the order of a call', () => {
  const python = 'def f(a, b: list[int], c=1, d: str = "x", *rest: int, e) -> int:\n    pass\n';
  const expected = [
    { name: 'a', optional: false },
    { name: 'b', type: 'list[int]', optional: false },
    { name: 'c', optional: true },
    { name: 'd', type: 'str', optional: true },
  ];
  assert.deepEqual(syntax.parameters('python', python, 'f'), expected);
  assert.deepEqual(syntax.parameters('python', 'class C:\n    def f(self): pass\n', 'f'), undefined);
  const typescript = 'export function f(a, b: number[], c = 1, d?: string, ...rest: number[]): number { return 1 }';
  assert.deepEqual(syntax.parameters('typescript', typescript, 'f'), [
    expected[0],
    { name: 'b', type: 'number[]', optional: false },
    expected[2],
    { name: 'd', type: 'string', optional: true },
  ]);
  assert.deepEqual(syntax.parameters('javascript', 'export const f = (a, b = 2, ...c) => a;', 'f'), [
    { name: 'a', optional: false },
    { name: 'b', optional: true },
  ]);
});

test('an expectation is one call, compared with one literal', () => {
  const said = (language: Language, text: string) => {
    const found = syntax.expectation(language, text, 'f');
    return found && [...found.call.positional, found.result].map(pythonText).join(' ');
  };
  assert.equal(said('python', "f('a  b') == 2"), "'a  b' 2");
  assert.equal(said('typescript', 'f([1]) === [2, 3]'), '[1] [2, 3]');
  for (const none of [
    'f(1)',
    'f(1) == x',
    'g(1) == 2',
    'f(1) == 2; g()',
    'f(1) < 2',
    'f(x) == 2',
    'g(f(1)) == 2',
    'f(1)[0] == 2',
    'f(1) == 2, 3',
    '',
  ]) {
    assert.equal(said('python', none), undefined, none);
    assert.equal(said('javascript', none), undefined, none);
  }
});

test('an assertion of one call and one literal is read, and any other is not', () => {
  const said = (language: Language, text: string) => {
    const found = syntax.assertion(language, text, 'f');
    return found && [...found.call.positional, found.result].map(pythonText).join(' ');
  };
  assert.equal(said('python', "assert f('a', [1]) == (2, 'b')"), "'a' [1] (2, 'b')");
  assert.equal(said('python', "assert f(1) is True, 'odd'  # it is"), '1 True');
  assert.equal(said('javascript', "assert.deepEqual(f('a', [1]), { b: 2 });"), "'a' [1] {'b': 2}");
  assert.equal(said('typescript', "assert.strictEqual(f(1), true, 'odd')"), '1 True');
  const python = ['f(1)', 'f(1) is 2', 'f(1) == 2 == 2', 'f(1) == g(2)', 'f(1) == 2 or f(2) == 3', 'f(f(1)) == 2'];
  for (const text of [
    ...python,
    'f(1).x == 2',
    'not f(1) == 2',
    'f(__import__("os")) == 1',
    'f(1) == 2; g()',
    'f(1) == 2\ng()',
  ]) {
    assert.equal(said('python', `assert ${text}`), undefined, text);
  }
  const javascript = [
    'f(1), 2, 3',
    'f(1), 2, "x", 4',
    'f(1)',
    'f(1).x, 2',
    'f(1), x',
    'f(x), 2',
    'f(1), 2); g(',
    'g(1), 2',
  ];
  for (const text of javascript) assert.equal(said('javascript', `assert.deepEqual(${text})`), undefined, text);
  assert.equal(said('javascript', 'assert.notEqual(f(1), 2)'), undefined);
});
