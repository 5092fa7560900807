import { fileURLToPath } from 'node:url';
import { CoppiceError } from '../src/core/errors.ts';
import type { TokenLogprob } from '../src/core/protocol.ts';
import type { DecodeEvents, DecodeResult } from '../src/engine/decoder.ts';
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { LoadedModel } from '../src/engine/loaded-model.ts';
import { logSoftmax } from '../src/engine/reference/sampling.ts';
import { unpackWeights } from '../src/engine/reference/weights.ts';
import { StopChecker } from '../src/engine/sample/stop.ts';
import { type ModelSource, readModelFolder } from '../src/engine/weights/model-source.ts';
import { Safetensors } from '../src/engine/weights/safetensors.ts';
import { Syntax } from '../src/syntax/syntax.ts';
import { NORM_EPSILON, type RandomCheckpoint, ROPE_THETA } from '../test/engine/random-checkpoint.ts';
import { referenceLogits } from '../test/engine/reference-transformer.ts';

export const SPROUT = fileURLToPath(new URL('../models/sprout', import.meta.url));

/** Of issue 2, item 2. */
export const LOGIT_TOLERANCE = 1e-3;
export const AGAINST = 'greatest difference of a log-probability from a dense forward pass in f64';

/** Sprout on the GPU of this process. */
export class Sprout {
  readonly gpu: Gpu;
  readonly #source: ModelSource;
  readonly #model: LoadedModel;
  readonly #syntax: Syntax;
  #freshPrompts = 0;

  private constructor(gpu: Gpu, source: ModelSource, model: LoadedModel, syntax: Syntax) {
    this.gpu = gpu;
    this.#source = source;
    this.#model = model;
    this.#syntax = syntax;
  }

  static async open(): Promise<Sprout> {
    const gpu = await Gpu.open();
    const source = await readModelFolder(SPROUT);
    return new Sprout(gpu, source, await LoadedModel.load(gpu, source), await Syntax.load());
  }

  /** Ids that mean nothing: how long a pass takes does not depend on them. */
  randomPrompt(length: number): number[] {
    return randomPrompt(length, this.#source.config.vocabulary);
  }

  /** A random prompt that begins with another token than those before it, so that nothing of it is in the KV store. */
  freshPrompt(length: number): number[] {
    const first = this.#freshPrompts++ % this.#source.config.vocabulary;
    return [first, ...this.randomPrompt(length - 1)];
  }

  /** Grows candidates that only the token limit stops. */
  decode(
    prompt: number[],
    { candidates, maxTokens, logprobs = 0 }: { candidates: number; maxTokens: number; logprobs?: number },
    events: DecodeEvents = {},
  ): Promise<DecodeResult> {
    const stop = new StopChecker({ maxTokens, strings: [] }, new Set(), this.#source.tokenizer, this.#syntax);
    const leaves = [{ spans: [prompt], path: [], candidates }];
    const sampling = { temperature: 1, topK: 0, topP: 0.95, minP: 0, seed: 1 };
    return this.#model.decoder.decode(
      { leaves, sampling, maxTokens, stop, logprobs, reproducible: false },
      NEVER,
      events,
    );
  }

  dispose(): void {
    this.#model.dispose();
    this.gpu.dispose();
  }
}

const NEVER = new AbortController().signal;

export function randomPrompt(length: number, vocabulary: number): number[] {
  return Array.from({ length }, () => Math.floor(Math.random() * vocabulary));
}

/** One candidate as the engine tells it: sampled ids, and what it says of each. */
export interface Told {
  ids: number[];
  steps: (TokenLogprob & { top: TokenLogprob[] })[];
}

/** The greatest difference between what Sprout's candidates say of their tokens and the reference, in natural logs. */
export async function logprobError(prompt: number[], candidates: Told[]): Promise<number> {
  const weights = await readWeights();
  let worst = 0;
  for (const { ids, steps } of candidates) {
    const logits = referenceLogits(weights, [...prompt, ...ids]);
    for (const [i, { id, logprob, top }] of steps.entries()) {
      const expected = logSoftmax(logits[prompt.length - 1 + i]!);
      for (const said of [{ id, logprob }, ...top])
        worst = Math.max(worst, Math.abs(said.logprob - expected[said.id]!));
    }
  }
  return worst;
}

/** Sprout's weights as numbers. */
async function readWeights(): Promise<RandomCheckpoint> {
  const { config } = await readModelFolder(SPROUT);
  if (config.ropeTheta !== ROPE_THETA || config.normEpsilon !== NORM_EPSILON || config.ropeScaling.kind !== 'default') {
    throw new CoppiceError(
      'model-unsupported',
      'The reference knows no such model.',
      'Measure with the model of this commit.',
    );
  }
  const { layers, width: D, heads, kvHeads, headWidth, feedForward: F, vocabulary: V } = config;
  const [H, K] = [heads * headWidth, kvHeads * headWidth];
  const shapes: [name: string, shape: number[]][] = [
    ['model.embed_tokens.weight', [V, D]],
    ['model.norm.weight', [D]],
  ];
  for (let l = 0; l < layers; l++) {
    const at = `model.layers.${l}`;
    for (const [name, rows] of [
      ['q', H],
      ['k', K],
      ['v', K],
    ] as const) {
      shapes.push([`${at}.self_attn.${name}_proj.weight`, [rows, D]], [`${at}.self_attn.${name}_proj.bias`, [rows]]);
    }
    shapes.push([`${at}.self_attn.o_proj.weight`, [D, H]]);
    for (const name of ['gate', 'up']) shapes.push([`${at}.mlp.${name}_proj.weight`, [F, D]]);
    shapes.push([`${at}.mlp.down_proj.weight`, [D, F]]);
    for (const name of ['input', 'post_attention']) shapes.push([`${at}.${name}_layernorm.weight`, [D]]);
  }
  const file = await Safetensors.open(SPROUT);
  try {
    const weights = new Map<string, Float64Array>();
    for (const [name, shape] of shapes) {
      const { type } = file.entry(name, shape);
      const encoding = ({ F32: 'f32', F16: 'f16', BF16: 'bf16' } as const)[type];
      for await (const { buffer } of file.read(name, Number.POSITIVE_INFINITY)) {
        weights.set(name, unpackWeights(new Uint32Array(buffer), encoding));
      }
    }
    const shape = { ...config, type: 'F16' as const, biases: true };
    return { folder: SPROUT, shape, weights };
  } finally {
    await file.dispose();
  }
}
