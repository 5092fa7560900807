import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Language } from '../../src/core/language.ts';
import { addEcmascriptTest, newEcmascriptFile } from '../../src/run/save-test/ecmascript.ts';
import { type Example, exampleOf } from '../../src/run/save-test/example.ts';
import type { Insertion } from '../../src/run/save-test/place.ts';
import { addPythonTest, newPythonFile } from '../../src/run/save-test/python.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

const SOURCES: Record<'python' | 'typescript', string> = {
  python: 'def f(text):\n    pass\n\n\nasync def later(text):\n    pass\n',
  typescript: 'export function f(text: string) {\n}\n\nexport async function later(text: string) {\n}\n',
};

function exampleFor(language: 'python' | 'typescript', input: string, expected: string): Example | undefined {
  const symbol = input.slice(0, input.indexOf('('));
  return exampleOf(syntax, { language, text: SOURCES[language], symbol }, { input, expected });
}

function inserted(text: string, insertions: Insertion[]): string {
  return insertions.reduceRight((now, { offset, text: more }) => now.slice(0, offset) + more + now.slice(offset), text);
}

function python(file: string, input: string, expected: string): string {
  const after = inserted(file, addPythonTest(syntax, file, exampleFor('python', input, expected)!, 'pkg.words'));
  assert.ok(syntax.parses('python', after), after);
  return after;
}

function ecmascript(file: string, input: string, expected: string, path = 'test/words.test.ts'): string {
  const subject = { path: 'src/words.ts', text: SOURCES.typescript };
  const example = exampleFor('typescript', input, expected)!;
  const after = inserted(file, addEcmascriptTest(syntax, { path, text: file }, example, subject));
  const language: Language = path.endsWith('.ts') ? 'typescript' : 'javascript';
  assert.ok(syntax.parses(language, after), after);
  return after;
}

const UNITTEST = `import unittest

from words import f, g


class F(unittest.TestCase):
    def test_one(self):
        self.assertEqual(f("a"), 1)


class G(unittest.TestCase):
    def test_two(self):
        self.assertEqual(g("a"), 2)


if __name__ == "__main__":
    unittest.main()
`;

test('a unittest goes into the class that has the tests of the function, with the quotes of the file', () => {
  assert.equal(
    python(UNITTEST, "f('a  b', it='x')", "['y', \"it's\"]"),
    UNITTEST.replace(
      '(f("a"), 1)\n',
      `(f("a"), 1)

    def test_f_of_a_b_it_x(self):
        self.assertEqual(f("a  b", it="x"), ["y", "it's"])
`,
    ),
  );
});

test('a unittest of a function that has none yet gets a class of its own above the end of the file', () => {
  const file = UNITTEST.replace('import f, g', 'import g').replace('(f("a")', '(g("b")');
  const after = python(file, "f('')", 'None');
  assert.match(after, /from words import f, g\n|from words import g\nfrom words import f\n/);
  assert.match(
    after,
    /class F\(unittest\.TestCase\):\n {4}def test_f_example\(self\):\n {8}self\.assertIsNone\(f\(""\)\)\n\n\nif __name__/,
  );
});

test('a pytest function follows the last one of the function, and brings the import that it needs', () => {
  const file =
    "from pkg import words\n\n\ndef test_f():\n    assert words.f('a') == 1\n\n\ndef test_g():\n    assert words.g() == 2";
  assert.equal(
    python(file, "f('b')", 'raises ValueError: no'),
    file
      .replace('import words\n', 'import words\nimport pytest\n')
      .replace('== 1\n', "== 1\n\n\ndef test_f_of_b():\n    with pytest.raises(ValueError):\n        words.f('b')\n"),
  );
  assert.match(python(file, "f('b')", 'raises words.Odd'), /pytest\.raises\(Exception\)/);
  assert.match(python(file, "f('b')", 'True'), /assert words\.f\('b'\) is True\n/);
  assert.match(python(file, "f('b')", '0.333333333'), /assert words\.f\('b'\) == pytest\.approx\(0\.333333333\)\n/);
  assert.match(python(file, "f('b')", '0.25'), /assert words\.f\('b'\) == 0\.25\n/);
});

test('a pytest method, a name that is taken, and a coroutine', () => {
  const file = "from words import f, later\n\n\nclass TestF:\n\tdef test_f_of_b(self):\n\t\tassert f('a') == 1\n";
  assert.equal(python(file, "f('b')", '2'), `${file}\n\tdef test_f_of_b_2(self):\n\t\tassert f('b') == 2\n`);
  assert.equal(
    python('from words import g\n\n\ndef test_g():\n    assert g() == 1\n', "later('b')", '2'),
    'from words import g\nfrom words import later\nimport asyncio\n\n\ndef test_g():\n    assert g() == 1\n' +
      "\n\ndef test_later_of_b():\n    assert asyncio.run(later('b')) == 2\n",
  );
});

test('what the file says already is not said twice', () => {
  const example = exampleFor('python', "f('a')", '1')!;
  assert.deepEqual(addPythonTest(syntax, UNITTEST, example, 'words'), []);
  const said = "import assert from 'node:assert/strict';\ntest('f', () => {\n  assert.equal(\n f('a'), 1);\n});\n";
  assert.equal(ecmascript(said.replace('\n f(', 'f('), "f('a')", '1'), said.replace('\n f(', 'f('));
});

test('what has no literal, or is known to some digits only inside of a list, is no example', () => {
  for (const text of [
    "Counter({'a': 1})",
    'iter([1])',
    '1 and leaves its arguments as ([],)',
    '[0.3]',
    '{1: (2, [0.1])}',
  ]) {
    assert.equal(exampleFor('python', "f('a')", text), undefined, text);
  }
  assert.equal(exampleFor('typescript', "f('a')", 'Set {1}'), undefined);
  assert.deepEqual(exampleFor('python', "f('a')", "['0.333333333', 0.5]")?.right.kind, 'value');
});

const NODE_TEST = `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { f } from '../src/words.ts';

describe('f', () => {
  it('is one', () => {
    assert.equal(f('a'), 1);
  });
});

describe('g', () => {});
`;

test('a case of node:test goes into the suite of the function', () => {
  assert.equal(
    ecmascript(NODE_TEST, "f('a b')", "{a: [1], 'b c': undefined}"),
    NODE_TEST.replace(
      "('a'), 1);\n  });\n",
      `('a'), 1);
  });

  it("f('a b') gives {a: [1], 'b c': undefined}", () => {
    assert.deepEqual(f('a b'), {a: [1], 'b c': undefined});
  });
`,
    ),
  );
  assert.match(
    ecmascript(NODE_TEST, "f('b')", 'throws RangeError: no'),
    /assert\.throws\(\(\) => f\('b'\), RangeError\);/,
  );
  assert.match(
    ecmascript(NODE_TEST, "f('b')", '-0.333333333'),
    /assert\.ok\(Math\.abs\(f\('b'\) - \(-0\.333333333\)\) < 1e-9\);/,
  );
  assert.match(
    ecmascript(NODE_TEST, "later('b')", '2'),
    /import \{ later \} from '\.\.\/src\/words\.ts';\n[\s\S]*async \(\) => \{\n {2}assert\.equal\(await later\('b'\), 2\);/,
  );
});

test('a case of vitest or jest, of mocha with chai, and of the assert that is not strict, each in its own words', () => {
  const expect = `import { expect, test } from "vitest"\nimport { f } from "./words"\n\ntest("one", () => {\n    expect(f("a")).toBe(1)\n})\n`;
  assert.equal(
    ecmascript(expect, "f('b')", "['x']", 'src/words.test.ts'),
    `${expect}\ntest("f('b') gives ['x']", () => {\n    expect(f("b")).toEqual(["x"])\n})\n`,
  );
  assert.match(ecmascript(expect, "f('b')", 'null'), /expect\(f\("b"\)\)\.toBe\(null\)\n/);
  assert.match(ecmascript(expect, "f('b')", 'throws 5'), /expect\(\(\) => f\("b"\)\)\.toThrow\(\)\n/);
  assert.match(ecmascript(expect, "f('b')", '0.333333333'), /toBeCloseTo\(0\.333333333, 8\)\n/);
  const chai = "import { expect } from 'chai';\n\nit('one', function () {\n  expect(f('a')).to.equal(1);\n});\n";
  assert.match(
    ecmascript(chai, "f('b')", '[1]'),
    /it\("f\('b'\) gives \[1\]", \(\) => \{\n {2}expect\(f\('b'\)\)\.to\.deep\.equal\(\[1\]\);\n\}\);\n$/,
  );
  const old =
    "const assert = require('assert');\nconst { f } = require('./words');\n\ntest('one', () => {\n  assert(f('a') === 1);\n});\n";
  assert.match(
    ecmascript(old, "f('b')", '2', 'src/words.test.js'),
    /\n\ntest\("f[\s\S]*assert\.strictEqual\(f\('b'\), 2\);/,
  );
});

test('a new file has all that it needs', () => {
  const value = exampleFor('python', "f('a')", '1')!;
  assert.equal(
    newPythonFile(value, 'words', 'unittest'),
    "import unittest\n\nfrom words import f\n\n\nclass F(unittest.TestCase):\n    def test_f_of_a(self):\n        self.assertEqual(f('a'), 1)\n",
  );
  const error = exampleFor('python', "f('a')", 'raises KeyError')!;
  assert.equal(
    newPythonFile(error, 'words', 'pytest'),
    "import pytest\n\nfrom words import f\n\n\ndef test_f_of_a():\n    with pytest.raises(KeyError):\n        f('a')\n",
  );
  const subject = { path: 'src/words.ts', text: SOURCES.typescript };
  const example = exampleFor('typescript', "f('a')", '1')!;
  assert.equal(
    newEcmascriptFile('test/words.test.ts', example, subject, 'node-test', true),
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { f } from '../src/words.ts';\n\ntest(\"f('a') gives 1\", () => {\n  assert.equal(f('a'), 1);\n});\n",
  );
  assert.equal(
    newEcmascriptFile(
      'src/words.test.js',
      example,
      { path: 'src/words.js', text: 'module.exports = f;' },
      'jest',
      false,
    ),
    "const f = require('./words');\n\ntest(\"f('a') gives 1\", () => {\n  expect(f('a')).toBe(1);\n});\n",
  );
});
