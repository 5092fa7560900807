import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agreed } from '../../../src/core/continuation/agreed.ts';
import { fitted, shapeAt, stopRules } from '../../../src/core/continuation/shape.ts';
import { windowAround } from '../../../src/core/continuation/window.ts';

/** A file with `|` for the cursor. */
function at(marked: string) {
  const window = windowAround(marked.replace('|', ''), marked.indexOf('|'))!;
  return { window, shape: shapeAt(window) };
}

/** What of a sampled text is kept at the cursor of a file. */
function kept(marked: string, text: string, stop: 'stop-string' | 'token-limit' = 'stop-string') {
  const { window, shape } = at(marked);
  return fitted({ text, stop }, window, shape);
}

const code = fc.string({ unit: fc.constantFrom('a', ' ', '\n', 'x = 1\n', '    y\n', ')'), maxLength: 900 });

test('a window is a stretch of the file around the cursor, whose lines before it are whole', () => {
  fc.assert(
    fc.property(code, fc.nat(), (text, place) => {
      const offset = place % (text.length + 1);
      const window = windowAround(text, offset);
      if (!window) return;
      const { before, line, owed, after } = window;
      assert.ok(text.slice(0, offset).endsWith(before + line + owed));
      assert.ok(text.slice(offset).startsWith(after));
      assert.ok(before === '' || before.endsWith('\n'));
      const start = offset - (before + line + owed).length;
      assert.ok(start === 0 || text[start - 1] === '\n');
      assert.match(owed, /^[ \t]*$/);
      assert.doesNotMatch(line, /\s$/);
    }),
  );
});

test('the prompt of a long file begins at the same place for many lines', () => {
  const lines = Array.from({ length: 400 }, (_, index) => `x${index} = ${index}\n`);
  const starts = lines.map((_, index) => {
    const text = lines.slice(0, index).join('');
    const { before } = windowAround(text, text.length)!;
    assert.ok(before.length <= 1600);
    return text.length - before.length;
  });
  assert.ok(new Set(starts).size <= lines.join('').length / 800 + 1);
});

test('a line that nobody wrote by hand has no window', () => {
  assert.equal(windowAround('a'.repeat(1000), 500), undefined);
});

test('a block is written where one begins and is empty, and one line everywhere else', () => {
  const shapes = {
    'def f(a):\n    |\n': 'block',
    'def f(a):  # why\n    |\n\n\ndef g():\n    pass\n': 'block',
    'function f() {\n  |\n}\n': 'block',
    'def f(a):\n    |\n    return a\n': 'line',
    'def f(a):\n    re|\n': 'line',
    'a = 1\n|\n': 'line',
    'f(|)\n': 'line',
  };
  for (const [marked, shape] of Object.entries(shapes)) assert.equal(at(marked).shape, shape, marked);
  assert.deepEqual(stopRules('line').strings, ['\n']);
});

test('white space before the cursor is written again, or the text is for another place', () => {
  assert.deepEqual(kept('a = 1\n    |\n', '    b = 2'), ['b = 2']);
  assert.equal(kept('a = 1\n    |\n', 'b = 2'), undefined);
  assert.deepEqual(kept('return |\n', ' a'), ['a']);
});

test('a block ends where its indentation does, and blank lines at its end are none of it', () => {
  assert.deepEqual(kept('def f(a):\n    |\n', '    b = a\n    return b\nf(1)'), ['b = a\n    return b']);
  assert.deepEqual(kept('def f(a):\n|\n', '    if a:\n        a = 1\n    return a\nf(1)'), [
    '    if a:\n        a = 1\n    return a',
  ]);
});

test('a line that ran into the limit is not offered, nor is the last one of a block', () => {
  assert.equal(kept('x = |\n', ' a + b +', 'token-limit'), undefined);
  assert.deepEqual(kept('def f(a):\n    |\n', '    b = a\n    return b +', 'token-limit'), ['b = a']);
});

test('what follows and the line above are not repeated', () => {
  assert.equal(kept('a = 1\n|\n', 'a = 1'), undefined);
  assert.equal(kept('|\nreturn a\n', 'return a'), undefined);
  assert.deepEqual(kept('def f(a):\n    |\n\n\nx = f(1)\n', '    b = a\n    x = f(1)'), ['b = a']);
  assert.deepEqual(kept('f(|)\n', 'a, b)'), ['a, b', 'a, b)'], 'it is for the parser to say which');
  assert.equal(kept('f(|)\n', ')'), undefined);
  assert.equal(kept('x = |\n', '  '), undefined);
});

test('what is kept is never blank, and is the beginning of what was sampled', () => {
  const text = fc.string({ unit: fc.constantFrom('    ', 'a', '\n', ')', ' '), maxLength: 30 });
  const files = ['def f(a):\n    |\n', 'f(|)\n', 'x = |\n', '    |\n    a\n', '|'];
  fc.assert(
    fc.property(fc.constantFrom(...files), text, fc.boolean(), (marked, sampled, isCut) => {
      const { window } = at(marked);
      for (const one of kept(marked, sampled, isCut ? 'token-limit' : 'stop-string') ?? []) {
        assert.notEqual(one.trim(), '');
        assert.ok(sampled.startsWith(window.owed + one));
      }
    }),
  );
});

test('texts are ordered by how many agree, then by how sure the model was of a token', () => {
  const texts = [
    { text: 'a', logprob: -9, tokens: 3 },
    { text: 'b', logprob: -1, tokens: 1 },
    { text: 'c', logprob: -4, tokens: 8 },
    { text: 'a', logprob: -9, tokens: 3 },
  ];
  assert.deepEqual(agreed(texts), ['a', 'c', 'b']);
  assert.deepEqual(agreed([]), []);
});
