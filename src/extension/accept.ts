import * as vscode from 'vscode';
import type { Run } from './runs/run.ts';

/**
 * Puts a candidate's body in the place of the function's, as one undo step, whatever has been edited elsewhere. It refuses when
 * the function is no longer the one that the candidates grew for; another candidate of the same run may be exchanged for it.
 */
export async function acceptCandidate(run: Run, candidate: string): Promise<boolean> {
  const { target } = run;
  const body = run.body(candidate);
  if (body === undefined) return false;
  const document = await vscode.workspace.openTextDocument(target.uri);
  const place = target.current(document);
  if (!place || !run.isReplaceable(place.text)) {
    // The notification waits for the user, the command need not.
    void offerToGrowAgain(run, place !== undefined);
    return false;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(target.uri, place.range, target.replacement(body));
  const applied = await vscode.workspace.applyEdit(edit);
  if (applied) {
    const at = place.range.start;
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: false });
  }
  return applied;
}

async function offerToGrowAgain(run: Run, isThere: boolean): Promise<void> {
  const again = vscode.l10n.t('Grow Again');
  const { symbol } = run.target;
  const message = isThere
    ? vscode.l10n.t(
        'The body of {0} has been edited since this candidate grew, and accepting it would undo that.',
        symbol,
      )
    : vscode.l10n.t('{0} has changed since this candidate grew: its header, its comments or its name.', symbol);
  const chosen = await vscode.window.showWarningMessage(message, again);
  if (chosen === again) await vscode.commands.executeCommand('coppice.candidates.growAgain', run);
}
