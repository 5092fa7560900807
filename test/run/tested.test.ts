import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Language } from '../../src/core/language.ts';
import { languageOf } from '../../src/core/language.ts';
import { testedCases } from '../../src/run/tested.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

/** What each case of the first file mentions: `name -> path symbol`. */
async function tested(files: Record<string, string>): Promise<string[]> {
  const [path, text] = Object.entries(files)[0]!;
  const language = languageOf(path) as Language;
  const outline = (await syntax.outline(language, text))!;
  const functionsOf = async (each: string) =>
    files[each] === undefined ? undefined : syntax.functions(languageOf(each)!, files[each]);
  const cases = await testedCases({ path, language, text, outline }, functionsOf);
  return cases.map((each) =>
    [each.name, ...each.tested.map((found) => `${found.path} ${found.region.qualifiedName}`)].join(' -> '),
  );
}

const WORDS =
  'def count(a):\n    pass\n\n\ndef first(a):\n    return a[0]\n\n\nclass Stack:\n    def push(self, a): ...\n';

test('a Python test is about the functions that it names, as they are imported', async () => {
  for (const [line, call] of [
    ['from words import count', 'count'],
    ['from words import count as c', 'c'],
    ['from words import *', 'count'],
    ['import words', 'words.count'],
    ['import words as w', 'w.count'],
  ]) {
    const text = `${line}\n\nclass Tests:\n    def test_a(self):\n        assert ${call}("a") == 1\n\n    def test_b(self):\n        assert "accounts"\n`;
    assert.deepEqual(
      await tested({ 'tests/test_words.py': text, 'words.py': WORDS }),
      ['test_a -> words.py count', 'test_b'],
      line,
    );
  }
});

test('Python modules are found beside the test, above it, in packages and in src', async () => {
  const about = async (line: string, path: string, name = 'count') =>
    tested({ 'pkg/tests/test_words.py': `${line}\n\ndef test_a():\n    ${name}(1)\n`, [path]: WORDS });
  assert.deepEqual(await about('from words import count', 'pkg/tests/words.py'), [
    'test_a -> pkg/tests/words.py count',
  ]);
  assert.deepEqual(await about('from pkg.words import count', 'pkg/words.py'), ['test_a -> pkg/words.py count']);
  assert.deepEqual(await about('from ..words import count', 'pkg/words.py'), ['test_a -> pkg/words.py count']);
  assert.deepEqual(await about('from .. import words', 'pkg/words.py', 'words.count'), [
    'test_a -> pkg/words.py count',
  ]);
  assert.deepEqual(await about('from pkg import words as w', 'pkg/words.py', 'w.count'), [
    'test_a -> pkg/words.py count',
  ]);
  assert.deepEqual(await about('from lib import count', 'src/lib/__init__.py'), [
    'test_a -> src/lib/__init__.py count',
  ]);
  assert.deepEqual(await about('from ....words import count', 'words.py'), ['test_a']);
});

test('a test of a class is about the methods that it calls', async () => {
  const text = 'from words import Stack\n\ndef test_a(stack):\n    stack.push(1)\n';
  assert.deepEqual(await tested({ 'test_words.py': text, 'words.py': WORDS }), ['test_a -> words.py Stack.push']);
});

test('an ECMAScript test is about the functions that it names, whatever ending the import has', async () => {
  const numbers = 'export function clamp(a) {}\nexport const half = (a) => a / 2;\n';
  for (const [line, call, path] of [
    ["import { clamp } from '../src/numbers.ts';", 'clamp', 'src/numbers.ts'],
    ["import { clamp as c } from '../src/numbers';", 'c', 'src/numbers.ts'],
    ["import { clamp } from '../src/numbers.js';", 'clamp', 'src/numbers.ts'],
    ["import * as n from '../src';", 'n.clamp', 'src/index.js'],
    ["import clamp from '../src/numbers.mjs';", 'clamp', 'src/numbers.mjs'],
    ["const { clamp } = require('../src/numbers');", 'clamp', 'src/numbers.js'],
  ] as const) {
    const text = `${line}\n\ntest('keeps it', () => {\n  ${call}(1);\n});\n\ntest("clamp in words", () => {});\n`;
    const found = await tested({ 'test/numbers.test.ts': text, [path]: numbers });
    assert.equal(found[0], `keeps it -> ${path} clamp`, line);
  }
});

test('a file of its own with its tests is looked at too, but not the tests themselves', async () => {
  const text = 'def count(a):\n    pass\n\n\ndef test_count():\n    assert count("a") == 1\n';
  assert.deepEqual(await tested({ 'words.py': text }), ['test_count -> words.py count']);
});

test('packages and modules that are not of the project are left alone', async () => {
  const text =
    "import { clamp } from 'lodash';\nimport { a } from '../../outside.ts';\n\ntest('a', () => { clamp(a); });\n";
  assert.deepEqual(await tested({ 'test/a.test.ts': text }), ['a']);
});
