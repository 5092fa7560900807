import { basename } from 'node:path/posix';
import * as vscode from 'vscode';
import type { Decision } from '../../core/rank/decision.ts';
import { type SavedTest, saveTest } from '../../run/save-test/save-test.ts';
import type { Context } from '../context.ts';
import { showError } from '../error-words.ts';
import type { Run } from '../runs/run.ts';
import { overlaysOf } from '../workspace.ts';

const STATUS_MS = 5000;

/**
 * Puts a decision into the project's tests as one edit of an open document that is not saved: the user reads it, and saves or
 * undoes it.
 */
export async function saveDecision({ services, log }: Context, run: Run, decision: Decision): Promise<void> {
  if (run.phase.kind !== 'finished') return;
  const { workspace, file: path, symbol } = run.phase.result.run;
  try {
    const document = await vscode.workspace.openTextDocument(run.target.uri);
    const overlays = overlaysOf(workspace, document);
    const { judge } = services;
    const saved = await saveTest({ workspace, path, symbol, overlays }, decision, {
      syntax: await services.syntax(),
      judge,
    });
    await show(saved, workspace);
  } catch (thrown) {
    showError(log, thrown);
  }
}

async function show(saved: SavedTest, workspace: string): Promise<void> {
  const file = vscode.Uri.joinPath(vscode.Uri.file(workspace), saved.path);
  // A test file may be there in the editor alone.
  const untitled = file.with({ scheme: 'untitled' });
  const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === untitled.toString());
  const uri = isOpen ? untitled : file;
  switch (saved.kind) {
    case 'present': {
      await vscode.window.showTextDocument(uri, { preview: false });
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} has this test already', basename(saved.path)), STATUS_MS);
      return;
    }
    case 'added':
      return addTo(await vscode.workspace.openTextDocument(uri), saved.insertions);
    case 'new': {
      // Its place is known to VS Code, which asks before it writes there.
      const document = await vscode.workspace.openTextDocument(untitled);
      return addTo(document, [{ offset: 0, text: saved.text }]);
    }
  }
}

/** The last insertion is what is to be read. */
async function addTo(document: vscode.TextDocument, insertions: { offset: number; text: string }[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, text } of insertions) edit.insert(document.uri, document.positionAt(offset), text);
  const test = insertions.at(-1)!;
  const earlier = insertions.slice(0, -1).reduce((lines, { text }) => lines + text.split('\n').length - 1, 0);
  const blank = /^\n*/.exec(test.text)![0].length;
  const from = document.positionAt(test.offset).line + earlier + blank;
  if (!(await vscode.workspace.applyEdit(edit))) return;
  const to = from + test.text.trim().split('\n').length - 1;
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  editor.selection = new vscode.Selection(from, 0, to, document.lineAt(to).text.length);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
