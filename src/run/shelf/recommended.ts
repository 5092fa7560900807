import type { DialectName } from '../../core/prompt/dialects.ts';
import type { RemoteModel } from '../../core/protocol.ts';

/** A model that is known to be good at code, with what has to be known before it is downloaded. */
export interface RecommendedModel extends RemoteModel {
  name: string;
  parameters: number;
  /** Of the download, where it is known; the hub says the rest. */
  bytes?: number;
  licence: string;
  /** What a licence that is not permissive means; absent for one that is. */
  terms?: string;
  about: string;
  /** How Coppice spells prompts for it. */
  dialect: DialectName;
  /** What decides whether the engine can run it, as `config.json` has it. */
  config: Record<string, unknown>;
}

const qwen = (hidden_size: number, num_hidden_layers: number, heads: number, kvHeads: number, feedForward: number) => ({
  ...{ architectures: ['Qwen2ForCausalLM'], hidden_size, num_hidden_layers, intermediate_size: feedForward },
  ...{ num_attention_heads: heads, num_key_value_heads: kvHeads, vocab_size: 151_936, max_position_embeddings: 32_768 },
});

/**
 * The smallest of each family first. Base models: Coppice asks for the body of a function, not for a conversation. Repositories,
 * files and sizes as of 30 November 2026; GGUF files in Q8_0, whose weights are f16 on the GPU like those of the original, and
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
    ...{ name: 'deepseek-coder-1.3b', parameters: 1346e6, licence: 'DeepSeek' },
    repository: 'deepseek-ai/deepseek-coder-1.3b-base',
    about: 'small, of another family',
    terms: 'commercial use with restrictions on what for',
    dialect: 'deepseek-coder',
    config: {
      ...{ architectures: ['LlamaForCausalLM'], hidden_size: 2048, num_hidden_layers: 24, intermediate_size: 5504 },
      ...{ num_attention_heads: 16, num_key_value_heads: 16, vocab_size: 32_256, max_position_embeddings: 16_384 },
      rope_scaling: { type: 'linear', factor: 4 },
    },
  },
  {
    ...{ name: 'deepseek-coder-6.7b', parameters: 6741e6, licence: 'DeepSeek' },
    repository: 'deepseek-ai/deepseek-coder-6.7b-base',
    about: 'for GPUs of 20 GB and more, of another family',
    terms: 'commercial use with restrictions on what for',
    dialect: 'deepseek-coder',
    config: {
      ...{ architectures: ['LlamaForCausalLM'], hidden_size: 4096, num_hidden_layers: 32, intermediate_size: 11_008 },
      ...{ num_attention_heads: 32, num_key_value_heads: 32, vocab_size: 32_256, max_position_embeddings: 16_384 },
      rope_scaling: { type: 'linear', factor: 4 },
    },
  },
  {
    ...{ name: 'granite-3b-code', parameters: 3483e6, licence: 'Apache-2.0' },
    repository: 'ibm-granite/granite-3b-code-base-2k',
    about: 'trained on code with permissive licences only',
    dialect: 'starcoder',
    config: {
      ...{ architectures: ['LlamaForCausalLM'], hidden_size: 2560, num_hidden_layers: 32, intermediate_size: 10_240 },
      ...{ num_attention_heads: 32, num_key_value_heads: 32, vocab_size: 49_152, max_position_embeddings: 2048 },
      ...{ attention_bias: true, mlp_bias: true },
    },
  },
  {
    ...{ name: 'starcoder2-3b', parameters: 3030e6, licence: 'BigCode OpenRAIL-M' },
    repository: 'bigcode/starcoder2-3b',
    about: 'trained on code whose authors could opt out',
    terms: 'commercial use with restrictions on what for',
    dialect: 'starcoder2',
    config: {
      ...{ architectures: ['Starcoder2ForCausalLM'], hidden_size: 3072, num_hidden_layers: 30 },
      ...{ num_attention_heads: 24, num_key_value_heads: 2, intermediate_size: 12_288, vocab_size: 49_152 },
      ...{ max_position_embeddings: 16_384, hidden_act: 'gelu_pytorch_tanh', norm_epsilon: 1e-5, use_bias: true },
      ...{ sliding_window: 4096, rope_theta: 999_999.4420358813, tie_word_embeddings: true },
    },
  },
  {
    ...{ name: 'codestral-22b', parameters: 22_247e6, licence: 'Mistral Non-Production' },
    repository: 'mistralai/Codestral-22B-v0.1',
    about: 'for GPUs of 60 GB and more',
    terms: 'research and tests only; gated, so it needs HF_TOKEN',
    dialect: 'codestral',
    config: {
      ...{ architectures: ['MistralForCausalLM'], hidden_size: 6144, num_hidden_layers: 56, intermediate_size: 16_384 },
      ...{ num_attention_heads: 48, num_key_value_heads: 8, head_dim: 128, vocab_size: 32_768 },
      ...{ max_position_embeddings: 32_768, rope_theta: 1_000_000, sliding_window: null },
    },
  },
];
