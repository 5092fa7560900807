import type { ModelConfig } from '../weights/config.ts';
import { toHalves } from '../weights/half.ts';
import type { TensorSource } from '../weights/parameters.ts';

/** A model just large enough to take every kernel of the fast tier: heads of two tiles' rows, several stretches, padded widths. */
export const TRIAL_CONFIG: ModelConfig = {
  ...{ norm: 'rms', activation: 'swiglu', embeddingScale: 1, attentionScale: 1 / 8, logitScale: 1 },
  ...{ architecture: 'Qwen2ForCausalLM', layers: 2, width: 496, heads: 6, kvHeads: 2, headWidth: 64, feedForward: 328 },
  ...{ vocabulary: 777, maxPositions: 2048, normEpsilon: 1e-6, ropeTheta: 10_000, ropeScaling: { kind: 'default' } },
  ...{
    tiedHead: true,
    headNorm: false,
    qkvBias: true,
    outputBias: false,
    mlpBias: false,
    endTokens: [],
    dtype: 'float16',
  },
};

/** The same with what some architectures have instead, and all that they have beside it. */
export const OTHER_TRIAL_CONFIG: ModelConfig = {
  ...TRIAL_CONFIG,
  ...{ norm: 'layer', activation: 'gelu', headNorm: true, outputBias: true, mlpBias: true },
  ...{ embeddingScale: 0.7, attentionScale: 0.2, logitScale: 0.8 },
};

/** Random f16 weights that keep the variance of what passes through; the same for both tiers. */
export class TrialTensors implements TensorSource {
  readonly totalBytes = 0;
  readonly #tensors = new Map<string, { shape: number[]; bytes?: Uint8Array<ArrayBuffer> }>();

  entry(name: string, shape: number[]) {
    if (!this.#tensors.has(name)) this.#tensors.set(name, { shape });
    return { type: 'F16' as const };
  }

  async *read(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const tensor = this.#tensors.get(name)!;
    if (!tensor.bytes) {
      const [rows = 1, columns] = tensor.shape;
      const most = columns === undefined ? 0.3 : Math.sqrt(3 / columns) * (name.includes('embed') ? 2 : 1);
      const around = name.endsWith('norm.weight') ? 1 : 0;
      const values = Float32Array.from(
        { length: rows * (columns ?? 1) },
        () => around + (Math.random() * 2 - 1) * most,
      );
      tensor.bytes = new Uint8Array(toHalves(values).buffer);
    }
    yield tensor.bytes;
  }
}
