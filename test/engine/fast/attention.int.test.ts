import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { TreeAttention } from '../../../src/engine/fast/attention.ts';
import type { AttentionTile, FastRow, RowTile } from '../../../src/engine/fast/plan.ts';
import { Shapes } from '../../../src/engine/fast/shapes.ts';
import { difference } from '../../../src/engine/gpu/self-test.ts';
import { type AttentionShape, denseAttention } from '../../../src/engine/reference/attention.ts';
import { plant, someRows, type Tree, treeShape } from '../attention/random-tree.ts';
import { below, randomFloats, randomFrom, seed } from '../random-numbers.ts';
import { type AttentionData, attendFast } from './attention-trial.ts';
import { openFastGpu } from './fast-fixture.ts';

/**
 * Relative to the greatest value of a row's head. Weights and the result are rounded to f16, by 2^-11 of themselves each;
 * sums and scores are f32. A result is at least a tenth of the greatest value or so, whose weights' roundings add up.
 */
const TOLERANCE = 5e-3;

const { gpu, skip } = await openFastGpu();
const shapes = new Shapes(gpu);
after(() => shapes.dispose());

/** Groups of 3, 6 and 12 put the heads of one row into two tiles. llvmpipe compiles matrices for minutes at any group but 2. */
const ALL_HEADS: AttentionShape[] = [
  { heads: 4, kvHeads: 2, headWidth: 32 },
  { heads: 24, kvHeads: 2, headWidth: 64 },
  { heads: 6, kvHeads: 2, headWidth: 64 },
  { heads: 6, kvHeads: 1, headWidth: 32 },
  { heads: 8, kvHeads: 1, headWidth: 32 },
  { heads: 4, kvHeads: 2, headWidth: 64 },
  { heads: 12, kvHeads: 2, headWidth: 128 },
];
const HEADS = gpu.info.software ? ALL_HEADS.slice(0, gpu.abilities.matrices.length > 0 ? 1 : 2) : ALL_HEADS;
const heads = fc.constantFrom(...HEADS);
const compiled = new Map<AttentionShape, Promise<TreeAttention>>();
function compile(heads: AttentionShape): Promise<TreeAttention> {
  const attention = compiled.get(heads) ?? TreeAttention.compile(gpu, heads);
  compiled.set(heads, attention);
  return attention;
}

interface Trial {
  tree: Tree;
  rows: FastRow[];
  data: AttentionData;
  heads: AttentionShape;
  reproducible: boolean;
  steps?: number;
  step?: number;
}

test('prefill rows over random ragged trees equal dense attention', { skip }, async (t) => {
  let worst = 0;
  await fc.assert(
    fc.asyncProperty(treeShape, seed, heads, fc.boolean(), async (shape, seed, heads, reproducible) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const rows = someRows(random, tree).map(rowOf);
      worst = Math.max(
        worst,
        await check({ tree, rows, data: dataFor(random, tree, rows, heads), heads, reproducible }),
      );
    }),
    { numRuns: 8, endOnFailure: true },
  );
  t.diagnostic(`greatest relative error ${worst.toExponential(1)}`);
});

test('candidates that grow see their own tokens up to the step, and padding nothing', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(treeShape, seed, heads, fc.boolean(), async (shape, seed, heads, reproducible) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const steps = 1 + below(random, 8);
      const rows = tree.leaves
        .filter(({ tokens }) => tokens.length > 0)
        .map((node): FastRow => {
          const index = node.tokens.length - 1;
          tree.cache.reserve(node, index + steps);
          return { node, index, token: { id: 0 } };
        });
      fc.pre(rows.length > 0);
      const data = dataFor(random, tree, rows, heads);
      for (const step of new Set([0, steps - 1])) await check({ tree, rows, data, heads, reproducible, steps, step });
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

test('a whole prompt in one pass is causal attention, over several stretches and tiles', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(seed, heads, fc.boolean(), async (seed, heads, reproducible) => {
      const random = randomFrom(seed);
      const tree = plant({ span: 560, children: [{ span: 0, children: [] }] });
      const [node] = tree.inner;
      const first = below(random, 480);
      const rows = Array.from({ length: 80 }, (_, i) => ({ node: node!, index: first + i, token: { id: 0 } }));
      await check({ tree, rows, data: dataFor(random, tree, rows, heads), heads, reproducible });
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('a row merges more parts than fit at a time, and looks up more own keys than fit at a time', {
  skip,
}, async () => {
  const random = randomFrom(7);
  const tree = plant({ span: 4700, children: [{ span: 600, children: [] }] });
  const [leaf] = tree.leaves;
  const rows = [{ node: leaf!, index: leaf!.tokens.length - 1, token: { id: 0 } }];
  for (const heads of HEADS.slice(0, 3)) {
    const data = dataFor(random, tree, rows, heads);
    await check({ tree, rows, data, heads, reproducible: false, steps: 1, step: 0 });
    await check({ tree, rows, data, heads, reproducible: false });
  }
});

test('scores that jump from one tile of keys to the next rescale what was summed before', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(seed, heads, async (seed, heads) => {
      const random = randomFrom(seed);
      const { heads: H, kvHeads: K, headWidth: d } = heads;
      const tree = plant({ span: 200, children: Array(20).fill({ span: 1, children: [] }) });
      const rows = tree.leaves.map((leaf) => rowOf({ node: leaf, position: leaf.start }));
      const data = dataFor(random, tree, rows, heads);
      // Every query looks along the first axis, and the keys of each tile of 64 lie further along it than those before: scores
      // rise by `rise` a tile. Where that is 8 or less nothing is rescaled, where it is 2 all tiles matter.
      for (const rise of [2, 7, 9, 30]) {
        for (let i = 0; i < rows.length * H; i++) data.q[i * d] = 4;
        for (const node of tree.inner) {
          for (const [i, slot] of node.slots.entries()) {
            const along = (Math.floor(i / 64) * rise * Math.sqrt(d)) / 4;
            for (let k = 0; k < K; k++) data.keys[(slot * K + k) * d] = along;
          }
        }
        await check({ tree, rows, data, heads, reproducible: true });
      }
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

test('reproducible, a row has the same bits alone and among others', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(treeShape, seed, heads, async (shape, seed, heads) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const rows = someRows(random, tree).map(rowOf);
      const data = dataFor(random, tree, rows, heads);
      const size = heads.heads * heads.headWidth;
      const all = await attend({ tree, rows, data, heads, reproducible: true });
      const at = below(random, rows.length);
      const own = { ...data, q: data.q.slice(at * size, (at + 1) * size) };
      const alone = await attend({ tree, rows: [rows[at]!], data: own, heads, reproducible: true });
      assert.deepEqual([...alone.o], [...all.o.subarray(at * size, (at + 1) * size)]);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

function rowOf({ node, position }: { node: FastRow['node']; position: number }): FastRow {
  return { node, index: position - node.start, token: { id: 0 } };
}

function dataFor(random: () => number, { slots }: Tree, rows: FastRow[], heads: AttentionShape): AttentionData {
  const { heads: H, kvHeads: K, headWidth: d } = heads;
  const kv = () => randomFloats(random, (slots + 1) * K * d, 2);
  return { q: randomFloats(random, rows.length * H * d, 2), keys: kv(), values: kv() };
}

interface Tiles {
  tile?: AttentionTile;
  rowTile?: RowTile;
  mergingRowTile?: RowTile | undefined;
}

async function attend({ tree, rows, data, heads, ...options }: Trial & Tiles) {
  return attendFast(gpu, shapes, await compile(heads), rows, data, heads, { ...options, spareSlot: tree.slots });
}

/** The greatest difference from dense attention over the same f16 numbers, with each tile of both kernels, in turns. */
async function check(trial: Trial): Promise<number> {
  const { rows, heads, step = 0 } = trial;
  const places = rows.map(({ node, index }) => {
    // Tokens that the steps before have drawn are there, too.
    const tokens = Array<number>(Math.max(node.tokens.length, index + step + 1)).fill(0);
    const grown = { ...node, tokens, slots: node.slots.slice(0, tokens.length) };
    return { node: grown, position: node.start + index + step, token: 0, slot: 0 };
  });
  let worst = 0;
  const { tiles, rowTiles, mergingRowTiles } = await compile(heads);
  const merging = [undefined, ...mergingRowTiles];
  for (let i = 0; i < Math.max(tiles.length, rowTiles.length, merging.length); i++) {
    const [tile, rowTile] = [tiles[i % tiles.length]!, rowTiles[i % rowTiles.length]!];
    const mergingRowTile = merging[i % merging.length];
    const { o, q, keys, values } = await attend({ ...trial, tile, rowTile, mergingRowTile });
    const expected = denseAttention(places, q, keys, values, heads);
    for (let at = 0; at < expected.length; at += heads.headWidth) {
      const end = at + heads.headWidth;
      worst = Math.max(worst, difference(o.subarray(at, end), expected.subarray(at, end)));
    }
    assert.ok(worst <= TOLERANCE, `error ${worst} in tiles of ${tile.pairs}, of ${rowTile.longest} own keys`);
  }
  return worst;
}
