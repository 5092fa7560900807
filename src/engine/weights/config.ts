import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import { type Architecture, architectureOf, type ConfigValues, familyOf } from './architectures.ts';
import { parseQuantization, type Quantization } from './quantization.ts';

/** RoPE variants, as transformers names them. */
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
    }
  /** Each pair's frequency is divided by its own factor: what llama.cpp keeps of the variants of Llama 3. */
  | { kind: 'factors'; factors: number[] };

/** A decoder of any architecture that there is. Letters as everywhere: L layers, D width, H heads, K KV heads, d, F, V. */
export interface ModelConfig {
  architecture: Architecture;
  layers: number;
  width: number;
  heads: number;
  kvHeads: number;
  headWidth: number;
  feedForward: number;
  vocabulary: number;
  /** At most the width of the attention's sliding window: further on a token would no longer attend to all before it. */
  maxPositions: number;
  /** Over the root mean square; or a layer norm, which takes the mean away first and has a bias, too. */
  norm: 'rms' | 'layer';
  normEpsilon: number;
  /** Between the products of the feed-forward: silu(gate) * up, or gelu(up) by its tanh. */
  activation: 'swiglu' | 'gelu';
  ropeTheta: number;
  ropeScaling: RopeScaling;
  tiedHead: boolean;
  /** What embeddings, the scores of attention and the logits are multiplied by. */
  embeddingScale: number;
  attentionScale: number;
  logitScale: number;
  /** Each head of q and of k passes through an RMS norm, with gains of its own, before RoPE turns it. */
  headNorm: boolean;
  qkvBias: boolean;
  outputBias: boolean;
  mlpBias: boolean;
  endTokens: number[];
  dtype: string;
  /** How its projections are packed, where they are. */
  quantization?: Quantization;
}

/** What attention is compiled for; where nothing is said heads are not normed, and scores are over the root of d. */
export type Heads = Pick<ModelConfig, 'heads' | 'kvHeads' | 'headWidth'> &
  Partial<Pick<ModelConfig, 'headNorm' | 'normEpsilon' | 'attentionScale'>>;

/** Bounds for a file that nobody has checked: far above any real model of these families. */
const LIMITS = {
  layers: 512,
  width: 65_536,
  heads: 1024,
  feedForward: 1 << 20,
  vocabulary: 1 << 22,
  positions: 1 << 26,
};
/** Below this f32 would have no normal number for it. */
const EPSILON_LEAST = 1e-30;
/** Bounds for Granite's multipliers; they keep the epsilon of norms a normal number. */
const MULTIPLIER_LEAST = 1e-3;
const MULTIPLIER_MOST = 1e3;
/** Bounds for the numbers of a RoPE variant that must be positive; they keep every angle finite. */
const ROPE_LEAST = 1e-6;
const ROPE_MOST = 1e12;

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
    throw invalid(said`The model's configuration is not JSON.`, error);
  }
  if (!isObject(raw)) throw invalid(said`The model's configuration is not a JSON object.`);
  return parseConfigValues(raw);
}

/**
 * The same from values by their names in `config.json`, wherever they come from.
 * @throws CoppiceError `model-invalid` or `model-unsupported`
 */
export function parseConfigValues(json: ConfigValues): ModelConfig {
  const architecture = architectureOf(Array.isArray(json.architectures) ? json.architectures[0] : json.model_type);
  const family = familyOf(architecture);
  const activation = family.activation === 'swiglu' ? 'silu' : 'gelu_pytorch_tanh';
  if (json.hidden_act !== undefined && json.hidden_act !== activation) {
    throw new CoppiceError(
      'model-unsupported',
      said`The activation ${shown(json.hidden_act)} is not supported.`,
      said`Choose a model of its architecture with ${activation}.`,
    );
  }

  const integer = (key: string, limit: number, fallback?: number): number => {
    const value = json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > limit) {
      throw invalid(
        said`The model's configuration has ${key} = ${shown(value)}, expected an integer from 1 to ${limit}.`,
      );
    }
    return value;
  };
  const width = integer('hidden_size', LIMITS.width);
  const heads = integer('num_attention_heads', LIMITS.heads);
  const kvHeads = integer('num_key_value_heads', LIMITS.heads, heads);
  const headWidth = integer('head_dim', LIMITS.width, family.headWidth ?? width / heads);
  const feedForward = integer('intermediate_size', LIMITS.feedForward);
  if (heads % kvHeads !== 0)
    throw invalid(said`The model's configuration has ${heads} query heads for ${kvHeads} key-value heads.`);
  for (const [key, value] of Object.entries({
    hidden_size: width,
    head_dim: headWidth,
    intermediate_size: feedForward,
  })) {
    if (value % 4 !== 0)
      throw invalid(said`The model's configuration has ${key} = ${value}; the kernels need a multiple of 4.`);
  }
  if (headWidth > 256 || heads / kvHeads > 64) {
    throw new CoppiceError(
      'model-unsupported',
      said`The attention heads are larger than the kernels allow.`,
      said`Choose another model.`,
    );
  }
  const positions = integer('max_position_embeddings', LIMITS.positions);
  const isSliding = family.slides(json) && json.sliding_window != null;
  const rope = json.rope_parameters ?? json.rope_scaling ?? {};
  if (!isObject(rope)) throw invalid(said`The model's configuration has RoPE settings that are not an object.`);
  const [epsilonKey, usual] = family.norm === 'rms' ? ['rms_norm_eps', 1e-6] : ['norm_epsilon', 1e-5];
  const epsilon = json[epsilonKey] ?? usual;
  if (typeof epsilon !== 'number' || !(epsilon > EPSILON_LEAST && epsilon < 1))
    throw invalid(said`The model's configuration has no valid ${epsilonKey}.`);
  const multiplier = (key: string) =>
    family.multiplies ? number(json[key] ?? 1, key, MULTIPLIER_LEAST, MULTIPLIER_MOST) : 1;
  // What layers add is multiplied by this. All of the stream over it is the same to norms, whose epsilon is smaller then.
  const residual = multiplier('residual_multiplier');
  const quantization = parseQuantization(json.quantization_config);
  return {
    architecture,
    layers: integer('num_hidden_layers', LIMITS.layers),
    width,
    heads,
    kvHeads,
    headWidth,
    feedForward,
    vocabulary: integer('vocab_size', LIMITS.vocabulary),
    maxPositions: isSliding ? Math.min(positions, integer('sliding_window', LIMITS.positions)) : positions,
    norm: family.norm,
    normEpsilon: epsilon / residual ** 2,
    activation: family.activation,
    ropeTheta: number(rope.rope_theta ?? json.rope_theta ?? 10_000, 'rope_theta', 1),
    ropeScaling: parseRope(rope, positions),
    tiedHead: (json.tie_word_embeddings ?? family.tiedHead) === true,
    embeddingScale: multiplier('embedding_multiplier') / residual,
    attentionScale: family.multiplies ? multiplier('attention_multiplier') : 1 / Math.sqrt(headWidth),
    logitScale: 1 / multiplier('logits_scaling'),
    headNorm: family.headNorm,
    ...family.biases(json),
    endTokens: tokenList(json.eos_token_id),
    dtype: shown(json.dtype ?? json.torch_dtype ?? 'float32'),
    ...(quantization ? { quantization } : {}),
  };
}

/** What keys and values of a token take in f16. */
export function kvBytesPerToken({ layers, kvHeads, headWidth }: ModelConfig): number {
  return 2 * layers * kvHeads * headWidth * 2;
}

/** `eos_token_id` is a number or a list of numbers; anything else is no end token. */
export function tokenList(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0);
}

function parseRope(rope: Record<string, unknown>, maxPositions: number): RopeScaling {
  const kind: unknown = rope.rope_type ?? rope.type ?? 'default';
  const factor = () => number(rope.factor, 'rope factor', 0.5);
  const original = () =>
    number(rope.original_max_position_embeddings ?? maxPositions, 'original_max_position_embeddings', ROPE_LEAST);
  switch (kind) {
    case 'default':
      return { kind };
    case 'linear':
      return { kind, factor: factor() };
    case 'llama3': {
      const lowFrequencyFactor = number(rope.low_freq_factor, 'low_freq_factor', ROPE_LEAST);
      // Frequencies are blended between the two, so these can't meet.
      const highFrequencyFactor = number(rope.high_freq_factor, 'high_freq_factor', lowFrequencyFactor);
      return { kind, factor: factor(), lowFrequencyFactor, highFrequencyFactor, originalPositions: original() };
    }
    case 'yarn':
      return {
        kind,
        factor: factor(),
        originalPositions: original(),
        betaFast: number(rope.beta_fast ?? 32, 'beta_fast', ROPE_LEAST),
        betaSlow: number(rope.beta_slow ?? 1, 'beta_slow', ROPE_LEAST),
        truncate: rope.truncate !== false,
        ...(rope.attention_factor == null
          ? {}
          : { attentionFactor: number(rope.attention_factor, 'attention_factor', ROPE_LEAST) }),
      };
    default:
      throw new CoppiceError(
        'model-unsupported',
        said`The RoPE variant ${shown(kind)} is not supported.`,
        said`Choose a model with default, linear, llama3 or yarn RoPE.`,
      );
  }
}

/** A number above `least`. */
function number(value: unknown, key: string, least: number, most = ROPE_MOST): number {
  if (typeof value !== 'number' || !(value > least && value <= most)) {
    throw invalid(
      said`The model's configuration has ${key} = ${shown(value)}, expected a number above ${least} and up to ${most}.`,
    );
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of an unchecked file, fit for a message. Objects may be too deep, or too odd, to be turned into text. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 40);
}

function invalid(message: Said, cause?: unknown): CoppiceError {
  return new CoppiceError('model-invalid', message, said`Download the model again, or choose another one.`, cause);
}
