import { type CacheNode, pathOf } from '../cache/radix.ts';
import { FIXED_FOLDS, type Folds, isFolded } from './folds.ts';

/** One query row of a pass: the token at `index` of `node`, and for a candidate that decodes on, its slots for the steps to come. */
export interface FastRow {
  node: CacheNode;
  /** Offset in the node of the row's token at step 0. */
  index: number;
  /** The token's id, or the row that the candidate had in the submission before. */
  token: { id: number } | { row: number };
}

/** A tile of tile_attention.wgsl, turn_attention.wgsl or block_attention.wgsl. */
export interface AttentionTile {
  /** (row, head of a group) pairs, and keys at a time. */
  pairs: number;
  keys: number;
  /** Queries of a KV head from which on it is thought about. */
  leastPairs?: number;
  /** Workgroups that a large GPU has resident: one more is a second round. */
  resident: number;
  /** What a round costs that fills half of the GPU at most, as a part of a whole one. */
  halfRound: number;
  /**
   * What a round costs, in ns on an H200: a key of its items, and all the rest of them, which is their queries, their parts and the
   * merge of these. Only what the numbers of several tiles are to one another counts.
   */
  keyCost: number;
  itemCost: number;
}

/** A tile of row_attention.wgsl. */
export interface RowTile {
  /** Keys that one workgroup takes at most: it has room for so many scores. */
  longest: number;
  /** Workgroups that a large GPU has resident. */
  resident: number;
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
  /** Tiles that the attention kernel comes in, the smaller first. */
  tiles: readonly AttentionTile[];
  /** Tiles for what rows attend by themselves: the one for few workgroups, and perhaps another one for many. */
  rowTiles: readonly RowTile[];
  /** Tiles of rows that merge what the shared nodes have left, likewise, each of many rows longer than the one before. */
  mergingRowTiles: readonly RowTile[];
  /** Which nodes rows attend by themselves, unless the pass is reproducible. */
  folds: Folds;
  /** Cuts depend on the node alone, so that a row's bits do not depend on the other rows. */
  reproducible: boolean;
}

export interface FastPlan {
  /** As kernels/plan-lists.wgsl reads it. */
  words: Uint32Array<ArrayBuffer>;
  /** Which tile the items are for, and which the stretches. */
  tile: AttentionTile;
  rowTile: RowTile;
  /** Work of tile_attention.wgsl and of row_attention.wgsl. */
  itemCount: number;
  stretchCount: number;
  /** Each row's own keys are one stretch, whose workgroup merges all of the row. */
  isMerging: boolean;
  /** Rows grow, and each attends all its keys by itself. */
  isByRows: boolean;
}

const HEADER_WORDS = 16;
const TILE_PAIRS = 13;
const ITEM_WORDS = 5;
const STRETCH_WORDS = 4;
const GROWS = 9;
const LEAST_STRETCH = 64;
/** Cuts of a node that are thought about. */
const MOST_CUTS = 128;
/** The cut of reproducible passes. */
const FIXED_STRETCH = 512;
/** Keys that one workgroup of row_attention.wgsl takes where that makes no more of them than these. */
const SHORT_ROW_STRETCH = 64;
const ROW_WORKGROUPS = 800;

/** Rows are padded to one of few counts, so that few recordings serve all. */
export function bucket(rows: number): number {
  for (const size of [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 224, 256]) if (rows <= size) return size;
  return Math.ceil(rows / 64) * 64;
}

/**
 * Plans exact tree attention for the fast tier. Every node on some row's path is a shared pass, in items of one stretch of
 * keys and one tile of (row, head of the group) pairs, for each run of neighbouring rows below it. Short nodes, nodes with
 * few rows and a candidate's own branch are keys that the row attends by itself. Stretches are as long as filling the GPU
 * allows (DeFT's balanced splitting; FastTree's rule that a node is split off only where that pays).
 */
export function planFast(rows: FastRow[], options: FastPlanOptions): FastPlan {
  const { reproducible, rows: T, steps } = options;
  const growing = steps > 0;
  const runs = runsOf(rows, growing);
  const folds = reproducible ? FIXED_FOLDS : options.folds;
  const isAlone = ({ count, keys }: Run) => isFolded(folds, count, keys);
  const shared = runs.filter((run) => !isAlone(run));
  const cut = cutFor(shared, options);

  const keyList = new KeyList();
  const startOf = new Map<CacheNode, number>();
  for (const { node, keys } of shared) {
    if (!startOf.has(node)) startOf.set(node, keyList.add(node, keys));
  }
  const { items, rowTiles } = tilesFor(rows, shared, startOf, cut, options);
  const folded: CacheNode[][] = rows.map(() => []);
  for (const run of runs.filter(isAlone)) {
    for (let row = run.first; row < run.first + run.count; row++) folded[row]!.push(run.node);
  }
  const own = rows.map((_, row) => ownKeys(rows, row, folded, keyList, startOf, steps));
  const merging = items.length > 0 ? mergingTileFor(own, options) : undefined;
  const { rowTile, stretches, stretchStarts } = stretchesFor(own, options, merging);
  const [positions, slots, tokens] = [new Uint32Array(T), new Uint32Array(T), new Uint32Array(T)];
  rows.forEach(({ node, index, token }, row) => {
    positions[row] = node.start + index;
    slots[row] = own[row]!.slot;
    tokens[row] = 'id' in token ? token.id : token.row | 0x80000000;
  });
  // Padding writes behind all keys.
  slots.fill(keyList.length, rows.length);

  // They come first, so that no kernel looks up where they are, and say where their keys are in the plan itself.
  const keysAt = HEADER_WORDS + stretches.length;
  for (let i = 1; i < stretches.length; i += STRETCH_WORDS) stretches[i]! += keysAt;
  const words = assemble([
    stretches,
    { length: keyList.length + steps + 1 },
    positions,
    slots,
    items,
    rowTiles.flat(),
    startsOf(rowTiles, T, 2),
    stretchStarts,
    [],
    options.wanted,
    tokens,
  ]);
  words[GROWS] = growing ? 1 : 0;
  words[TILE_PAIRS] = cut.tile.pairs;
  keyList.write(words, keysAt);
  words.fill(options.spareSlot, keysAt + keyList.length, keysAt + keyList.length + steps + 1);
  const [itemCount, stretchCount] = [items.length / ITEM_WORDS, stretches.length / STRETCH_WORDS];
  const isByRows = growing && itemCount === 0;
  return { words, tile: cut.tile, rowTile, itemCount, stretchCount, isMerging: merging !== undefined, isByRows };
}

/** The entries of KEY_SLOTS: the first slots of nodes, one node after the other. */
class KeyList {
  readonly #pieces: { node: CacheNode; count: number }[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Returns where the first of them is. */
  add(node: CacheNode, count: number): number {
    this.#pieces.push({ node, count });
    this.#length += count;
    return this.#length - count;
  }

  write(words: Uint32Array, at: number): void {
    let to = at;
    for (const { node, count } of this.#pieces) {
      for (let i = 0; i < count; i++) words[to++] = node.slots[i]!;
    }
  }
}

/** Items of the shared nodes, and for each row the tiles that have heads of it. */
function tilesFor(
  rows: FastRow[],
  shared: Run[],
  startOf: Map<CacheNode, number>,
  { tile: { pairs }, stretch }: Cut,
  { group, kvHeads }: FastPlanOptions,
): { items: number[]; rowTiles: number[][] } {
  const items: number[] = [];
  const rowTiles: number[][] = rows.map(() => []);
  for (const run of shared) {
    const start = startOf.get(run.node)!;
    const visibleTo = ({ node, index }: FastRow) => (node === run.node ? index + 1 : run.keys);
    const firstPair = run.first * group;
    const pairCount = run.count * group;
    for (let p = 0; p < pairCount; p += pairs) {
      const inTile = Math.min(pairs, pairCount - p);
      const firstRow = run.first + Math.floor(p / group);
      const lastRow = run.first + Math.floor((p + inTile - 1) / group);
      // Rows of the node itself see it up to their own token; they may come in any order.
      let visible = 0;
      for (let row = firstRow; row <= lastRow; row++) visible = Math.max(visible, visibleTo(rows[row]!));
      const firstItem = items.length / ITEM_WORDS;
      for (let k = 0; k < visible; k += stretch) {
        items.push(start + k, Math.min(stretch, visible - k), run.node.start + k, firstPair + p, inTile);
      }
      const cuts = items.length / ITEM_WORDS - firstItem;
      // The part of head h of KV head 0 lies at `first` + h, if the tile has that head of the row.
      for (let row = firstRow; row <= lastRow; row++) {
        const first = firstItem * kvHeads * pairs + row * group - (firstPair + p);
        const least = Math.max(0, firstPair + p - row * group);
        const end = Math.min(group, firstPair + p + inTile - row * group);
        rowTiles[row]!.push(first, least | (end << 8) | (cuts << 16));
      }
    }
  }
  return { items, rowTiles };
}

/** Keys that a row attends by itself: entries of KEY_SLOTS from `start` on, `count` of them at step 0; `slot` is its own token's. */
interface OwnKeys {
  start: number;
  count: number;
  slot: number;
}

/** What is folded, in the order of the path, then a growing row's own branch with room for the steps. */
function ownKeys(
  rows: FastRow[],
  row: number,
  folded: CacheNode[][],
  keyList: KeyList,
  startOf: Map<CacheNode, number>,
  steps: number,
): OwnKeys {
  const { node, index } = rows[row]!;
  const nodes = folded[row]!;
  const above = nodes.reduce((sum, at) => sum + at.tokens.length, 0);
  const addFolded = () => {
    const start = keyList.length;
    for (const at of nodes) keyList.add(at, at.tokens.length);
    return start;
  };
  if (steps > 0) {
    const start = addFolded();
    keyList.add(node, index + steps);
    return { start, count: above + index + 1, slot: start + above + index };
  }
  // The node itself comes last of what is folded, and the row sees it up to its own token.
  const isOwn = nodes.at(-1) === node;
  const before = folded[row - 1];
  const isSame = before?.length === nodes.length && nodes.every((at, i) => at === before[i]);
  const start = isSame ? keyList.length - above : addFolded();
  return {
    ...{ start, count: isOwn ? above - node.tokens.length + index + 1 : above },
    slot: isOwn ? start + above - node.tokens.length + index : (startOf.get(node) ?? 0) + index,
  };
}

/** Keys that a row has by itself once its steps are done. */
function mostKeys({ count }: OwnKeys, steps: number): number {
  return count + Math.max(0, steps - 1);
}

/** The tile in which each row's own keys are one stretch; undefined where there is none, or bits would depend on other rows. */
function mergingTileFor(
  own: OwnKeys[],
  { steps, kvHeads, reproducible, mergingRowTiles }: FastPlanOptions,
): RowTile | undefined {
  if (steps === 0 || reproducible) return undefined;
  const longest = own.reduce((most, keys) => Math.max(most, mostKeys(keys, steps)), 0);
  const [few, ...many] = mergingRowTiles;
  const tiles = few && own.length * kvHeads <= few.resident ? [few] : many;
  return tiles.find((tile) => longest <= tile.longest);
}

/** The rows' own keys in stretches, which a growing row's last one fills as the steps go by. */
function stretchesFor(
  own: OwnKeys[],
  { rows: T, steps, kvHeads, reproducible, rowTiles }: FastPlanOptions,
  merging: RowTile | undefined,
) {
  const most = (keys: OwnKeys) => mostKeys(keys, steps);
  const workgroups = (size: number) => own.reduce((sum, keys) => sum + Math.ceil(most(keys) / size), 0) * kvHeads;
  const [few, many] = rowTiles;
  const short = workgroups(SHORT_ROW_STRETCH);
  const rowTile = merging ?? (reproducible || !many || short <= few!.resident ? few! : many);
  // Stretches of like length take less than as many of which some are long.
  const isShort = rowTile === many ? short <= workgroups(many.longest) : short <= ROW_WORKGROUPS;
  const size = isShort && !reproducible && !merging ? SHORT_ROW_STRETCH : rowTile.longest;
  const stretches: number[] = [];
  const stretchStarts = new Uint32Array(T + 1);
  for (let row = 0; row < T; row++) {
    const keys = own[row];
    if (keys) {
      for (let k = 0; k < most(keys); k += size) stretches.push(row, keys.start + k, keys.count - k, size);
    }
    stretchStarts[row + 1] = stretches.length / STRETCH_WORDS;
  }
  return { rowTile, stretches, stretchStarts };
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

/** The tile of a pass, and the keys of one item at most. */
interface Cut {
  tile: AttentionTile;
  stretch: number;
}

function cutFor(shared: Run[], { group, kvHeads, tiles, reproducible }: FastPlanOptions): Cut {
  const [smallest] = tiles;
  if (reproducible) return { tile: smallest!, stretch: FIXED_STRETCH };
  const pairs = shared.reduce((most, { count }) => Math.max(most, count * group), 0);
  const longest = shared.reduce((most, { keys }) => Math.max(most, keys), 0);
  // Items take their turns in rounds of the resident workgroups: the tile and the cut whose rounds are over first.
  let best = { tile: smallest!, stretch: LEAST_STRETCH, cost: Number.POSITIVE_INFINITY };
  for (const tile of tiles.filter(({ leastPairs = 0 }) => pairs >= leastPairs)) {
    for (let cuts = 1; cuts <= MOST_CUTS; cuts++) {
      const stretch = Math.max(LEAST_STRETCH, Math.ceil(longest / cuts / tile.keys) * tile.keys);
      const items = shared.reduce(
        (sum, { count, keys }) => sum + Math.ceil((count * group) / tile.pairs) * Math.ceil(keys / stretch) * kvHeads,
        0,
      );
      const rounds = items / tile.resident;
      const rest = rounds % 1;
      const whole = Math.floor(rounds) + (rest === 0 ? 0 : rest <= 0.5 ? tile.halfRound : 1);
      const cost = whole * (tile.keyCost * stretch + tile.itemCost);
      if (cost < best.cost) best = { tile, stretch, cost };
      if (stretch === LEAST_STRETCH) break;
    }
  }
  return best;
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
