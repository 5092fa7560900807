import { randomUUID } from 'node:crypto';
import type { Candidate, Sampling } from '../core/candidate.ts';
import { CoppiceError } from '../core/errors.ts';
import type { GeneratedTest } from '../core/generated-test.ts';
import type { LeftOut } from '../core/prompt/piece.ts';
import { withoutStrategyLine } from '../core/prompt/strategy.ts';
import type { GrowResult, Growth, JudgeOptions, TreePlan, WeightType } from '../core/protocol.ts';
import type { Report } from '../core/report.ts';
import { inEnglish } from '../core/translate.ts';
import { headerOf } from '../syntax/region.ts';
import type { FunctionPlace } from '../syntax/syntax.ts';
import { candidateFile } from './candidate-file.ts';
import type { DefinitionFinder } from './context/definitions.ts';
import type { RecentEdit } from './context/gather.ts';
import type { EngineClient } from './engine-client.ts';
import { assertionsFor, writtenTest } from './generated-tests.ts';
import { buildGrowPrompt } from './grow-prompt.ts';
import { Judging, type JudgingDependencies, type JudgingOptions } from './judging.ts';
import { paced } from './paced.ts';
import type { RankedCandidate, Restart, RunResult } from './run-result.ts';
import { inspectModel } from './shelf/inspect.ts';
import { type Overlay, readSourceFile } from './source-file.ts';
import { findTarget } from './target.ts';

export interface GrowRequest {
  /** Absolute folder that the tests are run in. */
  workspace: string;
  /** Absolute, or relative to the workspace. */
  file: string;
  /** Which function; default: the only one that does nothing yet. */
  place?: FunctionPlace;
  problem?: string;
  /** Whole lines that every body begins with, up to the beginning of a statement. */
  start?: string;
  tests: JudgeOptions['tests'];
  overlays: Overlay[];
  candidates: number;
  maxTokens: number;
  sampling: Sampling;
  /** A model of the shelf, or a folder. */
  model: string;
  /** How its weights are kept on the GPU; as the file has them by default. */
  weights?: WeightType;
  /** A candidate's text then does not depend on how many others grow beside it. */
  reproducible: boolean;
  /** The user agreed, for this workspace, to run tests without isolation. */
  allowUnsandboxed: boolean;
  slots?: number;
  timeoutMs?: number;
  /** See `JudgingOptions`. */
  observe?: boolean;
  confirm?: boolean;
  expectations?: string[];
  /** How many tests the model writes beside the candidates; default: some, where the project has few. */
  generatedTests?: number;
  /** Ids of pieces of the prompt that are switched off. */
  without?: readonly string[];
  /** How many tokens of other files the model is shown at most; default: by its size. */
  contextTokens?: number;
  /** Patterns of files that the user has hidden, as .gitignore has them. */
  excluded?: readonly string[];
  /** Where the user has worked of late, the latest first. */
  recent?: readonly RecentEdit[];
  /** Whether `growth` is told. */
  follow?: boolean;
  /** Tests for the prompt alone: they are no files of the workspace, and are not run. */
  examples?: { path: string; text: string }[];
}

/** What a run is made of. All of it outlives the run. */
export interface GrowDependencies extends JudgingDependencies {
  engine: EngineClient;
  /** Who knows where names are defined, besides the import lines. */
  finder?: DefinitionFinder;
}

export type GrowEvent =
  /** `leftOut` would have been in the prompt too. */
  | { kind: 'planned'; symbol: string; plan: TreePlan; leftOut: LeftOut[] }
  | { kind: 'baseline'; report: Report }
  | { kind: 'progress'; phase: 'loading' | 'tuning' | 'prefill'; done: number; total: number }
  /** One decode step is done: `live` candidates still grow; `tokens` have been sampled in all. */
  | { kind: 'step'; step: number; live: number; tokens: number }
  /** Candidates are meant by their numbers; those that are not below `candidates` are tests that the model writes. */
  | ({ kind: 'growth' } & Growth)
  /** A sentence of the engine's that a user should read. */
  | { kind: 'note'; text: string }
  /** `body` is what it adds to the function, `imports` the lines that it adds above, `text` the whole file with both. */
  | { kind: 'grown'; id: string; candidate: Candidate; body: string; imports: string[]; text: string }
  /** A line that the model wrote as a test; no `test` where it is not one. */
  | { kind: 'wrote'; text: string; test?: GeneratedTest }
  | { kind: 'judged'; id: string; report: Report; duplicateOf?: string }
  | { kind: 'ranking'; ranking: RankedCandidate[] }
  | ({ kind: 'restarted' } & Restart);

/** Nobody sees more rankings a second than these, and each one is the work of all candidates so far. */
const RANKING_MS = 100;

/**
 * One Grow run, from the file to the ranking. The tests run while the rest still grows. Rejects with a CoppiceError;
 * with `cancelled` at once when `signal` aborts.
 */
export async function grow(
  request: GrowRequest,
  { syntax, engine, judge, finder, t = inEnglish }: GrowDependencies,
  { signal, onEvent = () => {} }: { signal?: AbortSignal; onEvent?: (event: GrowEvent) => void } = {},
): Promise<RunResult> {
  const startedAt = performance.now();
  const source = await readSourceFile(request.workspace, request.file, request.overlays);
  const target = findTarget(syntax, source, request.place);
  const symbol = target.region.name;
  const options = judgeOptions(request, source.path, symbol);
  const { start = '' } = request;

  // The first failure on one side calls off the other.
  const failure = new AbortController();
  const both = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  const orCallOff = <T>(work: Promise<T>): Promise<T> => {
    work.catch((error) => failure.abort(error));
    return work;
  };

  const [discovered, model] = await Promise.all([
    orCallOff(judge.call({ kind: 'discover', options }, { signal: both })),
    orCallOff(inspectModel(engine, request.model, both)),
  ]);
  const restarts: Restart[] = [];
  const restarted = (process: Restart['process'], { code, message }: CoppiceError) => {
    restarts.push({ process, code, message });
    onEvent({ kind: 'restarted', process, code, message });
  };
  const judging = new Judging({ judge, syntax, t }, options, source.asWritten(source.text), both, {
    onRestart: (error) => restarted('judge', error),
  });
  const liveRanking = paced(async (isOver) => {
    const ranking = await judging.ranking();
    if (!isOver()) onEvent({ kind: 'ranking', ranking });
  }, RANKING_MS);
  const reports: Promise<void>[] = [];
  const grown = new Set<number>();

  const written = new Map<number, GeneratedTest | undefined>();
  const shown = [...(request.examples ?? []), ...discovered.tests];
  const about = { language: source.language, text: source.text, symbol };
  const assertions = assertionsFor(syntax, about, request, shown);

  const receive = (candidate: Candidate) => {
    // An engine that was started again grows the same candidates once more.
    if (grown.has(candidate.index)) return;
    grown.add(candidate.index);
    if (candidate.index >= request.candidates) {
      const test = writtenTest(syntax, about, candidate.text);
      written.set(candidate.index, test);
      onEvent({ kind: 'wrote', text: candidate.text, ...(test ? { test } : {}) });
      return;
    }
    const id = candidateId(candidate.index, request.candidates);
    const whole = start + (start === '' ? withoutStrategyLine(candidate.text, source.language) : candidate.text);
    const { body, imports, text } = candidateFile(syntax, target, whole);
    onEvent({ kind: 'grown', id, candidate, body, imports, text });
    const judgeIt = async () => {
      const { logprob, tokens } = candidate;
      const judged = await judging.judge({ id, text, logprob, tokens: tokens.length });
      onEvent({ kind: 'judged', id, ...judged });
      liveRanking.ask();
    };
    reports.push(orCallOff(judgeIt()));
  };

  const growAll = async (): Promise<GrowResult> => {
    const { overlays, excluded, recent, contextTokens: tokens } = request;
    const context = { overlays, excluded, recent, tokens, finder };
    const { tree, plan, leftOut } = await buildGrowPrompt(
      syntax,
      engine,
      { ...request, model, target, tests: shown, assertions, context, t },
      both,
    );
    onEvent({ kind: 'planned', symbol, plan, leftOut });
    const stop = {
      maxTokens: request.maxTokens,
      strings: [],
      functionEnd: { language: source.language, header: headerOf(source.text, target.region) + start },
    };
    const { sampling, reproducible, weights, follow = false } = request;
    return engine.call(
      { kind: 'grow', model: model.path, ...(weights ? { weights } : {}), tree, sampling, stop, reproducible, follow },
      {
        signal: both,
        onEvent: (event) => {
          if (event.kind === 'candidate') receive(event.candidate);
          else if (event.kind === 'step' || event.kind === 'growth' || event.kind === 'note') onEvent(event);
          else if (event.kind !== 'downloading')
            onEvent({ kind: 'progress', phase: event.kind, done: event.done, total: event.total });
        },
      },
    );
  };

  const announceBaseline = async () => onEvent({ kind: 'baseline', report: (await judging.session).baseline });
  try {
    const [result] = await Promise.all([
      orCallOff(retried(growAll, both, (error) => restarted('engine', error))),
      orCallOff(announceBaseline()),
    ]);
    for (const candidate of result.candidates) receive(candidate);
    await Promise.all(reports);
    const session = await judging.session;
    const tests = [...written].sort(([a], [b]) => a - b).flatMap(([, test]) => test ?? []);
    const { ranking, ...found } = await judging.result(tests, written.size);
    const { gpuAdapter, tier, prompt, decoded, timings } = result;
    return {
      run: {
        ...{ id: randomUUID(), workspace: source.workspace, file: source.path, symbol },
        ...{ tests: session.plan, sandbox: session.sandbox, baseline: session.baseline, ...found },
        ...{ candidates: request.candidates, seed: request.sampling.seed, model: model.name },
        ...{ gpuAdapter, tier, prompt: { ...prompt, dialect: model.dialect }, decoded, restarts },
        timings: {
          ...timings,
          baselineMs: session.baseline.durationMs,
          judgeMs: judging.durationMs,
          totalMs: performance.now() - startedAt,
        },
      },
      ranking,
    };
  } catch (error) {
    // What called off the rest is the reason, not the cancellations that followed from it.
    throw CoppiceError.wrap(failure.signal.reason instanceof CoppiceError ? failure.signal.reason : error);
  } finally {
    liveRanking.stop();
    // Nobody has to wait for the slots to be cleared, least of all whoever cancelled.
    void judging.close();
  }
}

/** The options of the judge's session for a function of a file. */
function judgeOptions(request: GrowRequest, path: string, symbol: string): JudgingOptions {
  const { workspace, tests, overlays, allowUnsandboxed, slots, timeoutMs, observe, confirm, expectations } = request;
  return {
    ...{ workspace, path, tests, symbol, overlays, allowUnsandboxed },
    ...(slots === undefined ? {} : { slots }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(observe === undefined ? {} : { observe }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(expectations === undefined ? {} : { expectations }),
  };
}

/** `c07` of 32: ids sort like numbers. */
function candidateId(index: number, candidates: number): string {
  return `c${String(index).padStart(String(Math.max(candidates - 1, 0)).length, '0')}`;
}

/** Once more, when the engine or its GPU device was lost on the way. */
export async function retried<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onRestart: (error: CoppiceError) => void,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const lost = error instanceof CoppiceError && (error.code === 'engine-crashed' || error.code === 'gpu-lost');
    if (!lost || signal.aborted) throw error;
    onRestart(error);
    return work();
  }
}
