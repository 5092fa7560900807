import type { ErrorCode } from '../core/errors.ts';
import type { DialectName } from '../core/prompt/dialects.ts';
import type { GpuAdapterInfo, SandboxBackend, TestPlan, Tier } from '../core/protocol.ts';
import type { Distinguishing } from '../core/rank/distinguish.ts';
import type { GeneratedTests } from '../core/rank/generated.ts';
import type { Evidence } from '../core/rank/ranking.ts';
import { passes, type Report } from '../core/report.ts';

/** One place of the ranking, as `--json` prints it. */
export interface RankedCandidate {
  rank: number;
  id: string;
  /** The whole new content of the file. */
  text: string;
  /** Unified diff against the file; empty when nothing changes. */
  diff: string;
  state: 'judged';
  /** Candidates of equal number behaved the same. */
  cluster: number;
  /** How many candidates had exactly this text. */
  count: number;
  /** Sum over its tokens; null when unknown. */
  logprob: number | null;
  /** Sampled tokens; null when unknown. */
  tokens: number | null;
  /** Lines added plus lines removed. */
  changedLines: number;
  report: Report;
  evidence: Evidence[];
}

/** What was tested and how, common to a grow run and to judging alone. */
export interface JudgedRun {
  id: string;
  workspace: string;
  /** Relative to the workspace. */
  file: string;
  tests: TestPlan;
  sandbox: SandboxBackend;
  baseline: Report;
  /** An input on which the two best clusters differ; null where none was found, or none was looked for. */
  distinguishing: Distinguishing | null;
  /** Null where no model was asked for tests and none were given. */
  generatedTests: GeneratedTests | null;
  candidates: number;
  restarts: Restart[];
}

/** A process that stopped working in the middle of a run, or its GPU device; what it had left to do was repeated. */
export interface Restart {
  process: 'engine' | 'judge';
  /** Why, as the error that was mended says it. */
  code: ErrorCode;
  message: string;
}

/** Milliseconds. Growing and judging overlap, so they add up to more than the whole. */
export interface RunTimings {
  totalMs: number;
  baselineMs: number;
  /** From the first candidate handed to the judge to its last report. */
  judgeMs: number;
}

/** The result of `coppice grow`. */
export interface RunResult {
  run: JudgedRun & {
    symbol: string;
    seed: number;
    model: string;
    gpuAdapter: GpuAdapterInfo;
    tier: Tier;
    prompt: { tokens: number; nodes: number; reusedTokens: number; dialect: DialectName };
    decoded: { tokens: number; steps: number };
    timings: RunTimings & { loadMs: number; prefillMs: number; decodeMs: number };
  };
  ranking: RankedCandidate[];
}

/** The result of `coppice judge`: nothing was grown, so nothing is said about a model. */
export interface JudgeResult {
  run: JudgedRun & { seed: null; model: null; gpuAdapter: null; tier: null; timings: RunTimings };
  ranking: RankedCandidate[];
}

/** True when the best candidate passed, or, where no tests were asked for, when it parses. */
export function found(ranking: RankedCandidate[]): boolean {
  const best = ranking[0]?.report;
  return best !== undefined && (passes(best) || best.verdict === 'untested');
}
