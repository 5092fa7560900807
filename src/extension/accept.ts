import * as vscode from 'vscode';
import type { Run } from './runs/run.ts';

/**
 * Puts a candidate's body in the place of the function's, as one undo step. It refuses when the document is no longer
 * what the candidates were grown and tested for; another candidate of the same run may be exchanged for it.
 */
export async function acceptCandidate(run: Run, candidate: string): Promise<boolean> {
  const { target } = run;
  const body = run.body(candidate);
  if (body === undefined) return false;
  const document = await vscode.workspace.openTextDocument(target.uri);
  const place = target.current(document);
  if (!place || !isReplaceable(run, place.text)) {
    offerToGrowAgain(target.symbol);
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

function isReplaceable(run: Run, now: string): boolean {
  const { target } = run;
  return (
    now.trim() === '' ||
    now === target.body ||
    // Ghost text leaves the last line break to the document.
    run.ranking.some(({ id }) => now.trimEnd() === target.replacement(run.body(id) ?? '').trimEnd())
  );
}

async function offerToGrowAgain(symbol: string): Promise<void> {
  const again = 'Grow Again';
  const message = `${symbol} or the text around it has changed since this candidate was tested.`;
  const chosen = await vscode.window.showWarningMessage(message, again);
  if (chosen === again) await vscode.commands.executeCommand('coppice.candidates.growAgain');
}
