import * as vscode from 'vscode';
import { type BodyPlace, relocate } from '../run/relocate.ts';
import { readSourceFile } from '../run/source-file.ts';
import { findTarget } from '../run/target.ts';
import { headerOf } from '../syntax/region.ts';
import type { FunctionPlace, Syntax } from '../syntax/syntax.ts';
import { relativePath, textOf } from './documents.ts';

/** What stands in the place of a function's body now. */
export interface CurrentBody {
  text: string;
  range: vscode.Range;
  /** The document up to it. */
  before: string;
  /** The document after it. */
  after: string;
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
  /** The function's own source up to its body. */
  readonly header: string;
  readonly #place: BodyPlace;
  readonly #frame: { before: string; after: string };
  readonly #settled = new Set<string>();
  /** What the document was up to the body before a candidate's imports came into it, by what it was then. */
  readonly #beforeImports = new Map<string, string>();
  /** Of the document that was looked at last. */
  #current: { document: vscode.TextDocument; version: number; body: CurrentBody | undefined } | undefined;

  private constructor(
    uri: vscode.Uri,
    symbol: string,
    original: string,
    place: BodyPlace,
    frame: { before: string; after: string },
    header: string,
  ) {
    this.uri = uri;
    this.symbol = symbol;
    this.original = original;
    this.body = original.slice(place.start, place.end);
    this.#place = place;
    this.#frame = frame;
    this.header = header;
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
    return new FunctionBody(
      document.uri,
      region.qualifiedName,
      source.text,
      body,
      region,
      headerOf(source.text, region),
    );
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

  /**
   * Takes what stands in the place of the body for something that a candidate may replace: a candidate, as the user's own tools
   * have left it.
   *
   * @param before what the document was up to the body without the candidate's imports
   */
  settle(document: vscode.TextDocument, before: string): void {
    const current = this.current(document);
    if (!current) return;
    this.#settled.add(current.text);
    if (current.before !== before) this.#beforeImports.set(current.before, before);
  }

  isSettled(text: string): boolean {
    return this.#settled.has(text);
  }

  /** The document up to the body without the imports that a candidate of before has brought. */
  withoutImports({ before }: CurrentBody): string {
    return this.#beforeImports.get(before) ?? before;
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

  /** Of the comments above the function and its header, up to the body. */
  get headerLength(): number {
    return this.#place.start - this.#place.head;
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
    return { text, before, after, range: new vscode.Range(endPosition(before), endPosition(before + text)), isAlone };
  }
}

function endPosition(text: string): vscode.Position {
  const lastBreak = text.lastIndexOf('\n');
  return new vscode.Position(text.split('\n').length - 1, text.length - lastBreak - 1);
}
