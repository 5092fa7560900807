import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Kernel } from '../gpu/kernel.ts';
import { matrixFor } from './matmul.ts';
import { type AttentionTile, type FastPlan, LONGEST_ROW_STRETCH } from './plan.ts';
import type { Shapes } from './shapes.ts';

/** Query heads H, KV heads K, and their width d. */
export interface Heads {
  heads: number;
  kvHeads: number;
  headWidth: number;
}

/**
 * Tiles of tile_attention.wgsl: keys and subgroups, how many of these share the same rows, and the workgroups that an H200 has
 * resident. Those of a multiprocessor share 48 KiB of workgroup memory there, whatever the card has: one of the small tile,
 * two of the large, which reads a key for twice as many queries and is half empty for few.
 */
const TILES = [
  { keys: 64, subgroups: 4, split: 2, resident: 132, halfRound: 1 },
  { keys: 16, subgroups: 4, split: 1, resident: 264, halfRound: 0.75 },
];
/** The tile of row_attention.wgsl: each subgroup has the keys of one matrix. */
const ROW_SUBGROUPS = 4;
/** Parts that a thread of merge_parts.wgsl has under way, and threads that share the parts of one output: where rows are many, and few. */
const MERGE = { atOnce: 8, shares: 1, outputs: 64 };
const MERGE_FEW = { atOnce: 3, shares: 8 };

/** What a pass attends with: q [K, T * G, d] and the KV store's buffers of one layer in f16, and the plan. */
export interface AttentionInputs {
  q: GPUBuffer;
  keys: GPUBuffer;
  values: GPUBuffer;
  plan: GPUBuffer;
}

/** Sums of the shared nodes' items and of the rows' own stretches, as their kernels leave them. */
export interface AttentionParts {
  tileParts: GPUBuffer;
  tileStats: GPUBuffer;
  rowParts: GPUBuffer;
  rowStats: GPUBuffer;
}

/** Where the result goes, and how many columns it has. */
export interface Attended {
  o: GPUBuffer;
  pitch: number;
}

/** The dispatches of one layer, made once for each number of rows. */
export class AttentionDispatches {
  readonly #tiles: Map<AttentionTile, Dispatch>;
  readonly #rows: Dispatch;
  readonly #merge: Dispatch;

  constructor(tiles: Map<AttentionTile, Dispatch>, rows: Dispatch, merge: Dispatch) {
    this.#tiles = tiles;
    this.#rows = rows;
    this.#merge = merge;
  }

  get all(): Dispatch[] {
    return [...this.#tiles.values(), this.#rows, this.#merge];
  }

  /** As many workgroups as the plan has items and stretches; dispatches of none are to be left out. */
  follow({ tile, itemCount, stretchCount }: FastPlan): void {
    for (const [of, dispatch] of this.#tiles) dispatch.workgroups[0] = of === tile ? itemCount : 0;
    this.#rows.workgroups[0] = stretchCount;
  }
}

/** What rows that turn q for themselves read instead of it: the product of a pass in one part, its bias, and the angles. */
export interface TurningInputs extends Omit<AttentionInputs, 'q'> {
  product: { y: GPUBuffer; pitch: number; bias: GPUBuffer; isBiased: boolean };
  angles: GPUBuffer;
}

interface AttentionKernels {
  tiles: Map<AttentionTile, Kernel>;
  rows: Kernel;
  turningRows: Kernel;
  merge: Kernel;
  /** Without parts of shared nodes. */
  mergeFew: Kernel;
}

/** Exact tree attention: shared nodes in tiles, what a row attends by itself in stretches, and the merge of both. */
export class TreeAttention {
  /** For the planner. */
  readonly tiles: readonly AttentionTile[];
  readonly #heads: Heads;
  readonly #groupTo: number;
  readonly #kernels: AttentionKernels;

  private constructor(heads: Heads, groupTo: number, kernels: AttentionKernels) {
    this.#heads = heads;
    this.#groupTo = groupTo;
    this.tiles = [...kernels.tiles.keys()];
    this.#kernels = kernels;
  }

  /** @throws CoppiceError where a kernel does not compile on this GPU adapter */
  static async compile(gpu: Gpu, heads: Heads): Promise<TreeAttention> {
    const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH } = heads;
    const { subgroupSize: SUBGROUP } = gpu.abilities;
    const { narrow, groupTo, subgroups, keys } = rowTileOf(gpu, heads);
    const common = { HEADS, KV_HEADS, WIDTH, SCALE: 1 / Math.sqrt(WIDTH), SUBGROUP };
    const GROUP = HEADS / KV_HEADS;
    const loadsOf = (keys: number, subgroups: number) => Math.ceil(keys / ((SUBGROUP * subgroups) / (WIDTH / 8)));
    const libraries = ['plan-lists'];
    const fitting = tilesOf(gpu, heads);
    const rowsOf = (turns: 0 | 1) =>
      Kernel.compile(gpu, 'row_attention', turns ? 'urwwrwwrr' : 'urrrrww', {
        ...{ libraries, dialect: 'matrices' },
        constants: {
          ...{ ...common, GROUP, GROUP_TO: groupTo, SUBGROUPS: subgroups, KEYS: keys, STRETCH: LONGEST_ROW_STRETCH },
          ...{ FM: narrow.M, FN: narrow.N, FK: narrow.K, GROUP_N: groupTo / narrow.N },
          ...{ KEY_K: keys / narrow.K, WIDTH_M: WIDTH / subgroups / narrow.M, WIDTH_K: WIDTH / narrow.K },
          ...{ HEADS_EACH: Math.ceil(GROUP / subgroups), SCORES_EACH: LONGEST_ROW_STRETCH / SUBGROUP },
          ...{ LOADS: loadsOf(keys, subgroups), TURNS: turns, READS: 1 - turns },
        },
      });
    const mergeOf = ({ atOnce, shares }: { atOnce: number; shares: number }, hasTiles: boolean) =>
      Kernel.compile(gpu, 'merge_parts', hasTiles ? 'urrrwrr' : 'urrrw', {
        libraries,
        constants: {
          ...{ GROUP, GROUP_TO: groupTo, KV_HEADS, WIDTH },
          ...{ AT_ONCE: atOnce, SHARES: shares, TILES: hasTiles ? 1 : 0 },
        },
      });
    const [rows, turningRows, merge, mergeFew, ...tiles] = await Promise.all([
      rowsOf(0),
      rowsOf(1),
      mergeOf(MERGE, true),
      mergeOf(MERGE_FEW, false),
      ...fitting.map(({ keys, subgroups, split, matrix: { M, N, K }, blocks, pairs }) =>
        Kernel.compile(gpu, 'tile_attention', 'urrrrww', {
          ...{ libraries, dialect: 'matrices' },
          constants: {
            ...{ ...common, SUBGROUPS: subgroups, SPLIT: split, KEYS: keys, FM: M, FN: N, FK: K, MF: blocks },
            ...{ KEY_F: keys / split / N, KEY_K: keys / K, WIDTH_F: WIDTH / split / N, WIDTH_K: WIDTH / K },
            LOADS: loadsOf(keys, subgroups),
            OWN8: (keys * pairs) / (SUBGROUP * subgroups) / 8,
          },
        }),
      ),
    ]);
    return new TreeAttention(heads, groupTo, {
      tiles: new Map(fitting.map((tile, i) => [tile, tiles[i]!])),
      ...{ rows: rows!, turningRows: turningRows!, merge: merge!, mergeFew: mergeFew! },
    });
  }

  /** Bytes of the parts of a pass. */
  roomFor({ tile, itemCount, stretchCount }: FastPlan): Record<keyof AttentionParts, number> {
    const { kvHeads, headWidth } = this.#heads;
    const [tilePairs, rowPairs] = [itemCount * kvHeads * tile.pairs, stretchCount * kvHeads * this.#groupTo];
    return {
      tileParts: tilePairs * headWidth * 4,
      tileStats: tilePairs * 8,
      rowParts: rowPairs * headWidth * 4,
      rowStats: rowPairs * 8,
    };
  }

  /** Attention of T rows. */
  prepare(
    shapes: Shapes,
    T: number,
    { q, keys, values, plan }: AttentionInputs,
    { tileParts, tileStats, rowParts, rowStats }: AttentionParts,
    { o, pitch }: Attended,
  ): AttentionDispatches {
    const { heads, kvHeads, headWidth } = this.#heads;
    const { tiles, rows } = this.#kernels;
    const inputs = [shapes.of((T * heads) / kvHeads), q, keys, values, plan];
    const merged = [shapes.of(pitch / 4), plan, rowParts, rowStats, o];
    return new AttentionDispatches(
      new Map(
        [...tiles].map(([tile, kernel]) => [tile, kernel.prepare([...inputs, tileParts, tileStats], [1, kvHeads])]),
      ),
      rows.prepare([...inputs, rowParts, rowStats], [1, kvHeads]),
      this.#kernels.merge.prepare(
        [...merged, tileParts, tileStats],
        [T, kvHeads, Math.ceil(((heads / kvHeads) * headWidth) / 4 / MERGE.outputs)],
      ),
    );
  }

  /** The same for rows that attend all by themselves: they turn q, and store their own key and value. */
  prepareTurning(
    shapes: Shapes,
    T: number,
    { product, angles, keys, values, plan }: TurningInputs,
    { rowParts, rowStats }: AttentionParts,
    { o, pitch }: Attended,
  ): AttentionDispatches {
    const { heads, kvHeads } = this.#heads;
    const shape = shapes.of(product.pitch / 2, product.isBiased ? 1 : 0);
    const resources = [shape, product.y, keys, values, plan, rowParts, rowStats, product.bias, angles];
    return new AttentionDispatches(
      new Map(),
      this.#kernels.turningRows.prepare(resources, [1, kvHeads]),
      this.#kernels.mergeFew.prepare(
        [shapes.of(pitch / 4), plan, rowParts, rowStats, o],
        [T, kvHeads, heads / kvHeads],
      ),
    );
  }
}

/** What keeps attention with such heads from this GPU adapter, whose subgroup matrices are known to fit; undefined where nothing does. */
export function attentionObstacle(gpu: Gpu, heads: Heads): string | undefined {
  const { headWidth, kvHeads } = heads;
  const { subgroupSize } = gpu.abilities;
  const lanes = headWidth / 8;
  if (headWidth % 32 !== 0 || !Number.isInteger(Math.log2(lanes)) || lanes > subgroupSize)
    return `heads of width ${headWidth} do not fit its tiles`;
  const group = heads.heads / kvHeads;
  if (group > 8) return `${group} query heads share a KV head, 8 at most fit`;
  if (tilesOf(gpu, heads).length === 0) return `heads of width ${headWidth} fit none of its tiles`;
  const { groupTo, keys } = rowTileOf(gpu, heads);
  const rowBytes =
    kvBytes(keys, heads) + groupTo * (LONGEST_ROW_STRETCH + 4) * 4 + (groupTo + 2) * (headWidth / 2 + 4) * 4;
  return fits(gpu, rowBytes) ? undefined : 'a row of its attention does not fit into workgroup memory';
}

/** The tiles that divide into subgroup matrices here and fit into workgroup memory. */
function tilesOf(gpu: Gpu, heads: Heads) {
  const { headWidth } = heads;
  const { subgroupSize, matrices } = gpu.abilities;
  return TILES.map((tile) => {
    const matrix = (tile.split === 1 ? matrixFor(matrices, 8) : undefined) ?? matrices[0]!;
    // A lane or two for each row's softmax where a subgroup has more of them than a matrix rows.
    const blocks = Math.max(tile.split, subgroupSize / matrix.M);
    return { ...tile, matrix, blocks, pairs: (blocks * matrix.M * tile.subgroups) / tile.split };
  }).filter((tile) => {
    const { keys, split, matrix } = tile;
    const parts = [keys / split / matrix.N, keys / matrix.K, headWidth / split / matrix.N];
    return parts.every(Number.isInteger) && fits(gpu, bytesOf(tile, heads));
  });
}

function rowTileOf(gpu: Gpu, { heads, kvHeads, headWidth }: Heads) {
  const { matrices } = gpu.abilities;
  // The heads of a group are columns: a narrow matrix pads them least.
  const narrow = matrixFor(matrices, 8) ?? matrices[0]!;
  const groupTo = Math.ceil(heads / kvHeads / narrow.N) * narrow.N;
  const subgroups = Math.min(ROW_SUBGROUPS, headWidth / narrow.M);
  return { narrow, groupTo, subgroups, keys: subgroups * narrow.M };
}

/** Bytes of so many keys or values in workgroup memory, rows padded by 16. */
function kvBytes(keys: number, { headWidth }: Heads): number {
  return keys * (headWidth + 8) * 2;
}

function bytesOf({ keys, pairs }: { keys: number; pairs: number }, heads: Heads): number {
  const keyBytes = kvBytes(keys, heads);
  return keyBytes + Math.max(keyBytes, pairs * (keys + 4) * 4) + pairs * ((keys + 8) * 2 + 4) + 4;
}

function fits(gpu: Gpu, bytes: number): boolean {
  return bytes <= gpu.device.limits.maxComputeWorkgroupStorageSize;
}
