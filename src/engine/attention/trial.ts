import { type CacheNode, RadixCache } from '../cache/radix.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Kernels } from '../model/kernels.ts';
import type { AttentionShape } from '../reference/attention.ts';
import { type AttentionPlan, planAttention, type Row } from './plan.ts';

/** A tree of nodes with one query row at the end of each leaf, for the self-test and benchmarks. */
export interface TrialTree {
  rows: Row[];
  slots: number;
}

/**
 * Builds a tree from spans: each leaf is a list of spans from the root; equal leading spans are shared, the last one is a
 * private branch.
 */
export function trialTree(leaves: number[][]): TrialTree {
  const slots = leaves.flat().reduce((sum, span) => sum + span + 32, 64);
  const cache = new RadixCache(slots);
  const nodes = new Map<string, CacheNode>();
  let next = 0;
  const rows = leaves.map((spans) => {
    let at = cache.root;
    spans.slice(0, -1).forEach((span, depth) => {
      if (span === 0) return;
      const key = spans.slice(0, depth + 1).join();
      let node = nodes.get(key);
      if (!node) {
        node = cache.acquire(
          at,
          Array.from({ length: span }, () => next++),
        );
        nodes.set(key, node);
      }
      at = node;
    });
    const own = spans.at(-1) ?? 0;
    if (own > 0) at = cache.branch(at);
    for (let i = 0; i < own; i++) cache.append(at, next++);
    const last = at.tokens.length - 1;
    return { token: at.tokens[last]!, position: at.start + last, slot: at.slots[last]!, node: at };
  });
  return { rows, slots };
}

/** Runs node attention and merge on random q, keys and values; the inputs and o [T, H, d] come back. */
export async function attendTrial(
  gpu: Gpu,
  kernels: Kernels,
  { rows, slots }: TrialTree,
  { heads, kvHeads, headWidth }: AttentionShape,
  random: () => number = Math.random,
): Promise<{ q: Float32Array; keys: Float32Array; values: Float32Array; o: Float32Array }> {
  const fill = (count: number) => Float32Array.from({ length: count }, () => random() * 4 - 2);
  const q = fill(rows.length * heads * headWidth);
  const keys = fill(slots * kvHeads * headWidth);
  const values = fill(slots * kvHeads * headWidth);
  const o = await attendRows(gpu, kernels, rows, { q, keys, values }, { heads, kvHeads, headWidth });
  return { q, keys, values, o };
}

/** One pass of node attention and merge over given data: q [T, H, d], keys and values [slots, K, d]; returns [T, H, d]. */
export async function attendRows(
  gpu: Gpu,
  kernels: Kernels,
  rows: Row[],
  data: { q: Float32Array; keys: Float32Array; values: Float32Array },
  { heads, headWidth }: AttentionShape,
  plan: AttentionPlan = planAttention(rows, kernels.tileRows),
): Promise<Float32Array> {
  const lists = {
    items: gpu.upload('items', plan.items),
    keySlots: gpu.upload('key slots', plan.keySlots),
    itemRows: gpu.upload('item rows', plan.itemRows),
    rowStarts: gpu.upload('row starts', plan.rowStarts),
    rowParts: gpu.upload('row parts', plan.rowParts),
  };
  const buffers = {
    q: gpu.upload('q', data.q),
    keys: gpu.upload('keys', data.keys),
    values: gpu.upload('values', data.values),
    partOutputs: gpu.buffer('part outputs', plan.partCount * heads * headWidth * 4),
    partLse: gpu.buffer('part lse', plan.partCount * heads * 4),
    o: gpu.buffer('o', rows.length * heads * headWidth * 4),
  };
  gpu.submit((encoder) => {
    const pass = encoder.beginComputePass();
    kernels.attendNodes(pass, plan, lists, buffers);
    kernels.merge(pass, lists, buffers, rows.length);
    pass.end();
  });
  const o = await gpu.readFloats(buffers.o, rows.length * heads * headWidth);
  for (const buffer of [...Object.values(lists), ...Object.values(buffers)]) buffer.destroy();
  return o;
}
