import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { isRunNode } from '../panel/run-node.ts';
import { withoutIcons } from '../quick-pick.ts';
import type { Run } from './run.ts';

interface RunItem extends vscode.QuickPickItem {
  runs: readonly Run[];
}

/** What can be done with a run: from its row, and from the palette. */
export function registerRunCommands({ runs }: Context): vscode.Disposable {
  const unfinished = () => [...(runs.going ? [runs.going] : []), ...runs.waiting];
  return vscode.Disposable.from(
    vscode.commands.registerCommand('coppice.run.cancel', async (node?: unknown) => {
      const chosen = isRunNode(node) ? [node.run] : await choose(unfinished());
      for (const run of chosen) run.cancel();
    }),
    vscode.commands.registerCommand('coppice.run.dismiss', (node?: unknown) => {
      if (isRunNode(node)) runs.dismiss(node.run);
    }),
  );
}

/** Where there is but one, that one. */
async function choose(unfinished: readonly Run[]): Promise<readonly Run[]> {
  if (unfinished.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is growing.'));
  if (unfinished.length <= 1) return unfinished;
  const items = unfinished.map((run): RunItem => {
    const description = run.isWaiting ? vscode.l10n.t('waiting') : vscode.l10n.t('growing');
    return { label: withoutIcons(run.target.symbol), description, runs: [run] };
  });
  const all: RunItem = { label: vscode.l10n.t('All {0}', unfinished.length), runs: unfinished };
  const chosen = await vscode.window.showQuickPick<RunItem>([...items, all], {
    title: vscode.l10n.t('Cancel Growing'),
    placeHolder: vscode.l10n.t('Which candidates should not grow any further?'),
  });
  return chosen?.runs ?? [];
}
