import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Update } from '../../../src/extension/tree/messages.ts';
import { emptySheet, pictureOf, updated } from '../../../src/extension/tree/picture.ts';
import { anyUpdate, items, promptNodes, updateOf } from './trees.ts';

const pictureOfAll = (...updates: Update[]) => pictureOf(updates.reduce(updated, emptySheet()));

test('every candidate is in exactly one shoot, below the node of the prompt that it grew from', () => {
  fc.assert(
    fc.property(anyUpdate, (update) => {
      const root = pictureOfAll(update)!;
      const shoots = items(root).flatMap((item) => (item.kind === 'shoot' ? [item] : []));
      const numbers = shoots.flatMap(({ candidates }) => candidates).sort((a, b) => a - b);
      assert.deepEqual(
        numbers,
        update.candidates.map(({ index }) => index),
      );
      for (const node of items(root)) {
        if (node.kind !== 'node') continue;
        assert.equal(node.count, node.node.descendants);
        const below = items(node).flatMap((item) => (item.kind === 'shoot' ? [item] : []));
        assert.equal(
          below.reduce((sum, { count }) => sum + count, 0),
          node.count,
        );
        assert.equal(
          below.reduce((sum, { passing }) => sum + passing, 0),
          node.passing,
        );
      }
      const keys = items(root).map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
    }),
  );
});

test('what is told bit by bit makes the same picture as what is told at once', () => {
  fc.assert(
    fc.property(anyUpdate, fc.integer({ min: 1, max: 4 }), (update, size) => {
      const bits: Update[] = [{ ...update, candidates: [] }];
      for (const { index, growth, facts } of update.candidates) {
        const { tokens, logprob } = growth!;
        for (let from = 0; from < tokens.length; from += size) {
          const part = { from, tokens: tokens.slice(from, from + size), logprob };
          bits.push({ ...update, fresh: false, words: [], candidates: [{ index, growth: part }] });
        }
        bits.push({ ...update, fresh: false, words: [], candidates: [{ index, facts: facts! }] });
      }
      assert.deepEqual(pictureOfAll(...bits), pictureOfAll(update));
    }),
  );
});

test('candidates that sampled the same are one shoot, and what was sampled beyond the end of a text is not drawn', () => {
  const facts = { state: 'passed', id: 'c0', length: 'w1 w2 '.length } as const;
  const growth = (...tokens: number[]) => ({ from: 0, tokens, logprob: -1 });
  const root = pictureOfAll(
    updateOf(promptNodes(3, []), [
      { index: 0, growth: growth(1, 2, 5), facts },
      { index: 1, growth: growth(1, 2, 6), facts },
      { index: 2, growth: growth(3), facts: { state: 'failed', id: 'c2' } },
    ]),
  )!;
  const shoots = items(root).flatMap((item) => (item.kind === 'shoot' ? [item] : []));
  assert.deepEqual(
    shoots.map(({ candidates, whole, passing, isPruned }) => ({ candidates, whole, passing, isPruned })),
    [
      { candidates: [0, 1], whole: 'w1 w2 ', passing: 2, isPruned: false },
      { candidates: [2], whole: 'w3 ', passing: 0, isPruned: true },
    ],
  );
  const stem = items(root).find((item) => item.kind === 'node' && item.parting !== undefined);
  assert.ok(stem?.kind === 'node');
  assert.ok(Math.abs(stem.parting!.entropy - 0.9183) < 1e-3);
  assert.deepEqual(
    stem.parting!.ways.map(({ count }) => count),
    [2, 1],
  );
});

test('another run forgets what is known of the last one', () => {
  const first = updateOf(promptNodes(2, []), [
    { index: 0, growth: { from: 0, tokens: [1], logprob: -1 }, facts: { state: 'passed' } },
  ]);
  const second = { ...updateOf(promptNodes(1, []), []), candidates: [] };
  assert.deepEqual(pictureOfAll(first, second), pictureOfAll(second));
  assert.equal(pictureOfAll(first, { kind: 'update', fresh: true, words: [], candidates: [] }), undefined);
});
