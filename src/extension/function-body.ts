import * as vscode from 'vscode';
import { readSourceFile } from '../run/source-file.ts';
import { findTarget } from '../run/target.ts';
import type { Syntax } from '../syntax/syntax.ts';

/**
 * The body of one function in a document, as it was when a run started. Texts have `\n` line breaks, whatever the
 * document has: VS Code turns them into the document's own in every edit.
 */
export class FunctionBody {
  readonly uri: vscode.Uri;
  readonly symbol: string;
  /** The whole document. */
  readonly original: string;
  /** What stood in the place of the body. */
  readonly body: string;
  readonly #before: string;
  readonly #after: string;
  readonly #frame: { before: string; after: string };

  private constructor(
    uri: vscode.Uri,
    symbol: string,
    original: string,
    cut: { start: number; end: number },
    frame: { before: string; after: string },
  ) {
    this.uri = uri;
    this.symbol = symbol;
    this.original = original;
    this.body = original.slice(cut.start, cut.end);
    this.#before = original.slice(0, cut.start);
    this.#after = original.slice(cut.end);
    this.#frame = frame;
  }

  /** The function around a position. Rejects with `symbol-not-found` or `language-unsupported`. */
  static async at(
    syntax: Syntax,
    document: vscode.TextDocument,
    position: vscode.Position,
    workspace: string,
  ): Promise<FunctionBody> {
    const overlay = { path: relativePath(workspace, document.uri), text: document.getText() };
    const source = await readSourceFile(workspace, overlay.path, [overlay]);
    const place = { line: position.line + 1, column: position.character + 1 };
    const { region } = findTarget(syntax, source, place);
    const cut = { start: region.bodyStart, end: region.bodyEnd };
    return new FunctionBody(document.uri, region.qualifiedName, source.text, cut, region);
  }

  /** What stands in the place of the body now; undefined when the text around it is no longer the same. */
  current(document: vscode.TextDocument): { text: string; range: vscode.Range } | undefined {
    const now = textOf(document);
    const length = now.length - this.#before.length - this.#after.length;
    if (length < 0 || !now.startsWith(this.#before) || !now.endsWith(this.#after)) return undefined;
    const text = now.slice(this.#before.length, this.#before.length + length);
    const start = endPosition(this.#before);
    return { text, range: new vscode.Range(start, endPosition(this.#before + text)) };
  }

  /** What a candidate's body becomes in the place of the old one. */
  replacement(body: string): string {
    return this.#frame.before + body + this.#frame.after;
  }

  /** The whole document with a candidate's body. */
  with(body: string): string {
    return this.#before + this.replacement(body) + this.#after;
  }

  /** The first line of the body, 0-based. */
  get line(): number {
    return endPosition(this.#before).line;
  }
}

/** Relative to the workspace, with forward slashes. */
export function relativePath(workspace: string, uri: vscode.Uri): string {
  const root = vscode.Uri.file(workspace).path.replace(/\/$/, '');
  return uri.path.startsWith(`${root}/`) ? uri.path.slice(root.length + 1) : uri.path;
}

function textOf(document: vscode.TextDocument): string {
  return document.getText().replaceAll('\r\n', '\n');
}

function endPosition(text: string): vscode.Position {
  const lastBreak = text.lastIndexOf('\n');
  return new vscode.Position(text.split('\n').length - 1, text.length - lastBreak - 1);
}
