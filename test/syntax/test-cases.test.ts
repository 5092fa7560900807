import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Language } from '../../src/core/language.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const cases = (language: Language, text: string) =>
  syntax.testCases(language, text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

test('Python test functions are whole lines with their decorators, and their classes are groups', () => {
  const text =
    'import a\n\n@skip\ndef test_a():\n    pass\n\nclass B:\n    def setUp(self): pass\n\n    def test_b(self):\n        pass\n';
  assert.deepEqual(cases('python', text), [
    ['case', '@skip\ndef test_a():\n    pass\n\n'],
    ['group', 'class B:\n    def setUp(self): pass\n\n    def test_b(self):\n        pass\n'],
    ['case', '    def test_b(self):\n        pass\n'],
  ]);
});

test('TypeScript test calls that are statements are cases, and suites are groups', () => {
  const text =
    "import { test } from 'node:test';\n\ndescribe('s', () => {\n  it.skip('a', () => {});\n});\nconst x = test;\nawait test('b', () => {\n  f();\n});\n";
  assert.deepEqual(cases('typescript', text), [
    ['group', "describe('s', () => {\n  it.skip('a', () => {});\n});\n"],
    ['case', "  it.skip('a', () => {});\n"],
    ['case', "await test('b', () => {\n  f();\n});\n"],
  ]);
});
