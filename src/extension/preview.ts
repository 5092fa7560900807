import * as vscode from 'vscode';
import type { Context } from './context.ts';
import type { Run } from './runs/run.ts';

const SCHEME = 'coppice';

/** Serves the two sides of a candidate's diff: the document as the run found it, and the same with the candidate. */
export function registerPreview({ runs }: Context): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent(uri) {
      const query = new URLSearchParams(uri.query);
      const run = runs.find(query.get('run') ?? '');
      const candidate = query.get('candidate');
      if (!run) return 'This run has been dismissed.\n';
      if (candidate === null) return run.target.original;
      return run.text(candidate) ?? 'There is no such candidate.\n';
    },
  });
}

/** Where the diff of what was the best candidate is open and seen, that of the best one now is shown in its place. */
export async function followDiff(run: Run, before: string | undefined): Promise<void> {
  const best = run.ranking[0];
  const seen = vscode.window.tabGroups.all.flatMap(({ activeTab }) => activeTab ?? []);
  const isOfBefore = ({ input }: vscode.Tab) => {
    if (!(input instanceof vscode.TabInputTextDiff) || input.modified.scheme !== SCHEME) return false;
    const query = new URLSearchParams(input.modified.query);
    return query.get('run') === run.id && query.get('candidate') === before;
  };
  const stale = seen.find(isOfBefore);
  if (!stale || !best || best.id === before) return;
  await openDiff(run, best.id, { viewColumn: stale.group.viewColumn, preserveFocus: true });
}

/** Opens the file as it is now, to be edited, beside what a candidate makes of it as it was. */
export async function compareWithNow(run: Run, candidate: string): Promise<void> {
  const { uri, symbol } = run.target;
  const side = uri.with({ scheme: SCHEME, authority: '', query: query({ run: run.id, candidate }) });
  const title = vscode.l10n.t('{0}: candidate ↔ file as it is now', symbol);
  await vscode.commands.executeCommand('vscode.diff', side, uri, title, { preview: true });
}

function query(values: Record<string, string>): string {
  return new URLSearchParams(values).toString();
}

/** Opens the diff of a candidate beside nothing: a preview tab that the next one replaces. */
export async function openDiff(
  run: Run,
  candidate: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  const { uri, symbol } = run.target;
  const side = (query: Record<string, string>) =>
    uri.with({ scheme: SCHEME, authority: '', query: new URLSearchParams({ run: run.id, ...query }).toString() });
  const entry = run.entry(candidate);
  const place = entry ? `candidate ${entry.rank}` : `candidate ${candidate}`;
  const title = `${symbol}: ${place}`;
  const selection = new vscode.Range(run.target.line, 0, run.target.line, 0);
  await vscode.commands.executeCommand('vscode.diff', side({}), side({ candidate }), title, {
    preview: true,
    selection,
    ...options,
  });
}
