import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A fresh folder with these files, removed when the test file is done. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-weights-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export interface Tensor {
  dtype: 'F32' | 'F16' | 'BF16';
  shape: number[];
  data: Uint8Array;
}

/** One of packed integers. */
export type Packed = Omit<Tensor, 'dtype'> & { dtype: 'I32' };

/** The bytes of a valid safetensors file. */
export function safetensors(tensors: Record<string, Tensor | Packed>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.length] };
    end += data.length;
  }
  return withHeader(header, Buffer.concat(Object.values(tensors).map(({ data }) => data)));
}

/** A safetensors file with any header: a value, or its text or bytes as they stand. */
export function withHeader(header: unknown, data: Uint8Array, length?: bigint): Uint8Array {
  const text = header instanceof Uint8Array ? header : typeof header === 'string' ? header : JSON.stringify(header);
  const bytes = Buffer.from(text);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(bytes.length));
  return Buffer.concat([prefix, bytes, data]);
}

/** A whole Llama of 8 wide, one layer and a vocabulary of `TINY_VOCABULARY`. */
export const TINY_VOCABULARY = 264;
export const TINY_CONFIG = {
  architectures: ['LlamaForCausalLM'],
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: TINY_VOCABULARY,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

/** Shapes of every tensor of the tiny model. */
export const TINY_SHAPES: Record<string, number[]> = {
  'model.embed_tokens.weight': [TINY_VOCABULARY, 8],
  'model.layers.0.input_layernorm.weight': [8],
  'model.layers.0.self_attn.q_proj.weight': [8, 8],
  'model.layers.0.self_attn.k_proj.weight': [4, 8],
  'model.layers.0.self_attn.v_proj.weight': [4, 8],
  'model.layers.0.self_attn.o_proj.weight': [8, 8],
  'model.layers.0.post_attention_layernorm.weight': [8],
  'model.layers.0.mlp.gate_proj.weight': [12, 8],
  'model.layers.0.mlp.up_proj.weight': [12, 8],
  'model.layers.0.mlp.down_proj.weight': [8, 12],
  'model.norm.weight': [8],
};

/** The tiny model's tensors, with values that tell every element from the next. */
export function tinyTensors(type: (name: string) => Tensor['dtype'] = () => 'F32'): Record<string, Tensor> {
  const entries = Object.entries(TINY_SHAPES).map(([name, shape], t): [string, Tensor] => {
    const count = shape.reduce((product, side) => product * side, 1);
    const values = Array.from({ length: count }, (_, i) => ((i * 7 + t * 13) % 61) / 32 - 1);
    return [name, { dtype: type(name), shape, data: encode(values, type(name)) }];
  });
  return Object.fromEntries(entries);
}

/** Numbers as little-endian bytes; for BF16 they are cut, not rounded. */
export function encode(values: number[], type: Tensor['dtype']): Uint8Array {
  const bytes = Buffer.alloc(values.length * (type === 'F32' ? 4 : 2));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  values.forEach((value, i) => {
    if (type === 'F32') view.setFloat32(4 * i, value, true);
    else if (type === 'BF16') view.setUint16(2 * i, bitsOf(value) >>> 16, true);
    else view.setUint16(2 * i, halfBits(value), true);
  });
  return bytes;
}

export function bitsOf(value: number): number {
  return new Uint32Array(new Float32Array([value]).buffer)[0]!;
}

/** IEEE half precision of a number that it holds exactly and that is not subnormal there. */
function halfBits(value: number): number {
  const bits = bitsOf(value);
  if (value === 0) return bits >>> 16;
  const exponent = ((bits >>> 23) & 255) - 127 + 15;
  return ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 1023);
}

/** GPT-2's readable letters for bytes: the printable ones stand for themselves, the others follow from U+0100 on. */
function byteLetters(): string[] {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** A byte-level BPE tokenizer: 256 bytes, `th` and `the`, then five special tokens: 263 ids. */
export function tinyTokenizer() {
  const vocab: Record<string, number> = Object.fromEntries(byteLetters().map((letter, byte) => [letter, byte]));
  vocab.th = 256;
  vocab.the = 257;
  const special = ['<|endoftext|>', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|file_sep|>'];
  return {
    version: '1.0',
    added_tokens: special.map((content, i) => ({
      id: 258 + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      unk_token: null,
      vocab,
      merges: [
        ['t', 'h'],
        ['th', 'e'],
      ],
    },
  };
}

/** The files of the tiny model's folder. */
export function tinyModel(): Record<string, string | Uint8Array> {
  return {
    'config.json': JSON.stringify(TINY_CONFIG),
    'tokenizer.json': JSON.stringify(tinyTokenizer()),
    'model.safetensors': safetensors(tinyTensors()),
  };
}
