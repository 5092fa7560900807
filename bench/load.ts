import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CoppiceError } from '../src/core/errors.ts';
import { type CompleteResult, WEIGHT_TYPES, type WeightType } from '../src/core/protocol.ts';
import { EngineClient } from '../src/run/engine-client.ts';
import { resolveModel } from '../src/run/shelf/shelf.ts';
import type { Bench, Benchmark } from './harness.ts';
import { FORMATS, MadeModel } from './made-model.ts';
import { AGAINST, LOGIT_TOLERANCE, logprobError, randomPrompt, SPROUT } from './sprout-model.ts';

type Size = 'bytes' | 'loads';

/** How often the memory of a loading engine is looked at. */
const EVERY_MS = 10;
/** Of the fast tier, whose activations are f16; its products may be made in another way once they were tuned. */
const FAST_TOLERANCE = 0.1;
const SAID = { prompt: 12, tokens: 3, logprobs: 20 };

/**
 * A model from the disk onto the GPU, in a fresh engine process each time, once its GPU device is open. `hostMiB` is what the
 * engine's resident memory grew by at most while it loaded, `anonymousMiB` what of that belongs to no file, as Linux tells it.
 * On a software adapter the buffers of the GPU are part of both, so only what differs between two sizes says something there.
 */
export const benchmark: Benchmark<Size> = {
  about: 'loading a model in one engine after the other: time and host memory',
  sizes: {
    bytes: { about: 'size of the model that is made where none is named', software: [64e6], hardware: [3e9] },
    loads: { about: 'engines that are started', software: [2], hardware: [2] },
  },
  texts: {
    model: 'a model of the shelf, a folder or a GGUF file',
    format: `of the model that is made: ${FORMATS.join(', ')}; default ${FORMATS[0]}`,
    weights: `how the GPU keeps them: ${WEIGHT_TYPES.join(', ')}; default ${WEIGHT_TYPES[0]}`,
  },
  async run(bench) {
    const weights = oneOf(bench.text('weights'), WEIGHT_TYPES);
    const format = oneOf(bench.text('format'), FORMATS);
    // What engines keep from one load to the next, and nothing from runs before.
    const cache = mkdtempSync(join(tmpdir(), 'coppice-load-cache-'));
    const start = () => new EngineClient({ env: { COPPICE_CACHE: cache } });
    try {
      const { bytes, loads } = bench.on(await checkSprout(bench, start));
      const loading = { weights, loads: loads[0]!, start };
      const named = bench.text('model');
      if (named !== undefined) return await measureLoads(bench, await resolveModel(named), loading);
      for (const size of bytes) {
        bench.note(`making a model of ${size} bytes`);
        await using made = await MadeModel.make(size, format);
        await measureLoads(bench, made.path, loading);
      }
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  },
};

async function measureLoads(
  bench: Bench<Size>,
  model: string,
  { weights, loads, start }: { weights: WeightType; loads: number; start: () => EngineClient },
): Promise<void> {
  const { vocabulary, bytes, dtype } = await withEngine(start, (engine) =>
    engine.call({ kind: 'inspect', model, load: false }),
  );
  const ids = randomPrompt(SAID.prompt, vocabulary);
  let first: CompleteResult['choices'] | undefined;
  for (let load = 1; load <= loads; load++) {
    const of = { model: dtype, weights, fileMiB: Math.round(bytes / 2 ** 20), load };
    await bench.measure(
      of,
      () =>
        withEngine(start, async (engine) => {
          const { chosen } = await engine.call({ kind: 'probe', selfTest: false });
          const memory = await Memory.of(await engine.pid());
          const { choices, timings } = await say(engine, model, ids, weights);
          first ??= choices;
          const tolerance = chosen?.tier === 'fast' ? FAST_TOLERANCE : 0;
          bench.check('greatest difference of a log-probability between two loads', between(first, choices), tolerance);
          const seconds = timings.loadMs / 1000;
          return {
            ...{ loadMs: timings.loadMs, megabytesPerSecond: bytes / 1e6 / seconds },
            ...(await memory?.grown()),
          };
        }),
      { least: 1, most: 1 },
    );
  }
}

/** What the engine makes of a prompt, once it has loaded the model. */
function say(engine: EngineClient, model: string, ids: number[], weights: WeightType): Promise<CompleteResult> {
  return engine.call({
    ...{ kind: 'complete', model, weights, prompt: { kind: 'ids', ids }, n: 1, logprobs: SAID.logprobs },
    sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 },
    stop: { maxTokens: SAID.tokens, strings: [] },
  });
}

/** Of the likeliest tokens after the prompt, which both have read. */
function between([one]: CompleteResult['choices'], [other]: CompleteResult['choices']): number {
  const known = new Map(other!.logprobs[0]!.top.map(({ id, logprob }) => [id, logprob]));
  const both = one!.logprobs[0]!.top.filter(({ id }) => known.has(id));
  if (both.length < SAID.logprobs / 2) return Number.POSITIVE_INFINITY;
  return Math.max(...both.map(({ id, logprob }) => Math.abs(logprob - known.get(id)!)));
}

/** What an engine loads says the same as the file's weights do on the CPU. */
async function checkSprout(bench: Bench<Size>, start: () => EngineClient) {
  return withEngine(start, async (engine) => {
    const { vocabulary } = await engine.call({ kind: 'inspect', model: SPROUT, load: true });
    const ids = randomPrompt(SAID.prompt, vocabulary);
    const { choices, gpuAdapter } = await say(engine, SPROUT, ids, 'f16');
    const told = choices.map(({ ids, logprobs }) => ({ ids, steps: logprobs }));
    bench.check(AGAINST, await logprobError(ids, told), gpuAdapter.software ? LOGIT_TOLERANCE : FAST_TOLERANCE);
    return gpuAdapter;
  });
}

async function withEngine<T>(start: () => EngineClient, work: (engine: EngineClient) => Promise<T>): Promise<T> {
  const engine = start();
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

/** The resident memory of a process from now on. */
class Memory {
  readonly #pid: number;
  readonly #start: Resident;
  #mostAnonymous: number;
  #isOver = false;
  readonly #watching: Promise<void>;

  private constructor(pid: number, start: Resident) {
    this.#pid = pid;
    this.#start = start;
    this.#mostAnonymous = start.anonymous;
    this.#watching = this.#watch();
  }

  /** Undefined where the system does not say. */
  static async of(pid: number | undefined): Promise<Memory | undefined> {
    if (pid === undefined) return undefined;
    // 5 sets the peak back to what is resident now; see proc(5).
    const isReset = await writeFile(`/proc/${pid}/clear_refs`, '5').then(
      () => true,
      () => false,
    );
    const start = isReset ? await residentOf(pid) : undefined;
    return start && new Memory(pid, start);
  }

  async grown(): Promise<Record<string, number>> {
    this.#isOver = true;
    await this.#watching;
    const end = await residentOf(this.#pid);
    if (!end) return {};
    return {
      hostMiB: end.peak - this.#start.now,
      anonymousMiB: this.#mostAnonymous - this.#start.anonymous,
    };
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      const seen = await residentOf(this.#pid);
      this.#mostAnonymous = Math.max(this.#mostAnonymous, seen?.anonymous ?? 0);
      await delay(EVERY_MS);
    }
  }
}

/** MiB. */
interface Resident {
  now: number;
  peak: number;
  anonymous: number;
}

async function residentOf(pid: number): Promise<Resident | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [now, peak, anonymous] = ['VmRSS', 'VmHWM', 'RssAnon'].map((name) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  });
  return now === undefined || peak === undefined || anonymous === undefined ? undefined : { now, peak, anonymous };
}

function oneOf<T extends string>(value: string | undefined, known: readonly T[]): T {
  const found = value === undefined ? known[0] : known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new CoppiceError('usage', `There is no "${value}" to choose.`, `Choose one of: ${known.join(', ')}.`);
}
