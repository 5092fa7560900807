import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunGrowth } from '../../../src/extension/tree/run-growth.ts';
import type { GrowEvent } from '../../../src/run/grow.ts';

const growth = (index: number, from: number, ...tokens: number[]): GrowEvent => {
  return { kind: 'growth', grown: [{ index, from, tokens, logprob: -tokens.length }], words: [] };
};

const grown = (index: number, ...tokens: number[]): GrowEvent => ({
  kind: 'grown',
  id: `c${index}`,
  body: 'x',
  imports: [],
  text: 'y',
  candidate: { index, tokens, text: 'x \n', logprob: -1, leaf: [0], stop: 'end-token' },
});

test('tokens are put together in order; an engine that starts again grows its candidates from the beginning', () => {
  const run = new RunGrowth(2);
  run.receive(growth(0, 0, 1, 2));
  run.receive(growth(0, 2, 3));
  assert.deepEqual(run.candidates[0]!.tokens, [1, 2, 3]);
  run.receive(growth(0, 0, 7));
  assert.deepEqual(run.candidates[0]!.tokens, [7]);
});

test('a candidate that is complete stays as it is, and its text ends before the blanks behind it', () => {
  const run = new RunGrowth(2);
  run.receive(grown(1, 4, 5));
  run.receive(growth(1, 0, 9));
  assert.deepEqual(run.candidates[1], { tokens: [4, 5], logprob: -1, id: 'c1', length: 1, stop: 'end-token' });
});

test('tests that the model writes are no candidates', () => {
  const run = new RunGrowth(2);
  run.receive(growth(2, 0, 1));
  assert.deepEqual(run.candidates, []);
});
