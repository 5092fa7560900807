import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Comparison, differenceOf } from '../../src/core/compare-output.ts';
import { inWords } from '../../src/core/said.ts';

const tokens = { kind: 'tokens' } as const;
const exact = { kind: 'exact' } as const;
const numbers = { kind: 'numbers', tolerance: 1e-6 } as const;
function difference(output: string, expected: string, comparison: Comparison): string | undefined {
  const found = differenceOf(output, expected, comparison);
  return found && inWords(found);
}

const word = fc.stringMatching(/^[!-~]{1,6}$/);
const space = fc.stringMatching(/^[ \t\n]{1,3}$/);

test('white space between words makes no difference to tokens, and another word does', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, space, space), { minLength: 1 }), fc.nat(), (parts, at) => {
      const written = (side: 1 | 2) => parts.map((part) => part[0] + part[side]).join('');
      assert.equal(difference(written(1), written(2), tokens), undefined);
      const changed = parts
        .map(([text, gap], index) => (index === at % parts.length ? `${text}x` : text) + gap)
        .join('');
      assert.match(difference(changed, written(2), tokens)!, new RegExp(`^word ${(at % parts.length) + 1}: `));
    }),
  );
});

test('exact tells every byte apart but the last line break', () => {
  assert.equal(difference('a b\n', 'a b', exact), undefined);
  assert.equal(difference('a\r\nb\r\n', 'a\nb\n', exact), undefined);
  assert.equal(difference('a\nb  c\n', 'a\nb c\n', exact), 'line 2: expected "b c", got "b  c"');
  assert.equal(difference('a\nb', 'a', exact), 'line 2: expected nothing more, got "b"');
  assert.equal(difference('', 'a', exact), 'line 1: expected "a", got ""');
});

test('numbers are near by the smaller of both measures, and words are not numbers', () => {
  assert.equal(difference('0.3333333', '0.33333334', numbers), undefined);
  assert.equal(difference('1000000.5', '1000000', numbers), undefined);
  assert.equal(difference('0.34', '0.33', numbers), 'word 1: expected "0.33", got "0.34"');
  assert.equal(difference('nan', '1', numbers), 'word 1: expected "1", got "nan"');
  assert.equal(difference('0x10', '16', numbers), 'word 1: expected "16", got "0x10"');
  assert.equal(difference('inf', 'inf', numbers), undefined);
});

test('too few and too many words are told', () => {
  assert.equal(difference('', '3', tokens), 'word 1: expected "3", got nothing more');
  assert.equal(difference('3 4', '3', tokens), 'word 2: expected nothing more, got "4"');
});
