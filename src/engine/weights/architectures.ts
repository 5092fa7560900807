import { CoppiceError } from '../../core/errors.ts';
import type { ModelConfig } from './config.ts';

/** The values of a `config.json` by their names; nobody has checked them. */
export type ConfigValues = Record<string, unknown>;

type Biases = Pick<ModelConfig, 'qkvBias' | 'outputBias' | 'mlpBias'>;

/** What sets an architecture apart, as transformers reads its `config.json`. */
interface Family {
  biases(values: ConfigValues): Biases;
  /** Whether `sliding_window` limits what a token attends to, where there is one. */
  slides(values: ConfigValues): boolean;
}

const NO_BIAS: Biases = { qkvBias: false, outputBias: false, mlpBias: false };
const never = () => false;

const FAMILIES = {
  Qwen2ForCausalLM: {
    biases: () => ({ ...NO_BIAS, qkvBias: true }),
    slides: (values) => values.use_sliding_window === true,
  },
  LlamaForCausalLM: {
    // `attention_bias` puts one on the attention output product, too.
    biases: ({ attention_bias, mlp_bias }) => ({
      ...{ qkvBias: attention_bias === true, outputBias: attention_bias === true, mlpBias: mlp_bias === true },
    }),
    slides: never,
  },
  MistralForCausalLM: { biases: () => NO_BIAS, slides: () => true },
} as const satisfies Record<string, Family>;

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
  throw unsupportedArchitecture(typeof named === 'string' ? named : 'without a name', NAMES);
}

/** Why there is no model of this architecture, by the name that its file gives it, and which ones there are. */
export function unsupportedArchitecture(named: string, known: readonly string[]): CoppiceError {
  const name = named.slice(0, 40);
  return new CoppiceError(
    'model-unsupported',
    EXPERTS.test(name)
      ? `The architecture ${name} is a mixture of experts, which is not supported yet.`
      : `The architecture ${name} is not supported.`,
    `Choose a model of one of these architectures: ${known.join(', ')}.`,
  );
}
