import { CoppiceError } from '../core/errors.ts';
import { nextToConfirm } from '../core/rank/confirming.ts';
import { judgeCandidates } from '../run/judge-candidates.ts';
import type { Context } from './context.ts';
import type { Run } from './runs/run.ts';

/** A best one that a second run speaks against, or that can't be confirmed, gives way to the next, so many times. */
const MOST_TRIES = 3;

/**
 * Runs the best candidate of a finished run once more, and on the project's other tests, where it has become the best only by
 * what the user said. Nobody waits for it: the ranking changes when there is news. Never rejects.
 */
export function secondRuns({ services, runs, log }: Context): (run: Run) => Promise<void> {
  /** Whatever is best at the end of the one under way comes next. */
  const going = new WeakSet<Run>();

  async function runAgain(run: Run): Promise<void> {
    if (run.phase.kind !== 'finished') return;
    const { workspace, file: path, symbol } = run.phase.result.run;
    const { tests, overlays, allowUnsandboxed } = run.request;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const next = run.winner && nextToConfirm(run.ranking);
      if (!next) return;
      const { ranking } = await judgeCandidates(
        [{ id: next.id, text: next.text }],
        { workspace, path, tests, symbol, overlays, allowUnsandboxed, observe: false },
        { judge: services.judge, syntax: await services.syntax() },
        { signal: run.signal },
      );
      const report = ranking[0]?.report;
      if (!report?.confirmation || !runs.find(run.id)) return;
      run.confirm(next.id, report);
    }
  }

  return async (run) => {
    if (going.has(run)) return;
    going.add(run);
    try {
      await runAgain(run);
    } catch (error) {
      log.warn(`the second run of the best candidate: ${CoppiceError.wrap(error).message}`);
    } finally {
      going.delete(run);
    }
  };
}
