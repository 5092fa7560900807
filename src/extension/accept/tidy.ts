import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import { Syntax } from '../../syntax/syntax.ts';
import { textOf } from '../documents.ts';
import type { FunctionBody } from '../function-body.ts';

/** Language services that are still starting are not waited for any longer. */
const LIMIT_MS = 5000;

/**
 * What the user's own tools add to a candidate that is in its place, within its undo step: imports that the language service
 * knows for names that only the candidate uses, and the formatter, where it runs on every save anyway. The judge has not seen
 * either. A candidate that passed needs no import at run time that the judge's text lacks, only of types, say; and what is
 * formatted must still parse.
 */
export async function tidy(editor: vscode.TextEditor, target: FunctionBody): Promise<void> {
  const syntax = await Syntax.load();
  await addImports(editor, target, syntax);
  await format(editor, target, syntax);
}

async function addImports(editor: vscode.TextEditor, target: FunctionBody, syntax: Syntax): Promise<void> {
  const { document } = editor;
  const language = languageOf(document.uri.path);
  const place = target.current(document);
  // Python's are in the candidate already.
  if (!language || language === 'python' || !place) return;
  const { before, text } = place;
  const unbound = syntax.unboundNames(language, textOf(document), before.length, before.length + text.length);
  const names = new Set(unbound.map(({ name }) => name).filter((name) => !(name in globalThis)));
  const deadline = Date.now() + LIMIT_MS;
  for (const name of names) {
    const now = textOf(document);
    const edits = await importOf(name, target, document, deadline);
    // Someone who types in the meantime has the word.
    if (textOf(document) !== now) return;
    if (edits.length > 0) await applyWithin(editor, edits);
  }
}

/** What the language service does to import a name that it misses in the body: nothing where it knows several of that name. */
async function importOf(
  name: string,
  target: FunctionBody,
  document: vscode.TextDocument,
  deadline: number,
): Promise<vscode.TextEdit[]> {
  const body = target.current(document)?.range;
  const isMissing = ({ severity, range }: vscode.Diagnostic) =>
    severity === vscode.DiagnosticSeverity.Error && body?.contains(range) && document.getText(range) === name;
  // What is wrong with the new lines is known after a moment.
  let missing: vscode.Diagnostic | undefined;
  while (!missing) {
    missing = vscode.languages.getDiagnostics(document.uri).find(isMissing);
    if (!missing && Date.now() > deadline) return [];
    if (!missing) await delay(50);
  }
  const kind = vscode.CodeActionKind.QuickFix.value;
  // None is asked to be resolved: those that would have to be are for all names that the file misses.
  const actions = await inTime(
    vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      missing.range,
      kind,
    ),
    deadline,
  );
  const isAbout = ({ range, newText }: vscode.TextEdit) =>
    range.end.isBefore(body!.start) && [...newText.matchAll(/[\w$]+/g)].some(([word]) => word === name);
  const imports = (actions ?? []).flatMap(({ edit }) => {
    const entries = edit?.entries() ?? [];
    const [only] = entries;
    const isOurs = only !== undefined && entries.length === 1 && only[0].toString() === document.uri.toString();
    return isOurs && only[1].length > 0 && only[1].every(isAbout) ? [only[1]] : [];
  });
  return imports.length === 1 ? imports[0]! : [];
}

/** Formats the new lines, where the user formats on every save. */
async function format(editor: vscode.TextEditor, target: FunctionBody, syntax: Syntax): Promise<void> {
  const { document, options } = editor;
  if (vscode.workspace.getConfiguration('editor', document).get('formatOnSave') !== true) return;
  const place = target.current(document);
  const language = languageOf(document.uri.path);
  if (!place || !language) return;
  const { version } = document;
  const edits = await inTime(
    vscode.commands.executeCommand<vscode.TextEdit[] | undefined>(
      'vscode.executeFormatRangeProvider',
      document.uri,
      place.range,
      { tabSize: options.tabSize, insertSpaces: options.insertSpaces },
    ),
    Date.now() + LIMIT_MS,
  );
  const inside = (edits ?? []).filter(({ range }) => place.range.contains(range));
  if (inside.length === 0 || document.version !== version) return;
  if (syntax.parses(language, withEdits(document, inside))) await applyWithin(editor, inside);
}

function withEdits(document: vscode.TextDocument, edits: readonly vscode.TextEdit[]): string {
  const lastFirst = [...edits].sort((a, b) => b.range.start.compareTo(a.range.start));
  return lastFirst.reduce((text, { range, newText }) => {
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return text.slice(0, start) + newText + text.slice(end);
  }, document.getText());
}

/** Without an undo stop before it: it belongs to the candidate. */
function applyWithin(editor: vscode.TextEditor, edits: readonly vscode.TextEdit[]): Thenable<boolean> {
  return editor.edit(
    (builder) => {
      for (const { range, newText } of edits) builder.replace(range, newText);
    },
    { undoStopBefore: false, undoStopAfter: false },
  );
}

async function inTime<T>(work: Thenable<T>, deadline: number): Promise<T | undefined> {
  return Promise.race([work, delay(Math.max(0, deadline - Date.now()), undefined)]);
}
