import { randomUUID } from 'node:crypto';
import type { GeneratedTest } from '../core/generated-test.ts';
import type { CandidateText } from '../core/protocol.ts';
import type { Report } from '../core/report.ts';
import { Judging, type JudgingDependencies, type JudgingOptions } from './judging.ts';
import type { JudgeResult, Restart } from './run-result.ts';
import { readWorkspaceFile } from './source-file.ts';

export type JudgeCandidatesEvent =
  | { kind: 'baseline'; report: Report }
  | { kind: 'judged'; id: string; report: Report; done: number; total: number };

/** Ranks candidates from anywhere. Needs no engine. Rejects as the judge does. */
export async function judgeCandidates(
  candidates: CandidateText[],
  options: JudgingOptions,
  dependencies: JudgingDependencies,
  {
    signal = new AbortController().signal,
    onEvent = () => {},
    generated = [],
  }: {
    signal?: AbortSignal;
    onEvent?: (event: JudgeCandidatesEvent) => void;
    /** Tests that a model wrote. */
    generated?: readonly GeneratedTest[];
  } = {},
): Promise<JudgeResult> {
  const startedAt = performance.now();
  const source = await readWorkspaceFile(options.workspace, options.path, options.overlays);
  const restarts: Restart[] = [];
  const judging = new Judging(dependencies, options, source.asWritten(source.text), signal, {
    onRestart: ({ code, message }) => restarts.push({ process: 'judge', code, message }),
  });
  try {
    const session = await judging.session;
    onEvent({ kind: 'baseline', report: session.baseline });
    let done = 0;
    await Promise.all(
      candidates.map(async (candidate) => {
        const { report } = await judging.judge(candidate);
        onEvent({ kind: 'judged', id: candidate.id, report, done: ++done, total: candidates.length });
      }),
    );
    const { ranking, ...found } = await judging.result(generated);
    return {
      run: {
        ...{ id: randomUUID(), workspace: source.workspace, file: source.path },
        ...{ tests: session.plan, sandbox: session.sandbox, baseline: session.baseline, ...found },
        ...{ candidates: candidates.length, restarts, seed: null, model: null, gpuAdapter: null, tier: null },
        timings: {
          baselineMs: session.baseline.durationMs,
          judgeMs: judging.durationMs,
          totalMs: performance.now() - startedAt,
        },
      },
      ranking,
    };
  } finally {
    void judging.close();
  }
}
