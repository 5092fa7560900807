import * as vscode from 'vscode';
import { type BodyPlace, relocate } from '../run/relocate.ts';
import { readSourceFile } from '../run/source-file.ts';
import { findTarget } from '../run/target.ts';
import type { FunctionPlace, Syntax } from '../syntax/syntax.ts';

/** What stands in the place of a function's body now. */
export interface CurrentBody {
  text: string;
  range: vscode.Range;
  /** Nothing but the body differs from the document as it was. */
  isAlone: boolean;
}

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
  readonly #place: BodyPlace;
  readonly #frame: { before: string; after: string };
  /** Of the document that was looked at last. */
  #current: { document: vscode.TextDocument; version: number; body: CurrentBody | undefined } | undefined;

  private constructor(
    uri: vscode.Uri,
    symbol: string,
    original: string,
    place: BodyPlace,
    frame: { before: string; after: string },
  ) {
    this.uri = uri;
    this.symbol = symbol;
    this.original = original;
    this.body = original.slice(place.start, place.end);
    this.#place = place;
    this.#frame = frame;
  }

  /** The function at a place. Rejects with `symbol-not-found` or `language-unsupported`. */
  static async at(
    syntax: Syntax,
    document: vscode.TextDocument,
    place: FunctionPlace,
    workspace: string,
  ): Promise<FunctionBody> {
    const overlay = { path: relativePath(workspace, document.uri), text: document.getText() };
    const source = await readSourceFile(workspace, overlay.path, [overlay]);
    const { region } = findTarget(syntax, source, place);
    const body = { head: region.leadingStart, start: region.bodyStart, end: region.bodyEnd };
    return new FunctionBody(document.uri, region.qualifiedName, source.text, body, region);
  }

  /**
   * What stands in the place of the body now, whatever has been edited elsewhere; undefined when the function is not there any
   * more, or its header or the comments above it have changed.
   */
  current(document: vscode.TextDocument): CurrentBody | undefined {
    const { version } = document;
    if (this.#current?.document !== document || this.#current.version !== version) {
      this.#current = { document, version, body: this.#find(textOf(document)) };
    }
    return this.#current.body;
  }

  /** What a candidate's body becomes in the place of the old one. */
  replacement(body: string): string {
    return this.#frame.before + body + this.#frame.after;
  }

  /** The whole document with a candidate's body. */
  with(body: string): string {
    const { start, end } = this.#place;
    return this.original.slice(0, start) + this.replacement(body) + this.original.slice(end);
  }

  /** The first line of the body, 0-based. */
  get line(): number {
    return endPosition(this.original.slice(0, this.#place.start)).line;
  }

  #find(now: string): CurrentBody | undefined {
    const found = relocate(this.original, this.#place, now);
    if (!found) return undefined;
    const [before, text, after] = [now.slice(0, found.start), now.slice(found.start, found.end), now.slice(found.end)];
    const isAlone =
      before === this.original.slice(0, this.#place.start) && after === this.original.slice(this.#place.end);
    return { text, range: new vscode.Range(endPosition(before), endPosition(before + text)), isAlone };
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
