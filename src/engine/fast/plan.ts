import { type CacheNode, pathOf } from '../cache/radix.ts';

/** One query row of a pass: the token at `index` of `node`, and for a candidate that decodes on, its slots for the steps to come. */
export interface FastRow {
  node: CacheNode;
  /** Offset in the node of the row's token at step 0. */
  index: number;
  /** The token's id, or the row that the candidate had in the submission before. */
  token: { id: number } | { row: number };
}

export interface FastPlanOptions {
  /** Rows that the pass computes: a `bucket` of those planned, the rest is padding. */
  rows: number;
  /** Steps that every row grows by; 0 for rows that stay as they are. */
  steps: number;
  /** Rows whose logits are wanted. */
  wanted: number[];
  /** A slot that nothing reads, for padding. */
  spareSlot: number;
  /** Query heads of a KV head, G, and KV heads, K. */
  group: number;
  kvHeads: number;
  /** Pairs and keys of a tile of the attention kernel. */
  pairs: number;
  keys: number;
  /** Cuts depend on the node alone, so that a row's bits do not depend on the other rows. */
  reproducible: boolean;
}

export interface FastPlan {
  /** As kernels/plan-lists.wgsl reads it. */
  words: Uint32Array<ArrayBuffer>;
  itemCount: number;
}

const HEADER_WORDS = 16;
const ITEM_WORDS = 6;
/** Workgroups that fill a large GPU several times over; cuts are made until about so many are there. */
const WORKGROUPS = 300;
/** Shorter nodes are attended row by row: a part of its own would cost more than reading the keys again. */
const FOLD_KEYS = 32;
const LEAST_STRETCH = 64;
/** The cut of reproducible passes. */
const FIXED_STRETCH = 512;

/** Rows are padded to one of few counts, so that few recordings serve all. */
export function bucket(rows: number): number {
  for (const size of [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 224, 256]) if (rows <= size) return size;
  return Math.ceil(rows / 64) * 64;
}

/**
 * Plans exact tree attention for the fast tier. Every node on some row's path is a shared pass, in items of one stretch of
 * keys and one tile of (row, head of the group) pairs, for each run of neighbouring rows below it. Short nodes and a
 * candidate's own branch are ranges that the row attends by itself. Stretches are as long as filling the GPU allows
 * (DeFT's balanced splitting; FastTree's rule that a node is split off only where that pays).
 */
export function planFast(rows: FastRow[], options: FastPlanOptions): FastPlan {
  const { group, pairs, reproducible } = options;
  const growing = options.steps > 0;
  const runs = runsOf(rows, growing);
  const stretch = reproducible ? FIXED_STRETCH : stretchFor(runs, options);

  // Shared keys first, then each growing row's own, with the slots of the steps to come, then a slot for padding.
  let keyCount = 0;
  const startOf = new Map<CacheNode, number>();
  for (const { node, keys } of runs) {
    if (startOf.has(node)) continue;
    startOf.set(node, keyCount);
    keyCount += keys;
  }
  const sharedKeys = keyCount;
  if (growing) for (const { index } of rows) keyCount += index + options.steps;
  const spare = keyCount;
  keyCount += options.steps + 1;

  const items: number[] = [];
  const rowItems: number[][] = rows.map(() => []);
  const ranges: number[][] = rows.map(() => []);
  for (const run of runs) {
    const start = startOf.get(run.node)!;
    const visibleTo = ({ node, index }: FastRow) => (node === run.node ? index + 1 : run.keys);
    if (run.keys < FOLD_KEYS) {
      for (let row = run.first; row < run.first + run.count; row++) ranges[row]!.push(start, visibleTo(rows[row]!));
      continue;
    }
    const firstPair = run.first * group;
    const pairCount = run.count * group;
    for (let p = 0; p < pairCount; p += pairs) {
      const inTile = Math.min(pairs, pairCount - p);
      const firstRow = run.first + Math.floor(p / group);
      const lastRow = run.first + Math.floor((p + inTile - 1) / group);
      // Rows of the node itself see it up to their own token; they may come in any order.
      let visible = 0;
      for (let row = firstRow; row <= lastRow; row++) visible = Math.max(visible, visibleTo(rows[row]!));
      for (let k = 0; k < visible; k += stretch) {
        const index = items.length / ITEM_WORDS;
        items.push(start + k, Math.min(stretch, visible - k), run.node.start + k, firstPair + p, inTile, 0);
        for (let row = firstRow; row <= lastRow; row++) rowItems[row]!.push(index);
      }
    }
  }

  const T = options.rows;
  const positions = new Uint32Array(T);
  const slots = new Uint32Array(T).fill(spare);
  const tokens = new Uint32Array(T);
  const ownRanges = new Uint32Array(2 * T);
  let ownStart = sharedKeys;
  rows.forEach(({ node, index, token }, row) => {
    positions[row] = node.start + index;
    tokens[row] = 'id' in token ? token.id : token.row | 0x80000000;
    if (!growing) {
      slots[row] = startOf.get(node)! + index;
      return;
    }
    slots[row] = ownStart + index;
    ownRanges.set([ownStart, index + 1], 2 * row);
    ownStart += index + options.steps;
  });

  const words = assemble([
    { length: keyCount },
    positions,
    slots,
    items,
    rowItems.flat(),
    startsOf(rowItems, T, 1),
    ranges.flat(),
    startsOf(ranges, T, 2),
    [growing ? 1 : 0],
    options.wanted,
    tokens,
    ownRanges,
  ]);
  let at = HEADER_WORDS;
  for (const node of startOf.keys()) {
    const count = node.tokens.length;
    for (let i = 0; i < count; i++) words[at++] = node.slots[i]!;
  }
  if (growing) {
    for (const { node, index } of rows) {
      const count = index + options.steps;
      for (let i = 0; i < count; i++) words[at++] = node.slots[i]!;
    }
  }
  words.fill(options.spareSlot, at, at + options.steps + 1);
  return { words, itemCount: items.length / ITEM_WORDS };
}

/** Neighbouring rows below one node, which see `keys` of its keys at most. */
interface Run {
  node: CacheNode;
  first: number;
  count: number;
  keys: number;
}

function runsOf(rows: FastRow[], growing: boolean): Run[] {
  const runs: Run[] = [];
  const open = new Map<CacheNode, Run>();
  let lastNode: CacheNode | undefined;
  let lastPath: CacheNode[] = [];
  rows.forEach(({ node }, row) => {
    if (node !== lastNode) {
      lastNode = node;
      lastPath = pathOf(node).filter((at) => !(growing && at === node));
    }
    for (const at of lastPath) {
      const run = open.get(at);
      if (run && run.first + run.count === row) {
        run.count++;
      } else {
        const fresh = { node: at, first: row, count: 1, keys: at.tokens.length };
        open.set(at, fresh);
        runs.push(fresh);
      }
    }
  });
  return runs;
}

/** Keys of one item at most: what fills the GPU, in whole tiles. */
function stretchFor(runs: Run[], { group, kvHeads, pairs, keys }: FastPlanOptions): number {
  let work = 0;
  for (const run of runs)
    if (run.keys >= FOLD_KEYS) work += Math.ceil((run.count * group) / pairs) * run.keys * kvHeads;
  return Math.max(LEAST_STRETCH, Math.ceil(work / WORKGROUPS / keys) * keys);
}

/** Where each row's list starts in all lists together, in entries of `width` words; padding rows have none. */
function startsOf(lists: number[][], rows: number, width: number): number[] {
  const starts = [0];
  for (let row = 0; row < rows; row++) starts.push(starts[row]! + (lists[row]?.length ?? 0) / width);
  return starts;
}

/** One buffer of all lists, with where each starts in its header; a list that is a length alone is left to be filled. */
function assemble(lists: (ArrayLike<number> | { length: number })[]): Uint32Array<ArrayBuffer> {
  const total = lists.reduce((sum, { length }) => sum + length, HEADER_WORDS);
  const words = new Uint32Array(total);
  let at = HEADER_WORDS;
  lists.forEach((list, i) => {
    words[1 + i] = at;
    if (0 in list) words.set(list as ArrayLike<number>, at);
    at += list.length;
  });
  return words;
}
