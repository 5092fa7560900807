import { CoppiceError } from '../../core/errors.ts';

/** RoPE variants of the Qwen2 and Llama families, as transformers names them. */
export type RopeScaling =
  | { kind: 'default' }
  | { kind: 'linear'; factor: number }
  | {
      kind: 'llama3';
      factor: number;
      lowFrequencyFactor: number;
      highFrequencyFactor: number;
      originalPositions: number;
    }
  | {
      kind: 'yarn';
      factor: number;
      originalPositions: number;
      betaFast: number;
      betaSlow: number;
      /** Multiplies cos and sin; absent means 0.1 ln(factor) + 1. */
      attentionFactor?: number;
      truncate: boolean;
    };

/** A decoder of the Qwen2 or Llama architecture. Letters as everywhere: L layers, D width, H heads, K KV heads, d, F, V. */
export interface ModelConfig {
  architecture: 'Qwen2ForCausalLM' | 'LlamaForCausalLM';
  layers: number;
  width: number;
  heads: number;
  kvHeads: number;
  headWidth: number;
  feedForward: number;
  vocabulary: number;
  maxPositions: number;
  normEpsilon: number;
  ropeTheta: number;
  ropeScaling: RopeScaling;
  tiedHead: boolean;
  qkvBias: boolean;
  /** Bias on the attention output product (Llama's `attention_bias` puts one there too). */
  outputBias: boolean;
  mlpBias: boolean;
  endTokens: number[];
  dtype: string;
}

const ARCHITECTURES = ['Qwen2ForCausalLM', 'LlamaForCausalLM'] as const;

/** Bounds for a file that nobody has checked: far above any real model of these families. */
const LIMITS = {
  layers: 512,
  width: 65_536,
  heads: 1024,
  feedForward: 1 << 20,
  vocabulary: 1 << 22,
  positions: 1 << 26,
};

/**
 * Reads the text of a Hugging Face `config.json`, as saved by transformers 4 (`rope_theta`, `rope_scaling`) or 5
 * (`rope_parameters`).
 * @throws CoppiceError `model-invalid` or `model-unsupported`
 */
export function parseConfig(text: string): ModelConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw invalid('is not JSON', error);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw invalid('is not a JSON object');
  const json = raw as Record<string, unknown>;

  const named = Array.isArray(json.architectures) ? String(json.architectures[0]) : String(json.model_type ?? 'none');
  const architecture = ARCHITECTURES.find((known) => known === named);
  if (!architecture) {
    throw new CoppiceError(
      'model-unsupported',
      `The architecture ${named.slice(0, 80)} is not supported.`,
      `Choose a model of one of these architectures: ${ARCHITECTURES.join(', ')}.`,
    );
  }
  const qwen = architecture === 'Qwen2ForCausalLM';
  if (qwen && json.use_sliding_window === true) {
    throw new CoppiceError(
      'model-unsupported',
      'The model uses sliding-window attention.',
      'Choose a model with full attention.',
    );
  }
  if (json.hidden_act !== undefined && json.hidden_act !== 'silu') {
    throw new CoppiceError(
      'model-unsupported',
      `The activation ${String(json.hidden_act)} is not supported.`,
      'Choose a SiLU model.',
    );
  }

  const integer = (key: string, limit: number, fallback?: number): number => {
    const value = json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > limit) {
      throw invalid(`has ${key} = ${JSON.stringify(value)?.slice(0, 40)}, expected an integer from 1 to ${limit}`);
    }
    return value;
  };
  const width = integer('hidden_size', LIMITS.width);
  const heads = integer('num_attention_heads', LIMITS.heads);
  const kvHeads = integer('num_key_value_heads', LIMITS.heads, heads);
  const headWidth = integer('head_dim', LIMITS.width, width / heads);
  const feedForward = integer('intermediate_size', LIMITS.feedForward);
  if (heads % kvHeads !== 0) throw invalid(`has ${heads} query heads for ${kvHeads} key-value heads`);
  for (const [key, value] of Object.entries({
    hidden_size: width,
    head_dim: headWidth,
    intermediate_size: feedForward,
  })) {
    if (value % 4 !== 0) throw invalid(`has ${key} = ${value}; the kernels need a multiple of 4`);
  }
  if (headWidth > 256 || heads / kvHeads > 64) {
    throw new CoppiceError(
      'model-unsupported',
      'The attention heads are larger than the kernels allow.',
      'Choose another model.',
    );
  }
  const llamaBias = json.attention_bias === true;
  const maxPositions = integer('max_position_embeddings', LIMITS.positions);
  const rope = (json.rope_parameters ?? json.rope_scaling ?? {}) as Record<string, unknown>;
  const epsilon = json.rms_norm_eps ?? 1e-6;
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < 1)) throw invalid('has no valid rms_norm_eps');
  return {
    architecture,
    layers: integer('num_hidden_layers', LIMITS.layers),
    width,
    heads,
    kvHeads,
    headWidth,
    feedForward,
    vocabulary: integer('vocab_size', LIMITS.vocabulary),
    maxPositions,
    normEpsilon: epsilon,
    ropeTheta: positive(rope.rope_theta ?? json.rope_theta ?? 10_000, 'rope_theta'),
    ropeScaling: parseRope(rope, maxPositions),
    tiedHead: json.tie_word_embeddings === true,
    qkvBias: qwen || llamaBias,
    outputBias: llamaBias && !qwen,
    mlpBias: json.mlp_bias === true,
    endTokens: tokenList(json.eos_token_id),
    dtype: String(json.dtype ?? json.torch_dtype ?? 'float32'),
  };
}

/** `eos_token_id` is a number or a list of numbers; anything else is no end token. */
export function tokenList(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0);
}

function parseRope(rope: Record<string, unknown>, maxPositions: number): RopeScaling {
  const kind = String(rope.rope_type ?? rope.type ?? 'default');
  const factor = () => positive(rope.factor, 'rope factor');
  const original = () =>
    positive(rope.original_max_position_embeddings ?? maxPositions, 'original_max_position_embeddings');
  switch (kind) {
    case 'default':
      return { kind };
    case 'linear':
      return { kind, factor: factor() };
    case 'llama3':
      return {
        kind,
        factor: factor(),
        lowFrequencyFactor: positive(rope.low_freq_factor, 'low_freq_factor'),
        highFrequencyFactor: positive(rope.high_freq_factor, 'high_freq_factor'),
        originalPositions: original(),
      };
    case 'yarn':
      return {
        kind,
        factor: factor(),
        originalPositions: original(),
        betaFast: positive(rope.beta_fast ?? 32, 'beta_fast'),
        betaSlow: positive(rope.beta_slow ?? 1, 'beta_slow'),
        truncate: rope.truncate !== false,
        ...(rope.attention_factor == null
          ? {}
          : { attentionFactor: positive(rope.attention_factor, 'attention_factor') }),
      };
    default:
      throw new CoppiceError(
        'model-unsupported',
        `The RoPE variant ${kind.slice(0, 40)} is not supported.`,
        'Choose a model with default, linear, llama3 or yarn RoPE.',
      );
  }
}

function positive(value: unknown, key: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw invalid(`has no valid ${key}`);
  return value;
}

function invalid(what: string, cause?: unknown): CoppiceError {
  return new CoppiceError(
    'model-invalid',
    `config.json ${what}.`,
    'Download the model again, or choose another one.',
    cause,
  );
}
