import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { Run } from '../runs/run.ts';
import { Heading } from './heading.ts';
import { MoreNode } from './more-node.ts';

const { t } = vscode.l10n;

export const CANDIDATES_VIEW = 'coppice.candidates';

/** The panel: run > question > answer, and run > cluster > candidate > failed test. */
export function registerCandidatesView({ runs, rows, state }: Context): vscode.Disposable {
  const view = vscode.window.createTreeView(CANDIDATES_VIEW, { treeDataProvider: rows, showCollapseAll: true });
  let known = runs.newest;
  const update = (run: Run | undefined) => {
    rows.redraw(run);
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
    new Heading(runs, view),
    view.onDidChangeVisibility(({ visible }) => visible && state.look()),
    runs.onDidChange(update),
    vscode.commands.registerCommand('coppice.rows.showMore', (node?: unknown) => {
      if (!(node instanceof MoreNode)) return;
      node.showMore();
      rows.redraw(node.run);
    }),
  );
}

function untestedMessage(): string {
  return vscode.workspace.isTrusted
    ? t('These candidates were grown without tests.')
    : t('Tests do not run in a workspace that is not trusted.');
}
