import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Language } from '../../src/core/language.ts';
import type { JudgeOptions } from '../../src/core/protocol.ts';
import { assertionsFor, writtenTest } from '../../src/run/generated-tests.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const read = (language: Language, text: string) => writtenTest(syntax, { language, symbol: 'f' }, text);

test('what a model adds to the beginning of an assertion is read as a call and its result, and written in one way', () => {
  assert.deepEqual(read('python', '"a  b", n=2) == [1, None]'), { input: "f('a  b', n=2)", expected: '[1, None]' });
  assert.deepEqual(read('python', ') == -1.50  # why'), { input: 'f()', expected: '-1.5' });
  assert.deepEqual(read('typescript', '[1, 2], { a: null }), "x");'), {
    ...{ input: 'f([1, 2], {a: null})', expected: "'x'" },
  });
});

test('what is more than a call with literals and a literal is no test, whatever it would do', () => {
  const python = [
    ...['', '1)', '1) == x', '1) == g()', '1), 2)', 'x) == 1', '*[1]) == 1', '1) == f(1)', '1) == 1 or True', '1) > 1'],
    ...['__import__("os").system("x")) == 1', '1) == 1\nimport os', '1) == 1; import os', '1) == f"{open(1)}"'],
    ...['1) == [x for x in (1,)]', '1) == (y := 1)', '(lambda: 1)()) == 1', '1).x == 1', '1) == 1 if f(2) else 3'],
  ];
  for (const text of python) assert.equal(read('python', text), undefined, text);
  const javascript = [
    `1), \`\${x}\``,
    '1), x',
    '1), 2); g(',
    '1), (() => 1)())',
    '1), [...x])',
    'new Date()), 1)',
    '1)',
  ];
  for (const text of javascript) assert.equal(read('javascript', text), undefined, text);
});

test('no text, however odd, becomes anything but literals that are read again as themselves', () => {
  let seen = 0;
  const piece = fc.constantFrom(
    ...'()[]{}\'"`,:=.;+-\\\n #$1ax',
    'f(',
    ') == ',
    '), ',
    'None',
    'null',
    '__proto__',
    'import',
  );
  const finished = fc.tuple(fc.constantFrom('1', "'a'", '[', '{'), fc.array(piece, { maxLength: 9 }), fc.boolean());
  fc.assert(
    fc.property(finished, fc.constantFrom<Language>('python', 'javascript'), ([start, pieces, closes], language) => {
      const end = language === 'python' ? ') == 1' : '), 1)';
      const found = read(language, start + pieces.join('') + (closes ? end : ''));
      if (!found) return;
      seen++;
      const again = read(
        language,
        `${found.input.slice(2, -1)}${language === 'python' ? ') == ' : '), '}${found.expected}${language === 'python' ? '' : ')'}`,
      );
      assert.deepEqual(again, found);
    }),
    { numRuns: 2000 },
  );
  assert.ok(seen > 20, `only ${seen} of the texts were tests`);
});

test('a model is asked for tests where candidates are run and the project has fewer than three of its own', () => {
  const about = { language: 'python', text: 'def f(n):\n    pass\n', symbol: 'f' } as const;
  const auto = { model: 'coder', candidates: 40, tests: { kind: 'auto' } } as const;
  const file = (...lines: string[]) => ({ path: 'test_f.py', text: `${lines.join('\n')}\n` });
  const one = file('def test_one(case):', '    assert f(case)', 'def test_other():', '    assert g(1)');
  const three = file('def test_three():', '    assert f(1)', '    assert f(2)', '    assert f(3)');
  assert.equal(assertionsFor(syntax, about, auto, []), 32);
  assert.equal(assertionsFor(syntax, about, { ...auto, candidates: 8 }, []), 8);
  assert.equal(assertionsFor(syntax, about, auto, [one, one]), 32);
  assert.equal(assertionsFor(syntax, about, auto, [one, one, one]), 0);
  assert.equal(assertionsFor(syntax, about, auto, [three]), 0);
  assert.equal(assertionsFor(syntax, about, { ...auto, generatedTests: 7 }, [three]), 7);
  assert.equal(assertionsFor(syntax, about, { ...auto, observe: false, generatedTests: 7 }, []), 0);
  const none: JudgeOptions['tests'] = { kind: 'none' };
  assert.equal(assertionsFor(syntax, about, { ...auto, tests: none }, []), 0);
  assert.equal(assertionsFor(syntax, about, { ...auto, tests: none, observe: true }, []), 32);
  assert.equal(assertionsFor(syntax, about, { ...auto, tests: { kind: 'command', command: 'make' } }, []), 0);
  assert.equal(assertionsFor(syntax, about, { ...auto, model: 'sprout' }, []), 0);
  assert.equal(assertionsFor(syntax, about, { ...auto, model: 'sprout', generatedTests: 7 }, []), 7);
  const method = { ...about, text: 'class A:\n    def f(self, n):\n        pass\n' };
  assert.equal(assertionsFor(syntax, method, { ...auto, generatedTests: 7 }, []), 0);
});
