import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import type { ModelConfig } from './config.ts';

/** The values of a `config.json` by their names; nobody has checked them. */
export type ConfigValues = Record<string, unknown>;

type Biases = Pick<ModelConfig, 'qkvBias' | 'outputBias' | 'mlpBias'>;

/** What sets an architecture apart, as transformers reads its `config.json`. */
interface Family extends Pick<ModelConfig, 'norm' | 'headNorm' | 'activation' | 'tiedHead'> {
  biases(values: ConfigValues): Biases;
  /** Whether `sliding_window` limits what a token attends to, where there is one. */
  slides(values: ConfigValues): boolean;
  /** Of a head, where the file does not say and heads need not fill the width. */
  headWidth?: number;
  /** Embeddings, scores, what layers add, and logits have multipliers of their own. */
  multiplies?: boolean;
}

/** `tiedHead` where the file does not say. */
const AS_LLAMA = { norm: 'rms', headNorm: false, activation: 'swiglu', tiedHead: false } as const;
const NO_BIAS: Biases = { qkvBias: false, outputBias: false, mlpBias: false };
const always = () => true;
const never = () => false;
// `attention_bias` puts one on the attention output product, too.
const attentionBias = ({ attention_bias: is }: ConfigValues) => ({ qkvBias: is === true, outputBias: is === true });
const allBiases = (values: ConfigValues) => ({ ...attentionBias(values), mlpBias: values.mlp_bias === true });
const slidesIfUsed = (values: ConfigValues) => values.use_sliding_window === true;

const FAMILIES = {
  Qwen2ForCausalLM: {
    ...AS_LLAMA,
    biases: () => ({ ...NO_BIAS, qkvBias: true }),
    slides: slidesIfUsed,
  },
  Qwen3ForCausalLM: {
    ...AS_LLAMA,
    biases: (values) => ({ ...attentionBias(values), mlpBias: false }),
    slides: slidesIfUsed,
    headNorm: true,
    headWidth: 128,
  },
  LlamaForCausalLM: { ...AS_LLAMA, biases: allBiases, slides: never },
  MistralForCausalLM: { ...AS_LLAMA, biases: () => NO_BIAS, slides: always },
  GraniteForCausalLM: { ...AS_LLAMA, biases: allBiases, slides: never, multiplies: true },
  Starcoder2ForCausalLM: {
    ...{ norm: 'layer', headNorm: false, activation: 'gelu', tiedHead: true },
    biases: ({ use_bias: is = true }) => ({ qkvBias: is === true, outputBias: is === true, mlpBias: is === true }),
    slides: always,
  },
} satisfies Record<string, Family>;

/** As transformers names them. */
export type Architecture = keyof typeof FAMILIES;
const NAMES = Object.keys(FAMILIES) as Architecture[];

/** Names of models that choose among experts, in transformers and in llama.cpp. */
const EXPERTS = /moe|mixtral|deepseek_?v?[23]|gpt_?-?oss|llama4|dbrx/i;

export function familyOf(architecture: Architecture): Family {
  return FAMILIES[architecture];
}

/** @throws CoppiceError `model-unsupported`, with the names of those that there are */
export function architectureOf(named: unknown): Architecture {
  const architecture = NAMES.find((known) => known === named);
  if (architecture) return architecture;
  throw unsupportedArchitecture(typeof named === 'string' ? named : said`without a name`, NAMES);
}

/** Why there is no model of this architecture, by the name that its file gives it, and which ones there are. */
export function unsupportedArchitecture(named: string | Said, known: readonly string[]): CoppiceError {
  const name = typeof named === 'string' ? named.slice(0, 40) : named;
  return new CoppiceError(
    'model-unsupported',
    typeof name === 'string' && EXPERTS.test(name)
      ? said`The architecture ${name} is a mixture of experts, which is not supported yet.`
      : said`The architecture ${name} is not supported.`,
    said`Choose a model of one of these architectures: ${known.join(', ')}.`,
  );
}
