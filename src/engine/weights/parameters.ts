import { CoppiceError, throwIfCancelled } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { BlockDecoder } from './block-decoder.ts';
import type { ModelConfig } from './config.ts';
import { converted, ENCODINGS } from './encoding.ts';
import type { BlockType } from './gguf/block-types.ts';
import { toFloats } from './half.ts';
import type { PackedCache } from './packed-cache.ts';
import type { TensorType } from './safetensors.ts';

/** How a matrix is stored on the GPU; each has a library file in kernels/. */
export type Encoding = 'f32' | 'f16' | 'bf16';

/** A weight matrix [rows, columns], row-major: y = x W^T. */
export interface Matrix {
  buffer: GPUBuffer;
  rows: number;
  columns: number;
  encoding: Encoding;
}

/** A matrix as a layout has placed it: beyond `rows` and `columns` are zeros. */
export interface PaddedMatrix extends Matrix {
  paddedRows: number;
  pitch: number;
  /**
   * Integers with a scale for each group of 32, as kernels/quantize.wgsl writes them; the scales begin at this word. Where all
   * groups of a row share one, the rows' scales begin at `rowScalesAt`, and x is made integer, too, wherever tiles multiply.
   */
  quantized?: { bits: 8 | 4; scalesAt: number; rowScalesAt?: number };
}

/** How matrices are laid out on the GPU. */
export interface MatrixLayout {
  /** Every matrix becomes f16. */
  halves: boolean;
  /** Rows and columns are padded to multiples of these. */
  rowsTo: number;
  columnsTo: number;
  /** So many gate rows alternate with as many up rows; 0 puts all of gate first. */
  interleave: number;
  /** Makes another matrix of one that was laid out, which is then freed; the embedding is left as it is. */
  packer?: Packer;
}

export interface Packer {
  /** What it makes of a matrix of this form, and in how many bytes. */
  formOf(matrix: MatrixForm): { quantized: NonNullable<PaddedMatrix['quantized']>; bytes: number };
  pack(matrix: PaddedMatrix): Promise<PaddedMatrix>;
}

/** A matrix without what it holds. */
export type MatrixForm = Omit<PaddedMatrix, 'buffer'>;

/** As the file has them. */
export const AS_STORED: MatrixLayout = { halves: false, rowsTo: 1, columnsTo: 1, interleave: 0 };

/** What a matrix is stacked from: tensors of `columns` columns each. */
type MatrixParts = [
  label: string,
  parts: [name: string, rows: number][],
  columns: number,
  how?: { interleave?: number; columnsTo?: number },
];

/** What checkpoints call the products of the feed-forward. */
const FEED_FORWARD = {
  swiglu: { up: ['gate_proj', 'up_proj'], down: 'down_proj' },
  gelu: { up: ['c_fc'], down: 'c_proj' },
};

type VectorParts = [name: string | undefined, length: number][];

/** Where tensors come from. */
export interface TensorSource {
  /** What reading all of it gives. */
  readonly totalBytes: number;
  /**
   * With `blocks` a tensor lies in blocks that are to be decoded to this type.
   * @throws CoppiceError `model-invalid` when it has no tensor of this name and shape
   */
  entry(name: string, shape: number[]): { type: TensorType; blocks?: BlockType };
  /** Its bytes, in pieces of whole elements, or of whole rows where they lie in blocks. */
  read(name: string): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export interface LayerParameters {
  /** Gain [D], then the bias [D] of a layer norm; so are the other norms. */
  attentionNorm: GPUBuffer;
  /** Rows: the heads of q, then k, then v. */
  qkv: PaddedMatrix;
  /** The bias of q, k and v [(H + 2K) d], then, where heads are normed, their gains, of q and of k [2d]; a bias may be missing. */
  qkvBias: GPUBuffer | undefined;
  output: PaddedMatrix;
  outputBias: GPUBuffer | undefined;
  feedForwardNorm: GPUBuffer;
  /** Rows: gate, then up; up alone where nothing gates it. */
  gateUp: PaddedMatrix;
  gateUpBias: GPUBuffer | undefined;
  down: PaddedMatrix;
  downBias: GPUBuffer | undefined;
}

/** All weights of a model, on the GPU. */
export interface Parameters {
  embedding: PaddedMatrix;
  layers: LayerParameters[];
  /** What logits are multiplied by is in it. */
  finalNorm: GPUBuffer;
  head: PaddedMatrix;
}

/** Bytes that may be on the way to the GPU: until it has taken them they lie in host memory. */
const MOST_UNDER_WAY = 64 * 2 ** 20;

/**
 * Streams a checkpoint to the GPU in pieces; host memory holds what is on the way. Matrices keep the file's type,
 * vectors become f32. What was allocated before an error is freed.
 * @throws CoppiceError `model-invalid`, `gpu-out-of-memory`, `cancelled`
 */
export async function loadParameters(
  gpu: Gpu,
  config: ModelConfig,
  file: TensorSource,
  options: {
    signal?: AbortSignal | undefined;
    onProgress?: (done: number, total: number) => void;
    layout?: MatrixLayout;
    /** Where packed matrices are kept from one load to the next. */
    cache?: PackedCache | undefined;
  } = {},
): Promise<Parameters> {
  const { width: D, feedForward: F, vocabulary: V, headWidth: d, heads: H, kvHeads: K } = config;
  const total = file.totalBytes;
  let done = 0;
  let underWay = 0;
  const paced = async (bytes: number): Promise<void> => {
    underWay += bytes;
    if (underWay < MOST_UNDER_WAY) return;
    await gpu.settle();
    underWay = 0;
  };
  const handedOver = async ({ byteLength }: Uint8Array): Promise<void> => {
    done += byteLength;
    options.onProgress?.(done, total);
    await paced(byteLength);
  };
  /** What need not be read counts as done. */
  const passedOver = ({ type, blocks }: { type: TensorType; blocks?: BlockType }, elements: number): void => {
    done += blocks ? (elements / blocks.elements) * blocks.bytes : elements * (type === 'F32' ? 4 : 2);
    options.onProgress?.(done, total);
  };
  const created: GPUBuffer[] = [];
  let decoder: BlockDecoder | undefined;
  const allocate = (label: string, bytes: number): GPUBuffer => {
    const buffer = gpu.buffer(label, bytes);
    created.push(buffer);
    return buffer;
  };

  const layout = options.layout ?? AS_STORED;

  /** The form of a matrix that tensors with the same number of columns, [r_i, columns] each, are stacked into. */
  const formOf = (...[, parts, columns, { columnsTo = layout.columnsTo } = {}]: MatrixParts): MatrixForm => {
    const types = parts.map(([name, rows]) => file.entry(name, [rows, columns]).type);
    // Parts of different types meet in f32.
    const stored = types.every((type) => type === types[0]) ? ENCODINGS[types[0]!] : 'f32';
    const rows = parts.reduce((sum, [, count]) => sum + count, 0);
    const [paddedRows, pitch] = [roundUp(rows, layout.rowsTo), roundUp(columns, columnsTo)];
    return { rows, columns, encoding: layout.halves ? 'f16' : stored, paddedRows, pitch };
  };
  const placed = async (...wanted: MatrixParts): Promise<PaddedMatrix> => {
    const [label, parts, columns, { interleave = 0 } = {}] = wanted;
    const form = formOf(...wanted);
    const { encoding, paddedRows, pitch } = form;
    const entries = parts.map(([name, rows]) => file.entry(name, [rows, columns]));
    const types = entries.map(({ type }) => type);
    const bytesEach = encoding === 'f32' ? 4 : 2;
    const buffer = allocate(label, paddedRows * pitch * bytesEach);
    let firstRow = 0;
    for (const [i, [name, count]] of parts.entries()) {
      const { blocks } = entries[i]!;
      if (blocks && encoding !== 'f16') throw inBlocks(name, blocks);
      let element = 0;
      for await (const piece of file.read(name)) {
        throwIfCancelled(options.signal);
        if (blocks) {
          const at = { firstRow: element / columns, above: firstRow, interleave, parts: parts.length, part: i };
          decoder ??= new BlockDecoder(gpu);
          await decoder.decode(blocks, piece, columns, at, { out: buffer, pitch });
          element += (piece.length / blocks.bytes) * blocks.elements;
          await handedOver(piece);
          continue;
        }
        const bytes = converted(piece, types[i]!, encoding);
        const elements = bytes.byteLength / bytesEach;
        // As far as neighbouring elements stay neighbours: a row, a group of rows, or the whole piece.
        const together = pitch === columns ? (interleave || count) * columns : columns;
        for (let i0 = 0; i0 < elements; ) {
          const at = element + i0;
          const length = Math.min(elements - i0, together - (at % together));
          const row = Math.floor(at / columns);
          const group = Math.floor(row / (interleave || 1)) * parts.length + i;
          const to = interleave === 0 ? firstRow + row : group * interleave + (row % interleave);
          const part = new Uint8Array(bytes.buffer, bytes.byteOffset + i0 * bytesEach, length * bytesEach);
          gpu.write(buffer, part, (to * pitch + (at % columns)) * bytesEach);
          i0 += length;
        }
        element += elements;
        await handedOver(piece);
      }
      firstRow += count;
    }
    return { ...form, buffer };
  };
  /** As it was packed before, where that is kept and whole. */
  const kept = async (label: string, form: MatrixForm): Promise<PaddedMatrix | undefined> => {
    const { packer } = layout;
    if (!packer || !options.cache) return undefined;
    const { quantized, bytes } = packer.formOf(form);
    if (!options.cache.has(label, bytes)) return undefined;
    const buffer = allocate(label, bytes);
    const isWhole = await options.cache.read(label, async (piece, offset) => {
      throwIfCancelled(options.signal);
      gpu.write(buffer, piece, offset);
      await paced(piece.byteLength);
    });
    if (isWhole) return { ...form, buffer, quantized };
    buffer.destroy();
    return undefined;
  };
  const packed = async (label: string, matrix: PaddedMatrix): Promise<PaddedMatrix> => {
    if (!layout.packer) return matrix;
    const made = await layout.packer.pack(matrix);
    created.push(made.buffer);
    const { bytes } = layout.packer.formOf(matrix);
    await options.cache?.keep(label, bytes, async (offset, count) => {
      throwIfCancelled(options.signal);
      return new Uint8Array(await gpu.read(made.buffer, count, offset));
    });
    return made;
  };
  const matrix = async (...wanted: MatrixParts): Promise<PaddedMatrix> => {
    const [label, parts, columns] = wanted;
    const known = await kept(label, formOf(...wanted));
    if (known) {
      for (const [name, rows] of parts) passedOver(file.entry(name, [rows, columns]), rows * columns);
      return known;
    }
    const plain = await placed(...wanted);
    const made = await packed(label, plain);
    if (made !== plain) plain.buffer.destroy();
    return made;
  };
  /** Stacks vectors; one without a name is zeros. */
  const vector = async (label: string, parts: VectorParts, interleave = 0, scale = 1): Promise<GPUBuffer> => {
    const length = parts.reduce((sum, [, count]) => sum + count, 0);
    // A kernel that takes a matrix in whole tiles adds the bias of its padding, too.
    const buffer = allocate(label, 4 * roundUp(length, layout.rowsTo));
    let first = 0;
    for (const [i, [name, length]] of parts.entries()) {
      if (name === undefined) {
        first += length;
        continue;
      }
      const { type, blocks } = file.entry(name, [length]);
      if (blocks) throw inBlocks(name, blocks);
      let element = 0;
      for await (const piece of file.read(name)) {
        const floats = toFloats(piece, type).map((value) => value * scale);
        if (interleave === 0) gpu.write(buffer, floats, (first + element) * 4);
        else {
          for (let k = 0; k < floats.length; ) {
            const at = element + k;
            const count = Math.min(interleave - (at % interleave), floats.length - k);
            const group = Math.floor(at / interleave) * parts.length + i;
            gpu.write(buffer, floats.subarray(k, k + count), (group * interleave + (at % interleave)) * 4);
            k += count;
          }
        }
        element += floats.length;
        await handedOver(piece);
      }
      first += length;
    }
    return buffer;
  };
  const optional = (wanted: boolean, label: string, parts: VectorParts, interleave = 0) =>
    wanted ? vector(label, parts, interleave) : undefined;

  const norm = (label: string, name: string, scale = 1) => {
    const bias: VectorParts = config.norm === 'layer' ? [[`${name}.bias`, D]] : [];
    return vector(label, [[`${name}.weight`, D], ...bias], 0, scale);
  };
  const { up, down } = FEED_FORWARD[config.activation];
  const ofUp = (mlp: string, kind: string) =>
    up.map((part): [name: string, rows: number] => [`${mlp}.${part}.${kind}`, F]);
  const interleave = up.length > 1 ? layout.interleave : 0;

  const load = async (): Promise<Parameters> => {
    const embedding = await placed('embedding', [['model.embed_tokens.weight', V]], D);
    const layers: LayerParameters[] = [];
    for (let l = 0; l < config.layers; l++) {
      const at = `model.layers.${l}`;
      const attention = `${at}.self_attn`;
      const mlp = `${at}.mlp`;
      const biasOf = (part: string) => (config.qkvBias ? `${attention}.${part}_proj.bias` : undefined);
      const headGains: VectorParts = ['q', 'k'].map((part) => [`${attention}.${part}_norm.weight`, d]);
      layers.push({
        attentionNorm: await norm(`${l} attention norm`, `${at}.input_layernorm`),
        qkv: await matrix(
          `${l} qkv`,
          [
            [`${attention}.q_proj.weight`, H * d],
            [`${attention}.k_proj.weight`, K * d],
            [`${attention}.v_proj.weight`, K * d],
          ],
          D,
        ),
        qkvBias: await optional(config.qkvBias || config.headNorm, `${l} qkv bias`, [
          [biasOf('q'), H * d],
          [biasOf('k'), K * d],
          [biasOf('v'), K * d],
          ...(config.headNorm ? headGains : []),
        ]),
        output: await matrix(`${l} output`, [[`${attention}.o_proj.weight`, D]], H * d),
        outputBias: await optional(config.outputBias, `${l} output bias`, [[`${attention}.o_proj.bias`, D]]),
        feedForwardNorm: await norm(`${l} feed-forward norm`, `${at}.post_attention_layernorm`),
        gateUp: await matrix(`${l} gate up`, ofUp(mlp, 'weight'), D, { interleave }),
        gateUpBias: await optional(config.mlpBias, `${l} gate up bias`, ofUp(mlp, 'bias'), interleave),
        // Its columns are the rows above: padded alike, where not two of these make one.
        down: await matrix(`${l} down`, [[`${mlp}.${down}.weight`, D]], F, {
          columnsTo: up.length > 1 ? layout.columnsTo : layout.rowsTo,
        }),
        downBias: await optional(config.mlpBias, `${l} down bias`, [[`${mlp}.${down}.bias`, D]]),
      });
    }
    const finalNorm = await norm('final norm', 'model.norm', config.logitScale);
    const head = config.tiedHead
      ? ((await kept('head', embedding)) ?? (await packed('head', embedding)))
      : await matrix('head', [['lm_head.weight', V]], D);
    return { embedding, layers, finalNorm, head };
  };
  return gpu
    .allocating(said`The model`, load)
    .catch((error) => {
      for (const buffer of created) buffer.destroy();
      throw CoppiceError.wrap(error);
    })
    .finally(() => decoder?.dispose());
}

export function disposeParameters({ embedding, layers, finalNorm, head }: Parameters): void {
  const buffers = [embedding.buffer, finalNorm, head.buffer];
  for (const layer of layers) {
    for (const part of Object.values(layer)) {
      if (part) buffers.push('buffer' in part ? part.buffer : part);
    }
  }
  for (const buffer of new Set(buffers)) buffer.destroy();
}

function inBlocks(name: string, { name: type }: BlockType): CoppiceError {
  return new CoppiceError(
    'model-unsupported',
    said`The tensor ${name} is stored as ${type} where that is not supported.`,
    said`Choose another file of this model.`,
  );
}

function roundUp(count: number, to: number): number {
  return Math.ceil(count / to) * to;
}
