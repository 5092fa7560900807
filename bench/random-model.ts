import type { Tier, WeightType } from '../src/core/protocol.ts';
import { fastLayout } from '../src/engine/fast/quantize.ts';
import { FastTransformer } from '../src/engine/fast/transformer.ts';
import { Tuning } from '../src/engine/fast/tuning.ts';
import type { Gpu } from '../src/engine/gpu/gpu.ts';
import { Transformer } from '../src/engine/model/transformer.ts';
import { type ModelConfig, parseConfig } from '../src/engine/weights/config.ts';
import { AS_STORED, loadParameters, type Parameters, type TensorSource } from '../src/engine/weights/parameters.ts';

/** Shapes of Qwen2.5-Coder, and one small enough for a software adapter. */
const SHAPES = {
  tiny: { layers: 2, width: 128, heads: 4, kvHeads: 2, feedForward: 256, vocabulary: 1024, tied: true, headWidth: 32 },
  '0.5b': {
    layers: 24,
    width: 896,
    heads: 14,
    kvHeads: 2,
    feedForward: 4864,
    vocabulary: 151_936,
    tied: true,
    headWidth: 64,
  },
  '1.5b': {
    layers: 28,
    width: 1536,
    heads: 12,
    kvHeads: 2,
    feedForward: 8960,
    vocabulary: 151_936,
    tied: true,
    headWidth: 128,
  },
  '7b': {
    layers: 28,
    width: 3584,
    heads: 28,
    kvHeads: 4,
    feedForward: 18_944,
    vocabulary: 152_064,
    tied: false,
    headWidth: 128,
  },
} as const;
export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

export function configOf(name: ShapeName): ModelConfig {
  const { layers, width, heads, kvHeads, feedForward, vocabulary, tied, headWidth } = SHAPES[name];
  return parseConfig(
    JSON.stringify({
      ...{ architectures: ['Qwen2ForCausalLM'], hidden_size: width, num_hidden_layers: layers, head_dim: headWidth },
      ...{ num_attention_heads: heads, num_key_value_heads: kvHeads, intermediate_size: feedForward },
      ...{ vocab_size: vocabulary, max_position_embeddings: 32_768, rms_norm_eps: 1e-6, rope_theta: 1e6 },
      ...{ tie_word_embeddings: tied, hidden_act: 'silu', torch_dtype: 'float16' },
    }),
  );
}

/** Bytes of random f16 that all tensors are made of, each from another place. */
const BLOCK = 1 << 22;
const SQRT3 = Math.sqrt(3);

/**
 * f16 weights that no file holds: uniform, with unit variance kept from rows in to rows out, the same for the same names.
 * Norm gains are 1.
 */
export class RandomTensors implements TensorSource {
  readonly totalBytes = 0;
  readonly #random: Uint16Array;
  readonly #columns = new Map<string, number>();
  readonly #lengths = new Map<string, number>();

  constructor(seed = 1) {
    let state = seed >>> 0;
    /** Mantissas and signs at random below 1: scaled per tensor through the exponent. */
    this.#random = Uint16Array.from({ length: BLOCK }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 16;
    });
  }

  entry(name: string, shape: number[]) {
    this.#columns.set(name, shape.length > 1 ? shape[1]! : 0);
    this.#lengths.set(
      name,
      shape.reduce((a, b) => a * b, 1),
    );
    return { type: 'F16' as const };
  }

  async *read(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const length = this.#lengths.get(name)!;
    const columns = this.#columns.get(name)!;
    const isNorm = name.endsWith('norm.weight');
    // Variance of uniform numbers in (-a, a) is a^2 / 3; an embedding row is left at unit variance.
    const most = columns === 0 ? 0.1 : name.includes('embed') ? 0.06 : SQRT3 / Math.sqrt(columns);
    const table = isNorm ? undefined : halvesOf(this.#random, most);
    let at = (hash(name) % (BLOCK / 4096)) * 4096;
    for (let done = 0; done < length; ) {
      const count = Math.min(length - done, BLOCK - at);
      const piece = table ? table.subarray(at, at + count) : new Uint16Array(count).fill(0x3c00);
      yield new Uint8Array(piece.buffer as ArrayBuffer, piece.byteOffset, count * 2);
      done += count;
      at = 0;
    }
  }
}

const tables = new Map<string, Uint16Array>();

/** The random words as f16 in (-most, most). */
function halvesOf(random: Uint16Array, most: number): Uint16Array {
  const key = most.toPrecision(6);
  let table = tables.get(key);
  if (!table) {
    const lookup = new Uint16Array(1 << 16);
    for (let i = 0; i < lookup.length; i++) lookup[i] = half((i / 32_768 - 1) * most);
    table = random.map((word) => lookup[word]!);
    tables.set(key, table);
  }
  return table;
}

function half(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | (((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024));
}

function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  return h;
}

/** A model of this shape in either tier, with the same weights in both. */
export async function randomModel(gpu: Gpu, name: ShapeName, tier: Tier, slots: number, weights: WeightType = 'f16') {
  const config = configOf(name);
  const layout = tier === 'fast' ? await fastLayout(gpu, weights) : AS_STORED;
  const parameters: Parameters = await loadParameters(gpu, config, new RandomTensors(), { layout });
  return tier === 'fast'
    ? FastTransformer.create(gpu, config, parameters, slots, new Tuning(gpu))
    : Transformer.create(gpu, config, parameters, slots);
}
