import * as vscode from 'vscode';
import { comparedValues } from '../../core/compared-values.ts';
import type { Question } from '../../core/rank/question.ts';
import type { CaseResult } from '../../core/report.ts';
import type { Context } from '../context.ts';
import { shortened } from '../panel/markdown.ts';
import { shortName } from '../panel/test-node.ts';
import type { Run } from '../runs/run.ts';
import { addressOf, SCHEME, shownAt, textOf } from './virtual-documents.ts';

/** More files at once are no help to anyone. */
const MOST_SURVIVORS = 50;
const TITLE_LENGTH = 60;

/** Serves the sides of all comparisons. */
export function registerPreview({ runs }: Context): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => textOf(runs, uri),
  });
}

/** Where the diff of what was the best candidate is open and seen, that of the best one now is shown in its place. */
export async function followDiff(run: Run, before: string | undefined): Promise<void> {
  const best = run.ranking[0];
  const seen = vscode.window.tabGroups.all.flatMap(({ activeTab }) => activeTab ?? []);
  const isOfBefore = ({ input }: vscode.Tab) => {
    const shown = input instanceof vscode.TabInputTextDiff ? shownAt(input.modified) : undefined;
    return shown?.run === run.id && shown.kind === 'candidate' && shown.candidate === before;
  };
  const stale = seen.find(isOfBefore);
  if (!stale || !best || best.id === before) return;
  await openDiff(run, best.id, { viewColumn: stale.group.viewColumn, preserveFocus: true });
}

/** Opens the file as it is now, to be edited, beside what a candidate makes of it as it was. */
export async function compareWithNow(run: Run, candidate: string): Promise<void> {
  const { uri, symbol } = run.target;
  const side = addressOf(run, { kind: 'candidate', candidate });
  const title = vscode.l10n.t('{0}: candidate ↔ file as it is now', symbol);
  await vscode.commands.executeCommand('vscode.diff', side, uri, title, { preview: true });
}

/** Opens the diff of a candidate beside nothing: a preview tab that the next one replaces. */
export async function openDiff(
  run: Run,
  candidate: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  const rank = run.entry(candidate)?.rank ?? candidate;
  const title = vscode.l10n.t('{0}: candidate {1}', run.target.symbol, rank);
  const { line } = run.target;
  await compare(addressOf(run, { kind: 'original' }), addressOf(run, { kind: 'candidate', candidate }), title, {
    selection: new vscode.Range(line, 0, line, 0),
    ...options,
  });
}

/** Opens the diffs of all candidates that pass and are not ruled out, best first, in one editor. */
export async function openSurvivors(run: Run): Promise<void> {
  const survivors = run.survivors.slice(0, MOST_SURVIVORS);
  if (survivors.length === 0) {
    vscode.window.showInformationMessage(vscode.l10n.t('No candidate of {0} has passed.', run.target.symbol));
    return;
  }
  const original = addressOf(run, { kind: 'original' });
  const { symbol } = run.target;
  const title = vscode.l10n.t('{0}: {1} different candidates that pass', symbol, run.survivors.length);
  const sides = survivors.map(({ id, rank }) => {
    const whole = addressOf(run, { kind: 'candidate', candidate: id });
    // The editor heads each part with the name of its file, which would be the same for all.
    const name = vscode.l10n.t('candidate {0}', rank);
    const side = whole.with({ path: whole.path.replace(/[^/]*$/, (file) => `${name} · ${file}`) });
    return [side, original, side];
  });
  await vscode.commands.executeCommand('vscode.changes', title, sides);
}

/** What a failed test said: the two values that it compared as a diff where they are known, else its words. */
export async function openMessage(run: Run, candidate: string, { id: test, message = '' }: CaseResult): Promise<void> {
  const side = (kind: 'message' | 'expected' | 'actual') => addressOf(run, { kind, candidate, test });
  const values = comparedValues(message);
  if (!values) {
    await vscode.window.showTextDocument(side('message'), { preview: true });
    return;
  }
  const name = shortName(test);
  const title = values.isSure
    ? vscode.l10n.t('{0}: expected ↔ actual', name)
    : vscode.l10n.t('{0}: second value ↔ first value', name);
  await compare(side('expected'), side('actual'), title);
}

/** Opens what the two best groups of candidates give for the input that is asked about, side by side. */
export async function openOutputs(run: Run, { input, answers: [one, two] }: Question): Promise<void> {
  const side = (candidate: string) => addressOf(run, { kind: 'output', candidate, input });
  const [first, second] = [one, two].map(({ text }) => shortened(text, TITLE_LENGTH / 3));
  const title = vscode.l10n.t('{0}: {1} ↔ {2}', shortened(input, TITLE_LENGTH), first!, second!);
  await compare(side(one.ids[0]!), side(two.ids[0]!), title);
}

async function compare(
  left: vscode.Uri,
  right: vscode.Uri,
  title: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true, ...options });
}
