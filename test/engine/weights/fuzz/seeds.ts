import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GGMLQuantizationType } from '@huggingface/gguf';
import { ggufName } from '../../../../src/engine/weights/gguf/names.ts';
import { type GgufTensor, ggufBytes, type MetadataEntry, randomGguf } from '../gguf-files.ts';
import { safetensors, TINY_CONFIG, TINY_VOCABULARY, tinyModel, tinyTensors, tinyTokenizer } from '../model-files.ts';
import { fixture, llamaDefinition } from '../tokenizer-cases.ts';

type Files = Record<string, string | Uint8Array>;

/** A model that is right, and the file of it that is changed. */
export interface Seed {
  files: Files;
  target: string;
}

export const KINDS = ['config', 'safetensors', 'tokenizer', 'gguf'] as const;
export type Kind = (typeof KINDS)[number];

const INDEX = 'model.safetensors.index.json';
const ARCHITECTURES = ['qwen3', 'starcoder2', 'granite', 'mistral', 'llama3-rope', 'qwen2-yarn'];
const PACKED = ['awq', 'gptq-sorted'];
const CHAT = {
  add_bos_token: true,
  ...{ bos_token: { content: '<|endoftext|>', lstrip: false }, eos_token: '<|endoftext|>' },
  chat_template: [{ name: 'default', template: '{% for m in messages %}{{ m.content }}{% endfor %}' }],
};

/** Two shards with an index. */
function sharded(): Files {
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

/** Files of a folder of test/fixtures. */
function fixtures(folder: string, ...names: string[]): Files {
  const path = fileURLToPath(new URL(`../../../fixtures/${folder}/`, import.meta.url));
  return Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(path, name)))]));
}

/** The configuration of another architecture; its tensors are not there. */
function configured(architecture: string): Files {
  const { 'tokenizer.json': _, ...rest } = tinyModel();
  return { ...rest, ...fixtures(`golden/${architecture}`, 'config.json') };
}

function packed(format: string): Files {
  return fixtures(`quantized/${format}`, 'config.json', 'model.safetensors');
}

/** The tiny model with another tokenizer, and with room for its tokens. */
function tokenizedBy(definition: object): Files {
  const config = { ...TINY_CONFIG, vocab_size: 4096 };
  return { ...tinyModel(), 'config.json': JSON.stringify(config), 'tokenizer.json': JSON.stringify(definition) };
}

/** What a GGUF file says of its tokenizer: letters and pairs of them. */
function letters(): Record<string, MetadataEntry> {
  const { model, added_tokens } = tinyTokenizer();
  const plain = Object.keys(model.vocab);
  const tokens = [...plain, ...added_tokens.map(({ content }) => content)];
  return {
    'tokenizer.ggml.model': ['text', 'gpt2'],
    'tokenizer.ggml.pre': ['text', 'llama-bpe'],
    'tokenizer.ggml.tokens': ['texts', tokens],
    'tokenizer.ggml.token_type': ['i32s', tokens.map((_, id) => (id < plain.length ? 1 : 3))],
    'tokenizer.ggml.merges': ['texts', model.merges.map((pair) => pair.join(' '))],
    'tokenizer.ggml.eos_token_id': ['u32', plain.length],
    'tokenizer.ggml.fim_pre_token_id': ['u32', plain.length + 1],
    'tokenizer.chat_template': ['text', '{{ messages[0].content }}'],
  };
}

/** The same of SentencePiece's, as far as the tiny model has tokens for it. */
function pieces(): Record<string, MetadataEntry> {
  const firsts = <T>(all: T[]) => all.slice(0, TINY_VOCABULARY);
  return {
    'tokenizer.ggml.model': ['text', 'llama'],
    'tokenizer.ggml.tokens': ['texts', firsts(fixture.pieces.tokens)],
    'tokenizer.ggml.scores': ['f32s', firsts(fixture.pieces.scores)],
    'tokenizer.ggml.token_type': ['i32s', firsts(fixture.pieces.types)],
    'tokenizer.ggml.bos_token_id': ['u32', 1],
  };
}

/** The tiny model as a GGUF file. */
function tinyGguf(tokenizer: Record<string, MetadataEntry>): Uint8Array {
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
    ...tokenizer,
  };
  const tensors: Record<string, GgufTensor> = {};
  for (const [name, { shape, data }] of Object.entries(tinyTensors())) {
    tensors[ggufName(name)!] = { sides: [...shape].reverse(), type: GGMLQuantizationType.F32, data };
  }
  return ggufBytes(metadata, tensors);
}

const seed = (target: string, files: Files): Seed => ({ files, target });
const gguf = (bytes: Uint8Array) => seed('m.gguf', { 'm.gguf': bytes });

export const SEEDS: Record<Kind, Seed[]> = {
  config: [
    seed('config.json', tinyModel()),
    ...ARCHITECTURES.map((name) => seed('config.json', configured(name))),
    ...PACKED.map((name) => seed('config.json', packed(name))),
  ],
  safetensors: [
    seed('model.safetensors', tinyModel()),
    seed('a.safetensors', sharded()),
    seed(INDEX, sharded()),
    ...PACKED.map((name) => seed('model.safetensors', packed(name))),
  ],
  tokenizer: [
    seed('tokenizer.json', tinyModel()),
    seed('tokenizer.json', tokenizedBy(llamaDefinition('prepend'))),
    seed('tokenizer.json', tokenizedBy(llamaDefinition('metaspace'))),
    seed('tokenizer_config.json', { ...tinyModel(), 'tokenizer_config.json': JSON.stringify(CHAT) }),
  ],
  gguf: [
    ...Array<Seed>(8).fill(gguf(tinyGguf(letters()))),
    ...Array<Seed>(8).fill(gguf(tinyGguf(pieces()))),
    // In blocks: a hundred times as long.
    gguf(randomGguf('qwen2', GGMLQuantizationType.Q4_K, 9)),
  ],
};
