import type { AttentionPlan } from '../attention/plan.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Constants, type Dialect, Kernel, words } from '../gpu/kernel.ts';
import type { Heads, ModelConfig } from '../weights/config.ts';
import type { Encoding, Matrix } from '../weights/parameters.ts';
import { MatrixProduct, suitsQuads } from './matrix-product.ts';

/** (row, head) pairs that the node kernel takes in one work item. */
const NODE_PAIRS = 64;
/** How many of them four threads take, where the kernels work in quads. */
const QUAD_PAIRS = 16;
/**
 * Where plain attention ends to be the faster one. In quads on SwiftShader it takes 0.2 to 0.8 of the time up to four
 * pairs and twice to three times as long from sixteen on; without them it breaks even between 8 and 32 rows.
 */
const PLAIN_PAIRS = 4;
const PLAIN_ROWS = 8;

/**
 * Threads that share a row of a norm. Each reads what all have summed, so on a software adapter, where a read of workgroup
 * memory goes lane by lane, few are faster.
 */
const NORM_THREADS = { software: 8, hardware: 64 };

/** A plan's lists on the GPU. */
export interface PlanBuffers {
  items: GPUBuffer;
  keySlots: GPUBuffer;
  itemRows: GPUBuffer;
  rowStarts: GPUBuffer;
  rowParts: GPUBuffer;
}

/** The kernels of the forward pass, compiled for one head shape; each method records one dispatch. */
export class Kernels {
  /** Rows of one work item of a shared node. */
  readonly tileRows: number;
  /** Rows below a node up to which plain attention beats the shared pass. */
  readonly plainRows: number;
  readonly #heads: Heads;
  readonly #embed: Map<Encoding, Kernel>;
  readonly #matmul: Map<Encoding, MatrixProduct>;
  readonly #norm: Record<ModelConfig['norm'], Kernel>;
  readonly #rope: Kernel;
  /** Absent for head widths that its blocks do not fit: then every row is attended by itself. */
  readonly #node: Kernel | undefined;
  /** Workgroups that one work item of a shared node is divided among. */
  readonly #nodeParts: number;
  readonly #branch: Kernel;
  readonly #merge: Kernel;
  readonly #swiglu: Kernel;
  readonly #gelu: Kernel;
  /** Bound where a product has no bias. */
  readonly #noBias: GPUBuffer;

  private constructor(heads: Heads, noBias: GPUBuffer, compiled: CompiledKernels) {
    const group = heads.heads / heads.kvHeads;
    this.#heads = heads;
    this.#noBias = noBias;
    this.tileRows = compiled.node ? Math.floor(NODE_PAIRS / group) : 1;
    this.#embed = compiled.embed;
    this.#matmul = compiled.matmul;
    this.plainRows = compiled.quads ? Math.max(1, Math.floor(PLAIN_PAIRS / group)) : PLAIN_ROWS;
    this.#node = compiled.node;
    this.#nodeParts = compiled.quads ? NODE_PAIRS / QUAD_PAIRS : 1;
    const [rms, layer, ...rest] = compiled.rest;
    this.#norm = { rms, layer };
    [this.#rope, this.#branch, this.#merge, this.#swiglu, this.#gelu] = rest;
  }

  /** @param quads only for tests; see `suitsQuads` */
  static async compile(gpu: Gpu, heads: Heads, encodings: Set<Encoding>, quads = suitsQuads(gpu)): Promise<Kernels> {
    const HEADS = heads.heads;
    const KV_HEADS = heads.kvHeads;
    const WIDTH4 = heads.headWidth / 4;
    const THREADS = gpu.info.software ? NORM_THREADS.software : NORM_THREADS.hardware;
    const attention: Constants = { HEADS, KV_HEADS, WIDTH4, SCALE: scaleOf(heads) };
    const perEncoding = async <T>(compile: (encoding: Encoding) => Promise<T>) =>
      new Map(
        await Promise.all(
          [...encodings].map(async (encoding): Promise<[Encoding, T]> => [encoding, await compile(encoding)]),
        ),
      );
    const embedding = (encoding: Encoding) =>
      Kernel.compile(gpu, 'embedding', 'rrw', { libraries: [`weights-${encoding}`], immediates: 12 });
    const attend = (name: string, dialect: Dialect = 'core') => {
      const options = { libraries: ['attention-items'], constants: attention, immediates: 4, dialect };
      return Kernel.compile(gpu, name, 'rrrrrrww', options);
    };
    const attendNode = () => (quads ? attend('node_attention_quads', 'subgroups') : attend('node_attention'));
    const [embed, matmul, node, ...rest] = await Promise.all([
      perEncoding(embedding),
      perEncoding((encoding) => MatrixProduct.compile(gpu, encoding, quads)),
      heads.headWidth % 16 === 0 ? attendNode() : undefined,
      ...[0, 1].map((LAYER) => Kernel.compile(gpu, 'norm', 'rrrw', { constants: { THREADS, LAYER }, immediates: 8 })),
      Kernel.compile(gpu, 'rope_kv', heads.headNorm ? 'rrrwwwr' : 'rrrwww', {
        constants: { HEADS, KV_HEADS, HALF: heads.headWidth / 2, THREADS, ...headNormConstants(heads) },
      }),
      attend('branch_attention'),
      Kernel.compile(gpu, 'merge', 'rrrrw', { constants: { HEADS, WIDTH4 } }),
      Kernel.compile(gpu, 'swiglu', 'rw', { immediates: 4 }),
      Kernel.compile(gpu, 'gelu_rows', 'rw', { libraries: ['gelu'], immediates: 4 }),
    ]);
    return new Kernels(heads, gpu.buffer('no bias', 16), { embed, matmul, node, quads, rest: rest as RestOfKernels });
  }

  dispose(): void {
    this.#noBias.destroy();
  }

  /** x [T, D] = rows of the table, times `scale`. */
  embed(pass: GPUComputePassEncoder, table: Matrix, tokens: GPUBuffer, x: GPUBuffer, rows: number, scale = 1): void {
    const width4 = table.columns / 4;
    const shape = words(rows, width4, { float: scale });
    this.#of(this.#embed, table).run(pass, [table.buffer, tokens, x], [ceil(width4, 64), rows], shape);
  }

  /** y [rows, D] = normalised rows of x, in the order of `wanted`. */
  norm(
    pass: GPUComputePassEncoder,
    x: GPUBuffer,
    gain: GPUBuffer,
    wanted: GPUBuffer,
    y: GPUBuffer,
    shape: { rows: number; width: number; epsilon: number; kind: ModelConfig['norm'] },
  ): void {
    this.#norm[shape.kind].run(
      pass,
      [x, gain, wanted, y],
      [shape.rows],
      words(shape.width / 4, { float: shape.epsilon }),
    );
  }

  /** y [T, N] = x W^T (+ bias), or y += with `accumulate`. */
  multiply(
    pass: GPUComputePassEncoder,
    x: GPUBuffer,
    w: Matrix,
    y: GPUBuffer,
    rows: number,
    options: { bias?: GPUBuffer | undefined; accumulate?: boolean } = {},
  ): void {
    const { bias, accumulate = false } = options;
    const shape = { rows, hasBias: bias !== undefined, accumulate };
    this.#of(this.#matmul, w).run(pass, { x, w, bias: bias ?? this.#noBias, y }, shape);
  }

  /** Turns q and k by their positions, normed where heads are, and writes k and v to their slots. */
  ropeAndStore(
    pass: GPUComputePassEncoder,
    buffers: Record<'qkv' | 'angles' | 'slots' | 'q' | 'keys' | 'values', GPUBuffer> & { gains: GPUBuffer | undefined },
    rows: number,
  ): void {
    const { heads, kvHeads, headNorm } = this.#heads;
    const { qkv, angles, slots, q, keys, values, gains } = buffers;
    const bound = [qkv, angles, slots, q, keys, values, ...(headNorm ? [gains!] : [])];
    this.#rope.run(pass, bound, [heads + 2 * kvHeads, rows]);
  }

  /** Every node's (o, L) for the rows below it. */
  attendNodes(
    pass: GPUComputePassEncoder,
    plan: AttentionPlan,
    lists: PlanBuffers,
    buffers: { q: GPUBuffer; keys: GPUBuffer; values: GPUBuffer; partOutputs: GPUBuffer; partLse: GPUBuffer },
  ): void {
    const { q, keys, values, partOutputs, partLse } = buffers;
    const bound = [q, keys, values, lists.items, lists.keySlots, lists.itemRows, partOutputs, partLse];
    const { kvHeads } = this.#heads;
    if (this.#node) this.#node.run(pass, bound, [plan.plainStart, kvHeads, this.#nodeParts], words(0));
    const firstPlain = this.#node ? plan.plainStart : 0;
    this.#branch.run(pass, bound, [plan.itemCount - firstPlain], words(firstPlain));
  }

  /** o [T, H, d] = the merged parts of each row. */
  merge(
    pass: GPUComputePassEncoder,
    lists: PlanBuffers,
    buffers: { partOutputs: GPUBuffer; partLse: GPUBuffer; o: GPUBuffer },
    rows: number,
  ): void {
    const { heads, headWidth } = this.#heads;
    const bound = [buffers.partOutputs, buffers.partLse, lists.rowStarts, lists.rowParts, buffers.o];
    this.#merge.run(pass, bound, [ceil((heads * headWidth) / 4, 64), rows]);
  }

  /** y [T, F] = silu(gate) * up, of [T, 2F], or gelu(up), of [T, F]. */
  activate(
    pass: GPUComputePassEncoder,
    up: GPUBuffer,
    y: GPUBuffer,
    shape: { rows: number; feedForward: number; activation: ModelConfig['activation'] },
  ): void {
    const width4 = shape.feedForward / 4;
    const kernel = shape.activation === 'swiglu' ? this.#swiglu : this.#gelu;
    kernel.run(pass, [up, y], [ceil(width4, 64), shape.rows], words(width4));
  }

  #of<T>(kernels: Map<Encoding, T>, matrix: Matrix): T {
    return kernels.get(matrix.encoding)!;
  }
}

interface CompiledKernels {
  embed: Map<Encoding, Kernel>;
  matmul: Map<Encoding, MatrixProduct>;
  node: Kernel | undefined;
  quads: boolean;
  rest: RestOfKernels;
}

type RestOfKernels = [
  ...[rmsNorm: Kernel, layerNorm: Kernel],
  ...[rope: Kernel, branch: Kernel, merge: Kernel, swiglu: Kernel, gelu: Kernel],
];

/** What the scores of attention are multiplied by, as a constant of kernels. */
export function scaleOf({ headWidth, attentionScale = 1 / Math.sqrt(headWidth) }: Heads) {
  return { float: attentionScale };
}

/** For kernels that norm the heads of q and k before they turn them. */
export function headNormConstants({ headNorm, normEpsilon }: Heads): Constants {
  return headNorm ? { NORMED: 1, EPSILON: { float: normEpsilon! } } : { NORMED: 0 };
}

function ceil(count: number, per: number): number {
  return Math.ceil(count / per);
}
