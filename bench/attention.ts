import { planAttention, type Row } from '../src/engine/attention/plan.ts';
import { BLOCK } from '../src/engine/cache/blocks.ts';
import { pathOf, RadixCache } from '../src/engine/cache/radix.ts';
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { difference } from '../src/engine/gpu/self-test.ts';
import { Kernels } from '../src/engine/model/kernels.ts';
import { type AttentionShape, denseAttention } from '../src/engine/reference/attention.ts';
import { passClock, randomFloats } from './gpu-pass.ts';
import type { Bench, Benchmark } from './harness.ts';

type Sizes = 'candidates' | 'prefix' | 'own' | 'heads' | 'kv-heads' | 'head-width';

/** Rows that are compared with dense attention in f64; all are compared between the two ways. */
const CHECKED = 4;
/** Of issue 2, item 3. */
const TOLERANCE = 2e-5;

/**
 * What the tree is for: one step of attention for N candidates below a prefix of P tokens that is read once, against
 * the same candidates with a copy of the prefix each. `speedup` pairs the two within each sample.
 */
export const benchmark: Benchmark<Sizes> = {
  about: 'attention over a shared prefix, against a copy of it for every candidate',
  sizes: {
    candidates: { about: 'N', software: [1, 8, 32, 64], hardware: [1, 16, 64, 256] },
    prefix: { about: 'P, tokens that all candidates share', software: [128, 512, 2048], hardware: [512, 1024, 4096] },
    own: { about: 'tokens of each candidate', software: [32], hardware: [128] },
    heads: { about: 'H', software: [4], hardware: [12] },
    'kv-heads': { about: 'K', software: [2], hardware: [2] },
    'head-width': { about: 'd', software: [64], hardware: [128] },
  },
  async run(bench) {
    const gpu = await Gpu.open();
    try {
      const sizes = bench.on(gpu.info);
      const shape = { heads: sizes.heads[0]!, kvHeads: sizes['kv-heads'][0]!, headWidth: sizes['head-width'][0]! };
      const kernels = await Kernels.compile(gpu, shape, new Set(['f32']));
      for (const P of sizes.prefix) {
        for (const N of sizes.candidates) await compare(bench, { gpu, kernels, shape }, N, P, sizes.own[0]!);
      }
    } finally {
      gpu.dispose();
    }
  },
};

interface Parts {
  gpu: Gpu;
  kernels: Kernels;
  shape: AttentionShape;
}

async function compare(bench: Bench<Sizes>, parts: Parts, N: number, P: number, own: number): Promise<void> {
  const { gpu, shape } = parts;
  const { heads: H, kvHeads: K, headWidth: d } = shape;
  const tree = plant(N, P, own);
  const copies = plant(N, 0, P + own);

  const q = randomFloats(N * H * d);
  const shared = attend(parts, tree, q);
  const keys = randomFloats(shared.slots * K * d);
  const values = randomFloats(shared.slots * K * d);
  const unshared = attend(parts, copies, q);
  try {
    gpu.write(shared.keys, keys);
    gpu.write(shared.values, values);
    copyPaths(gpu, 4 * K * d, { ...shared, rows: tree }, { ...unshared, rows: copies });

    const clocks = { tree: await passClock(gpu, shared.record), copies: await passClock(gpu, unshared.record) };
    const o = await gpu.readFloats(shared.o, N * H * d);
    const some = Math.min(N, CHECKED);
    const expected = denseAttention(tree.slice(-some), q.subarray((N - some) * H * d), keys, values, shape);
    const against = 'greatest difference from dense attention in f64, and between tree and copies, relative';
    bench.check(against, difference(o.subarray((N - some) * H * d), expected), TOLERANCE);
    bench.check(against, difference(await gpu.readFloats(unshared.o, N * H * d), o), TOLERANCE);

    await bench.measure({ N, P, own }, async () => {
      const treeMs = await clocks.tree();
      const copiesMs = await clocks.copies();
      return { treeMs, copiesMs, speedup: copiesMs / treeMs };
    });
  } finally {
    shared.dispose();
    unshared.dispose();
  }
}

/** N candidates with `own` tokens each below `shared` ones; the row of each is its last token. */
function plant(N: number, shared: number, own: number): Row[] {
  const cache = new RadixCache(shared + N * own + (N + 2) * BLOCK);
  const prefix = cache.acquire(
    cache.root,
    Array.from({ length: shared }, (_, i) => i),
  );
  return Array.from({ length: N }, () => {
    const node = cache.branch(prefix);
    for (let i = 0; i < own; i++) cache.append(node, i);
    return { token: own - 1, position: shared + own - 1, slot: node.slots.at(-1)!, node };
  });
}

/** Node attention and merge over these rows, with buffers that stay on the GPU. */
function attend({ gpu, kernels, shape }: Parts, rows: Row[], q: Float32Array) {
  const { heads: H, kvHeads: K, headWidth: d } = shape;
  const plan = planAttention(rows, kernels.tileRows);
  const lists = {
    items: gpu.upload('items', plan.items),
    keySlots: gpu.upload('key slots', plan.keySlots),
    itemRows: gpu.upload('item rows', plan.itemRows),
    rowStarts: gpu.upload('row starts', plan.rowStarts),
    rowParts: gpu.upload('row parts', plan.rowParts),
  };
  const slots = 1 + rows.flatMap(slotsOf).reduce((a, b) => Math.max(a, b), 0);
  const buffers = {
    q: gpu.upload('q', q),
    keys: gpu.buffer('keys', slots * K * d * 4),
    values: gpu.buffer('values', slots * K * d * 4),
    partOutputs: gpu.buffer('part outputs', plan.partCount * H * d * 4),
    partLse: gpu.buffer('part lse', plan.partCount * H * 4),
    o: gpu.buffer('o', rows.length * H * d * 4),
  };
  return {
    ...buffers,
    slots,
    record: (pass: GPUComputePassEncoder) => {
      kernels.attendNodes(pass, plan, lists, buffers);
      kernels.merge(pass, lists, buffers, rows.length);
    },
    dispose: () => {
      for (const buffer of [...Object.values(lists), ...Object.values(buffers)]) buffer.destroy();
    },
  };
}

interface Kv {
  rows: Row[];
  keys: GPUBuffer;
  values: GPUBuffer;
}

/** Gives each row of `to` the KV that the same row of `from` sees, a stretch of neighbouring slots at a time. */
function copyPaths(gpu: Gpu, slotBytes: number, from: Kv, to: Kv): void {
  gpu.submit((encoder) => {
    from.rows.forEach((row, r) => {
      const [source, target] = [slotsOf(row), slotsOf(to.rows[r]!)];
      for (let i = 0; i < source.length; ) {
        let n = 1;
        while (i + n < source.length && source[i + n] === source[i]! + n && target[i + n] === target[i]! + n) n++;
        for (const part of ['keys', 'values'] as const) {
          encoder.copyBufferToBuffer(
            from[part],
            source[i]! * slotBytes,
            to[part],
            target[i]! * slotBytes,
            n * slotBytes,
          );
        }
        i += n;
      }
    });
  });
}

function slotsOf({ node }: Row): number[] {
  return pathOf(node).flatMap((part) => part.slots);
}
