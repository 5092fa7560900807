import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { Run } from '../runs/run.ts';
import { MoreNode } from './more-node.ts';
import { candidateCount } from './words.ts';

export const CANDIDATES_VIEW = 'coppice.candidates';

/** The heading of the view is redrawn at most this often; VS Code draws it at once. */
const HEADING_MS = 50;

/** The panel: run > question > answer, and run > cluster > candidate > failed test. */
export function registerCandidatesView({ runs, rows, state }: Context): vscode.Disposable {
  const view = vscode.window.createTreeView(CANDIDATES_VIEW, { treeDataProvider: rows, showCollapseAll: true });
  let known = runs.newest;
  let timer: NodeJS.Timeout | undefined;
  const drawHeading = () => {
    timer = undefined;
    const { newest } = runs;
    view.description = newest ? progress(newest) : '';
    view.badge = newest && newest.passedCount > 0 ? badge(newest) : undefined;
  };
  const update = (run: Run | undefined) => {
    rows.redraw(run);
    timer ??= setTimeout(drawHeading, HEADING_MS);
    const { newest } = runs;
    const message = newest && !newest.tested ? untestedMessage() : '';
    // Said again, even the same words put off the drawing of the rows.
    if (view.message !== message) view.message = message;
    if (newest && newest !== known) {
      // It may be gone again before VS Code has looked for it.
      view.reveal(rows.row(newest), { focus: false, select: false, expand: true }).then(undefined, () => undefined);
    }
    known = newest;
  };
  return vscode.Disposable.from(
    view,
    { dispose: () => clearTimeout(timer) },
    view.onDidChangeVisibility(({ visible }) => visible && state.look()),
    runs.onDidChange(update),
    vscode.commands.registerCommand('coppice.rows.showMore', (node?: unknown) => {
      if (!(node instanceof MoreNode)) return;
      node.showMore();
      rows.redraw(node.run);
    }),
  );
}

function badge(run: Run): vscode.ViewBadge {
  const all = candidateCount(run.candidates);
  const tooltip =
    run.decisions.length > 0
      ? vscode.l10n.t('{0} of {1} passed and give what you said', run.passedCount, all)
      : vscode.l10n.t('{0} of {1} passed', run.passedCount, all);
  return { value: run.passedCount, tooltip };
}

/** How far a run is, in the heading of the view. */
function progress(run: Run): string {
  const { phase, grownCount, judgedCount, candidates } = run;
  if (phase.kind === 'preparing') return phase.what;
  if (phase.kind !== 'growing') return '';
  return grownCount < candidates
    ? vscode.l10n.t('growing {0}/{1}, {2} tokens', grownCount, candidates, phase.tokens)
    : vscode.l10n.t('testing {0}/{1}', judgedCount, candidates);
}

function untestedMessage(): string {
  return vscode.workspace.isTrusted
    ? vscode.l10n.t('These candidates were grown without tests.')
    : vscode.l10n.t('Tests do not run in a workspace that is not trusted.');
}
