import { randomUUID } from 'node:crypto';
import { CoppiceError } from '../core/errors.ts';
import { parseDataset } from '../core/eval/formats.ts';
import { hiddenProgram, type Problem, visibleProgram } from '../core/eval/problem.ts';
import type { Completion } from '../core/eval/samples.ts';
import { type EvalSummary, type ProblemResult, type SolutionResult, summarise } from '../core/eval/summary.ts';
import { confirmed, firstRanked, type Judgement, judgementOf } from '../core/eval/verdict.ts';
import type { EngineEvent, SandboxBackend } from '../core/protocol.ts';
import type { Report } from '../core/report.ts';
import type { EngineClient } from './engine-client.ts';
import { readDataFile } from './eval/data-file.ts';
import { ProgramJudge, type ProgramLimits } from './eval/program-judge.ts';
import { ResultsFile } from './eval/results-file.ts';
import { type ModelSettings, modelSource, samplesSource } from './eval/source.ts';
import type { JudgeClient } from './judge-client.ts';
import type { Restart } from './run-result.ts';

export interface EvalRequest extends ProgramLimits {
  dataset: string;
  /** Completions to judge, or how to grow them. */
  from: { kind: 'samples'; path: string } | ({ kind: 'model' } & ModelSettings);
  /** Ascending. */
  ks: number[];
  timeoutMs: number;
  /** Whether what passes is run once more with the tests in a process of their own, and what of it counts then. */
  isolation: EvalIsolation;
  /** Where results are kept, and read from where there are some. */
  resume?: string;
}

/** `report` counts a pass that could not be confirmed and says so, `require` does not count it, `off` asks for nothing. */
export type EvalIsolation = 'report' | 'require' | 'off';

export type EvalEvent =
  | { kind: 'read'; problems: number; completions: number; resumed: number }
  | { kind: 'solution'; done: number; total: number }
  /** Of the problem at this place of the data set; without an event it begins. */
  | { kind: 'growing'; position: number; of: number; event: EngineEvent | undefined }
  | { kind: 'judged'; done: number; total: number; resumed: number; passed: number }
  | ({ kind: 'restarted' } & Restart);

/** The result of `coppice eval`, as `--json` prints it. */
export interface EvalResult {
  run: {
    id: string;
    dataset: string;
    model: string | null;
    seed: number | null;
    sandbox: SandboxBackend;
    slots: number;
    timeoutMs: number;
    isolation: EvalIsolation;
    resumed: number;
    restarts: Restart[];
    timings: { totalMs: number };
  };
  summary: EvalSummary;
  problems: ProblemResult[];
}

interface Dependencies {
  engine: EngineClient;
  judge: JudgeClient;
}

/**
 * Judges completions of a data set's problems and says how many are right and whether the ranking would have found one. Rejects
 * with a CoppiceError; with `cancelled` at once when `signal` aborts.
 */
export async function evaluate(
  request: EvalRequest,
  dependencies: Dependencies,
  {
    signal = new AbortController().signal,
    onEvent = () => {},
  }: { signal?: AbortSignal; onEvent?: (event: EvalEvent) => void } = {},
): Promise<EvalResult> {
  const startedAt = performance.now();
  // The first failure calls off the rest.
  const failure = new AbortController();
  const both = AbortSignal.any([signal, failure.signal]);
  const orCallOff = <T>(work: Promise<T>): Promise<T> => {
    work.catch((error) => failure.abort(error));
    return work;
  };
  const restarts: Restart[] = [];
  const restarted =
    (process: Restart['process']) =>
    ({ code, message }: CoppiceError) => {
      restarts.push({ process, code, message });
      onEvent({ kind: 'restarted', process, code, message });
    };

  const data = await readDataFile(request.dataset, 'dataset-invalid');
  const problems = parseDataset(request.dataset, data.text);
  const { from } = request;
  const source = await (from.kind === 'samples'
    ? samplesSource(from.path, problems)
    : modelSource(from, problems, dependencies.engine, both, {
        onGrowing: (position, event) => onEvent({ kind: 'growing', position, of: problems.length, event }),
        onRestart: restarted('engine'),
      }));
  const { isolation } = request;
  // What is kept of a pass is the same whether it counts or not.
  const asked = isolation === 'off' ? 'off' : 'asked';
  const identity = { dataset: data.sha256, ...source.identity, timeoutMs: request.timeoutMs, isolation: asked };
  const results = new ResultsFile(request.resume, identity);
  const attempted = problems.filter((problem) => source.size(problem) > 0);
  const total = attempted.reduce((sum, problem) => sum + source.size(problem), 0);
  const resumed = results.judged;
  let programs: ProgramJudge | undefined;
  try {
    onEvent({ kind: 'read', problems: problems.length, completions: total, resumed });
    programs = await ProgramJudge.open(dependencies.judge, limitsOf(request), {
      signal: both,
      onRestart: restarted('judge'),
    });
    const solutions = await checkSolutions(problems, programs, results, isolation, onEvent);

    let [done, passed] = [0, 0];
    const judged: Promise<ProblemResult>[] = [];
    for (const problem of attempted) {
      const completions = await source.completions(problem, results);
      const onJudged = ({ verdict }: Judgement) => {
        if (verdict === 'passed') passed++;
        onEvent({ kind: 'judged', done: ++done, total, resumed, passed });
      };
      judged.push(orCallOff(judgeProblem(problem, completions, programs, results, isolation, onJudged)));
    }
    const found = await Promise.all(judged);
    const { model, seed } = source;
    return {
      run: {
        ...{
          id: randomUUID(),
          dataset: request.dataset,
          model,
          seed,
          ...(await programs.settings()),
          isolation,
          resumed,
          restarts,
        },
        timings: { totalMs: performance.now() - startedAt },
      },
      summary: summarise(found, solutions, { ks: request.ks, missing: problems.length - attempted.length }),
      problems: found,
    };
  } catch (error) {
    // What called off the rest is the reason, not the cancellations that followed from it.
    throw CoppiceError.wrap(failure.signal.reason instanceof CoppiceError ? failure.signal.reason : error);
  } finally {
    failure.abort();
    results.close();
    programs?.close();
  }
}

function limitsOf({ slots, timeoutMs, allowUnsandboxed }: EvalRequest): ProgramLimits {
  return { ...(slots === undefined ? {} : { slots }), timeoutMs, allowUnsandboxed };
}

/** A solution of the data set that fails says that the data set, the Python or the time limit is not the right one. */
async function checkSolutions(
  problems: Problem[],
  programs: ProgramJudge,
  results: ResultsFile,
  isolation: EvalIsolation,
  onEvent: (event: EvalEvent) => void,
): Promise<SolutionResult[]> {
  const checked = problems.filter(({ solution }) => solution !== undefined);
  let done = 0;
  return Promise.all(
    checked.map(async (problem) => {
      let known = results.of(problem.id).solution;
      if (!known) {
        const program = hiddenProgram(problem, problem.solution!);
        const judgement = judgementOf(await programs.report(problem.id, program));
        const asks = judgement.verdict === 'passed' && isolation !== 'off';
        known = { judgement, ...(asks ? { isolation: await programs.isolation(program) } : {}) };
        results.solution(problem.id, known);
      }
      onEvent({ kind: 'solution', done: ++done, total: checked.length });
      return { task_id: problem.id, ...known.judgement };
    }),
  );
}

async function judgeProblem(
  problem: Problem,
  completions: Completion[],
  programs: ProgramJudge,
  results: ResultsFile,
  isolation: EvalIsolation,
  onJudged: (judgement: Judgement) => void,
): Promise<ProblemResult> {
  const byText = new Map<string, Promise<Judgement>>();
  const judge = async (text: string, index: number): Promise<Judgement> => {
    const program = hiddenProgram(problem, text);
    const judgement = judgementOf(await programs.report(`${problem.id} ${index}`, program));
    if (judgement.verdict !== 'passed' || isolation === 'off') return judgement;
    return confirmed(await programs.isolation(program), results.of(problem.id).solution?.isolation);
  };
  const judgements = await Promise.all(
    completions.map(async ({ text }, index) => {
      const known = results.of(problem.id).judged.get(index);
      const judging = known ? Promise.resolve(known) : (byText.get(text) ?? judge(text, index));
      byText.set(text, judging);
      const judgement = await judging;
      if (!known) results.completion(problem.id, index, judgement);
      const counting = counted(judgement, isolation);
      onJudged(counting);
      return counting;
    }),
  );
  const verdicts = judgements.map(({ verdict }) => verdict);
  const passed = verdicts.filter((verdict) => verdict === 'passed').length;
  const unconfirmed = judgements.flatMap(({ unconfirmed }, index) =>
    unconfirmed === undefined ? [] : [{ index, why: unconfirmed }],
  );
  const asked = isolation === 'off' ? {} : { unconfirmed };
  const common = { task_id: problem.id, visible: problem.visible, verdicts, passed, ...asked };
  // Where all are right, or none is, any order is as good.
  if (passed === 0 || passed === verdicts.length) return { ...common, first: { index: null, passed: passed > 0 } };

  let index = results.of(problem.id).first;
  if (index === undefined) {
    index = firstRanked(completions, await visibleReports(problem, completions, programs));
    results.ranking(problem.id, index);
  }
  return { ...common, first: { index, passed: verdicts[index] === 'passed' } };
}

function counted(judgement: Judgement, isolation: EvalIsolation): Judgement {
  const { unconfirmed } = judgement;
  if (unconfirmed === undefined || isolation !== 'require') return judgement;
  return { verdict: 'unconfirmed', message: unconfirmed, unconfirmed };
}

async function visibleReports(
  problem: Problem,
  completions: Completion[],
  programs: ProgramJudge,
): Promise<Map<string, Report>> {
  const texts = [...new Set(completions.map(({ text }) => text))];
  const report = async (text: string, index: number) =>
    [text, await programs.report(`${problem.id} visible ${index}`, visibleProgram(problem, text))] as const;
  return new Map(await Promise.all(texts.map(report)));
}
