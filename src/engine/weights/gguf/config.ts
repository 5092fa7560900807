import { CoppiceError } from '../../../core/errors.ts';
import { said } from '../../../core/said.ts';
import { type Architecture, unsupportedArchitecture } from '../architectures.ts';
import { type ModelConfig, parseConfigValues } from '../config.ts';
import type { GgufFile } from './gguf.ts';

/** Names of llama.cpp for the architectures that we have; its `llama` are Mistral models, too. */
const ARCHITECTURES: Record<string, Architecture> = {
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  llama: 'LlamaForCausalLM',
  granite: 'GraniteForCausalLM',
  starcoder2: 'Starcoder2ForCausalLM',
};

const STARCODER2_WINDOW = 4096;

/**
 * The configuration of a GGUF model, from its metadata and from which tensors it has.
 * @throws CoppiceError `model-invalid` or `model-unsupported`
 */
export async function ggufConfig(file: GgufFile): Promise<ModelConfig> {
  const { metadata } = file;
  const arch = metadata.text('general.architecture') ?? 'none';
  const architecture = Object.hasOwn(ARCHITECTURES, arch) ? ARCHITECTURES[arch] : undefined;
  if (!architecture) throw unsupportedArchitecture(arch, Object.keys(ARCHITECTURES));
  if ((metadata.number(`${arch}.expert_count`) ?? 0) > 0) {
    throw new CoppiceError(
      'model-unsupported',
      said`Mixtures of experts are not supported yet.`,
      said`Choose a dense model.`,
    );
  }
  if (metadata.flag(`${arch}.rope.scaling.finetuned`) === false && arch === 'granite') {
    throw new CoppiceError('model-unsupported', said`The model has no RoPE.`, said`Choose a model with RoPE.`);
  }
  const number = (key: string) => metadata.number(`${arch}.${key}`);
  const heads = number('attention.head_count');
  const headWidth =
    number('attention.key_length') ??
    number('rope.dimension_count') ??
    (heads && (number('embedding_length') ?? 0) / heads);
  const has = (part: string) => file.has(`model.layers.0.${part}.bias`);
  const ends = ['eos_token_id', 'eot_token_id', 'eom_token_id'].flatMap(
    (key) => metadata.number(`tokenizer.ggml.${key}`) ?? [],
  );
  const config = parseConfigValues({
    architectures: [architecture],
    hidden_size: number('embedding_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: number('attention.head_count_kv') ?? heads,
    head_dim: headWidth,
    intermediate_size: number('feed_forward_length'),
    // A file may have no more than a vocabulary.
    vocab_size: file.rowsOf('model.embed_tokens.weight') ?? metadata.texts('tokenizer.ggml.tokens')?.length,
    max_position_embeddings: number('context_length'),
    rms_norm_eps: number('attention.layer_norm_rms_epsilon'),
    norm_epsilon: number('attention.layer_norm_epsilon'),
    // The file of a StarCoder2 does not say: all of them have this one (2402.19173).
    sliding_window: architecture === 'Starcoder2ForCausalLM' ? STARCODER2_WINDOW : undefined,
    rope_parameters: { rope_theta: number('rope.freq_base'), ...scalingOf(file, arch) },
    ...multipliersOf(file, arch, headWidth ?? 1),
    tie_word_embeddings: !file.has('lm_head.weight'),
    eos_token_id: ends,
    dtype: file.dtype,
  });
  const factors = await file.vector('rope_freqs.weight');
  if (factors && (factors.length !== config.headWidth / 2 || !factors.every((factor) => factor > 0))) {
    throw metadata.invalid(said`${metadata.file} has factors of RoPE that do not fit its heads.`);
  }
  return {
    ...config,
    ...(factors ? { ropeScaling: { kind: 'factors', factors: [...factors] } } : {}),
    qkvBias: has('self_attn.q_proj'),
    outputBias: has('self_attn.o_proj'),
    mlpBias: has('mlp.gate_proj') || has('mlp.c_fc'),
  };
}

/** Of a Granite, with what llama.cpp takes where the file does not say. */
function multipliersOf({ metadata }: GgufFile, arch: string, headWidth: number): Record<string, unknown> {
  const number = (key: string) => metadata.number(`${arch}.${key}`) || undefined;
  return {
    embedding_multiplier: number('embedding_scale'),
    attention_multiplier: number('attention.scale') ?? 1 / Math.sqrt(headWidth),
    residual_multiplier: number('residual_scale'),
    logits_scaling: number('logit_scale'),
  };
}

function scalingOf({ metadata }: GgufFile, arch: string): Record<string, unknown> {
  const number = (key: string) => metadata.number(`${arch}.rope.scaling.${key}`);
  const kind = metadata.text(`${arch}.rope.scaling.type`) ?? 'none';
  // Read before there was a type: only linear scaling existed.
  const scale = metadata.number(`${arch}.rope.scale_linear`);
  if (kind === 'none') return scale === undefined || scale === 1 ? {} : { rope_type: 'linear', factor: scale };
  const [factor, attention] = [number('factor') ?? 1, number('attn_factor')];
  return {
    rope_type: kind,
    factor,
    original_max_position_embeddings: number('original_context_length'),
    // Relative to what yarn has by itself.
    ...(kind === 'yarn' && attention !== undefined
      ? { attention_factor: attention * (0.1 * Math.log(factor) + 1) }
      : {}),
  };
}
