import { CoppiceError } from '../../core/errors.ts';
import type { EngineProbe } from '../../core/protocol.ts';
import { type CacheNode, RadixCache } from '../cache/radix.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { ForwardPass } from '../model/forward-pass.ts';
import { Transformer } from '../model/transformer.ts';
import { logSoftmax } from '../reference/sampling.ts';
import type { ModelConfig } from '../weights/config.ts';
import { AS_STORED, loadParameters } from '../weights/parameters.ts';
import { fastLayout } from './quantize.ts';
import { FastTransformer } from './transformer.ts';
import { OTHER_TRIAL_CONFIG, TRIAL_CONFIG, TrialTensors } from './trial-model.ts';
import { Tuning } from './tuning.ts';

type Result = EngineProbe['selfTest'][number];

/** Relative to the greatest logit. */
const LOGIT_TOLERANCE = 2e-2;
const W8A8_TOLERANCE = 1e-1;
/** The test of w8a8, which says nothing of other weights. */
export const W8A8_TEST = 'fast tier: w8a8';
/** Of a log-probability. */
export const LOGPROB_TOLERANCE = 5e-2;
const PROMPT = 300;
/** The last rows of the prompt whose logits are compared. */
const COMPARED = 40;
const CANDIDATES = 20;
const STEPS = 4;
const SLOTS = 2048;

const verdicts = new WeakMap<Gpu, Promise<Result[]>>();

/** The fast tier against the portable one on small random models; asked once for each device. */
export function fastSelfTest(gpu: Gpu): Promise<Result[]> {
  let verdict = verdicts.get(gpu);
  if (!verdict) {
    verdict = compare(gpu);
    verdicts.set(gpu, verdict);
  }
  return verdict;
}

async function compare(gpu: Gpu): Promise<Result[]> {
  const results: Result[] = [];
  const check = async (kernel: string, tolerance: number, measure: () => Promise<number>) => {
    try {
      const error = await measure();
      results.push({ kernel, ok: error <= tolerance, error, tolerance });
    } catch (error) {
      if (CoppiceError.wrap(error).code === 'gpu-lost') throw error;
      results.push({ kernel, ok: false, error: Number.POSITIVE_INFINITY, tolerance });
    }
  };
  const stepsOf = (candidates: number, fast: FastTransformer, reference: Transformer) => {
    const cache = new RadixCache(fast.slots);
    return stepError(gpu, fast, reference, { cache, node: cache.acquire(cache.root, prompt), candidates });
  };
  /** By themselves so few candidates take one tile of all. */
  const checkTiles = async (fast: FastTransformer, reference: Transformer) => {
    const { tiles, mergingRowTiles } = fast.tiles;
    for (const [i, tile] of tiles.entries()) {
      const merging = mergingRowTiles.length > 0 ? [mergingRowTiles[i % mergingRowTiles.length]!] : [];
      fast.pinnedTiles = { tiles: [tile], mergingRowTiles: merging };
      await check(`fast tier: attention of ${tile.pairs} x ${tile.keys}`, LOGPROB_TOLERANCE, () =>
        stepsOf(CANDIDATES, fast, reference),
      );
    }
    fast.pinnedTiles = {};
  };
  const compareModel = async (
    config: ModelConfig,
    what: string,
    { triesTiles, triesIntegers }: { triesTiles: boolean; triesIntegers: boolean },
  ) => {
    const tensors = new TrialTensors();
    let fast: FastTransformer | undefined;
    const load = (layout: typeof AS_STORED) => loadParameters(gpu, config, tensors, { layout });
    const reference = await Transformer.create(gpu, config, await load(AS_STORED), SLOTS);
    try {
      await check(`fast tier: prompt${what}`, LOGIT_TOLERANCE, async () => {
        fast = await FastTransformer.create(gpu, config, await load(await fastLayout(gpu)), SLOTS, new Tuning(gpu));
        return worstLogit(await promptLogits(gpu, reference), await promptLogits(gpu, fast));
      });
      for (const candidates of [1, CANDIDATES]) {
        await check(`fast tier: steps of ${candidates}${what}`, LOGPROB_TOLERANCE, () =>
          stepsOf(candidates, fast!, reference),
        );
      }
      if (fast && triesTiles) await checkTiles(fast, reference);
      if (!triesIntegers) return;
      await check(W8A8_TEST, W8A8_TOLERANCE, async () => {
        const parameters = await load(await fastLayout(gpu, 'w8a8'));
        const model = await FastTransformer.create(gpu, config, parameters, SLOTS, new Tuning(gpu));
        try {
          return worstLogit(await promptLogits(gpu, reference), await promptLogits(gpu, model));
        } finally {
          model.dispose();
        }
      });
    } finally {
      fast?.dispose();
      reference.dispose();
    }
  };
  const triesIntegers = gpu.abilities.integerMatrices.length > 0;
  await compareModel(TRIAL_CONFIG, '', { triesTiles: true, triesIntegers });
  const others = ' with layer norm, GELU and normed heads';
  await compareModel(OTHER_TRIAL_CONFIG, others, { triesTiles: false, triesIntegers: false });
  return results;
}

function worstLogit(wanted: Float32Array, got: Float32Array): number {
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return wanted.reduce((worst, value, i) => Math.max(worst, Math.abs(value - got[i]!)), 0) / scale;
}

/** Where candidates are drawn: below `node`, which lies in the KV stores of both models as `cache` has it. */
export interface StepTrial {
  cache: RadixCache;
  node: CacheNode;
  candidates: number;
  compared?: number;
}

/** Ids that every run shares. */
const prompt = Array.from({ length: PROMPT }, (_, i) => (i * 389 + 7) % TRIAL_CONFIG.vocabulary);

async function promptLogits(gpu: Gpu, model: ForwardPass): Promise<Float32Array> {
  const cache = new RadixCache(model.slots);
  const node = cache.acquire(cache.root, prompt);
  const rows = prompt.map((token, i) => ({ token, position: i, slot: node.slots[i]!, node }));
  const wanted = Array.from({ length: COMPARED }, (_, i) => PROMPT - COMPARED + i);
  const { logitsPitch } = model;
  const logits = await gpu.readFloats(await model.forward(rows, wanted), COMPARED * logitsPitch);
  const { vocabulary } = TRIAL_CONFIG;
  return Float32Array.from({ length: COMPARED * vocabulary }, (_, i) => {
    return logits[Math.floor(i / vocabulary) * logitsPitch + (i % vocabulary)]!;
  });
}

/**
 * Draws some tokens for candidates below a prompt that both models have read, then asks the portable tier how likely each was.
 * The greatest difference of a log-probability; `compared` candidates are asked for, spread over all.
 */
export async function stepError(
  gpu: Gpu,
  fast: FastTransformer,
  portable: Transformer,
  { cache, node, candidates, compared = candidates }: StepTrial,
): Promise<number> {
  const { vocabulary } = portable.config;
  const branches = Array.from({ length: candidates }, (_, i) => {
    const branch = cache.branch(node);
    cache.append(branch, i % vocabulary);
    cache.reserve(branch, STEPS);
    return branch;
  });
  try {
    const { drawn } = await fast.stepper.submit({
      rows: branches.map((branch, i) => ({ branch, index: 0, candidate: i, token: { id: branch.tokens[0]! } })),
      ...{
        steps: STEPS,
        sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 },
        endTokens: [],
        reproducible: false,
      },
    });
    const steps = await drawn;
    const count = Math.min(compared, candidates);
    const some = Array.from({ length: count }, (_, i) => Math.floor((i * candidates) / count));
    let worst = 0;
    for (let step = 0; step < STEPS; step++) {
      const rows = some.map((i) => {
        const branch = branches[i]!;
        return {
          ...{ token: branch.tokens[step]!, position: branch.start + step, slot: branch.slots[step]!, node: branch },
        };
      });
      const logits = await portable.forward(rows, [...rows.keys()]);
      const all = await gpu.readFloats(logits, rows.length * vocabulary);
      for (const [row, i] of some.entries()) {
        const { token, logprob } = steps[step]![i]!;
        const expected = logSoftmax(all.subarray(row * vocabulary, (row + 1) * vocabulary));
        worst = Math.max(worst, Math.abs(logprob - expected[token]!));
        cache.append(branches[i]!, token);
      }
    }
    return worst;
  } finally {
    for (const branch of branches) cache.dropBranch(branch);
  }
}
