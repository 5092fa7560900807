import { CoppiceError } from '../core/errors.ts';
import type { Tier, WeightType } from '../core/protocol.ts';
import { said } from '../core/said.ts';
import { DOCTOR } from '../core/ways.ts';
import { RadixCache } from './cache/radix.ts';
import { Decoder } from './decoder.ts';
import { obstacleTo } from './fast/fixed-kernels.ts';
import { LEAST_ROWS } from './fast/folds.ts';
import { fastLayout } from './fast/quantize.ts';
import { fastSelfTest, W8A8_TEST } from './fast/self-test.ts';
import { TuningStore } from './fast/store.ts';
import { FastTransformer } from './fast/transformer.ts';
import { Tuning } from './fast/tuning.ts';
import type { Gpu } from './gpu/gpu.ts';
import type { ForwardPass } from './model/forward-pass.ts';
import { Transformer } from './model/transformer.ts';
import { Sampler } from './sample/sampler.ts';
import type { ModelConfig } from './weights/config.ts';
import type { ModelSource } from './weights/model-source.ts';
import { PackedCache } from './weights/packed-cache.ts';
import { AS_STORED, loadParameters } from './weights/parameters.ts';

/** Bytes that the KV store may take, and the tokens it holds at most. */
const KV_BUDGET = { software: 2 ** 29, hardware: 2 ** 32 };
const KV_SLOTS = 131_072;

/** A model on the GPU with its KV store. */
export class LoadedModel {
  readonly source: ModelSource;
  readonly tier: Tier;
  readonly weights: WeightType;
  readonly decoder: Decoder;
  readonly transformer: ForwardPass;
  readonly #gpu: Gpu;
  #store: TuningStore | undefined;
  readonly #sampler: Sampler;

  private constructor(
    gpu: Gpu,
    source: ModelSource,
    parts: Pick<LoadedModel, 'tier' | 'weights' | 'decoder' | 'transformer'> & { sampler: Sampler },
  ) {
    this.source = source;
    this.tier = parts.tier;
    this.weights = parts.weights;
    this.decoder = parts.decoder;
    this.transformer = parts.transformer;
    this.#sampler = parts.sampler;
    this.#gpu = gpu;
  }

  static async load(
    gpu: Gpu,
    source: ModelSource,
    options: {
      signal?: AbortSignal;
      onProgress?: (done: number, total: number) => void;
      /** Takes a sentence that a user should read. */
      onNote?: (text: string) => void;
      tier?: Tier;
      weights?: WeightType;
    } = {},
  ): Promise<LoadedModel> {
    const { config } = source;
    const { weights = 'f16' } = options;
    const wanted = options.tier ?? gpu.tier;
    const obstacle = wanted === 'fast' ? obstacleTo(gpu, config, weights) : 'it runs in the portable tier here';
    const tier = obstacle === undefined && (await isFit(gpu, weights)) ? 'fast' : 'portable';
    if (weights !== 'f16' && tier === 'portable') {
      throw new CoppiceError(
        'model-unsupported',
        said`The model cannot have ${weights} weights: ${obstacle ?? 'the fast tier fails its self-test'}.`,
        said`Leave the weights as they are; ${DOCTOR} says what this GPU adapter can do.`,
      );
    }
    const file = await source.open();
    let cache: PackedCache | undefined;
    try {
      const layout = tier === 'fast' ? await fastLayout(gpu, weights) : AS_STORED;
      const { rowsTo, columnsTo, interleave } = layout;
      const packing = [weights, rowsTo, columnsTo, interleave].join(' ');
      if (layout.packer) cache = await PackedCache.open(source.path, packing);
      const parameters = await loadParameters(gpu, config, file, { ...options, layout, cache });
      await cache?.finish();
      if (cache?.isDamaged)
        options.onNote?.('What was kept of the packed weights was damaged: they were packed again.');
      const slots = kvSlots(gpu, config, tier);
      const transformer =
        tier === 'fast'
          ? await FastTransformer.create(gpu, config, parameters, slots, new Tuning(gpu))
          : await Transformer.create(gpu, config, parameters, slots);
      const sampler = await Sampler.create(gpu);
      const decoder = new Decoder(transformer, sampler, new RadixCache(transformer.slots));
      return new LoadedModel(gpu, source, { tier, weights, decoder, transformer, sampler });
    } finally {
      await file.dispose();
      await cache?.dispose();
    }
  }

  /**
   * Times the fast tier's products for so many candidates where this GPU adapter and driver have not been asked before. Other
   * numbers of rows, as candidates stop, take the ways of guessing.
   */
  async tune(candidates: number, options: { signal: AbortSignal; onProgress(done: number, total: number): void }) {
    const { transformer } = this;
    if (!(transformer instanceof FastTransformer) || this.#gpu.info.software) return;
    this.#store ??= new TuningStore(this.#gpu);
    const { measured: known } = await this.#store.read();
    transformer.learn(known);
    const isKnown = (key: string) => known.has(key);
    const measured = await transformer.tune([candidates], { ...options, isKnown });
    if (measured.size > 0) await this.#store.add(measured);
    if (transformer.knowsFolds) return;
    const folds = await this.#store.folds(transformer.config);
    if (folds) transformer.learnFolds(folds);
    else if (candidates >= LEAST_ROWS) {
      await this.#store.addFolds(transformer.config, await transformer.measureFolds(candidates, options.signal));
    }
  }

  dispose(): void {
    this.#sampler.dispose();
    this.transformer.dispose();
  }
}

/** The fast tier is taken only where its self-test passes, now or before; the doctor says what fails. */
async function isFit(gpu: Gpu, weights: WeightType): Promise<boolean> {
  const isW8a8 = weights === 'w8a8';
  // What was proven says nothing of w8a8.
  if (gpu.trusted && !isW8a8) return true;
  const results = await fastSelfTest(gpu);
  const isRight = results.every(({ kernel, ok }) => ok || kernel === W8A8_TEST);
  if (isRight) await new TuningStore(gpu).prove();
  return isRight && (!isW8a8 || results.some(({ kernel, ok }) => ok && kernel === W8A8_TEST));
}

function kvSlots(gpu: Gpu, config: ModelConfig, tier: Tier): number {
  const budget = gpu.info.software ? KV_BUDGET.software : KV_BUDGET.hardware;
  const slotBytes = (tier === 'fast' ? FastTransformer : Transformer).slotBytes(config);
  const perBuffer = gpu.device.limits.maxStorageBufferBindingSize / (slotBytes / config.layers / 2);
  const fitting = Math.floor(Math.min(KV_SLOTS, budget / slotBytes, perBuffer));
  // The fast tier keeps one slot more than it gives away.
  return tier === 'fast' ? fitting - 1 : fitting;
}
