import type { Abilities, Gpu, MatrixConfig } from '../gpu/gpu.ts';
import { type Constants, type Dispatch, Kernel } from '../gpu/kernel.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { PaddedMatrix } from '../weights/parameters.ts';
import { laneConstants, numberConstants } from './lanes.ts';
import type { Shapes } from './shapes.ts';

/** Rows of gate, then as many of up, alternate in the stacked matrix, so that one workgroup holds both. */
export const GLU = 4;
/** Matrices are padded to whole tiles of these. */
export const ROWS_TO = 128;
export const COLUMNS_TO = 64;

/** BM x BN of y a workgroup, K in steps of BK. */
interface Tile {
  BM: number;
  BN: number;
  BK: number;
}

/** WM x WN of it a subgroup; FN the width of a subgroup matrix, absent the widest. */
interface MatrixTile extends Tile {
  WM: number;
  WN: number;
  FN?: number;
}

/** TM x TN of it a thread, where there are no subgroup matrices; a step in workgroup memory is f32 where it is wide. */
interface BlockTile extends Tile {
  TM: number;
  TN: number;
  wide: boolean;
}

export type TileShape = MatrixTile | BlockTile;

/** How a product is computed; which way is quickest for how many rows, the tuner finds out. */
export type Way =
  | { kind: 'tile'; tile: TileShape; splits: number }
  | { kind: 'vector'; rows: number; parts: number; owners: number; rounds: number; unroll: number; halves?: true };

/** A whole product is in one part: what reads it adds nothing up. */
export type Output = 'partial' | 'whole' | 'swiglu' | 'gelu';

/**
 * What a product reads and writes. `y` as partial: f32 [splits, rows, pitch]; whole: f32 [rows, pitch]; as swiglu or gelu: f16
 * [rows, pitch].
 */
export interface Product {
  x: GPUBuffer;
  /** Where x is to be integer (`isInteger`): [rows] f32, see kernels/quantize_rows.wgsl. */
  xScales?: GPUBuffer;
  w: PaddedMatrix;
  bias: GPUBuffer | undefined;
  y: GPUBuffer;
  output: Output;
  /** T, a whole number of the way's BM. */
  rows: number;
  /** Columns of y. */
  pitch: number;
}

/** Width D, epsilon, and the pitch that normed rows would have. */
export interface NormShape {
  kind: ModelConfig['norm'];
  width: number;
  epsilon: number;
  pitch: number;
}

/** What a product that norms for itself reads: the residual stream [T, D] f32, the product that it has yet to take, the gain, perhaps with its bias. */
export interface Normed {
  shape: NormShape;
  stream: GPUBuffer;
  product: { buffer: GPUBuffer; bias: GPUBuffer | undefined; pitch: number } | undefined;
  gain: GPUBuffer;
  /** The stream once it has. */
  after: GPUBuffer;
}

/** What a kernel is compiled for, beside its way and output: the matrix, and the norm that it makes. */
export interface Variant {
  isBiased: boolean;
  w: Pick<PaddedMatrix, 'pitch' | 'quantized'>;
  norm?: NormShape;
}

/** Kernels of the matrix products, compiled when a way is first taken. */
export class Matmul {
  readonly #gpu: Gpu;
  readonly #shapes: Shapes;
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #noBias: GPUBuffer;

  constructor(gpu: Gpu, shapes: Shapes) {
    this.#gpu = gpu;
    this.#shapes = shapes;
    this.#noBias = gpu.buffer('no bias', 16);
  }

  /** y = x W^T by this way, as a dispatch to be recorded. */
  async prepare(way: Way, { x, xScales, w, bias, y, output, rows, pitch }: Product): Promise<Dispatch> {
    const kernel = await this.compile(way, output, { isBiased: bias !== undefined, w });
    const scalesAt = w.quantized?.scalesAt ?? 0;
    const resources = (shape: GPUBufferBinding) => [shape, x, w.buffer, bias ?? this.#noBias, y];
    if (way.kind === 'vector') {
      return kernel.prepare(resources(this.#shapes.of(w.pitch / 8, pitch, 0, 0, 0, scalesAt)), [
        workgroupsOf(way, w, output),
      ]);
    }
    const { BM, BN, BK } = way.tile;
    const withIntegers = isInteger(way, w);
    const [elements, scales] = withIntegers ? [16, w.quantized!.rowScalesAt!] : [8, scalesAt];
    const shape = this.#shapes.of(w.pitch / elements, w.pitch / BK / way.splits, pitch, rows * pitch, scales);
    const all = [...resources(shape), ...(withIntegers ? [xScales!] : [])];
    return kernel.prepare(all, [Math.ceil(rows / BM), Math.ceil(w.paddedRows / BN), way.splits]);
  }

  /** The same for a vector way that makes x itself: the norm of the stream after the product before. */
  async prepareNormed(
    way: Extract<Way, { kind: 'vector' }>,
    { w, bias, y, output, pitch }: Omit<Product, 'x' | 'rows'>,
    { shape, stream, product, gain, after }: Normed,
  ): Promise<Dispatch> {
    const kernel = await this.compile(way, output, { isBiased: bias !== undefined, w, norm: shape });
    const taken = [product ? 1 : 0, product?.bias ? 1 : 0, (product?.pitch ?? 0) / 4];
    const numbers = this.#shapes.of(w.pitch / 8, pitch, ...taken, w.quantized?.scalesAt ?? 0);
    const resources = [
      ...[numbers, stream, w.buffer, bias ?? this.#noBias, y],
      ...[product?.buffer ?? this.#noBias, product?.bias ?? this.#noBias, gain, after],
    ];
    return kernel.prepare(resources, [workgroupsOf(way, w, output)]);
  }

  dispose(): void {
    this.#noBias.destroy();
  }

  /** The kernel of a way. @throws CoppiceError where it does not compile on this GPU adapter */
  compile(way: Way, output: Output, { isBiased, w, norm }: Variant): Promise<Kernel> {
    const bits = w.quantized?.bits ?? 16;
    // Integers are made of x in workgroup memory.
    const stages = way.kind === 'vector' && !norm && bits < 16;
    const form = norm ? JSON.stringify(norm) : stages ? w.pitch : '';
    const withIntegers = isInteger(way, w);
    const key = `${wayName({ ...way, splits: 1 } as Way)} ${output} ${isBiased} ${withIntegers ? 'integers' : bits} ${form}`;
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      const { abilities } = this.#gpu;
      const common = {
        ...{ GLU, BIASED: isBiased ? 1 : 0, QUANTIZED: bits === 16 || withIntegers ? 0 : 1 },
        ...{ HALVES: bits === 16 ? 1 : 0, INT8: bits === 8 && !withIntegers ? 1 : 0, INT4: bits === 4 ? 1 : 0 },
        ...{ INTEGERS: withIntegers ? 1 : 0, ...numberConstants(abilities) },
      };
      const [SWIGLU, GELU] = [output === 'swiglu' ? 1 : 0, output === 'gelu' ? 1 : 0];
      const ACTIVATES = SWIGLU + GELU;
      const outputs = { SWIGLU, GELU, ACTIVATES, STREAMS: 1 + SWIGLU, PARTIAL: 1 - ACTIVATES };
      if (way.kind === 'tile') {
        kernel = this.#compileTile(way.tile, withIntegers, { ...common, ...outputs });
      } else {
        const { rows: T, parts: PARTS, owners: OWNERS, rounds: ROUNDS, unroll: UNROLL } = way;
        const [HALF, WHOLE] = way.halves ? [1, 0] : [0, 1];
        const [NORMS, STAGES, LAYER] = [norm ? 1 : 0, stages ? 1 : 0, norm?.kind === 'layer' ? 1 : 0];
        const x = {
          ...{ NORMS, STAGES, READS: 1 - NORMS - STAGES, PITCH8: w.pitch / 8 },
          ...(norm ? { WIDTH: norm.width, EPSILON: { float: norm.epsilon }, LAYER, RMS: 1 - LAYER } : {}),
        };
        const lanes = laneConstants(abilities);
        kernel = Kernel.compile(this.#gpu, 'vector_matmul', norm ? 'urrrwrrrw' : 'urrrw', {
          ...{ libraries: ['lanes', ...(GELU ? ['gelu'] : [])], dialect: 'adaptable' },
          constants: {
            ...{ ...common, ...lanes, ...outputs, ...x, T, PARTS, OWNERS, ROUNDS, UNROLL, EIGHTS: 16 / bits },
            ...{ HALF, WHOLE, LANES: lanes.SUBGROUP / (1 + HALF) },
          },
        });
      }
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }

  #compileTile(tile: TileShape, withIntegers: boolean, common: Constants): Promise<Kernel> {
    const { abilities } = this.#gpu;
    const { subgroupSize: SUBGROUP } = abilities;
    const { BM, BN, BK } = tile;
    const libraries = ['numbers', 'weights-packed', 'tile-operands', ...(common.GELU ? ['gelu'] : [])];
    if ('TM' in tile) {
      const { TM, TN, wide } = tile;
      const blocksOf = (rows: number) => Math.ceil(((rows / 4) * (BK / 8)) / threadsOf(tile, SUBGROUP));
      return Kernel.compile(this.#gpu, 'block_matmul', 'urrrw', {
        ...{ libraries, dialect: 'adaptable' },
        constants: {
          ...{ ...common, ELEMENTS: 8, BM, BN, BK, TM, TN },
          ...{ M4: TM / 4, N4: TN / 4, WIDE: wide ? 1 : 0, NARROW: wide ? 0 : 1 },
          ...{ X_BLOCKS: blocksOf(BM), W_BLOCKS: blocksOf(BN), UNROLL: this.#gpu.info.software ? 1 : 8 },
        },
      });
    }
    const { WM, WN, FN } = tile;
    const { M, N, K } = matrixFor(matricesOf(abilities, withIntegers), FN)!;
    const ELEMENTS = withIntegers ? 16 : 8;
    const loadsEach = threadsOf(tile, SUBGROUP) / (BK / ELEMENTS);
    return Kernel.compile(this.#gpu, 'tile_matmul', withIntegers ? 'urrrwr' : 'urrrw', {
      ...{ libraries, dialect: 'matrices' },
      constants: {
        ...{ ...common, SUBGROUP, BM, BN, BK, WM, WN, FM: M, FN: N, FK: K },
        ...{ ELEMENTS, FLOATS: withIntegers ? 0 : 1 },
        ...{ MF: WM / M, NF: WN / N, KF: BK / K, X_LOADS: BM / loadsEach, W_LOADS: BN / loadsEach },
      },
    });
  }
}

function threadsOf(tile: TileShape, subgroupSize: number): number {
  const { BM, BN } = tile;
  return 'TM' in tile ? (BM / tile.TM) * (BN / tile.TN) : subgroupSize * (BM / tile.WM) * (BN / tile.WN);
}

/** Whether a product by this way multiplies integers, of x too. */
export function isInteger(way: Way, w: Pick<PaddedMatrix, 'quantized'>): boolean {
  return way.kind === 'tile' && w.quantized?.rowScalesAt !== undefined;
}

/** Whether a product comes as f16 that the next one reads. */
export function isActivated(output: Output): boolean {
  return output === 'swiglu' || output === 'gelu';
}

/** Columns of y: two rows of the matrix make one of them where one gates the other. */
export function pitchOf({ paddedRows }: Pick<PaddedMatrix, 'paddedRows'>, output: Output): number {
  return output === 'swiglu' ? paddedRows / 2 : paddedRows;
}

/** Rows of the tallest tile. */
const TALLEST = 128;

/** Rows that buffers need for a product of so many, whichever tile it takes. */
export function wholeTiles(rows: number): number {
  return Math.ceil(rows / TALLEST) * TALLEST;
}

/** Whether a vector product can keep so many rows of x in workgroup memory: to norm for itself, or to multiply integers. */
export function fitsKept(gpu: Gpu, rows: number, pitch: number): boolean {
  // Halves, or bytes with the scales of their groups; sums of the subgroups and of the owners lie there too.
  return rows * pitch * 2 + 2048 <= gpu.device.limits.maxComputeWorkgroupStorageSize;
}

function workgroupsOf(
  { owners, rounds }: { owners: number; rounds: number },
  w: Pick<PaddedMatrix, 'paddedRows'>,
  output: Output,
): number {
  return pitchOf(w, output) / owners / rounds;
}

export function wayName(way: Way): string {
  if (way.kind === 'vector')
    return `vector of ${way.rows}, ${way.parts} ${way.halves ? 'half ' : ''}parts, ${way.owners} owners in ${way.rounds}, ${way.unroll} ahead`;
  const { tile, splits } = way;
  const size = `${tile.BM}x${tile.BN}x${tile.BK}`;
  if ('TM' in tile) return `tile ${size} of f${tile.wide ? 32 : 16} by ${tile.TM}x${tile.TN} a thread in ${splits}`;
  return `tile ${size} by ${tile.WM}x${tile.WN}${tile.FN ? `/${tile.FN}` : ''} in ${splits}`;
}

/** The subgroup-matrix configuration of this width; without one, the largest. */
export function matrixFor(matrices: MatrixConfig[], width?: number): MatrixConfig | undefined {
  return width === undefined ? matrices[0] : matrices.find(({ N, K }) => N === width && K === matrices[0]?.K);
}

function matricesOf({ matrices, integerMatrices }: Abilities, withIntegers: boolean): MatrixConfig[] {
  return withIntegers ? integerMatrices : matrices;
}

/** Tiles that did best somewhere on an H200, the large ones first; a narrower matrix (16 x 8) costs nothing there. */
const MATRIX_TILES: MatrixTile[] = [
  { BM: 128, BN: 192, BK: 64, WM: 64, WN: 48 },
  { BM: 128, BN: 160, BK: 64, WM: 64, WN: 40, FN: 8 },
  { BM: 128, BN: 128, BK: 64, WM: 64, WN: 32 },
  { BM: 128, BN: 96, BK: 64, WM: 64, WN: 48 },
  { BM: 64, BN: 160, BK: 64, WM: 32, WN: 40, FN: 8 },
  { BM: 64, BN: 128, BK: 64, WM: 64, WN: 32 },
  { BM: 64, BN: 128, BK: 64, WM: 32, WN: 32 },
  { BM: 64, BN: 96, BK: 64, WM: 32, WN: 48, FN: 8 },
  { BM: 64, BN: 64, BK: 128, WM: 32, WN: 32 },
  { BM: 64, BN: 64, BK: 64, WM: 32, WN: 32 },
  { BM: 32, BN: 128, BK: 128, WM: 32, WN: 32 },
  { BM: 32, BN: 64, BK: 128, WM: 32, WN: 16 },
  { BM: 32, BN: 64, BK: 64, WM: 32, WN: 16 },
  { BM: 16, BN: 128, BK: 128, WM: 16, WN: 32 },
  { BM: 16, BN: 64, BK: 128, WM: 16, WN: 16 },
  { BM: 16, BN: 64, BK: 64, WM: 16, WN: 16 },
  { BM: 16, BN: 32, BK: 64, WM: 8, WN: 8 },
];

/** Tiles of GPU adapters without subgroup matrices, the large ones first; narrow steps may be twice as deep. */
const BLOCK_TILES: BlockTile[] = [
  { BM: 128, BN: 128, BK: 16, TM: 8, TN: 8, wide: true },
  { BM: 128, BN: 128, BK: 32, TM: 8, TN: 8, wide: false },
  { BM: 128, BN: 64, BK: 16, TM: 8, TN: 8, wide: true },
  { BM: 128, BN: 64, BK: 32, TM: 8, TN: 8, wide: false },
  { BM: 64, BN: 128, BK: 16, TM: 8, TN: 8, wide: true },
  { BM: 64, BN: 128, BK: 32, TM: 8, TN: 8, wide: false },
  { BM: 64, BN: 64, BK: 32, TM: 8, TN: 8, wide: true },
  { BM: 64, BN: 64, BK: 32, TM: 4, TN: 8, wide: true },
  { BM: 64, BN: 64, BK: 32, TM: 4, TN: 8, wide: false },
  { BM: 32, BN: 128, BK: 16, TM: 8, TN: 8, wide: true },
  { BM: 32, BN: 128, BK: 32, TM: 4, TN: 8, wide: true },
  { BM: 32, BN: 128, BK: 32, TM: 4, TN: 8, wide: false },
  { BM: 32, BN: 64, BK: 64, TM: 4, TN: 8, wide: false },
  { BM: 16, BN: 128, BK: 32, TM: 4, TN: 8, wide: true },
  { BM: 16, BN: 128, BK: 32, TM: 4, TN: 8, wide: false },
  { BM: 16, BN: 64, BK: 64, TM: 4, TN: 4, wide: false },
  { BM: 16, BN: 64, BK: 32, TM: 4, TN: 4, wide: true },
  { BM: 8, BN: 128, BK: 32, TM: 4, TN: 8, wide: true },
  { BM: 8, BN: 128, BK: 32, TM: 4, TN: 8, wide: false },
  { BM: 8, BN: 128, BK: 32, TM: 4, TN: 4, wide: true },
];

/** How a vector product's threads share rows: teams of a subgroup each, or of half of one, which fit short rows of int4 better. */
const TEAMS: { parts: number; owners: number; halves?: true }[] = [
  { parts: 1, owners: 8 },
  { parts: 2, owners: 4 },
  { parts: 2, owners: 8 },
  { parts: 4, owners: 2 },
];
const HALF_TEAMS: typeof TEAMS = [
  { parts: 1, owners: 8, halves: true },
  { parts: 1, owners: 16, halves: true },
  { parts: 2, owners: 8, halves: true },
];

/** With more rows tiles are quicker. */
export const MOST_VECTOR_ROWS = 4;
/** Fewer workgroups are not worth rounds. */
const LEAST_ROUND_WORKGROUPS = 256;
/** Columns that tiles have, relative to those that there are. */
const MOST_OVERLAP = 1.02;
/** More workgroups fill any GPU without splitting K. */
const MOST_SPLIT_WORKGROUPS = 600;

/**
 * Every way that this GPU adapter can take for a matrix and this many rows, the most promising first. With `fixedSplits`
 * tiles alone, in that many splits.
 */
export function waysFor(
  gpu: Gpu,
  w: Pick<PaddedMatrix, 'pitch' | 'paddedRows' | 'quantized'>,
  rows: number,
  output: Output,
  fixedSplits?: number,
): Way[] {
  const { SUBGROUP: subgroupSize } = laneConstants(gpu.abilities);
  const most = gpu.device.limits.maxComputeWorkgroupsPerDimension;
  const mostThreads = gpu.device.limits.maxComputeInvocationsPerWorkgroup;
  const ways: Way[] = [];
  if (rows <= MOST_VECTOR_ROWS && !fixedSplits && (!w.quantized || fitsKept(gpu, rows, w.pitch))) {
    const bits = w.quantized?.bits ?? 16;
    for (const { parts, owners, halves } of bits === 4 ? [...TEAMS, ...HALF_TEAMS] : TEAMS) {
      const lanes = subgroupSize / (halves ? 2 : 1);
      const steps = Math.ceil(((w.pitch / 8) * (bits / 16)) / (parts * lanes));
      for (const rounds of [1, 2, 4]) {
        for (const unroll of [1, 2, 3, 6].filter((count) => count <= steps && count >= Math.min(steps, 3) - 1)) {
          const way = { kind: 'vector', rows, parts, owners, rounds, unroll, ...(halves ? { halves } : {}) } as const;
          const workgroups = workgroupsOf(way, w, output);
          if (parts * owners * lanes > mostThreads || workgroups > most) continue;
          if (rounds === 1 || workgroups >= LEAST_ROUND_WORKGROUPS) ways.push(way);
        }
      }
    }
  }
  const withIntegers = w.quantized?.rowScalesAt !== undefined;
  const isExact = ({ BN }: TileShape) => w.paddedRows % BN === 0;
  for (const tile of tilesFor(gpu.abilities, withIntegers).toSorted((a, b) => +isExact(b) - +isExact(a))) {
    if (!fits(gpu, tile, output, withIntegers)) continue;
    // A tile more than half empty loses to a smaller one.
    if (rows <= tile.BM / 2 && (tile.BM > 16 || (tile.BM > 8 && 'TM' in tile))) continue;
    if (!dividesWell(w.paddedRows, tile) || w.pitch % tile.BK !== 0) continue;
    for (const splits of splitsOf(w.pitch / tile.BK, output)) {
      const workgroups = Math.ceil(rows / tile.BM) * Math.ceil(w.paddedRows / tile.BN) * splits;
      const isWanted = fixedSplits ? splits === fixedSplits : splits === 1 || workgroups <= MOST_SPLIT_WORKGROUPS;
      if (isWanted) ways.push({ kind: 'tile', tile, splits });
    }
  }
  return ways;
}

/** Without measurements: enough workgroups to fill a large GPU, and the largest tile that does. */
export function guessWay(ways: Way[], w: Pick<PaddedMatrix, 'paddedRows'>, rows: number): Way | undefined {
  const filled = (way: Way) =>
    way.kind === 'vector'
      ? 1
      : Math.min(1, (Math.ceil(rows / way.tile.BM) * (w.paddedRows / way.tile.BN) * way.splits) / 128);
  return ways.find((way) => filled(way) >= 0.9) ?? ways.toSorted((a, b) => filled(b) - filled(a))[0];
}

/** Integers are multiplied by matrices alone, in steps of as many bytes. */
function tilesFor({ matrices }: Abilities, withIntegers: boolean): TileShape[] {
  if (withIntegers) return MATRIX_TILES.map((tile) => ({ ...tile, BK: 2 * tile.BK }));
  return matrices.length > 0 ? MATRIX_TILES : BLOCK_TILES;
}

/** Whether columns divide into tiles; of those with matrices the last may overlap the one before where that costs little. */
function dividesWell(columns: number, tile: TileShape): boolean {
  if ('TM' in tile) return columns % tile.BN === 0;
  return columns >= tile.BN && Math.ceil(columns / tile.BN) * tile.BN <= MOST_OVERLAP * columns;
}

function splitsOf(steps: number, output: Output): number[] {
  if (output !== 'partial') return [1];
  return [1, 2, 3, 4, 5, 6, 7, 10, 14].filter(
    (splits) => steps % splits === 0 && (splits === 1 || steps / splits >= 2),
  );
}

function fits(gpu: Gpu, tile: TileShape, output: Output, withIntegers: boolean): boolean {
  const { abilities, device } = gpu;
  const threads = threadsOf(tile, abilities.subgroupSize);
  if (threads > device.limits.maxComputeInvocationsPerWorkgroup) return false;
  const most = device.limits.maxComputeWorkgroupStorageSize;
  return 'TM' in tile
    ? (tile.wide || abilities.f16) &&
        (tile.BM + tile.BN) * tile.BK * (tile.wide ? 4 : 2) <= most &&
        (output !== 'swiglu' || tile.TN === 2 * GLU)
    : fitsMatrices(abilities, most, tile, output, withIntegers);
}

function fitsMatrices(
  abilities: Abilities,
  most: number,
  tile: MatrixTile,
  output: Output,
  withIntegers: boolean,
): boolean {
  const { BM, BN, BK, WM, WN, FN } = tile;
  const matrix = matrixFor(matricesOf(abilities, withIntegers), FN);
  if (!matrix) return false;
  const threads = threadsOf(tile, abilities.subgroupSize);
  // A vector of 16 bytes more a row.
  const [elements, pitch] = withIntegers ? [16, BK + 16] : [8, 2 * BK + 16];
  const stripBytes = matrix.M * (WN + 4) * 4 * (threads / abilities.subgroupSize);
  return (
    WM % matrix.M === 0 &&
    WN % matrix.N === 0 &&
    BK % matrix.K === 0 &&
    (output !== 'swiglu' || WN % (2 * GLU) === 0) &&
    threads % (BK / elements) === 0 &&
    BM % (threads / (BK / elements)) === 0 &&
    BN % (threads / (BK / elements)) === 0 &&
    (BM + BN) * pitch <= most &&
    stripBytes <= BN * pitch
  );
}
