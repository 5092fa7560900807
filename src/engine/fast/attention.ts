import type { Gpu } from '../gpu/gpu.ts';
import { type Constants, type Dialect, type Dispatch, Kernel } from '../gpu/kernel.ts';
import { headNormConstants, scaleOf } from '../model/kernels.ts';
import type { Heads } from '../weights/config.ts';
import { laneConstants, numberConstants } from './lanes.ts';
import { matrixFor } from './matmul.ts';
import type { AttentionTile, FastPlan, RowTile } from './plan.ts';
import type { Shapes } from './shapes.ts';

/**
 * Tiles of tile_attention.wgsl: keys and subgroups, how many of these share the same rows, lanes for each row's softmax, and the
 * workgroups that an H200 has resident. Those of a multiprocessor share 48 KiB of workgroup memory there, whatever the card has:
 * one of the first tile, which is for few queries, two of the others. The last reads a key for twice as many queries as the one
 * before, which is cut less often where keys are few and leaves half as many parts.
 */
const MATRIX_TILES = [
  { keys: 64, subgroups: 4, split: 2, lanes: 1, resident: 132, halfRound: 1, keyCost: 27, itemCost: 5_400 },
  { keys: 32, subgroups: 4, split: 1, lanes: 2, resident: 264, halfRound: 0.75, keyCost: 47, itemCost: 7_800 },
  { keys: 16, subgroups: 4, split: 1, lanes: 1, resident: 264, halfRound: 0.75, keyCost: 73, itemCost: 13_400 },
];
/** The tile of turn_attention.wgsl, for many queries: keys and subgroups. A multiprocessor of an H200 has one resident. */
const TURN_TILE = { keys: 16, subgroups: 8, resident: 132, halfRound: 1, keyCost: 60, itemCost: 14_200 };
/** Tiles of block_attention.wgsl: pairs, keys, and vectors of the width that a thread has; the first, and the last that fits, are used. */
const BLOCK_TILES = [
  { pairs: 32, keys: 32, vectors: 1, resident: 264, halfRound: 0.75, keyCost: 100, itemCost: 10_000 },
  { pairs: 64, keys: 16, vectors: 2, leastPairs: 512, resident: 132, halfRound: 1, keyCost: 99, itemCost: 10_000 },
  { pairs: 64, keys: 32, vectors: 2, leastPairs: 512, resident: 132, halfRound: 1, keyCost: 99, itemCost: 10_000 },
];
/**
 * Tiles of row_attention.wgsl. With matrices a subgroup has the keys of one for the scores: of the second tile, of which an H200 has
 * four resident on a multiprocessor where it has two of the first, half (`share`) of the subgroups. Without matrices there is the
 * first alone, and a thread has one key.
 */
const ROW_TILES = [
  { longest: 128, resident: 264, share: 1 },
  { longest: 96, resident: 528, share: 2 },
];
/** The same for rows whose own keys are one stretch, which merge what the shared nodes have left. */
const MERGING_ROW_TILES = [...ROW_TILES, { longest: 128, resident: 396, share: 2 }];
const ROW_SUBGROUPS = 4;
const ROW_THREADS = 128;
const ROW_KEYS = 64;
/** Query heads that may share a KV head: two matrices across. */
const MOST_GROUP = 16;
/** Bindings of row_attention.wgsl in each of its forms. */
const ROW_ACCESS = { turns: 'urwwrwwrr', leaves: 'urrrrww', merges: 'urrrrrrw' };
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
  /** By their tile, or one for all. */
  readonly #rows: Map<RowTile, Dispatch> | Dispatch;
  readonly #merge: Dispatch;
  readonly #mergedRows: number;

  constructor(tiles: Map<AttentionTile, Dispatch>, rows: Map<RowTile, Dispatch> | Dispatch, merge: Dispatch) {
    this.#tiles = tiles;
    this.#rows = rows;
    this.#merge = merge;
    this.#mergedRows = merge.workgroups[0];
  }

  get all(): Dispatch[] {
    const rows = this.#rows instanceof Map ? [...this.#rows.values()] : [this.#rows];
    return [...this.#tiles.values(), ...rows, this.#merge];
  }

  /** As many workgroups as the plan has items and stretches; dispatches of none are to be left out. */
  follow({ tile, rowTile, itemCount, stretchCount, isMerging }: FastPlan): void {
    for (const [of, dispatch] of this.#tiles) dispatch.workgroups[0] = of === tile ? itemCount : 0;
    if (!(this.#rows instanceof Map)) this.#rows.workgroups[0] = stretchCount;
    else for (const [of, dispatch] of this.#rows) dispatch.workgroups[0] = of === rowTile ? stretchCount : 0;
    this.#merge.workgroups[0] = isMerging ? 0 : this.#mergedRows;
  }
}

/** What rows that turn q for themselves read instead of it: the product of a pass in one part, its bias, and the angles. */
export interface TurningInputs extends Omit<AttentionInputs, 'q'> {
  product: { y: GPUBuffer; pitch: number; bias: GPUBuffer; isBiased: boolean };
  angles: GPUBuffer;
}

interface AttentionKernels {
  tiles: Map<AttentionTile, Kernel>;
  rows: Map<RowTile, Kernel>;
  mergingRows: Map<RowTile, Kernel>;
  turningRows: Kernel;
  merge: Kernel;
  /** Without parts of shared nodes. */
  mergeFew: Kernel;
}

/** Exact tree attention: shared nodes in tiles, what a row attends by itself in stretches, and the merge of both. */
export class TreeAttention {
  /** For the planner. */
  readonly tiles: readonly AttentionTile[];
  readonly rowTiles: readonly RowTile[];
  readonly mergingRowTiles: readonly RowTile[];
  readonly #heads: Heads;
  readonly #groupTo: number;
  readonly #kernels: AttentionKernels;

  private constructor(heads: Heads, groupTo: number, kernels: AttentionKernels) {
    this.#heads = heads;
    this.#groupTo = groupTo;
    this.tiles = [...kernels.tiles.keys()];
    this.rowTiles = [...kernels.rows.keys()];
    this.mergingRowTiles = [...kernels.mergingRows.keys()];
    this.#kernels = kernels;
  }

  /** @throws CoppiceError where a kernel does not compile on this GPU adapter */
  static async compile(gpu: Gpu, heads: Heads): Promise<TreeAttention> {
    const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH } = heads;
    const lanes = laneConstants(gpu.abilities);
    const common = { HEADS, KV_HEADS, WIDTH, SCALE: scaleOf(heads), ...lanes };
    const GROUP = HEADS / KV_HEADS;
    const fitting = tilesOf(gpu, heads);
    const rowTiles = rowTilesOf(gpu, heads, ROW_TILES) as [CompiledRowTile, ...CompiledRowTile[]];
    const mergingRowTiles = gpu.abilities.matrices.length > 0 ? rowTilesOf(gpu, heads, MERGING_ROW_TILES) : [];
    const [row] = rowTiles;
    const rowsOf = (row: CompiledRowTile, form: 'turns' | 'leaves' | 'merges') => {
      const threads = lanes.SUBGROUP * row.subgroups;
      const [TURNS, MERGES] = [form === 'turns' ? 1 : 0, form === 'merges' ? 1 : 0];
      return Kernel.compile(gpu, 'row_attention', ROW_ACCESS[form], {
        ...{ libraries: ['plan-lists', 'lanes', 'part-sums'], dialect: row.dialect },
        constants: {
          ...{ ...common, GROUP, GROUP_TO: row.groupTo, SUBGROUPS: row.subgroups, KEYS: row.keys, ...row.constants },
          ...{
            STRETCH: row.longest,
            STRETCH_TILES: Math.ceil(row.longest / row.keys),
            SCORES_EACH: row.longest / lanes.SUBGROUP,
          },
          ...{ HEADS_EACH: Math.ceil(GROUP / row.subgroups), TURNS, READS: 1 - TURNS },
          ...{ MERGES, LEAVES: 1 - MERGES, TILES: MERGES, SHARES: 1, AT_ONCE: MERGE.atOnce },
          ...{ MERGED_EACH: Math.ceil((GROUP * WIDTH) / 4 / threads), ...headNormConstants(heads) },
          LOADS: loadsOf(row.keys, threads, heads),
        },
      });
    };
    const mergeOf = ({ atOnce, shares }: { atOnce: number; shares: number }, hasTiles: boolean) =>
      Kernel.compile(gpu, 'merge_parts', hasTiles ? 'urrrwrr' : 'urrrw', {
        libraries: ['plan-lists', 'part-sums'],
        constants: {
          ...{ GROUP, GROUP_TO: row.groupTo, KV_HEADS, WIDTH },
          ...{ AT_ONCE: atOnce, SHARES: shares, TILES: hasTiles ? 1 : 0 },
        },
      });
    const [turningRows, merge, mergeFew, rows, mergingRows, tiles] = await Promise.all([
      rowsOf(row, 'turns'),
      mergeOf(MERGE, true),
      mergeOf(MERGE_FEW, false),
      compileEach(rowTiles, (tile) => rowsOf(tile, 'leaves')),
      compileEach(mergingRowTiles, (tile) => rowsOf(tile, 'merges')),
      compileEach(fitting, ({ keys, kernel, dialect, constants }) =>
        Kernel.compile(gpu, kernel, 'urrrrww', {
          ...{ libraries: ['plan-lists', 'lanes', 'numbers', 'tile-items'], dialect },
          constants: { ...common, ...numberConstants(gpu.abilities), KEYS: keys, ...constants },
        }),
      ),
    ]);
    return new TreeAttention(heads, row.groupTo, { tiles, rows, mergingRows, turningRows, merge, mergeFew });
  }

  /** Bytes of the parts of a pass. */
  roomFor({ tile, itemCount, stretchCount }: FastPlan): Record<keyof AttentionParts, number> {
    const { kvHeads, headWidth } = this.#heads;
    const [tilePairs, rowPairs] = [itemCount * kvHeads * tile.pairs, stretchCount * kvHeads * this.#groupTo];
    return {
      tileParts: tilePairs * headWidth * 2,
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
    const { tiles, rows, mergingRows } = this.#kernels;
    const inputs = [shapes.of((T * heads) / kvHeads, pitch / 4), q, keys, values, plan];
    const merged = [shapes.of(pitch / 4), plan, rowParts, rowStats, o];
    return new AttentionDispatches(
      preparedEach(tiles, [...inputs, tileParts, tileStats], kvHeads),
      new Map([
        ...preparedEach(rows, [...inputs, rowParts, rowStats], kvHeads),
        ...preparedEach(mergingRows, [...inputs, tileParts, tileStats, o], kvHeads),
      ]),
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

async function compileEach<T>(tiles: T[], compile: (tile: T) => Promise<Kernel>): Promise<Map<T, Kernel>> {
  return new Map(await Promise.all(tiles.map(async (tile) => [tile, await compile(tile)] as const)));
}

function preparedEach<T>(
  kernels: Map<T, Kernel>,
  resources: (GPUBuffer | GPUBufferBinding)[],
  kvHeads: number,
): Map<T, Dispatch> {
  return new Map([...kernels].map(([tile, kernel]) => [tile, kernel.prepare(resources, [1, kvHeads])]));
}

/** What keeps attention with such heads from this GPU adapter; undefined where nothing does. */
export function attentionObstacle(gpu: Gpu, heads: Heads): string | undefined {
  const { headWidth, kvHeads } = heads;
  const mostLanes = gpu.abilities.matrices.length > 0 ? gpu.abilities.subgroupSize : ROW_THREADS / 4;
  const lanes = headWidth / 8;
  if (headWidth % 32 !== 0 || !Number.isInteger(Math.log2(lanes)) || lanes > mostLanes)
    return `heads of width ${headWidth} do not fit its tiles`;
  const group = heads.heads / kvHeads;
  if (group > MOST_GROUP) return `${group} query heads share a KV head, ${MOST_GROUP} at most fit`;
  if (tilesOf(gpu, heads).length === 0) return `heads of width ${headWidth} fit none of its tiles`;
  const { groupTo, keys, longest } = rowTilesOf(gpu, heads, ROW_TILES)[0]!;
  const rowBytes = kvBytes(keys, heads) + groupTo * (longest + 4) * 4 + (groupTo + 2) * (headWidth / 2 + 4) * 4;
  return fits(gpu, rowBytes + qBytes(gpu, heads))
    ? undefined
    : 'a row of its attention does not fit into workgroup memory';
}

/** A tile with what its kernel is compiled with. */
interface CompiledTile extends AttentionTile {
  kernel: string;
  dialect: Dialect;
  constants: Constants;
}

/** The tiles that fit into workgroup memory here, the smaller first. */
function tilesOf(gpu: Gpu, heads: Heads): CompiledTile[] {
  if (gpu.abilities.matrices.length > 0) return [...matrixTilesOf(gpu, heads), ...turnTilesOf(gpu, heads)];
  const [small, ...large] = blockTilesOf(gpu, heads);
  return small ? [small, ...large.slice(-1)] : [];
}

function matrixTilesOf(gpu: Gpu, heads: Heads): CompiledTile[] {
  const { headWidth: WIDTH } = heads;
  const { subgroupSize, matrices } = gpu.abilities;
  return MATRIX_TILES.flatMap(({ keys, subgroups, split, lanes, ...rest }) => {
    const { M, N, K } = (split === 1 ? matrixFor(matrices, 8) : undefined) ?? matrices[0]!;
    // Where a subgroup has more lanes than a matrix rows it has several matrices.
    const MF = Math.max(split, subgroupSize / M / lanes);
    const pairs = (MF * M * subgroups) / split;
    // It has to divide into subgroup matrices.
    const inMatrices = { KEY_F: keys / split / N, KEY_K: keys / K, WIDTH_F: WIDTH / split / N };
    const keyBytes = kvBytes(keys, heads);
    const bytes = keyBytes + Math.max(keyBytes, pairs * (keys + 4) * 4) + pairs * ((keys + 8) * 2 + 4) + 4;
    if (!Object.values(inMatrices).every(Number.isInteger) || !fits(gpu, bytes)) return [];
    const threads = subgroupSize * subgroups;
    // o leaves in strips, through the memory of scores.
    const scoreVectors = Math.max(keys * (WIDTH / 8 + 1), pairs * (keys / 4 + 1));
    const { WIDTH_F, ...ofKeys } = inMatrices;
    const STRIP_F = stripOf(WIDTH_F, (F) => subgroups * M * ((F * N) / 4 + 1) <= scoreVectors);
    if (STRIP_F === undefined) return [];
    const constants = {
      ...{ SUBGROUPS: subgroups, SPLIT: split, FM: M, FN: N, FK: K, MF, ...ofKeys, WIDTH_K: WIDTH / K },
      ...{ STRIP_F, STRIPS: WIDTH_F / STRIP_F },
      ...{ LOADS: loadsOf(keys, threads, heads), OWN8: (keys * pairs) / threads / 8 },
    };
    return [{ ...rest, keys, pairs, kernel: 'tile_attention', dialect: 'matrices', constants }];
  });
}

/** One tile, or none where it does not fit. */
function turnTilesOf(gpu: Gpu, heads: Heads): CompiledTile[] {
  const { headWidth: WIDTH } = heads;
  const { subgroupSize, matrices } = gpu.abilities;
  const { keys, subgroups, ...rest } = TURN_TILE;
  const { M, N, K } = matrixFor(matrices, 8) ?? matrices[0]!;
  const pairs = subgroupSize * subgroups;
  const vectors = (4 * kvBytes(keys, heads)) / 16 + pairs * (keys / 4 + keys / 8 + 1);
  const inMatrices = { MF: subgroupSize / M, KEY_F: keys / N, KEY_K: keys / K, WIDTH_K: WIDTH / K, BESIDE: K / N };
  if (!Object.values(inMatrices).every(Number.isInteger) || !fits(gpu, 16 * vectors + 4 * pairs + 4)) return [];
  const { WIDTH_K, ...others } = inMatrices;
  const STRIP_K = stripOf(WIDTH_K, (deep) => subgroups * M * ((deep * K) / 4 + 1) <= vectors);
  if (STRIP_K === undefined) return [];
  const constants = {
    ...{ SUBGROUPS: subgroups, FM: M, FN: N, FK: K, ...others, STRIP_K, STRIPS: WIDTH_K / STRIP_K },
    ...{ WEIGHTS8: keys / 8, LOADS: loadsOf(keys, pairs, heads) },
  };
  return [{ ...rest, keys, pairs, kernel: 'turn_attention', dialect: 'matrices', constants }];
}

/** Matrices of the widest strip in which o can leave, of so many across. */
function stripOf(widthInMatrices: number, fits: (matrices: number) => boolean): number | undefined {
  const all = Array.from({ length: widthInMatrices }, (_, i) => widthInMatrices - i);
  return all.find((matrices) => widthInMatrices % matrices === 0 && fits(matrices));
}

function blockTilesOf(gpu: Gpu, heads: Heads): CompiledTile[] {
  const vectorsOfWidth = heads.headWidth / 8;
  return BLOCK_TILES.flatMap(({ pairs, keys, vectors, ...rest }) => {
    // Fewer threads than four to a pair would have more scores each than they have registers.
    const KEY_LANES = Math.max(4, vectorsOfWidth / vectors);
    const threads = (pairs / 4) * KEY_LANES;
    const weightBytes = keys * pairs * (gpu.abilities.f16 ? 2 : 4);
    const bytes = kvBytes(pairs + keys, heads) + weightBytes + KEY_LANES * pairs * 4;
    if (KEY_LANES > keys || threads > gpu.device.limits.maxComputeInvocationsPerWorkgroup || !fits(gpu, bytes))
      return [];
    const constants = {
      ...{ PAIRS: pairs, KEY_LANES, KEYS_EACH: keys / KEY_LANES, VECTORS_EACH: vectorsOfWidth / KEY_LANES },
      ...{ LOADS: loadsOf(keys, threads, heads), Q_LOADS: loadsOf(pairs, threads, heads) },
    };
    return [{ ...rest, keys, pairs, kernel: 'block_attention', dialect: 'adaptable', constants }];
  });
}

interface CompiledRowTile extends RowTile {
  /** Heads of a group, in whole matrices. */
  groupTo: number;
  subgroups: number;
  keys: number;
  dialect: Dialect;
  constants: Constants;
}

/** The first one is always there. */
function rowTilesOf(gpu: Gpu, { heads, kvHeads, headWidth }: Heads, tiles: typeof ROW_TILES): CompiledRowTile[] {
  const { matrices } = gpu.abilities;
  const { SUBGROUP } = laneConstants(gpu.abilities);
  const group = heads / kvHeads;
  if (matrices.length === 0) {
    const constants = { REGISTERS: 1, MATRICES: 0, KEY_HEADS: Math.ceil((group * ROW_KEYS) / ROW_THREADS) };
    const subgroups = ROW_THREADS / SUBGROUP;
    return [{ ...tiles[0]!, groupTo: group, subgroups, keys: ROW_KEYS, dialect: 'adaptable', constants }];
  }
  // The heads of a group are columns: a narrow matrix pads them least.
  const narrow = matrixFor(matrices, 8) ?? matrices[0]!;
  const groupTo = Math.ceil(group / narrow.N) * narrow.N;
  const subgroups = Math.min(ROW_SUBGROUPS, headWidth / narrow.M);
  return tiles.flatMap(({ share, ...tile }) => {
    const keys = (subgroups * narrow.M) / share;
    if (keys % narrow.K !== 0 || keys * (headWidth + 8) * 2 < groupTo * (headWidth + 4) * 4) return [];
    const constants = {
      ...{ REGISTERS: 0, MATRICES: 1, FM: narrow.M, FN: narrow.N, FK: narrow.K, GROUP_N: groupTo / narrow.N },
      ...{ KEY_K: keys / narrow.K, WIDTH_M: headWidth / subgroups / narrow.M, WIDTH_K: headWidth / narrow.K },
    };
    return [{ ...tile, groupTo, subgroups, keys, dialect: 'matrices', constants }];
  });
}

/** Vectors that each thread loads of so many keys. */
function loadsOf(keys: number, threads: number, { headWidth }: Heads): number {
  return Math.ceil((keys * headWidth) / 8 / threads);
}

/** Bytes of so many keys or values in workgroup memory, rows padded by 16. */
function kvBytes(keys: number, { headWidth }: Heads): number {
  return keys * (headWidth + 8) * 2;
}

/** Of a row's query heads, which matrices take from elsewhere. */
function qBytes({ abilities }: Gpu, { heads, kvHeads, headWidth }: Heads): number {
  return abilities.matrices.length > 0 ? 0 : (heads / kvHeads) * headWidth * 2;
}

function fits(gpu: Gpu, bytes: number): boolean {
  return bytes <= gpu.device.limits.maxComputeWorkgroupStorageSize;
}
