import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GGMLQuantizationType } from '@huggingface/gguf';
import { BLOCK_TYPES } from '../src/engine/weights/gguf/block-types.ts';
import { ggufName } from '../src/engine/weights/gguf/names.ts';
import { toHalves } from '../src/engine/weights/half.ts';
import { randomFrom } from '../test/engine/random-numbers.ts';
import { ALIGNMENT, ggufHead, type MetadataEntry, randomBlocks } from '../test/engine/weights/gguf-files.ts';
import { RandomTensors } from './random-model.ts';

/** How the projections of a model are stored; what is no projection is f16, or f32 in GGUF files. */
export const FORMATS = ['f16', 'gptq', 'q4_k'] as const;
export type Format = (typeof FORMATS)[number];

/** Layers of Qwen2.5-Coder-1.5B, and some that are small enough for a few megabytes. */
const LARGE = { width: 1536, heads: 12, kvHeads: 2, headWidth: 128, feedForward: 8960, vocabulary: 32_768 };
const SMALL = { width: 512, heads: 8, kvHeads: 2, headWidth: 64, feedForward: 1536, vocabulary: 4096 };
const LARGE_FROM = 5e8;

const GROUP = 128;
/** GPTQ's zero of 8, less one, in every nibble. */
const EIGHTS = 0x77;
const POSITIONS = 1024;

interface Part {
  name: string;
  dtype: 'F16' | 'I32';
  shape: number[];
  bytes: number;
  pieces(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A model with random weights in a temporary folder. */
export class MadeModel implements AsyncDisposable {
  readonly #folder: string;
  /** A folder in Hugging Face layout, or a GGUF file. */
  readonly path: string;

  private constructor(folder: string, path: string) {
    this.#folder = folder;
    this.path = path;
  }

  /** Of about so many bytes, and at least one layer. */
  static async make(bytes: number, format: Format): Promise<MadeModel> {
    const shape = bytes >= LARGE_FROM ? LARGE : SMALL;
    const each = { f16: 2, gptq: 0.5 + 2.5 / GROUP, q4_k: BLOCK_TYPES[GGMLQuantizationType.Q4_K]!.bytes / 256 }[format];
    const embedding = shape.vocabulary * shape.width * (format === 'q4_k' ? each : 2);
    const layerBytes = each * matrices(shape, 0).reduce((sum, [, [rows, columns]]) => sum + rows * columns, 0);
    const layers = Math.max(1, Math.round((bytes - embedding) / layerBytes));
    const folder = mkdtempSync(join(tmpdir(), 'coppice-load-'));
    try {
      if (format === 'q4_k') return new MadeModel(folder, await writeGguf(join(folder, 'model.gguf'), shape, layers));
      await writeFolder(folder, shape, layers, format);
      return new MadeModel(folder, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

type Shape = typeof LARGE;

function matrices(shape: Shape, layer: number): [name: string, sides: [rows: number, columns: number]][] {
  const { width: D, heads: H, kvHeads: K, headWidth: d, feedForward: F } = shape;
  const at = `model.layers.${layer}`;
  return [
    [`${at}.self_attn.q_proj`, [H * d, D]],
    [`${at}.self_attn.k_proj`, [K * d, D]],
    [`${at}.self_attn.v_proj`, [K * d, D]],
    [`${at}.self_attn.o_proj`, [D, H * d]],
    [`${at}.mlp.gate_proj`, [F, D]],
    [`${at}.mlp.up_proj`, [F, D]],
    [`${at}.mlp.down_proj`, [D, F]],
  ];
}

function vectors({ width: D }: Shape, layer: number): [name: string, length: number][] {
  const at = `model.layers.${layer}`;
  return [
    [`${at}.input_layernorm.weight`, D],
    [`${at}.post_attention_layernorm.weight`, D],
  ];
}

async function writeFolder(folder: string, shape: Shape, layers: number, format: 'f16' | 'gptq'): Promise<void> {
  const random = new RandomTensors();
  const plain = (name: string, sides: number[]): Part => ({
    ...{ name, dtype: 'F16', shape: sides, bytes: 2 * product(sides) },
    pieces() {
      random.entry(name, sides);
      return random.read(name);
    },
  });
  const parts = [
    plain('model.embed_tokens.weight', [shape.vocabulary, shape.width]),
    plain('model.norm.weight', [shape.width]),
  ];
  for (let l = 0; l < layers; l++) {
    parts.push(...vectors(shape, l).map(([name, length]) => plain(name, [length])));
    for (const [name, sides] of matrices(shape, l)) {
      parts.push(...(format === 'f16' ? [plain(`${name}.weight`, sides)] : packed(name, sides, plain)));
    }
  }
  let end = 0;
  const header = parts.map(({ name, dtype, shape, bytes }) => {
    end += bytes;
    return [name, { dtype, shape, data_offsets: [end - bytes, end] }];
  });
  const head = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = new Uint8Array(BigUint64Array.of(BigInt(head.length)).buffer);
  await written(join(folder, 'model.safetensors'), async (file) => {
    await file.write(length);
    await file.write(head);
    for (const part of parts) for await (const piece of part.pieces()) await file.write(piece);
  });
  const config = {
    ...{
      architectures: ['LlamaForCausalLM'],
      hidden_size: shape.width,
      num_hidden_layers: layers,
      head_dim: shape.headWidth,
    },
    ...{ num_attention_heads: shape.heads, num_key_value_heads: shape.kvHeads, intermediate_size: shape.feedForward },
    ...{ vocab_size: shape.vocabulary, max_position_embeddings: POSITIONS, tie_word_embeddings: true },
    ...{ hidden_act: 'silu', torch_dtype: 'float16' },
    ...(format === 'gptq'
      ? { quantization_config: { quant_method: 'gptq', bits: 4, group_size: GROUP, desc_act: false } }
      : {}),
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
}

/** Random integers around 8, scaled so that rows keep the variance of what they multiply. */
function packed(
  name: string,
  [rows, columns]: [number, number],
  plain: (name: string, sides: number[]) => Part,
): Part[] {
  const words = (part: string, sides: [number, number], byte?: number): Part => {
    const bytes = 4 * sides[0] * sides[1];
    return {
      ...{ name: `${name}.${part}`, dtype: 'I32', shape: sides, bytes },
      pieces: () => chunksOf(byte === undefined ? randomChunk() : new Uint8Array(1 << 16).fill(byte), bytes),
    };
  };
  // The deviation of whole numbers from 0 to 15.
  const scale = toHalves(Float32Array.of(1 / (4.6 * Math.sqrt(columns))))[0]!;
  const scales = new Uint8Array(new Uint16Array(1 << 15).fill(scale).buffer);
  const sides = [columns / GROUP, rows];
  return [
    words('qweight', [columns / 8, rows]),
    words('qzeros', [columns / GROUP, rows / 8], EIGHTS),
    { ...plain(`${name}.scales`, sides), pieces: () => chunksOf(scales, 2 * product(sides)) },
  ];
}

async function writeGguf(path: string, shape: Shape, layers: number): Promise<string> {
  const Q4_K = GGMLQuantizationType.Q4_K;
  const { bytes: blockBytes, elements } = BLOCK_TYPES[Q4_K]!;
  const tensors: [name: string, sides: number[], type: number, bytes: number, chunk: Uint8Array][] = [];
  const matrix = (name: string, [rows, columns]: [number, number], gain = 1) => {
    const bytes = ((rows * columns) / elements) * blockBytes;
    const chunk = blocksOf(gain / Math.sqrt(columns));
    tensors.push([ggufName(`${name}.weight`)!, [columns, rows], Q4_K, bytes, chunk]);
  };
  const ones = new Uint8Array(new Float32Array(1 << 14).fill(1).buffer);
  const vector = (name: string, length: number) => tensors.push([ggufName(name)!, [length], 0, 4 * length, ones]);
  matrix('model.embed_tokens', [shape.vocabulary, shape.width], 16);
  vector('model.norm.weight', shape.width);
  for (let l = 0; l < layers; l++) {
    for (const [name, length] of vectors(shape, l)) vector(name, length);
    for (const [name, sides] of matrices(shape, l)) matrix(name, sides);
  }
  const number = (key: string, value: number, kind: 'u32' | 'f32' = 'u32') =>
    [`llama.${key}`, [kind, value]] as [string, MetadataEntry];
  const metadata = Object.fromEntries<MetadataEntry>([
    ['general.architecture', ['text', 'llama']],
    ['tokenizer.ggml.model', ['text', 'no_vocab']],
    ...[number('block_count', layers), number('context_length', POSITIONS), number('embedding_length', shape.width)],
    ...[number('feed_forward_length', shape.feedForward), number('attention.head_count', shape.heads)],
    ...[number('attention.head_count_kv', shape.kvHeads), number('attention.layer_norm_rms_epsilon', 1e-6, 'f32')],
    ...[number('rope.freq_base', 10_000, 'f32'), number('rope.dimension_count', shape.headWidth)],
  ]);
  const described = tensors.map(([name, sides, type, bytes]) => [name, { sides, type, bytes }]);
  await written(path, async (file) => {
    await file.write(ggufHead(metadata, Object.fromEntries(described)));
    for (const [, , , bytes, chunk] of tensors) {
      for (const piece of chunksOf(chunk, bytes)) await file.write(piece);
      await file.write(new Uint8Array((ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT));
    }
  });
  return path;
}

async function written(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
  } finally {
    await file.close();
  }
}

/** Blocks that repeat in every tensor of a width: how long loading takes does not depend on what they say. */
const blocks = new Map<number, Uint8Array>();
function blocksOf(deviation: number): Uint8Array {
  let found = blocks.get(deviation);
  if (!found) {
    found = randomBlocks(GGMLQuantizationType.Q4_K, 1 << 20, deviation, randomFrom(1));
    blocks.set(deviation, found);
  }
  return found;
}

let chunk: Uint8Array | undefined;
function randomChunk(): Uint8Array {
  const random = randomFrom(2);
  chunk ??= Uint8Array.from({ length: 1 << 20 }, () => Math.floor(random() * 256));
  return chunk;
}

function* chunksOf(chunk: Uint8Array, bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}

function product(sides: number[]): number {
  return sides.reduce((all, side) => all * side, 1);
}
