import type { DialectName } from '../../core/prompt/dialects.ts';
import type { RemoteModel } from '../../core/protocol.ts';

/** A model that is known to be good at code, with what has to be known before it is downloaded. */
export interface RecommendedModel extends RemoteModel {
  name: string;
  parameters: number;
  file: string;
  /** Of the download. */
  bytes: number;
  licence: string;
  /** What a licence that is not permissive means; absent for one that is. In English, as is `about`. */
  terms?: string;
  about: string;
  /** Not made for code alone: never the one that is recommended. */
  general?: true;
  /** How Coppice spells prompts for it. */
  dialect: DialectName;
  /** What decides whether the engine can run it, as `config.json` has it. */
  config: Record<string, unknown>;
}

const qwen = (hidden_size: number, num_hidden_layers: number, heads: number, kvHeads: number, feedForward: number) => ({
  ...{ architectures: ['Qwen2ForCausalLM'], hidden_size, num_hidden_layers, intermediate_size: feedForward },
  ...{ num_attention_heads: heads, num_key_value_heads: kvHeads, vocab_size: 151_936, max_position_embeddings: 32_768 },
});

const granite = (hidden_size: number, intermediate_size: number, attention_multiplier: number, scaling: number) => ({
  ...{ architectures: ['GraniteForCausalLM'], hidden_size, num_hidden_layers: 40, intermediate_size },
  ...{ num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 49_159, max_position_embeddings: 131_072 },
  ...{ attention_multiplier, embedding_multiplier: 12, residual_multiplier: 0.22, logits_scaling: scaling },
  ...{ rope_theta: 10_000_000, tie_word_embeddings: true },
});

const starcoder2 = (hidden_size: number, layers: number, heads: number, kvHeads: number, rope_theta: number) => ({
  ...{ architectures: ['Starcoder2ForCausalLM'], hidden_size, num_hidden_layers: layers },
  ...{ num_attention_heads: heads, num_key_value_heads: kvHeads, intermediate_size: 4 * hidden_size, rope_theta },
  ...{ vocab_size: 49_152, max_position_embeddings: 16_384, sliding_window: 4096, tie_word_embeddings: true },
  ...{ hidden_act: 'gelu_pytorch_tanh', norm_epsilon: 1e-5, use_bias: true },
});

/**
 * The smallest of each family first. Base models where there is one to download as a single file: Coppice asks for the body of a
 * function, not for a conversation. Repositories, files and sizes as of 30 November 2026; GGUF files in Q8_0, whose weights are f16 on the GPU like those of the original, and
 * half as long to download.
 */
export const RECOMMENDED: readonly RecommendedModel[] = [
  {
    ...{ name: 'qwen2.5-coder-0.5b', parameters: 494e6, bytes: 531_068_128, licence: 'Apache-2.0' },
    ...{ repository: 'ggml-org/Qwen2.5-Coder-0.5B-Q8_0-GGUF', file: 'qwen2.5-coder-0.5b-q8_0.gguf' },
    about: 'for machines without a GPU',
    dialect: 'qwen-fim',
    config: qwen(896, 24, 14, 2, 4864),
  },
  {
    ...{ name: 'qwen2.5-coder-1.5b', parameters: 1544e6, bytes: 1_646_573_056, licence: 'Apache-2.0' },
    ...{ repository: 'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF', file: 'qwen2.5-coder-1.5b-q8_0.gguf' },
    about: 'for laptops',
    dialect: 'qwen-fim',
    config: qwen(1536, 28, 12, 2, 8960),
  },
  {
    ...{ name: 'qwen2.5-coder-3b', parameters: 3086e6, bytes: 3_285_476_160, licence: 'Qwen Research' },
    ...{ repository: 'ggml-org/Qwen2.5-Coder-3B-Q8_0-GGUF', file: 'qwen2.5-coder-3b-q8_0.gguf' },
    about: 'between the 1.5B and the 7B',
    terms: 'research only, not for commercial use',
    dialect: 'qwen-fim',
    config: qwen(2048, 36, 16, 2, 11_008),
  },
  {
    ...{ name: 'qwen2.5-coder-7b', parameters: 7616e6, bytes: 8_098_525_600, licence: 'Apache-2.0' },
    ...{ repository: 'ggml-org/Qwen2.5-Coder-7B-Q8_0-GGUF', file: 'qwen2.5-coder-7b-q8_0.gguf' },
    about: 'for GPUs of 20 GB and more',
    dialect: 'qwen-fim',
    config: { ...qwen(3584, 28, 28, 4, 18_944), vocab_size: 152_064 },
  },
  {
    ...{ name: 'qwen2.5-coder-14b', parameters: 14_770e6, bytes: 15_701_597_984, licence: 'Apache-2.0' },
    ...{ repository: 'ggml-org/Qwen2.5-Coder-14B-Q8_0-GGUF', file: 'qwen2.5-coder-14b-q8_0.gguf' },
    about: 'for GPUs of 40 GB and more',
    dialect: 'qwen-fim',
    config: { ...qwen(5120, 48, 40, 8, 13_824), vocab_size: 152_064 },
  },
  {
    ...{ name: 'granite-3.3-2b', parameters: 2534e6, bytes: 2_694_120_096, licence: 'Apache-2.0' },
    ...{ repository: 'ibm-granite/granite-3.3-2b-instruct-GGUF', file: 'granite-3.3-2b-instruct-Q8_0.gguf' },
    about: 'for conversations as well as code',
    general: true,
    dialect: 'starcoder',
    config: granite(2048, 8192, 1 / 64, 8),
  },
  {
    ...{ name: 'granite-3.3-8b', parameters: 8171e6, bytes: 8_684_264_992, licence: 'Apache-2.0' },
    ...{ repository: 'ibm-granite/granite-3.3-8b-instruct-GGUF', file: 'granite-3.3-8b-instruct-Q8_0.gguf' },
    about: 'for GPUs of 24 GB and more, for conversations as well as code',
    general: true,
    dialect: 'starcoder',
    config: granite(4096, 12_800, 1 / 128, 16),
  },
  {
    ...{ name: 'starcoder2-3b', parameters: 3030e6, bytes: 3_224_556_608, licence: 'BigCode OpenRAIL-M' },
    ...{ repository: 'second-state/StarCoder2-3B-GGUF', file: 'starcoder2-3b-Q8_0.gguf' },
    about: 'trained on code whose authors could opt out',
    terms: 'commercial use with restrictions on what for',
    dialect: 'starcoder2',
    config: starcoder2(3072, 30, 24, 2, 999_999.4420358813),
  },
  {
    ...{ name: 'starcoder2-7b', parameters: 7174e6, bytes: 7_628_930_176, licence: 'BigCode OpenRAIL-M' },
    ...{ repository: 'QuantFactory/starcoder2-7b-GGUF', file: 'starcoder2-7b.Q8_0.gguf' },
    about: 'for GPUs of 20 GB and more, trained on code whose authors could opt out',
    terms: 'commercial use with restrictions on what for',
    dialect: 'starcoder2',
    config: starcoder2(4608, 32, 36, 4, 1_000_000),
  },
  {
    ...{ name: 'codestral-22b', parameters: 22_247e6, bytes: 23_640_547_680, licence: 'Mistral Non-Production' },
    ...{ repository: 'bartowski/Codestral-22B-v0.1-GGUF', file: 'Codestral-22B-v0.1-Q8_0.gguf' },
    about: 'for GPUs of 60 GB and more',
    terms: 'research and tests only',
    dialect: 'codestral',
    config: {
      ...{ architectures: ['MistralForCausalLM'], hidden_size: 6144, num_hidden_layers: 56, intermediate_size: 16_384 },
      ...{ num_attention_heads: 48, num_key_value_heads: 8, head_dim: 128, vocab_size: 32_768 },
      ...{ max_position_embeddings: 32_768, rope_theta: 1_000_000, sliding_window: null },
    },
  },
];
