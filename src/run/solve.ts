import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameFor, type ProgramLanguage } from '../core/contest/frame.ts';
import { type ContestProblem, sampleTests } from '../core/contest/problem.ts';
import type { CandidateText, SampleTests } from '../core/protocol.ts';
import { type GrowDependencies, type GrowEvent, type GrowRequest, grow } from './grow.ts';
import { type JudgeCandidatesEvent, judgeCandidates } from './judge-candidates.ts';
import type { JudgingOptions } from './judging.ts';
import type { JudgeResult, RunResult } from './run-result.ts';

/** How the programs of a problem are judged, where it differs from what the problem says. */
export type SolvingTests = Partial<Pick<SampleTests, 'compare' | 'run'>>;

type Grown = Omit<GrowRequest, 'workspace' | 'file' | 'place' | 'problem' | 'tests' | 'overlays' | 'examples'>;

export interface SolveRequest extends Grown {
  problem: ContestProblem;
  language: ProgramLanguage;
  /** What the problem says, which Competitive Companion does not send. */
  statement?: string;
  tests: SolvingTests;
}

/** What was solved, for the result of a run. */
export interface SolvedProblem {
  problem: Pick<ContestProblem, 'name' | 'group' | 'url' | 'timeLimitMs' | 'memoryLimitMb'>;
}

export type SolveResult = RunResult & { run: SolvedProblem };

/**
 * Grows programs for a problem and judges each on its samples, in a folder of its own. The result is one of Grow. Rejects as
 * `grow` does.
 */
export async function solve(
  { problem, language, statement, tests, ...request }: SolveRequest,
  dependencies: GrowDependencies,
  options: { signal?: AbortSignal; onEvent?: (event: GrowEvent) => void } = {},
): Promise<SolveResult> {
  const frame = frameFor(problem, language, statement);
  return inOwnFolder(async (workspace) => {
    const { run, ranking } = await grow(
      {
        ...request,
        ...{ workspace, file: frame.path, place: { symbol: frame.symbol } },
        ...{ tests: { kind: 'samples', ...sampleTests(problem), ...tests } },
        ...{ overlays: [{ path: frame.path, text: frame.text }], examples: frame.tests },
      },
      dependencies,
      options,
    );
    return { run: { ...run, ...described(problem) }, ranking };
  });
}

/** Judges programs from anywhere on the samples of a problem. Needs no engine. Rejects as the judge does. */
export async function judgeSolutions(
  programs: CandidateText[],
  extension: string,
  { problem, tests, ...limits }: Pick<SolveRequest, 'problem' | 'tests'> & Omit<Partial<JudgingOptions>, 'tests'>,
  { judge, syntax }: Pick<GrowDependencies, 'judge' | 'syntax'>,
  options: { signal?: AbortSignal; onEvent?: (event: JudgeCandidatesEvent) => void } = {},
): Promise<JudgeResult & { run: SolvedProblem }> {
  const path = `program${extension}`;
  return inOwnFolder(async (workspace) => {
    const { run, ranking } = await judgeCandidates(
      programs,
      {
        ...{ workspace, path, allowUnsandboxed: false, ...limits },
        ...{ tests: { kind: 'samples', ...sampleTests(problem), ...tests }, overlays: [{ path, text: '' }] },
      },
      { judge, syntax },
      options,
    );
    return { run: { ...run, ...described(problem) }, ranking };
  });
}

/** A program of a contest stands alone: nothing of the user's is copied beside it. */
export async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'coppice-solve-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function described({ samples: _samples, manyCases: _manyCases, ...problem }: ContestProblem): SolvedProblem {
  return { problem };
}
