import * as vscode from 'vscode';
import { withImports } from '../../run/candidate-file.ts';
import { type LineEdit, lineEdits } from '../../run/line-edits.ts';
import { Syntax } from '../../syntax/syntax.ts';
import { compareWithNow } from '../candidates/preview.ts';
import { textOf } from '../documents.ts';
import type { CurrentBody } from '../function-body.ts';
import type { Grown, Run } from '../runs/run.ts';
import { tidy } from './tidy.ts';

/**
 * Does to the file what a candidate did to it in the judge: its body in the place of the function's, and its imports, whatever
 * has been edited elsewhere. Only lines that differ are touched, as one undo step together with what the user's own tools add
 * (see `tidy`). It refuses when the function is no longer the one that the candidates grew for; another candidate of the same run
 * may be exchanged for it.
 */
export async function acceptCandidate(run: Run, candidate: string): Promise<boolean> {
  const grown = run.grown(candidate);
  if (!grown) return false;
  const syntax = await Syntax.load();
  const document = await openDocument(run.target.uri);
  if (!document) return missFile(run, grown);
  if (!placeOf(run, document)) return refuse(run, candidate);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  // The editor may have taken a while to come, and someone may type in it by now.
  const place = placeOf(run, document);
  if (!place) return refuse(run, candidate);
  const before = run.target.withoutImports(place);
  const text = textWith(syntax, run, grown, { ...place, before, text: run.target.replacement(grown.body) });
  const applied = await applyLines(editor, lineEdits(textOf(document), text), { undoStopBefore: true });
  if (!applied) return refuse(run, candidate);
  goBehind(run, editor);
  await settle(run, editor, before);
  return true;
}

/** What is left to do when a candidate's body is there: its imports, and the user's own tools. The cursor is the user's already. */
export async function completeCandidate(run: Run, candidate: string): Promise<void> {
  const { target } = run;
  const grown = run.grown(candidate);
  const editor = vscode.window.activeTextEditor;
  if (!grown || editor?.document.uri.toString() !== target.uri.toString()) return;
  const syntax = await Syntax.load();
  const place = target.current(editor.document);
  if (place?.text.trimEnd() !== target.replacement(grown.body).trimEnd()) return;
  const text = textWith(syntax, run, grown, place);
  const applied = await applyLines(editor, lineEdits(textOf(editor.document), text), { undoStopBefore: false });
  if (applied) await settle(run, editor, place.before);
}

/** The document with another body, and the imports of a candidate. */
function textWith(syntax: Syntax, run: Run, { imports }: Grown, { before, text, after }: CurrentBody): string {
  return withImports(syntax, before + text + after, before.length - run.target.headerLength, imports);
}

/** Whoever goes on writes behind the last statement, and sees what was put there. */
function goBehind({ target }: Run, editor: vscode.TextEditor): void {
  const { document } = editor;
  const place = target.current(document);
  if (!place) return;
  const lines = place.text.trimEnd().split('\n');
  const at = document.lineAt(place.range.start.line + lines.length - 1).range.end;
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(place.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

async function settle({ target }: Run, editor: vscode.TextEditor, before: string): Promise<void> {
  const { document } = editor;
  target.settle(document, before);
  await tidy(editor, target);
  target.settle(document, before);
}

/** VS Code turns line breaks into the document's own. */
async function applyLines(
  editor: vscode.TextEditor,
  edits: readonly LineEdit[],
  { undoStopBefore }: { undoStopBefore: boolean },
): Promise<boolean> {
  if (edits.length === 0) return true;
  return editor.edit(
    (builder) => {
      for (const { start, end, text } of edits) builder.replace(new vscode.Range(start, 0, end, 0), text);
    },
    { undoStopBefore, undoStopAfter: false },
  );
}

/** Where the body is, if a candidate may take its place. */
function placeOf(run: Run, document: vscode.TextDocument): CurrentBody | undefined {
  const place = run.target.current(document);
  return place && run.isReplaceable(place.text) ? place : undefined;
}

/** Undefined where the file is gone, or has another name. */
function openDocument(uri: vscode.Uri): Thenable<vscode.TextDocument | undefined> {
  return vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
}

/** Nothing is made where a file is no longer: the candidate can be kept all the same. */
function missFile({ target }: Run, { body }: Grown): false {
  const copy = vscode.l10n.t('Copy Candidate');
  const name = vscode.workspace.asRelativePath(target.uri);
  void vscode.window
    .showWarningMessage(vscode.l10n.t('{0} is no longer there: it was deleted, moved or renamed.', name), copy)
    .then(async (chosen) => {
      if (chosen) await vscode.env.clipboard.writeText(target.replacement(body));
    });
  return false;
}

/** The notification waits for the user, whoever called need not. */
function refuse(run: Run, candidate: string): false {
  void offerOtherWays(run, candidate);
  return false;
}

async function offerOtherWays(run: Run, candidate: string): Promise<void> {
  const compare = vscode.l10n.t('Compare');
  const again = vscode.l10n.t('Grow Again');
  const { symbol, uri } = run.target;
  const isThere = run.target.current(await vscode.workspace.openTextDocument(uri)) !== undefined;
  const message = isThere
    ? vscode.l10n.t(
        'The body of {0} has been edited since this candidate grew, and accepting it would undo that.',
        symbol,
      )
    : vscode.l10n.t('{0} has changed since this candidate grew: its header, its comments or its name.', symbol);
  const chosen = await vscode.window.showWarningMessage(message, compare, again);
  if (chosen === compare) await compareWithNow(run, candidate);
  if (chosen === again) await vscode.commands.executeCommand('coppice.candidates.growAgain', run);
}
