/**
 * How well Sprout does on problems it was not trained on, through our own engine and judge. Each problem is one grow
 * run as `coppice grow` does it, in a workspace of its own.
 *
 *   node bench/sprout.ts [--problems FILE] [-n 32] [--temperature 0.8] [--seed 1] [--limit K] [--seconds S] [--out FILE]
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_SAMPLING, type Sampling } from '../src/core/candidate.ts';
import { CoppiceError } from '../src/core/errors.ts';
import { EngineClient } from '../src/run/engine-client.ts';
import { type GrowDependencies, type GrowEvent, grow } from '../src/run/grow.ts';
import { JudgeClient } from '../src/run/judge-client.ts';
import type { RunResult } from '../src/run/run-result.ts';
import { resolveModel } from '../src/run/shelf/shelf.ts';
import { Syntax } from '../src/syntax/syntax.ts';
import { BusyTime } from './sprout/busy-time.ts';
import { type Problem, packageVersion, readProblems, writeWorkspace } from './sprout/problem.ts';
import { type Score, summarize } from './sprout/score.ts';

export interface SproutBenchOptions {
  /** A file as tools/sprout/heldout.py writes it. */
  problems?: string;
  model?: string;
  /** Candidates for each problem. */
  n?: number;
  temperature?: number;
  seed?: number;
  /** Only so many problems, evenly over kinds and languages. */
  limit?: number;
  /** After so many seconds no more is measured; what is under way then does not count. */
  seconds?: number;
  /** Run tests also where nothing isolates them, for machines that are thrown away. */
  allowUnsandboxed?: boolean;
}

/**
 * Problems on their way at once. The engine grows one at a time; the others are being judged or wait for it, so neither
 * process stands still for the other.
 */
const LANES = 3;
const MAX_TOKENS = 192;
/** Generous, since several workspaces share the cores: a right candidate must not fail for being slow. */
const TIMEOUT_MS = 5000;

const HELD_OUT = fileURLToPath(new URL('../models/sprout/heldout.jsonl', import.meta.url));

/** A problem's score with what it took. */
interface Measured extends Score {
  /** Different texts among the candidates. */
  distinct: number;
  /** Without it the problem was grown and judged; with it, it counts as failed by all candidates. */
  error?: string;
}

/** Rejects as `grow` does where that is not about one problem: without a GPU adapter, a model or a sandbox. */
export async function bench(options: SproutBenchOptions = {}): Promise<object> {
  const { model = 'sprout', n = 32, allowUnsandboxed = false } = options;
  const sampling: Sampling = {
    ...DEFAULT_SAMPLING,
    temperature: options.temperature ?? DEFAULT_SAMPLING.temperature,
    seed: options.seed ?? DEFAULT_SAMPLING.seed,
  };
  const problems = (await readProblems(options.problems ?? HELD_OUT)).slice(0, options.limit);
  const measurement = new Measurement(
    { syntax: await Syntax.load(), engine: new EngineClient(), judge: new JudgeClient() },
    { model, n, sampling, allowUnsandboxed, slots: availableParallelism() },
  );
  const began = performance.now();
  try {
    const measured = await measurement.measure(problems, options.seconds);
    return {
      bench: 'sprout',
      machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), kernel: release() },
      ...measurement.machinery(),
      versions: await versions(),
      model: { name: model, ...(await fingerprint(model)) },
      settings: {
        ...{ n, ...sampling, maxTokens: MAX_TOKENS, timeoutMs: TIMEOUT_MS, lanes: LANES },
        ...{ slots: availableParallelism(), allowUnsandboxed },
      },
      problems: problems.length,
      measured: measured.length,
      seconds: (performance.now() - began) / 1000,
      results: summarize(measured),
      ...measurement.rates(),
      scores: measured,
    };
  } finally {
    await measurement.dispose();
  }
}

interface MeasurementSettings {
  model: string;
  n: number;
  sampling: Sampling;
  allowUnsandboxed: boolean;
  slots: number;
}

/** The two processes and what they have done so far. */
class Measurement {
  readonly #parts: GrowDependencies;
  readonly #settings: MeasurementSettings;
  readonly #judging = new BusyTime();
  readonly #runs: RunResult['run'][] = [];
  #judged = 0;

  constructor(parts: GrowDependencies, settings: MeasurementSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /** The scores of the problems that were done in time, in their order. */
  async measure(problems: Problem[], seconds?: number): Promise<Measured[]> {
    const signal = seconds === undefined ? new AbortController().signal : AbortSignal.timeout(seconds * 1000);
    const scores = new Map<Problem, Measured>();
    const waiting = problems.values();
    const lane = async () => {
      for (const problem of waiting) {
        const score = await this.#score(problem, signal);
        if (!score) return;
        scores.set(problem, score);
        report(score, scores.size, problems.length);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return problems.flatMap((problem) => scores.get(problem) ?? []);
  }

  /** What did the work; empty when nothing was done. */
  machinery(): object {
    const run = this.#runs[0];
    return run ? { gpuAdapter: run.gpuAdapter, tier: run.tier, sandbox: run.sandbox } : {};
  }

  /** Tokens of all candidates, and different texts judged, a second of the work in question. */
  rates(): object {
    const total = (value: (run: RunResult['run']) => number) => this.#runs.reduce((sum, run) => sum + value(run), 0);
    const perSecond = (count: number, ms: number) => (ms > 0 ? (1000 * count) / ms : null);
    const [loadMs, prefillMs, decodeMs] = (['loadMs', 'prefillMs', 'decodeMs'] as const).map((part) =>
      total(({ timings }) => timings[part]),
    ) as [number, number, number];
    const prefilled = total(({ prompt }) => prompt.tokens - prompt.reusedTokens);
    const decoded = total(({ decoded }) => decoded.tokens);
    return {
      prefill: { tokens: prefilled, ms: prefillMs, tokensPerSecond: perSecond(prefilled, prefillMs), loadMs },
      decode: { tokens: decoded, ms: decodeMs, tokensPerSecond: perSecond(decoded, decodeMs) },
      judge: {
        candidates: this.#judged,
        ms: this.#judging.ms,
        candidatesPerSecond: perSecond(this.#judged, this.#judging.ms),
      },
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#parts.engine.dispose(), this.#parts.judge.dispose()]);
  }

  /** Undefined when time was up first. */
  async #score(problem: Problem, signal: AbortSignal): Promise<Measured | undefined> {
    const { id, kind, language } = problem;
    const { n } = this.#settings;
    const workspace = await mkdtemp(join(tmpdir(), 'coppice-bench-'));
    try {
      await writeWorkspace(workspace, problem);
      const { run, ranking } = await this.#grow(workspace, problem, signal);
      this.#runs.push(run);
      const counted = (entries: typeof ranking) => entries.reduce((sum, { count }) => sum + count, 0);
      const passing = ranking.filter(({ report }) => report.verdict === 'passed');
      // The benchmark's own check: every candidate is accounted for, and doing nothing does not pass.
      if (counted(ranking) !== n || run.baseline.verdict === 'passed') {
        throw new CoppiceError('internal', `${id} was not measured right.`, 'Look at its tests.');
      }
      const rank1 = ranking[0]?.report.verdict === 'passed';
      return { id, kind, language, n, c: counted(passing), rank1, distinct: ranking.length };
    } catch (error) {
      if (signal.aborted) return undefined;
      const { code, message } = CoppiceError.wrap(error);
      if (!ABOUT_ONE_PROBLEM.has(code)) throw error;
      return { id, kind, language, n, c: 0, rank1: false, distinct: 0, error: `${code}: ${message}` };
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  }

  async #grow(workspace: string, problem: Problem, signal: AbortSignal): Promise<RunResult> {
    const { model, n, sampling, allowUnsandboxed, slots } = this.#settings;
    const underWay = new Set<string>();
    const onEvent = (event: GrowEvent) => {
      if (event.kind === 'grown') {
        underWay.add(event.id);
        this.#judging.begin();
      } else if (event.kind === 'judged' && underWay.delete(event.id)) {
        if (event.duplicateOf === undefined) this.#judged++;
        this.#judging.end();
      }
    };
    try {
      return await grow(
        {
          ...{
            workspace,
            file: problem.path,
            place: { symbol: problem.symbol },
            tests: { kind: 'auto' },
            overlays: [],
          },
          ...{ candidates: n, maxTokens: MAX_TOKENS, sampling, model, reproducible: true },
          ...{ allowUnsandboxed, slots, timeoutMs: TIMEOUT_MS },
        },
        this.#parts,
        { signal, onEvent },
      );
    } finally {
      for (const _ of underWay) this.#judging.end();
    }
  }
}

/** Errors that another problem would not have. */
const ABOUT_ONE_PROBLEM = new Set([
  'prompt-too-long',
  'symbol-not-found',
  'tests-not-found',
  'tests-broken',
  'internal',
]);

function report(score: Measured, done: number, total: number): void {
  const { id, n, c, distinct, error } = score;
  const outcome = error ?? `${c} of ${n} pass, ${distinct} distinct`;
  console.error(`[${String(done).padStart(String(total).length)}/${total}] ${id}: ${outcome}`);
}

async function versions(): Promise<object> {
  return {
    coppice: await packageVersion(new URL('../package.json', import.meta.url)),
    node: process.versions.node,
    webgpu: await packageVersion(new URL('package.json', import.meta.resolve('webgpu'))),
  };
}

/** The hash of the weights, from the model's manifest. */
async function fingerprint(model: string): Promise<{ sha256?: string }> {
  const path = join(await resolveModel(model), 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8').catch(() => '{"files":{}}'));
  const sha256 = manifest.files['model.safetensors']?.sha256;
  return sha256 ? { sha256 } : {};
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      problems: { type: 'string' },
      model: { type: 'string' },
      n: { type: 'string', short: 'n' },
      temperature: { type: 'string' },
      seed: { type: 'string' },
      limit: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      'allow-unsandboxed': { type: 'boolean' },
    },
  });
  const numbers = Object.fromEntries(
    (['n', 'temperature', 'seed', 'limit', 'seconds'] as const).flatMap((name) => {
      const value = values[name];
      if (value === undefined) return [];
      if (!Number.isFinite(Number(value))) throw new CoppiceError('usage', `--${name} takes a number.`, 'Give one.');
      return [[name, Number(value)]];
    }),
  );
  const result = await bench({
    ...(values.problems === undefined ? {} : { problems: values.problems }),
    ...(values.model === undefined ? {} : { model: values.model }),
    ...numbers,
    allowUnsandboxed: values['allow-unsandboxed'] === true,
  });
  const text = `${JSON.stringify(result)}\n`;
  if (values.out !== undefined) await writeFile(values.out, text);
  process.stdout.write(text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((thrown: unknown) => {
    const { message, remedy } = CoppiceError.wrap(thrown);
    console.error(`bench: ${message}\n  ${remedy}`);
    process.exitCode = 1;
  });
}
