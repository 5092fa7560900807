import { GGMLQuantizationType } from '@huggingface/gguf';
import { ggufName } from '../../../../src/engine/weights/gguf/names.ts';
import { type GgufTensor, ggufBytes, type MetadataEntry, randomGguf } from '../gguf-files.ts';
import {
  safetensors,
  TINY_CONFIG,
  TINY_SHAPES,
  TINY_VOCABULARY,
  tinyModel,
  tinyTensors,
  tinyTokenizer,
} from '../model-files.ts';

/** A model that is right, and the file of it that is changed. */
export interface Seed {
  files: Record<string, string | Uint8Array>;
  target: string;
}

export const KINDS = ['config', 'safetensors', 'tokenizer', 'gguf'] as const;
export type Kind = (typeof KINDS)[number];

const INDEX = 'model.safetensors.index.json';

/** Two shards with an index. */
function sharded(): Record<string, string | Uint8Array> {
  const { 'model.safetensors': _, ...rest } = tinyModel();
  const tensors = Object.entries(tinyTensors((name) => (name.includes('mlp') ? 'BF16' : 'F16')));
  const half = tensors.length >> 1;
  const shards = { 'a.safetensors': tensors.slice(0, half), 'b.safetensors': tensors.slice(half) };
  const map = Object.entries(shards).flatMap(([shard, own]) => own.map(([name]) => [name, shard]));
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(shards).map(([name, own]) => [name, safetensors(Object.fromEntries(own))])),
    [INDEX]: JSON.stringify({ metadata: { total_size: 1 }, weight_map: Object.fromEntries(map) }),
  };
}

/** The tiny model as a GGUF file, tokenizer and all. */
function tinyGguf(): Uint8Array {
  const { model, added_tokens } = tinyTokenizer();
  const tokens = [...Object.keys(model.vocab), ...added_tokens.map(({ content }) => content)];
  const { hidden_size, intermediate_size, max_position_embeddings, num_attention_heads } = TINY_CONFIG;
  const metadata: Record<string, MetadataEntry> = {
    'general.architecture': ['text', 'llama'],
    'general.name': ['text', 'tiny'],
    'llama.block_count': ['u32', TINY_CONFIG.num_hidden_layers],
    'llama.embedding_length': ['u32', hidden_size],
    'llama.feed_forward_length': ['u32', intermediate_size],
    'llama.context_length': ['u32', max_position_embeddings],
    'llama.attention.head_count': ['u32', num_attention_heads],
    'llama.attention.head_count_kv': ['u32', TINY_CONFIG.num_key_value_heads],
    'llama.attention.layer_norm_rms_epsilon': ['f32', TINY_CONFIG.rms_norm_eps],
    'llama.rope.dimension_count': ['u32', hidden_size / num_attention_heads],
    'llama.rope.freq_base': ['f32', 10_000],
    'llama.rope.scaling.type': ['text', 'linear'],
    'llama.rope.scaling.factor': ['f32', 2],
    'tokenizer.ggml.model': ['text', 'gpt2'],
    'tokenizer.ggml.pre': ['text', 'llama-bpe'],
    'tokenizer.ggml.tokens': ['texts', tokens],
    'tokenizer.ggml.token_type': [
      'i32s',
      tokens.map((_, id) => (id < TINY_VOCABULARY - added_tokens.length - 1 ? 1 : 3)),
    ],
    'tokenizer.ggml.merges': ['texts', model.merges.map((pair) => pair.join(' '))],
    'tokenizer.ggml.eos_token_id': ['u32', TINY_VOCABULARY - 6],
  };
  const tensors: Record<string, GgufTensor> = {};
  for (const [name, { shape, data }] of Object.entries(tinyTensors())) {
    tensors[ggufName(name)!] = { sides: [...shape].reverse(), type: GGMLQuantizationType.F32, data };
  }
  return ggufBytes(metadata, tensors);
}

/** Tensors that every seed of the tiny model has, by name, with their shapes. */
export const SHAPES = TINY_SHAPES;

export const SEEDS: Record<Kind, Seed[]> = {
  config: [{ files: tinyModel(), target: 'config.json' }],
  safetensors: [
    { files: tinyModel(), target: 'model.safetensors' },
    { files: sharded(), target: 'a.safetensors' },
    { files: sharded(), target: INDEX },
  ],
  tokenizer: [{ files: tinyModel(), target: 'tokenizer.json' }],
  // The one in blocks is a hundred times as long.
  gguf: [
    ...Array<Seed>(15).fill({ files: { 'm.gguf': tinyGguf() }, target: 'm.gguf' }),
    { files: { 'm.gguf': randomGguf('qwen2', GGMLQuantizationType.Q4_K, 9) }, target: 'm.gguf' },
  ],
};
