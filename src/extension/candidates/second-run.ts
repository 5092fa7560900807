import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { confirmationOf, whyOf } from '../../core/rank/confirmation.ts';
import { nextToConfirm } from '../../core/rank/confirming.ts';
import type { Context } from '../context.ts';
import { showError } from '../error-words.ts';
import { CANDIDATES_VIEW } from '../panel/candidates-view.ts';
import type { Run } from '../runs/run.ts';

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
    const { judgeCandidates } = await import('../../run/judge-candidates.ts');
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

const STATUS_MS = 5000;

/** Runs one candidate of a finished run once more on the same tests: a test that says something else now is flaky. */
export async function runAgain({ services, runs, log }: Context, run: Run, id: string): Promise<void> {
  const entry = run.entry(id);
  if (run.phase.kind !== 'finished' || !run.tested || !entry || run.isRunningAgain(id)) return;
  const { workspace, file: path, symbol } = run.phase.result.run;
  const { tests, overlays, allowUnsandboxed } = run.request;
  const judgeAgain = async () => {
    const { judgeCandidates } = await import('../../run/judge-candidates.ts');
    return judgeCandidates(
      [{ id, text: entry.text }],
      { workspace, path, tests, symbol, overlays, allowUnsandboxed, observe: false, confirm: false },
      { judge: services.judge, syntax: await services.syntax() },
      { signal: run.signal },
    );
  };
  try {
    const location = { viewId: CANDIDATES_VIEW };
    const again = vscode.window.withProgress({ location }, () => run.whileRunningAgain(id, judgeAgain()));
    const report = (await again).ranking[0]?.report;
    if (!report || !runs.find(run.id)) return;
    const confirmation = confirmationOf(entry.report, report);
    run.confirm(id, { confirmation });
    const said =
      confirmation.kind === 'repeated'
        ? vscode.l10n.t('candidate {0} did the same again', entry.rank)
        : vscode.l10n.t('candidate {0} is flaky: {1}', entry.rank, whyOf(confirmation, vscode.l10n.t));
    vscode.window.setStatusBarMessage(`${run.target.symbol}: ${said}`, STATUS_MS);
  } catch (thrown) {
    showError(log, thrown);
  }
}
