import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Kernel } from '../gpu/kernel.ts';
import { type AttentionTile, type FastPlan, LONGEST_ROW_STRETCH } from './plan.ts';
import type { Shapes } from './shapes.ts';

/** Query heads H, KV heads K, and their width d. */
export interface Heads {
  heads: number;
  kvHeads: number;
  headWidth: number;
}

/**
 * Tiles of tile_attention.wgsl: keys and subgroups, whether scores take the place of the keys, and the workgroups that an H200
 * has resident, which its registers decide. The large one reads a key for twice as many queries, and is half empty for few.
 */
const TILES = [
  { keys: 64, subgroups: 4, isOverlaid: true, resident: 396 },
  { keys: 32, subgroups: 8, isOverlaid: false, resident: 264 },
];
/** Subgroups that share the rows of a tile. */
const SPLIT = 2;
const ROW_TILE = { keys: 64, subgroups: 4 };
/** Parts that merge_parts.wgsl has under way. */
const PARTS_AT_ONCE = 8;
const MERGE_THREADS = 64;

/** What a pass attends with: q [K, T * G, d] and the KV store's buffers of one layer in f16, and the plan. */
export interface AttentionInputs {
  q: GPUBuffer;
  keys: GPUBuffer;
  values: GPUBuffer;
  plan: GPUBuffer;
}

/** Sums of the shared nodes' items and of the rows' own stretches, see the kernels. Two buffers each, so that both run at once. */
export interface AttentionParts {
  tileParts: GPUBuffer;
  tileStats: GPUBuffer;
  rowParts: GPUBuffer;
  rowStats: GPUBuffer;
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

interface AttentionKernels {
  tiles: Map<AttentionTile, Kernel>;
  rows: Kernel;
  merge: Kernel;
}

/** Exact tree attention: shared nodes in tiles, what a row attends by itself in stretches, and the merge of both. */
export class TreeAttention {
  /** For the planner. */
  readonly tiles: readonly AttentionTile[];
  readonly #heads: Heads;
  readonly #kernels: AttentionKernels;

  private constructor(heads: Heads, kernels: AttentionKernels) {
    this.#heads = heads;
    this.tiles = [...kernels.tiles.keys()];
    this.#kernels = kernels;
  }

  /** @throws CoppiceError where a kernel does not compile on this GPU adapter */
  static async compile(gpu: Gpu, heads: Heads): Promise<TreeAttention> {
    const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH } = heads;
    const { subgroupSize: SUBGROUP, matrices } = gpu.abilities;
    const { M: FM, N: FN, K: FK } = matrices[0]!;
    const { groupTo, subgroups } = rowTileOf(gpu, heads);
    const common = { HEADS, KV_HEADS, WIDTH, SCALE: 1 / Math.sqrt(WIDTH), SUBGROUP };
    const GROUP = HEADS / KV_HEADS;
    const loadsOf = (keys: number, subgroups: number) => Math.ceil(keys / ((SUBGROUP * subgroups) / (WIDTH / 8)));
    const libraries = ['plan-lists'];
    const fitting = tilesOf(gpu).filter((tile) => fits(gpu, bytesOf(tile, heads)));
    const [rows, merge, ...tiles] = await Promise.all([
      Kernel.compile(gpu, 'row_attention', 'urrrrww', {
        ...{ libraries, dialect: 'matrices' },
        constants: {
          ...{ ...common, GROUP, GROUP_TO: groupTo, SUBGROUPS: subgroups, FM, FN, FK },
          ...{ KEYS: ROW_TILE.keys, STRETCH: LONGEST_ROW_STRETCH, GROUP_M: groupTo / FM },
          ...{ KEY_N: ROW_TILE.keys / subgroups / FN, KEY_K: ROW_TILE.keys / FK },
          ...{ WIDTH_N: WIDTH / subgroups / FN, WIDTH_K: WIDTH / FK },
          LOADS: loadsOf(ROW_TILE.keys, subgroups),
        },
      }),
      Kernel.compile(gpu, 'merge_parts', 'urrrrrw', {
        libraries,
        constants: { GROUP, KV_HEADS, WIDTH, AT_ONCE: PARTS_AT_ONCE },
      }),
      ...fitting.map(({ keys, subgroups, isOverlaid, blocks, pairs }) =>
        Kernel.compile(gpu, 'tile_attention', 'urrrrww', {
          ...{ libraries, dialect: 'matrices' },
          constants: {
            ...{ ...common, SUBGROUPS: subgroups, SPLIT, KEYS: keys, FM, FN, FK, MF: blocks },
            ...{ OVERLAID: isOverlaid ? 1 : 0, APART: isOverlaid ? 0 : 1 },
            ...{ KEY_F: keys / SPLIT / FN, KEY_K: keys / FK, WIDTH_F: WIDTH / SPLIT / FN, WIDTH_K: WIDTH / FK },
            LOADS: loadsOf(keys, subgroups),
            OWN8: (keys * pairs) / (SUBGROUP * subgroups) / 8,
          },
        }),
      ),
    ]);
    return new TreeAttention(heads, {
      tiles: new Map(fitting.map((tile, i) => [tile, tiles[i]!])),
      rows: rows!,
      merge: merge!,
    });
  }

  /** Bytes of the parts of a pass. */
  roomFor({ tile, itemCount, stretchCount }: FastPlan): Record<keyof AttentionParts, number> {
    const { heads, kvHeads, headWidth } = this.#heads;
    const [tilePairs, rowPairs] = [itemCount * kvHeads * tile.pairs, stretchCount * heads];
    return {
      tileParts: tilePairs * headWidth * 4,
      tileStats: tilePairs * 8,
      rowParts: rowPairs * headWidth * 4,
      rowStats: rowPairs * 8,
    };
  }

  /** Attention of T rows; `pitch` columns of `o`. */
  prepare(
    shapes: Shapes,
    T: number,
    { q, keys, values, plan }: AttentionInputs,
    { tileParts, tileStats, rowParts, rowStats }: AttentionParts,
    { o, pitch }: { o: GPUBuffer; pitch: number },
  ): AttentionDispatches {
    const { heads, kvHeads, headWidth } = this.#heads;
    const { tiles, rows, merge } = this.#kernels;
    const group = heads / kvHeads;
    const inputs = [shapes.of(T * group), q, keys, values, plan];
    const mergers = Math.ceil((group * headWidth) / 4 / MERGE_THREADS);
    return new AttentionDispatches(
      new Map(
        [...tiles].map(([tile, kernel]) => [tile, kernel.prepare([...inputs, tileParts, tileStats], [1, kvHeads])]),
      ),
      rows.prepare([...inputs, rowParts, rowStats], [1, kvHeads]),
      merge.prepare([shapes.of(pitch / 4), plan, tileParts, tileStats, rowParts, rowStats, o], [T, kvHeads, mergers]),
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
  const { matrices } = gpu.abilities;
  if (headWidth % (SPLIT * matrices[0]!.N) !== 0) return `heads of width ${headWidth} do not fit its subgroup matrices`;
  const [smallest] = tilesOf(gpu);
  const { groupTo } = rowTileOf(gpu, heads);
  const rowBytes = kvBytes(ROW_TILE, heads) + groupTo * ((LONGEST_ROW_STRETCH + 4) * 4 + (LONGEST_ROW_STRETCH + 8) * 2);
  if (!fits(gpu, Math.max(bytesOf(smallest!, heads), rowBytes)))
    return 'its attention tile does not fit into workgroup memory';
  return undefined;
}

type Tile = ReturnType<typeof tilesOf>[number];

function tilesOf(gpu: Gpu) {
  const { subgroupSize, matrices } = gpu.abilities;
  const { M, N } = matrices[0]!;
  // Two lanes share a row's softmax where a subgroup has more of them than a matrix rows.
  const blocks = Math.max(SPLIT, subgroupSize / M);
  return TILES.filter(({ keys }) => keys % (SPLIT * N) === 0).map((tile) => ({
    ...tile,
    blocks,
    pairs: (blocks * M * tile.subgroups) / SPLIT,
  }));
}

function rowTileOf(gpu: Gpu, { heads, kvHeads, headWidth }: Heads) {
  const { M, N } = gpu.abilities.matrices[0]!;
  const groupTo = Math.ceil(heads / kvHeads / M) * M;
  return { groupTo, subgroups: Math.min(ROW_TILE.subgroups, headWidth / N) };
}

/** Bytes of keys or values of one tile, rows padded by 16. */
function kvBytes({ keys }: { keys: number }, { headWidth }: Heads): number {
  return keys * (headWidth + 8) * 2;
}

function bytesOf(tile: Tile, heads: Heads): number {
  const { keys, pairs, isOverlaid } = tile;
  const keyBytes = kvBytes(tile, heads);
  const scoreBytes = pairs * (keys + 4) * 4;
  const weightBytes = pairs * ((keys + 8) * 2 + 4);
  return keyBytes + (isOverlaid ? Math.max(keyBytes, scoreBytes) : keyBytes + scoreBytes) + weightBytes + 4;
}

function fits(gpu: Gpu, bytes: number): boolean {
  return bytes <= gpu.device.limits.maxComputeWorkgroupStorageSize;
}
