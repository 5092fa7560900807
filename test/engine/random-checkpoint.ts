import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '../../src/engine/weights/config.ts';
import type { TensorType } from '../../src/engine/weights/safetensors.ts';
import { randomFloats } from './random-numbers.ts';

/** The size and kind of a checkpoint. */
export interface CheckpointShape
  extends Pick<
    ModelConfig,
    | ('architecture' | 'layers' | 'width' | 'heads' | 'kvHeads' | 'headWidth')
    | ('feedForward' | 'vocabulary' | 'maxPositions' | 'tiedHead')
  > {
  type: TensorType;
  /** All that the architecture may have; Qwen2 always has those of q, k and v and no others. */
  biases: boolean;
}

export const ROPE_THETA = 10_000;
export const NORM_EPSILON = 1e-6;
/** Of embeddings, the scores of attention, what layers add, and logits: only Granite has its own. */
export function multipliersOf({ architecture, headWidth }: CheckpointShape) {
  return architecture === 'GraniteForCausalLM'
    ? { embedding_multiplier: 1.3, attention_multiplier: 0.3, residual_multiplier: 0.6, logits_scaling: 1.6 }
    : {
        ...{ embedding_multiplier: 1, attention_multiplier: 1 / Math.sqrt(headWidth) },
        ...{ residual_multiplier: 1, logits_scaling: 1 },
      };
}

/** A checkpoint on disk, and its weights as the numbers that the file holds. */
export interface RandomCheckpoint {
  folder: string;
  shape: CheckpointShape;
  weights: Map<string, Float64Array>;
}

/** Writes config.json and model.safetensors with random weights whose logits spread by about 2. */
export function writeRandomCheckpoint(
  folder: string,
  shape: CheckpointShape,
  random: () => number,
  options: { tokenizer?: boolean } = {},
): RandomCheckpoint {
  const { layers, width: D, heads: H, kvHeads: K, headWidth: d, feedForward: F, vocabulary: V } = shape;
  const hasBias = biasesOf(shape);
  const tensors = new Map<string, { sides: number[]; values: Float32Array }>();
  /** Rows of unit variance in, unit variance out. */
  const matrix = (name: string, rows: number, columns: number, gain = 1) =>
    tensors.set(name, {
      sides: [rows, columns],
      values: randomFloats(random, rows * columns, gain * Math.sqrt(3 / columns)),
    });
  const vector = (name: string, length: number, around: number, spread: number) =>
    tensors.set(name, { sides: [length], values: randomFloats(random, length, spread).map((x) => x + around) });

  const isStarcoder = shape.architecture === 'Starcoder2ForCausalLM';
  const norm = (name: string) => {
    vector(`${name}.weight`, D, 1, 0.3);
    if (isStarcoder) vector(`${name}.bias`, D, 0, 0.5);
  };

  matrix('model.embed_tokens.weight', V, D, 2);
  for (let l = 0; l < layers; l++) {
    const at = `model.layers.${l}`;
    norm(`${at}.input_layernorm`);
    norm(`${at}.post_attention_layernorm`);
    for (const [name, rows] of [
      ['q', H * d],
      ['k', K * d],
      ['v', K * d],
    ] as const) {
      matrix(`${at}.self_attn.${name}_proj.weight`, rows, D);
      if (hasBias.qkv) vector(`${at}.self_attn.${name}_proj.bias`, rows, 0, 0.5);
    }
    if (shape.architecture === 'Qwen3ForCausalLM') {
      for (const part of ['q', 'k']) vector(`${at}.self_attn.${part}_norm.weight`, d, 1, 0.5);
    }
    matrix(`${at}.self_attn.o_proj.weight`, D, H * d);
    if (hasBias.output) vector(`${at}.self_attn.o_proj.bias`, D, 0, 0.5);
    for (const name of isStarcoder ? ['c_fc', 'c_proj'] : ['gate_proj', 'up_proj', 'down_proj']) {
      const [rows, columns] = name === 'down_proj' || name === 'c_proj' ? [D, F] : [F, D];
      matrix(`${at}.mlp.${name}.weight`, rows, columns);
      if (hasBias.mlp) vector(`${at}.mlp.${name}.bias`, rows, 0, 0.5);
    }
  }
  norm('model.norm');
  if (!shape.tiedHead) matrix('lm_head.weight', V, D, 2);

  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configOf(shape)));
  if (options.tokenizer) writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(byteTokenizer()));
  const stored = [...tensors].map(([name, { sides, values }]) => ({ name, sides, ...store(values, shape.type) }));
  writeFileSync(join(folder, 'model.safetensors'), safetensors(stored, shape.type));
  return { folder, shape, weights: new Map(stored.map(({ name, values }) => [name, values])) };
}

/** The ids of a text under the tokenizer that `writeRandomCheckpoint` writes: its bytes. */
export function byteIds(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

/** Which products have a bias. */
function biasesOf({ architecture, biases }: CheckpointShape): { qkv: boolean; output: boolean; mlp: boolean } {
  switch (architecture) {
    case 'Qwen2ForCausalLM':
      return { qkv: true, output: false, mlp: false };
    case 'Qwen3ForCausalLM':
      return { qkv: biases, output: biases, mlp: false };
    case 'MistralForCausalLM':
      return { qkv: false, output: false, mlp: false };
    case 'LlamaForCausalLM':
    case 'GraniteForCausalLM':
    case 'Starcoder2ForCausalLM':
      return { qkv: biases, output: biases, mlp: biases };
  }
}

function configOf(shape: CheckpointShape) {
  return {
    architectures: [shape.architecture],
    hidden_size: shape.width,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headWidth,
    intermediate_size: shape.feedForward,
    vocab_size: shape.vocabulary,
    max_position_embeddings: shape.maxPositions,
    rms_norm_eps: NORM_EPSILON,
    norm_epsilon: NORM_EPSILON,
    use_bias: shape.biases,
    ...multipliersOf(shape),
    rope_theta: ROPE_THETA,
    tie_word_embeddings: shape.tiedHead,
    attention_bias: shape.biases,
    mlp_bias: shape.biases,
    hidden_act: shape.architecture === 'Starcoder2ForCausalLM' ? 'gelu_pytorch_tanh' : 'silu',
    torch_dtype: { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }[shape.type],
  };
}

/** The bytes of a tensor, and what they mean. */
function store(values: Float32Array, type: TensorType): { bytes: Uint8Array; values: Float64Array } {
  if (type === 'F32') return { bytes: new Uint8Array(values.buffer), values: Float64Array.from(values) };
  const bits = new Uint16Array(values.length);
  const kept = new Float64Array(values.length);
  const floatBits = new Uint32Array(1);
  const float = new Float32Array(floatBits.buffer);
  for (const [i, value] of values.entries()) {
    if (type === 'BF16') {
      float[0] = value;
      bits[i] = floatBits[0]! >>> 16;
      floatBits[0] = bits[i]! << 16;
      kept[i] = float[0]!;
      continue;
    }
    // f16, cut towards zero; below its normal range it becomes 0.
    const exponent = Math.max(-15, Math.floor(Math.log2(Math.abs(value))));
    const fraction = exponent === -15 ? 0 : Math.floor((Math.abs(value) / 2 ** exponent - 1) * 1024);
    bits[i] = (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
    kept[i] = exponent === -15 ? 0 : Math.sign(value) * (1 + fraction / 1024) * 2 ** exponent;
  }
  return { bytes: new Uint8Array(bits.buffer), values: kept };
}

/** An 8-byte little-endian header length, a JSON header, then the tensors. */
function safetensors(tensors: { name: string; sides: number[]; bytes: Uint8Array }[], dtype: TensorType): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const { name, sides, bytes } of tensors) {
    header[name] = { dtype, shape: sides, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  let text = JSON.stringify(header);
  text = text.padEnd(Math.ceil(text.length / 8) * 8);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(text.length), true);
  return Buffer.concat([
    new Uint8Array(length.buffer),
    new TextEncoder().encode(text),
    ...tensors.map(({ bytes }) => bytes),
  ]);
}

/** Byte-level BPE without merges: one token a byte, the id is the byte. */
function byteTokenizer() {
  const vocab: Record<string, number> = {};
  let beyond = 256;
  for (let byte = 0; byte < 256; byte++) {
    // GPT-2's table: printable Latin-1 stands for itself, the other bytes for the characters from U+0100 on.
    const prints = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    vocab[String.fromCharCode(prints ? byte : beyond++)] = byte;
  }
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: 'BPE', vocab, merges: [], fuse_unk: false, byte_fallback: false, ignore_merges: false },
  };
}
