import { CoppiceError, throwIfCancelled } from '../../core/errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { ModelConfig } from './config.ts';
import type { Safetensors, TensorType } from './safetensors.ts';

/** How a matrix is stored on the GPU; each has a library file in kernels/. */
export type Encoding = 'f32' | 'f16' | 'bf16';

/** A weight matrix [rows, columns], row-major: y = x W^T. */
export interface Matrix {
  buffer: GPUBuffer;
  rows: number;
  columns: number;
  encoding: Encoding;
}

export interface LayerParameters {
  attentionNorm: GPUBuffer;
  /** Rows: the heads of q, then k, then v. */
  qkv: Matrix;
  qkvBias: GPUBuffer | undefined;
  output: Matrix;
  outputBias: GPUBuffer | undefined;
  feedForwardNorm: GPUBuffer;
  /** Rows: gate, then up. */
  gateUp: Matrix;
  gateUpBias: GPUBuffer | undefined;
  down: Matrix;
  downBias: GPUBuffer | undefined;
}

/** All weights of a model, on the GPU. */
export interface Parameters {
  embedding: Matrix;
  layers: LayerParameters[];
  finalNorm: GPUBuffer;
  head: Matrix;
}

const ENCODINGS: Record<TensorType, Encoding> = { F32: 'f32', F16: 'f16', BF16: 'bf16' };

/**
 * Streams a checkpoint to the GPU in pieces; host memory holds one piece at a time. Matrices keep the file's type,
 * vectors become f32. What was allocated before an error is freed.
 * @throws CoppiceError `model-invalid`, `gpu-out-of-memory`, `cancelled`
 */
export async function loadParameters(
  gpu: Gpu,
  config: ModelConfig,
  file: Safetensors,
  options: { signal?: AbortSignal | undefined; onProgress?: (done: number, total: number) => void } = {},
): Promise<Parameters> {
  const { width: D, feedForward: F, vocabulary: V, headWidth: d, heads: H, kvHeads: K } = config;
  const total = file.totalBytes;
  let done = 0;
  const created: GPUBuffer[] = [];
  const allocate = (label: string, bytes: number): GPUBuffer => {
    const buffer = gpu.buffer(label, bytes);
    created.push(buffer);
    return buffer;
  };

  /** Stacks tensors with the same number of columns, [r_i, columns] each, into one matrix. */
  const matrix = async (label: string, parts: [name: string, rows: number][], columns: number): Promise<Matrix> => {
    const types = parts.map(([name, rows]) => file.entry(name, [rows, columns]).type);
    // Parts of different types meet in f32.
    const encoding = types.every((type) => type === types[0]) ? ENCODINGS[types[0]!] : 'f32';
    const rows = parts.reduce((sum, [, count]) => sum + count, 0);
    const buffer = allocate(label, rows * columns * (encoding === 'f32' ? 4 : 2));
    let offset = 0;
    for (const [i, [name]] of parts.entries()) {
      for await (const piece of file.read(name)) {
        throwIfCancelled(options.signal);
        const bytes = encoding === 'f32' ? toFloats(piece, types[i]!) : piece;
        gpu.write(buffer, bytes, offset);
        offset += bytes.byteLength;
        done += piece.byteLength;
        options.onProgress?.(done, total);
      }
    }
    return { buffer, rows, columns, encoding };
  };
  const vector = async (label: string, parts: [name: string, length: number][]): Promise<GPUBuffer> => {
    const buffer = allocate(label, 4 * parts.reduce((sum, [, length]) => sum + length, 0));
    let offset = 0;
    for (const [name, length] of parts) {
      const { type } = file.entry(name, [length]);
      for await (const piece of file.read(name)) {
        const floats = toFloats(piece, type);
        gpu.write(buffer, floats, offset);
        offset += floats.byteLength;
        done += piece.byteLength;
      }
    }
    return buffer;
  };
  const optional = (wanted: boolean, label: string, parts: [string, number][]) =>
    wanted ? vector(label, parts) : undefined;

  const load = async (): Promise<Parameters> => {
    const embedding = await matrix('embedding', [['model.embed_tokens.weight', V]], D);
    const layers: LayerParameters[] = [];
    for (let l = 0; l < config.layers; l++) {
      const at = `model.layers.${l}`;
      const attention = `${at}.self_attn`;
      const mlp = `${at}.mlp`;
      layers.push({
        attentionNorm: await vector(`${l} attention norm`, [[`${at}.input_layernorm.weight`, D]]),
        qkv: await matrix(
          `${l} qkv`,
          [
            [`${attention}.q_proj.weight`, H * d],
            [`${attention}.k_proj.weight`, K * d],
            [`${attention}.v_proj.weight`, K * d],
          ],
          D,
        ),
        qkvBias: await optional(config.qkvBias, `${l} qkv bias`, [
          [`${attention}.q_proj.bias`, H * d],
          [`${attention}.k_proj.bias`, K * d],
          [`${attention}.v_proj.bias`, K * d],
        ]),
        output: await matrix(`${l} output`, [[`${attention}.o_proj.weight`, D]], H * d),
        outputBias: await optional(config.outputBias, `${l} output bias`, [[`${attention}.o_proj.bias`, D]]),
        feedForwardNorm: await vector(`${l} feed-forward norm`, [[`${at}.post_attention_layernorm.weight`, D]]),
        gateUp: await matrix(
          `${l} gate up`,
          [
            [`${mlp}.gate_proj.weight`, F],
            [`${mlp}.up_proj.weight`, F],
          ],
          D,
        ),
        gateUpBias: await optional(config.mlpBias, `${l} gate up bias`, [
          [`${mlp}.gate_proj.bias`, F],
          [`${mlp}.up_proj.bias`, F],
        ]),
        down: await matrix(`${l} down`, [[`${mlp}.down_proj.weight`, D]], F),
        downBias: await optional(config.mlpBias, `${l} down bias`, [[`${mlp}.down_proj.bias`, D]]),
      });
    }
    const finalNorm = await vector('final norm', [['model.norm.weight', D]]);
    const head = config.tiedHead ? embedding : await matrix('head', [['lm_head.weight', V]], D);
    return { embedding, layers, finalNorm, head };
  };
  return gpu.allocating('The model', load).catch((error) => {
    for (const buffer of created) buffer.destroy();
    throw CoppiceError.wrap(error);
  });
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

/** Little-endian bytes of a tensor type as f32. */
function toFloats(bytes: Uint8Array<ArrayBuffer>, type: TensorType): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const out = new Float32Array(halves.length);
  if (type === 'BF16') {
    const bits = new Uint32Array(out.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  } else {
    for (let i = 0; i < halves.length; i++) out[i] = halfToFloat(halves[i]!);
  }
  return out;
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
