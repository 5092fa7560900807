import * as vscode from 'vscode';
import type { RecentEdit } from '../../run/context/gather.ts';
import { relativePath } from '../documents.ts';

const MOST_FILES = 8;

/** Where the user has worked since the window was opened. Nothing is read or kept but places. */
export class RecentEdits implements vscode.Disposable {
  /** Lines by the files' URIs, the latest last. */
  readonly #lines = new Map<string, number>();
  readonly #listener: vscode.Disposable;

  constructor() {
    this.#listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const line = contentChanges[0]?.range.start.line;
      if (line === undefined || document.uri.scheme !== 'file') return;
      const key = document.uri.toString();
      this.#lines.delete(key);
      this.#lines.set(key, line);
      const [oldest] = this.#lines.keys();
      if (this.#lines.size > MOST_FILES && oldest !== undefined) this.#lines.delete(oldest);
    });
  }

  /** Those in a folder, the latest first. */
  within(workspace: string): RecentEdit[] {
    const root = vscode.Uri.file(workspace).path.replace(/\/$/, '');
    return [...this.#lines]
      .map(([uri, line]) => ({ uri: vscode.Uri.parse(uri), line }))
      .filter(({ uri }) => uri.path.startsWith(`${root}/`))
      .map(({ uri, line }) => ({ path: relativePath(workspace, uri), line }))
      .reverse();
  }

  dispose(): void {
    this.#listener.dispose();
  }
}

/** Patterns of the files that the user has hidden, as .gitignore has them; those with alternatives have no such form. */
export function hiddenFiles(scope: vscode.Uri): string[] {
  const hidden = vscode.workspace.getConfiguration('files', scope).get<Record<string, unknown>>('exclude') ?? {};
  return Object.entries(hidden).flatMap(([pattern, isHidden]) =>
    isHidden === true && !/[{}]/.test(pattern) ? [pattern] : [],
  );
}
