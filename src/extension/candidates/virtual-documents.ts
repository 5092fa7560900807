import * as vscode from 'vscode';
import { comparedValues } from '../../core/compared-values.ts';
import { languageOf, lineComment } from '../../core/language.ts';
import type { CaseResult } from '../../core/report.ts';
import { caseMessage } from '../error-words.ts';
import { shortName } from '../panel/test-node.ts';
import { candidateCount } from '../panel/words.ts';
import type { Run } from '../runs/run.ts';
import type { Runs } from '../runs/runs.ts';

export const SCHEME = 'coppice';

/** What a read-only document shows of a run. Its address carries all of it, so that it can be opened again. */
export type VirtualDocument =
  /** The file as the run found it. */
  | { kind: 'original' }
  /** The file with a candidate in it. */
  | { kind: 'candidate'; candidate: string }
  /** What a failed test of a candidate said, or one of the two values that it compared. */
  | { kind: 'message' | 'expected' | 'actual'; candidate: string; test: string }
  /** What a candidate gives for an input of ours, and its code. */
  | { kind: 'output'; candidate: string; input: string };

export function addressOf(run: Run, shown: VirtualDocument): vscode.Uri {
  const query = new URLSearchParams({ run: run.id, ...shown }).toString();
  return run.target.uri.with({ scheme: SCHEME, authority: '', path: pathOf(run, shown), query });
}

/** What an address of ours shows; undefined for any other. */
export function shownAt(uri: vscode.Uri): ({ run: string } & VirtualDocument) | undefined {
  if (uri.scheme !== SCHEME) return undefined;
  return Object.fromEntries(new URLSearchParams(uri.query)) as { run: string } & VirtualDocument;
}

/** @returns undefined where the run has nothing of the kind */
export function textOf(runs: Runs, uri: vscode.Uri): string {
  const shown = shownAt(uri);
  const run = shown && runs.find(shown.run);
  if (!run) return `${vscode.l10n.t('This run is gone.')}\n`;
  return textIn(run, shown) ?? `${vscode.l10n.t('There is no such candidate.')}\n`;
}

function textIn(run: Run, shown: VirtualDocument): string | undefined {
  switch (shown.kind) {
    case 'original':
      return run.target.original;
    case 'candidate':
      return run.text(shown.candidate);
    case 'message':
      return caseMessage(failureOf(run, shown) ?? {});
    case 'expected':
    case 'actual': {
      const values = comparedValues(failureOf(run, shown)?.message ?? '');
      return values && `${values[shown.kind]}\n`;
    }
    case 'output':
      return outputOf(run, shown);
  }
}

function failureOf(run: Run, { candidate, test }: { candidate: string; test: string }): CaseResult | undefined {
  return run.entry(candidate)?.report.cases.find(({ id }) => id === test);
}

/** The output first: it is what the two sides differ in, and the code below it says why. */
function outputOf(run: Run, { candidate, input }: { candidate: string; input: string }): string | undefined {
  const entry = run.entry(candidate);
  const output = entry?.report.outputs?.find((each) => each.input === input);
  if (!entry || !output) return undefined;
  const comment = lineComment(languageOf(run.target.uri.path) ?? 'python');
  const like = run.ranking.filter(({ report }) => {
    return report.outputs?.some((each) => each.input === input && each.text === output.text);
  });
  const count = candidateCount(like.reduce((sum, each) => sum + each.count, 0));
  const code = vscode.l10n.t('Candidate {0}, the best of {1} that give this:', entry.rank, count);
  return `${output.text}\n\n${comment} ${code}\n${run.body(candidate) ?? ''}`;
}

/** Its ending says which language it is shown in; the name is what a tab or a list has room for. */
function pathOf(run: Run, shown: VirtualDocument): string {
  const { path } = run.target.uri;
  switch (shown.kind) {
    case 'message':
    case 'expected':
    case 'actual':
      return `/${shortName(shown.test).replaceAll('/', ' ')}.txt`;
    default:
      return path;
  }
}
