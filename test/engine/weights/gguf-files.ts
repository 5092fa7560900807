import { GGMLQuantizationType, GGUFValueType } from '@huggingface/gguf';
import { BLOCK_TYPES, type BlockType } from '../../../src/engine/weights/gguf/block-types.ts';
import { ggufName } from '../../../src/engine/weights/gguf/names.ts';
import { toHalves } from '../../../src/engine/weights/half.ts';
import { randomFloats, randomFrom } from '../random-numbers.ts';

export const ALIGNMENT = 32;

export type MetadataEntry = [type: 'u32' | 'f32' | 'text' | 'texts' | 'i32s' | 'f32s' | 'flag', value: unknown];

export interface GgufTensor {
  /** The innermost side first, as the file has it. */
  sides: number[];
  type: number;
  data: Uint8Array;
}

/** A GGUF file of version 3. */
export function ggufBytes(metadata: Record<string, MetadataEntry>, tensors: Record<string, GgufTensor>): Uint8Array {
  const described = Object.entries(tensors).map(([name, { data, ...rest }]) => [name, { ...rest, bytes: data.length }]);
  const head = ggufHead(metadata, Object.fromEntries(described));
  const parts = Object.values(tensors).flatMap(({ data }) => [data, new Uint8Array(padded(data.length) - data.length)]);
  return Buffer.concat([head, ...parts]);
}

const padded = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** What precedes the tensors, which follow in this order, each padded to `ALIGNMENT`. */
export function ggufHead(
  metadata: Record<string, MetadataEntry>,
  tensors: Record<string, Omit<GgufTensor, 'data'> & { bytes: number }>,
): Uint8Array {
  const head: Uint8Array[] = [];
  const put = (bytes: Uint8Array) => head.push(bytes);
  const u32 = (value: number) => put(new Uint8Array(Uint32Array.of(value).buffer));
  const u64 = (value: number) => put(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  const f32 = (value: number) => put(new Uint8Array(Float32Array.of(value).buffer));
  const text = (value: string) => {
    const bytes = new TextEncoder().encode(value);
    u64(bytes.length);
    put(bytes);
  };
  const list = <T>(kind: GGUFValueType, values: T[], write: (value: T) => void) => {
    u32(GGUFValueType.ARRAY);
    u32(kind);
    u64(values.length);
    for (const value of values) write(value);
  };
  put(new TextEncoder().encode('GGUF'));
  u32(3);
  u64(Object.keys(tensors).length);
  u64(Object.keys(metadata).length);
  for (const [key, [type, value]] of Object.entries(metadata)) {
    text(key);
    if (type === 'u32') [GGUFValueType.UINT32, value as number].forEach(u32);
    else if (type === 'f32') {
      u32(GGUFValueType.FLOAT32);
      f32(value as number);
    } else if (type === 'text') {
      u32(GGUFValueType.STRING);
      text(value as string);
    } else if (type === 'flag') {
      u32(GGUFValueType.BOOL);
      put(Uint8Array.of(value ? 1 : 0));
    } else if (type === 'texts') list(GGUFValueType.STRING, value as string[], text);
    else if (type === 'f32s') list(GGUFValueType.FLOAT32, value as number[], f32);
    else list(GGUFValueType.INT32, value as number[], (id) => u32(id >>> 0));
  }
  let offset = 0;
  for (const [name, { sides, type, bytes }] of Object.entries(tensors)) {
    text(name);
    u32(sides.length);
    for (const side of sides) u64(side);
    u32(type);
    u64(offset);
    offset += padded(bytes);
  }
  const size = head.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...head, new Uint8Array(padded(size) - size)]);
}

/** Where the f16 scales of a block are, by the type's name; any other byte may be anything. */
const SCALES: Record<string, number[]> = {
  ...{ Q4_0: [0], Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], Q8_0: [0], IQ4_NL: [0] },
  ...{ Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208], int4: [0], int8: [0] },
};
/** What the scale is to be, for weights of a deviation of about one. */
const SCALE: Record<string, number> = {
  ...{
    Q4_0: 0.22,
    Q4_1: 0.22,
    Q5_0: 0.11,
    Q5_1: 0.11,
    Q8_0: 0.0135,
    IQ4_NL: 0.0155,
    Q4_K: 0.006,
    Q5_K: 0.003,
    Q6_K: 0.0007,
    int4: 0.22,
    int8: 0.0135,
  },
};

/** Random blocks of a type, or of its number in a file, their weights of about this deviation. */
export function randomBlocks(
  type: number | BlockType,
  elements: number,
  deviation: number,
  random: () => number,
): Uint8Array {
  const { name, elements: each, bytes } = typeof type === 'number' ? BLOCK_TYPES[type]! : type;
  const count = elements / each;
  const out = Uint8Array.from({ length: count * bytes }, () => Math.floor(random() * 256));
  for (let b = 0; b < count; b++) {
    // A zero in the middle, with its 16 bits.
    if (name === 'int4' || name === 'int8') out.set([name === 'int4' ? 8 : 128, 0], b * bytes + 2);
    for (const at of SCALES[name]!) {
      const scale = SCALE[name]! * deviation * (0.5 + random());
      // A minimum is taken away by the K types and added by the others: either way it centres the block.
      const centres: Record<string, number> = { Q4_1: -7.5, Q5_1: -15.5, Q4_K: 7.5, Q5_K: 15.5 };
      const half = toHalves(Float32Array.of(at === 2 ? scale * centres[name]! : scale))[0]!;
      out.set([half & 255, half >> 8], b * bytes + at);
    }
  }
  return out;
}

export const SMALL = { layers: 2, width: 256, heads: 4, kvHeads: 2, headWidth: 64, feedForward: 512, vocabulary: 160 };

/** As llama.cpp names them. */
export type GgufArchitecture = 'qwen2' | 'qwen3' | 'llama' | 'granite' | 'starcoder2';

/** A small model with random weights, its matrices of one type, as llama.cpp takes it. The same seed gives the same file. */
export function randomGguf(
  architecture: GgufArchitecture,
  type: GGMLQuantizationType,
  seed: number,
  tokenizer: Record<string, MetadataEntry> = { 'tokenizer.ggml.model': ['text', 'no_vocab'] },
  V = SMALL.vocabulary,
): Uint8Array {
  const { layers, width: D, heads: H, kvHeads: K, headWidth: d, feedForward: F } = SMALL;
  const random = randomFrom(seed);
  const tensors: Record<string, GgufTensor> = {};
  const vector = (name: string, length: number, around: number, spread: number) => {
    const values = randomFloats(random, length, spread).map((value) => value + around);
    tensors[ggufName(name) ?? name] = { sides: [length], type: 0, data: new Uint8Array(values.buffer) };
  };
  const matrix = (name: string, rows: number, columns: number, gain = 1) => {
    const deviation = gain / Math.sqrt(columns);
    const plain = () => randomFloats(random, rows * columns, deviation * Math.sqrt(3));
    const data =
      type === GGMLQuantizationType.F32
        ? new Uint8Array(plain().buffer)
        : type === GGMLQuantizationType.F16
          ? new Uint8Array(toHalves(plain()).buffer)
          : randomBlocks(type, rows * columns, deviation, random);
    tensors[ggufName(name)!] = { sides: [columns, rows], type, data };
  };
  const isStarcoder = architecture === 'starcoder2';
  const norm = (name: string) => {
    vector(`${name}.weight`, D, 1, 0.3);
    if (isStarcoder) vector(`${name}.bias`, D, 0, 0.5);
  };
  const biased = (name: string, rows: number, columns: number) => {
    matrix(`${name}.weight`, rows, columns);
    if (isStarcoder) vector(`${name}.bias`, rows, 0, 0.5);
  };
  matrix('model.embed_tokens.weight', V, D, 16);
  for (let l = 0; l < layers; l++) {
    const at = `model.layers.${l}`;
    norm(`${at}.input_layernorm`);
    norm(`${at}.post_attention_layernorm`);
    for (const [name, rows] of Object.entries({ q: H * d, k: K * d, v: K * d })) {
      biased(`${at}.self_attn.${name}_proj`, rows, D);
      if (architecture === 'qwen2') vector(`${at}.self_attn.${name}_proj.bias`, rows, 0, 0.5);
    }
    if (architecture === 'qwen3') {
      for (const part of ['q', 'k']) vector(`${at}.self_attn.${part}_norm.weight`, d, 1, 0.5);
    }
    biased(`${at}.self_attn.o_proj`, D, H * d);
    if (isStarcoder) biased(`${at}.mlp.c_fc`, F, D);
    else for (const name of ['gate', 'up']) matrix(`${at}.mlp.${name}_proj.weight`, F, D);
    biased(`${at}.mlp.${isStarcoder ? 'c_proj' : 'down_proj'}`, D, F);
  }
  norm('model.norm');
  matrix('lm_head.weight', V, D);
  if (architecture === 'llama') vector('rope_freqs.weight', d / 2, 3, 2);
  const number = (key: string, value: number, kind: 'u32' | 'f32' = 'u32') =>
    [`${architecture}.${key}`, [kind, value]] as [string, MetadataEntry];
  return ggufBytes(
    {
      'general.architecture': ['text', architecture],
      ...Object.fromEntries([
        number('block_count', layers),
        number('context_length', 512),
        number('embedding_length', D),
        number('feed_forward_length', F),
        number('attention.head_count', H),
        number('attention.head_count_kv', K),
        number(`attention.layer_norm_${isStarcoder ? '' : 'rms_'}epsilon`, 1e-6, 'f32'),
        number('rope.freq_base', 10_000, 'f32'),
        number('rope.dimension_count', d),
        number('vocab_size', V),
        ...(architecture === 'granite'
          ? [
              number('embedding_scale', 1.3, 'f32'),
              number('attention.scale', 0.2, 'f32'),
              number('residual_scale', 0.6, 'f32'),
              number('logit_scale', 2, 'f32'),
            ]
          : []),
      ]),
      ...tokenizer,
    },
    tensors,
  );
}
