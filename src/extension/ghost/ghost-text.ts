import * as vscode from 'vscode';
import { hasConflict, inOrderOf, offersAt } from '../../core/ghost/offer.ts';
import type { Context } from '../context.ts';
import { DOCUMENTS } from '../documents.ts';
import type { Run } from '../runs/run.ts';
import type { AsYouType } from './as-you-type.ts';

/**
 * Offers the candidates of a finished run that passed as ghost text where its function's body belongs, to be gone through in the
 * order of the ranking: nothing that the tests have not passed for exactly this surrounding text. Where there is none, what is grown
 * as someone types, if that is switched on. No key is bound: what Tab and the rest do with ghost text is up to VS Code.
 */
export class GhostText implements vscode.InlineCompletionItemProvider {
  readonly #runs: Context['runs'];
  readonly #asYouType: AsYouType | undefined;
  /** The order that the candidates of a run were offered in, until nothing is left of that to be shown. */
  readonly #shown = new WeakMap<Run, readonly string[]>();

  constructor(runs: Context['runs'], asYouType?: AsYouType) {
    this.#runs = runs;
    this.#asYouType = asYouType;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    { selectedCompletionInfo, triggerKind }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const verified = this.verified(document, cursor, selectedCompletionInfo);
    if (verified.length > 0 || selectedCompletionInfo || triggerKind !== vscode.InlineCompletionTriggerKind.Automatic) {
      return verified;
    }
    if (!this.#asYouType || !isPlainPlace(document)) return [];
    const texts = await this.#asYouType.offer(document, cursor, token);
    const end = document.lineAt(cursor).range.end;
    return texts.map((text) => {
      // Where several lines come, nothing but white space is behind the cursor.
      const range = new vscode.Range(cursor, text.includes('\n') ? end : cursor);
      return new vscode.InlineCompletionItem(text, range);
    });
  }

  /** The candidates that tests have passed for this very place. */
  verified(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    selected?: vscode.SelectedCompletionInfo,
  ): vscode.InlineCompletionItem[] {
    if (this.#runs.all.length === 0 || !isPlainPlace(document)) return [];
    for (const run of this.#runs.all) {
      const items = this.#ofRun(run, document, cursor, selected);
      if (items.length > 0) return items;
    }
    return [];
  }

  /** What is shown may be shown in another order. */
  forget(run: Run): void {
    this.#shown.delete(run);
  }

  #ofRun(
    run: Run,
    document: vscode.TextDocument,
    cursor: vscode.Position,
    selected: vscode.SelectedCompletionInfo | undefined,
  ): vscode.InlineCompletionItem[] {
    const { target, phase, survivors } = run;
    if (phase.kind !== 'finished' || target.uri.toString() !== document.uri.toString()) return [];
    const place = target.current(document);
    const start = selected?.range.start ?? cursor;
    // Tests have passed for exactly this surrounding text.
    if (!place?.isAlone || !place.range.contains(cursor) || !place.range.contains(start)) return [];
    // What an open list would put behind the cursor too is not known.
    if (selected && !selected.range.end.isEqual(cursor)) return [];
    const textOf = (range: vscode.Range) => document.getText(range).replaceAll('\r\n', '\n');
    const before = textOf(new vscode.Range(place.range.start, start));
    // Only what goes on from the entry that is selected in an open list goes with it (microsoft/vscode#157675).
    const typed = selected?.text ?? '';
    const after = textOf(new vscode.Range(cursor, place.range.end));
    const choices = survivors.map(({ id }) => ({ id, whole: target.replacement(run.body(id) ?? '') }));
    const shown = this.#shown.get(run) ?? [];
    const offers = inOrderOf(offersAt(choices, before + typed, after), shown);
    const added = offers.map(({ id }) => id).filter((id) => !shown.includes(id));
    this.#shown.set(run, offers.length > 0 ? [...shown, ...added] : []);
    return offers.map(({ id, text, replaces }) => {
      const item = new vscode.InlineCompletionItem(
        typed + text,
        new vscode.Range(start, cursor.translate(0, Math.min(replaces, restOfLine(document, cursor)))),
      );
      item.command = { command: 'coppice.candidate.complete', title: '', arguments: [run.id, id] };
      return item;
    });
  }
}

export function registerGhostText({ runs }: Context, asYouType: AsYouType): vscode.Disposable {
  const ghosts = new GhostText(runs, asYouType);
  const offer = (editor: vscode.TextEditor | undefined) => {
    if (!editor) return;
    if (ghosts.verified(editor.document, editor.selection.active).length > 0) {
      vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    }
  };
  const offered = new WeakMap<Run, string>();
  let typed: vscode.TextDocument | undefined;
  return vscode.Disposable.from(
    asYouType,
    vscode.languages.registerInlineCompletionItemProvider(DOCUMENTS, ghosts),
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
      ghosts.forget(run);
      offer(vscode.window.activeTextEditor);
    }),
  );
}

/** A file in an editor of its own, with one cursor and without a merge to decide. Diffs show files too, and so do peeks. */
function isPlainPlace(document: vscode.TextDocument): boolean {
  const editor = vscode.window.activeTextEditor;
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  return (
    document.uri.scheme === 'file' &&
    editor?.document === document &&
    editor.selections.length === 1 &&
    editor.selection.isEmpty &&
    input instanceof vscode.TabInputText &&
    input.uri.toString() === document.uri.toString() &&
    !hasConflict(document.getText())
  );
}

/** How many characters of a line are behind the cursor. */
function restOfLine(document: vscode.TextDocument, cursor: vscode.Position): number {
  return document.lineAt(cursor).range.end.character - cursor.character;
}
