import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planAttention, type Row } from '../../../src/engine/attention/plan.ts';
import { attendRows } from '../../../src/engine/attention/trial.ts';
import type { CacheNode } from '../../../src/engine/cache/radix.ts';
import { difference } from '../../../src/engine/gpu/self-test.ts';
import { type AttentionShape, denseAttention, mergeParts } from '../../../src/engine/reference/attention.ts';
import { Buffers, inPass, type KernelShape, KernelShelf, openGpu, waysOf } from '../gpu-fixture.ts';
import { below, randomFloats, randomFrom, seed, shuffled } from '../random-numbers.ts';
import { plant, rowAt, type Shape, someRows, type Tree, treeShape } from './random-tree.ts';

/** Relative to the greatest value of a row's head: the bound of issue 2, item 3. */
const TOLERANCE = 2e-5;
const RUNS = 16;

const gpu = await openGpu();
const shelf = new KernelShelf(gpu);
/** 1, 4 or 8 query heads to a KV head. */
const HEADS: AttentionShape[] = [
  { heads: 2, kvHeads: 2, headWidth: 16 },
  { heads: 2, kvHeads: 2, headWidth: 128 },
  { heads: 8, kvHeads: 2, headWidth: 16 },
  { heads: 4, kvHeads: 1, headWidth: 64 },
  { heads: 8, kvHeads: 1, headWidth: 36 },
  { heads: 8, kvHeads: 1, headWidth: 128 },
];
const headShape = fc.constantFrom<KernelShape>(
  ...HEADS.flatMap((heads) => waysOf(gpu).map((quads) => ({ ...heads, quads }))),
);

/** 64 leaves on four levels of 300 tokens. */
const FULL = [4, 4, 4].reduceRight<Shape>((child, fanOut) => ({ span: 300, children: Array(fanOut).fill(child) }), {
  span: 300,
  children: [],
});

interface Trial {
  random: () => number;
  tree: Tree;
  rows: Row[];
  data: { q: Float32Array; keys: Float32Array; values: Float32Array };
  heads: KernelShape;
}

test('node attention and merge over random ragged trees equal dense attention', async (t) => {
  let worst = 0;
  let leaves = 0;
  await fc.assert(
    fc.asyncProperty(treeShape, seed, headShape, async (shape, seed, heads) => {
      const trial = makeTrial(shape, seed, heads);
      const { rows, data } = trial;
      const error = headError(await attend(trial), denseAttention(rows, data.q, data.keys, data.values, heads), heads);
      worst = Math.max(worst, error);
      leaves = Math.max(leaves, trial.tree.leaves.length);
      assert.ok(error <= TOLERANCE, `error ${error}`);
    }),
    { numRuns: 2 * RUNS, examples: [[FULL, 1, { heads: 8, kvHeads: 2, headWidth: 16 }]] },
  );
  t.diagnostic(`greatest relative error ${worst.toExponential(1)}, up to ${leaves} leaves`);
});

test('scores far apart and near the limits of exp lose nothing', async (t) => {
  let worst = 0;
  await fc.assert(
    fc.asyncProperty(treeShape, seed, headShape, async (shape, seed, heads) => {
      const trial = makeTrial(shape, seed, heads);
      // A score s is off by about |s| u, and exp makes that the relative error of its weight. Scores reach a few hundred
      // here, so 1e-4 is what f32 allows. Whole q and keys that are powers of two keep the products themselves exact.
      const { q, keys } = trial.data;
      q.set(q.map((x) => Math.round(x * 8)));
      keys.set(keys.map((x) => Math.sign(x) * 2 ** Math.floor(x * 2)));
      const expected = denseAttention(trial.rows, q, keys, trial.data.values, heads);
      const error = headError(await attend(trial), expected, heads);
      worst = Math.max(worst, error);
      assert.ok(error <= 5 * TOLERANCE, `error ${error}`);
    }),
    { numRuns: RUNS },
  );
  t.diagnostic(`greatest relative error ${worst.toExponential(1)}`);
});

test('a node that is split in two gives the same result', async () => {
  await fc.assert(
    fc.asyncProperty(treeShape, seed, headShape, async (shape, seed, heads) => {
      const trial = makeTrial(shape, seed, heads);
      const { random, tree, rows } = trial;
      const before = await attend(trial);
      const nodes = tree.inner.filter(({ tokens }) => tokens.length > 1);
      fc.pre(nodes.length > 0);
      for (const node of shuffled(random, nodes).slice(0, 3)) {
        const cut = 1 + below(random, node.tokens.length - 1);
        const front = tree.cache.acquire(node.parent!, node.tokens.slice(0, cut));
        assert.equal(node.parent, front);
      }
      // A row keeps its position; the node that now holds it may be the front part.
      const replaced = rows.map(({ node, position }) => rowAt(node, position));
      assert.deepEqual(
        replaced.map(({ slot }) => slot),
        rows.map(({ slot }) => slot),
      );
      const error = headError(await attend({ ...trial, rows: replaced }), before, heads);
      assert.ok(error <= TOLERANCE, `error ${error}`);
    }),
    { numRuns: RUNS },
  );
});

test('merging the parts in another order gives the same result', async () => {
  await fc.assert(
    fc.asyncProperty(treeShape, seed, headShape, async (shape, seed, heads) => {
      const trial = makeTrial(shape, seed, heads);
      const { random, rows, data } = trial;
      const kernels = await shelf.of(heads);
      const before = await attend(trial);
      const plan = planAttention(rows, kernels.tileRows);
      const rowParts = new Uint32Array(plan.rowParts.length);
      for (const r of rows.keys()) {
        const [from, to] = [plan.rowStarts[r]!, plan.rowStarts[r + 1]!];
        rowParts.set(shuffled(random, [...plan.rowParts.subarray(from, to)]), from);
      }
      const after = await attendRows(gpu, kernels, rows, data, heads, { ...plan, rowParts });
      const error = headError(after, before, heads);
      assert.ok(error <= TOLERANCE, `error ${error}`);
    }),
    { numRuns: RUNS },
  );
});

test('pruning leaves leaves the bits of the others, and a leaf that regrows elsewhere has its own bits again', async () => {
  await fc.assert(
    fc.asyncProperty(treeShape, seed, headShape, async (shape, seed, heads) => {
      const trial = makeTrial(shape, seed, heads);
      const { random, tree, data } = trial;
      const rows = tree.leaves.map((leaf) => rowAt(leaf, leaf.start + leaf.tokens.length - 1));
      const whole = { ...trial, rows };
      const before = await attend(whole);

      const pruned = new Set(tree.leaves.filter(() => random() < 0.5));
      const kept = [...rows.keys()].filter((r) => !pruned.has(tree.leaves[r]!));
      const dropped = [...pruned].map((leaf) => ({ leaf, kv: kvOf(leaf, data, heads) }));
      for (const { leaf } of dropped) {
        leaf.tokens = [...leaf.tokens];
        tree.cache.dropBranch(leaf);
      }
      if (kept.length > 0) {
        const after = await attend({ ...trial, rows: kept.map((r) => rows[r]!) }, kept);
        for (const [i, r] of kept.entries()) {
          assert.deepEqual(rowOf(after, i, heads), rowOf(before, r, heads));
        }
      }

      // The freed blocks go to other leaves than before; their KV is written anew.
      const regrown = new Map<CacheNode, CacheNode>();
      for (const { leaf, kv } of shuffled(random, dropped)) {
        const branch = tree.cache.branch(leaf.parent!);
        for (const token of leaf.tokens) tree.cache.append(branch, token);
        writeKv(branch, kv, data, heads);
        regrown.set(leaf, branch);
      }
      const again = tree.leaves.map((old) => {
        const leaf = regrown.get(old) ?? old;
        return rowAt(leaf, leaf.start + leaf.tokens.length - 1);
      });
      assert.deepEqual(await attend({ ...trial, rows: again }), before);
    }),
    { numRuns: RUNS },
  );
});

test('merge agrees with the reference, whatever parts are empty or weigh nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), seed, headShape, async (T, seed, heads) => {
      const { heads: H, headWidth: d } = heads;
      const random = randomFrom(seed);
      const counts = Array.from({ length: T }, () => 1 + below(random, 6));
      const partCount = counts.reduce((a, b) => a + b, 0);
      const partOutputs = randomFloats(random, partCount * H * d);
      const partLse = Float32Array.from({ length: partCount * H }, () =>
        random() < 0.2 ? -3e38 : (random() * 2 - 1) * [1, 20, 1000][below(random, 3)]!,
      );
      const rowParts = Uint32Array.from(shuffled(random, [...Array(partCount).keys()]));
      const rowStarts = new Uint32Array(T + 1);
      for (const [r, count] of counts.entries()) rowStarts[r + 1] = rowStarts[r]! + count;

      using buffers = new Buffers(gpu);
      const o = buffers.room('o', T * H * d);
      const unused = buffers.room('unused', 4);
      const lists = {
        items: unused,
        keySlots: unused,
        itemRows: unused,
        rowStarts: buffers.upload('row starts', rowStarts),
        rowParts: buffers.upload('row parts', rowParts),
      };
      const bound = {
        partOutputs: buffers.upload('part outputs', partOutputs),
        partLse: buffers.upload('part lse', partLse),
        o,
      };
      const kernels = await shelf.of(heads);
      inPass(gpu, (pass) => kernels.merge(pass, lists, bound, T));
      const expected: number[] = [];
      for (let r = 0; r < T; r++) {
        for (let h = 0; h < H; h++) {
          const parts = [...rowParts.subarray(rowStarts[r], rowStarts[r + 1])].map((part) => ({
            o: partOutputs.subarray((part * H + h) * d, (part * H + h + 1) * d),
            lse: partLse[part * H + h]! < -1e38 ? Number.NEGATIVE_INFINITY : partLse[part * H + h]!,
          }));
          expected.push(...mergeParts(parts, d));
        }
      }
      // exp of L - M is off by up to 3 + 2 |L - M| ulp, but then weighs e^(L - M): at most 4 ulp of the sum.
      const error = difference(await gpu.readFloats(o, T * H * d), expected);
      assert.ok(error <= 2e-6, `error ${error}`);
    }),
    { numRuns: RUNS },
  );
});

function makeTrial(shape: Shape, seed: number, heads: KernelShape): Trial {
  const random = randomFrom(seed);
  const tree = plant(shape);
  const rows = someRows(random, tree);
  const { heads: H, kvHeads: K, headWidth: d } = heads;
  const data = {
    q: randomFloats(random, rows.length * H * d, 2),
    keys: randomFloats(random, tree.slots * K * d, 2),
    values: randomFloats(random, tree.slots * K * d, 2),
  };
  return { random, tree, rows, data, heads };
}

/** `queries` says which rows of q belong to the trial's rows; by default they lie in order. */
async function attend({ rows, data, heads }: Trial, queries?: number[]): Promise<Float32Array> {
  const size = heads.heads * heads.headWidth;
  const q = queries
    ? Float32Array.from(queries.flatMap((r) => [...data.q.subarray(r * size, (r + 1) * size)]))
    : data.q.subarray(0, rows.length * size);
  return attendRows(gpu, await shelf.of(heads), rows, { ...data, q }, heads);
}

/** The greatest difference, relative to the greatest value of the same row and head. */
function headError(got: ArrayLike<number>, expected: ArrayLike<number>, { headWidth }: AttentionShape): number {
  let worst = 0;
  for (let at = 0; at < expected.length; at += headWidth) {
    const slice = (from: ArrayLike<number>) => Array.from({ length: headWidth }, (_, i) => from[at + i]!);
    worst = Math.max(worst, difference(slice(got), slice(expected)));
  }
  return worst;
}

function rowOf(o: Float32Array, row: number, { heads, headWidth }: AttentionShape): Float32Array {
  return o.slice(row * heads * headWidth, (row + 1) * heads * headWidth);
}

type Kv = { keys: Float32Array; values: Float32Array }[];

function kvOf(leaf: CacheNode, { keys, values }: Trial['data'], { kvHeads, headWidth }: AttentionShape): Kv {
  const size = kvHeads * headWidth;
  return leaf.slots.map((slot) => ({
    keys: keys.slice(slot * size, (slot + 1) * size),
    values: values.slice(slot * size, (slot + 1) * size),
  }));
}

function writeKv(leaf: CacheNode, kv: Kv, data: Trial['data'], { kvHeads, headWidth }: AttentionShape): void {
  const size = kvHeads * headWidth;
  for (const [i, slot] of leaf.slots.entries()) {
    data.keys.set(kv[i]!.keys, slot * size);
    data.values.set(kv[i]!.values, slot * size);
  }
}
