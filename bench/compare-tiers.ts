import { CoppiceError } from '../src/core/errors.ts';
import type { WeightType } from '../src/core/protocol.ts';
import { RadixCache } from '../src/engine/cache/radix.ts';
import { LOGPROB_TOLERANCE, stepError } from '../src/engine/fast/self-test.ts';
import type { FastTransformer } from '../src/engine/fast/transformer.ts';
import type { Gpu } from '../src/engine/gpu/gpu.ts';
import { LoadedModel } from '../src/engine/loaded-model.ts';
import type { ForwardPass } from '../src/engine/model/forward-pass.ts';
import type { Transformer } from '../src/engine/model/transformer.ts';
import { readModelFolder } from '../src/engine/weights/model-source.ts';
import { randomModel, type ShapeName } from './random-model.ts';
import { randomPrompt, SPROUT } from './sprout-model.ts';

/** Of issue 3: relative to the greatest logit, and the share of rows whose most likely token is the same. */
const TOLERANCE = { error: 2e-2, sameFirst: 0.99 };
/** Rows with other first tokens than the share allows may be chance, as far as this many standard deviations. */
const CHANCE = 2;
const PROMPT = 1000;
const COMPARED = 896;
/** Tokens above the candidates whose steps are compared. */
const STEP_PROMPT = 200;

export interface TierCheck {
  against: string;
  error: number;
  sameFirst: number;
}

/**
 * The fast tier's logits against the portable tier's on the same random weights. Integer weights are others: how far off they
 * are is only told. @throws CoppiceError when f16 differs
 */
export async function compareTiers(gpu: Gpu, shape: ShapeName, weights: WeightType): Promise<TierCheck> {
  const prompts = [randomPrompt(PROMPT, 1000)];
  const portable = await logitsOf(gpu, await randomModel(gpu, shape, 'portable', 1024), prompts);
  const fast = await logitsOf(gpu, await randomModel(gpu, shape, 'fast', 1024, weights), prompts);
  return checked(`the portable tier, random ${weights} weights of the ${shape} shape`, portable, fast, weights);
}

/** The same with Sprout, on prompts that mean something to it. */
export async function compareTiersOnSprout(gpu: Gpu, weights: WeightType): Promise<TierCheck> {
  const source = await readModelFolder(SPROUT);
  const prompts = TEXTS.map((text) => source.tokenizer!.encode(text, false));
  const run = async (tier: 'fast' | 'portable') => {
    const model = await LoadedModel.load(gpu, source, tier === 'fast' ? { tier, weights } : { tier });
    if (model.tier !== tier)
      throw new CoppiceError('internal', 'This GPU adapter has no fast tier.', 'Run it on one that has.');
    return logitsOf(gpu, model.transformer, prompts);
  };
  return checked(`the portable tier, Sprout in ${weights}`, await run('portable'), await run('fast'), weights);
}

/**
 * Steps of the model that is timed, tuned as it is, with as many candidates as are timed, against the portable tier on the same
 * weights. @throws CoppiceError when a log-probability differs
 */
export async function compareSteps(
  gpu: Gpu,
  shape: ShapeName,
  fast: FastTransformer,
  counts: number[],
): Promise<{ against: string; logprobError: number }[]> {
  const cache = new RadixCache(STEP_PROMPT + 64 + Math.max(...counts) * 32);
  const portable = (await randomModel(gpu, shape, 'portable', cache.freeSlots)) as Transformer;
  const node = cache.acquire(cache.root, randomPrompt(STEP_PROMPT, 1000));
  const rows = node.tokens.map((token, i) => ({ token, position: i, slot: node.slots[i]!, node }));
  for (const model of [fast, portable]) await model.forward(rows, []);
  const checks: { against: string; logprobError: number }[] = [];
  for (const candidates of counts) {
    const logprobError = await stepError(gpu, fast, portable, { cache, node, candidates, compared: 16 });
    if (!(logprobError <= LOGPROB_TOLERANCE)) {
      throw new CoppiceError(
        'internal',
        `Steps of ${candidates} candidates are off by ${logprobError} of a log-probability. Nothing was timed.`,
        'Remove what the tuner keeps in the cache folder, and run it again.',
      );
    }
    checks.push({ against: `the portable tier, steps of ${candidates}, as tuned`, logprobError });
  }
  await gpu.settle();
  portable.dispose();
  return checks;
}

const TEXTS = [
  'def count_vowels(text: str) -> int:\n    """Return how many vowels the text has."""\n    return sum(letter in "aeiou" for letter in text.lower())\n\n\ndef is_palindrome(text: str) -> bool:\n    """Say whether the text reads the same backwards."""\n    return text == text[::-1]\n',
  'export function clamp(value: number, low: number, high: number): number {\n  return Math.min(Math.max(value, low), high);\n}\n\n/** The sum of all numbers. */\nexport function total(numbers: number[]): number {\n  return numbers.reduce((sum, n) => sum + n, 0);\n}\n',
];

interface Logits {
  rows: Float32Array[];
}

/** Logits of the last rows of each prompt; the model is freed. */
async function logitsOf(gpu: Gpu, model: ForwardPass, prompts: number[][]): Promise<Logits> {
  const rows: Float32Array[] = [];
  const { vocabulary } = model.config;
  const cache = new RadixCache(model.slots);
  for (const prompt of prompts) {
    const node = cache.acquire(cache.root, prompt);
    const first = Math.max(0, prompt.length - COMPARED);
    for (let at = 0; at < prompt.length; at += 64) {
      const end = Math.min(at + 64, prompt.length);
      const some = Array.from({ length: end - at }, (_, i) => at + i);
      const wanted = some.filter((i) => i >= first).map((i) => i - at);
      const logits = await model.forward(
        some.map((i) => ({ token: prompt[i]!, position: i, slot: node.slots[i]!, node })),
        wanted,
      );
      if (wanted.length === 0) continue;
      const all = await gpu.readFloats(logits, wanted.length * model.logitsPitch);
      for (const i of wanted.keys()) rows.push(all.slice(i * model.logitsPitch, i * model.logitsPitch + vocabulary));
    }
    cache.release(node);
  }
  await gpu.settle();
  model.dispose();
  return { rows };
}

function checked(against: string, wanted: Logits, got: Logits, weights: WeightType): TierCheck {
  let error = 0;
  let same = 0;
  for (const [r, row] of wanted.rows.entries()) {
    const other = got.rows[r]!;
    let scale = 0;
    let worst = 0;
    let [best, otherBest] = [0, 0];
    for (let i = 0; i < row.length; i++) {
      scale = Math.max(scale, Math.abs(row[i]!));
      worst = Math.max(worst, Math.abs(row[i]! - other[i]!));
      if (row[i]! > row[best]!) best = i;
      if (other[i]! > other[otherBest]!) otherBest = i;
    }
    error = Math.max(error, worst / scale);
    if (best === otherBest) same++;
  }
  const count = wanted.rows.length;
  const sameFirst = same / count;
  const fewest = count * TOLERANCE.sameFirst - CHANCE * Math.sqrt(count * (1 - TOLERANCE.sameFirst));
  if (weights === 'f16' && (!(error <= TOLERANCE.error) || same < fewest)) {
    throw new CoppiceError(
      'internal',
      `The fast tier is off against ${against}: ${error} of the greatest logit, ${(100 * sameFirst).toFixed(1)} % the same first token. Nothing was timed.`,
      'Run `coppice doctor`: its self-test names the part that fails.',
    );
  }
  return { against, error, sameFirst };
}
