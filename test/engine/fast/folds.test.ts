import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathOf } from '../../../src/engine/cache/radix.ts';
import { type Folds, isFolded, measureFolds, USUAL_FOLDS } from '../../../src/engine/fast/folds.ts';
import type { FastRow } from '../../../src/engine/fast/plan.ts';

const LIMITS = { rows: 64, slots: 4096, positions: 32_768 };

/** A GPU on which a key costs 1 however it is read, and a shared node so much more for each row. */
const gpuWith =
  (partCost: number) =>
  async (rows: FastRow[], folds: Folds): Promise<number> => {
    const nodes = new Map(rows.flatMap(({ node }) => pathOf(node).map((at) => [at, 0])));
    for (const { node } of rows) for (const at of pathOf(node)) nodes.set(at, nodes.get(at)! + 1);
    let cost = 0;
    for (const [{ tokens, isBranch }, count] of nodes) {
      const alone = isBranch || isFolded(folds, count, tokens.length);
      cost += alone ? count * tokens.length : tokens.length + count * partCost;
    }
    return cost;
  };

test('a node is folded below the keys of the last entry that its rows reach', () => {
  const folds: Folds = [
    [2, 256],
    [8, 32],
  ];
  assert.equal(isFolded(folds, 1, 1e6), true);
  assert.deepEqual([isFolded(folds, 2, 255), isFolded(folds, 7, 256)], [true, false]);
  assert.deepEqual([isFolded(folds, 8, 31), isFolded(folds, 100, 32)], [true, false]);
  assert.deepEqual([isFolded(USUAL_FOLDS, 3, 1e6), isFolded(USUAL_FOLDS, 4, 32)], [true, false]);
});

test('the length that is found is about where sharing begins to cost less', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), async (partCost) => {
      const folds = await measureFolds(gpuWith(partCost), LIMITS);
      for (const rows of [4, 8, 16, 32]) {
        // Shared, a node costs keys + rows * part; row by row, rows * keys.
        const crossing = (rows * partCost) / (rows - 1);
        // Lengths are powers of two from 32 to 2048, and what saves less than 3 % of the whole does not count.
        if (crossing > 32) assert.equal(isFolded(folds, rows, Math.floor(crossing)), true);
        if (crossing < 400) assert.equal(isFolded(folds, rows, 2048), false, `${rows} rows, part ${partCost}`);
      }
    }),
  );
});

test('where sharing never pays, nothing is shared; where it costs nothing, everything', async () => {
  assert.deepEqual(await measureFolds(gpuWith(1e9), LIMITS), []);
  assert.deepEqual(await measureFolds(gpuWith(0), LIMITS), [[4, 32]]);
});

test('no row stands beyond the positions of the model, and a cancel is heard', async () => {
  const positions: number[] = [];
  const watched = async (rows: FastRow[]) => {
    positions.push(...rows.map(({ node, index }) => node.start + index));
    return 1;
  };
  await measureFolds(watched, { rows: 48, slots: 100, positions: 2048 });
  assert.ok(positions.length > 0 && Math.max(...positions) < 2048);
  await assert.rejects(measureFolds(watched, LIMITS, AbortSignal.abort()), { code: 'cancelled' });
});
