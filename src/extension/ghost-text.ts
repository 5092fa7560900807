import * as vscode from 'vscode';
import type { Context } from './context.ts';
import { DOCUMENTS } from './documents.ts';
import type { Run } from './runs/run.ts';

/**
 * Offers the best candidate of a finished run as ghost text where its function's body belongs. Nothing grows on a key
 * press, and nothing is offered that the tests have not passed for exactly this surrounding text.
 */
export function registerGhostText({ runs }: Context): vscode.Disposable {
  const ghostAt = (document: vscode.TextDocument, cursor: vscode.Position) =>
    runs.all.map((run) => ghostOf(run, document, cursor)).find((ghost) => ghost !== undefined);
  const offer = (editor: vscode.TextEditor | undefined) => {
    if (editor && isPlainCursor(editor) && ghostAt(editor.document, editor.selection.active)) {
      vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    }
  };
  const offered = new WeakMap<Run, string>();
  let typed: vscode.TextDocument | undefined;
  return vscode.Disposable.from(
    vscode.languages.registerInlineCompletionItemProvider(DOCUMENTS, {
      provideInlineCompletionItems(document, cursor, { selectedCompletionInfo }) {
        const editor = vscode.window.activeTextEditor;
        // A suggestion list that is open has the word (microsoft/vscode#157675).
        if (!editor || !isPlainCursor(editor) || selectedCompletionInfo) return [];
        const ghost = ghostAt(document, cursor);
        return ghost ? [ghost] : [];
      },
    }),
    // VS Code asks by itself while someone types, but neither when the cursor comes along nor when a run ends.
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      typed = document;
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (typed !== textEditor.document) offer(textEditor);
      typed = undefined;
    }),
    runs.onDidChange((run) => {
      // What the user says of an input may make another one the best.
      if (!run?.winner || offered.get(run) === run.winner.id) return;
      offered.set(run, run.winner.id);
      offer(vscode.window.activeTextEditor);
    }),
  );
}

function isPlainCursor({ selections }: vscode.TextEditor): boolean {
  return selections.length === 1 && selections[0]!.isEmpty;
}

/** The rest of the best candidate, when the cursor stands at the end of a line that it can go on from. */
function ghostOf(
  run: Run,
  document: vscode.TextDocument,
  cursor: vscode.Position,
): vscode.InlineCompletionItem | undefined {
  const { winner, target } = run;
  if (!winner || target.uri.toString() !== document.uri.toString()) return undefined;
  const place = target.current(document);
  // Tests have passed for exactly this surrounding text.
  if (!place?.isAlone || !place.range.contains(cursor)) return undefined;
  const textOf = (range: vscode.Range) => document.getText(range).replaceAll('\r\n', '\n');
  const before = textOf(new vscode.Range(place.range.start, cursor));
  const after = textOf(new vscode.Range(cursor, place.range.end));
  const lineEnd = document.lineAt(cursor).range.end;
  const restOfLine = textOf(new vscode.Range(cursor, lineEnd));
  const whole = target.replacement(run.body(winner.id) ?? '').trimEnd();
  if (after.trim() !== '' || restOfLine.trim() !== '') return undefined;
  if (!whole.startsWith(before) || whole === before.trimEnd()) return undefined;
  // The cursor's line becomes the body's, with its own line break: VS Code draws no ghost text that ends with one.
  const item = new vscode.InlineCompletionItem(whole.slice(before.length), new vscode.Range(cursor, lineEnd));
  item.command = { command: 'coppice.candidate.complete', title: '', arguments: [run.id, winner.id] };
  return item;
}
