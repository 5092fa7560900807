import * as vscode from 'vscode';
import { languageOf } from '../../core/language.ts';
import type { Context } from '../context.ts';
import { withoutIcons } from '../quick-pick.ts';
import type { Run } from '../runs/run.ts';
import { growAgain } from './grow.ts';

/**
 * Grows new candidates that begin as one of a run does. The user chooses how many of its lines stay.
 *
 * @param kept how many, where that is known already
 */
export async function regrowFrom(context: Context, run: Run, candidate: string, kept?: number): Promise<void> {
  const { target } = run;
  const body = run.body(candidate) ?? '';
  const language = languageOf(target.uri.path);
  const syntax = await context.services.syntax();
  const starts = (language ? syntax.statementLines(language, target.header, body) : []).map((at) => body.slice(0, at));
  if (starts.length === 0) {
    const message = vscode.l10n.t('This candidate is one statement: there are no first lines to keep.');
    vscode.window.showInformationMessage(message);
    return;
  }
  const start = kept === undefined ? await chooseStart(run, candidate, starts) : starts[kept - 1];
  if (start !== undefined) await growAgain(context, run, start);
}

async function chooseStart(run: Run, candidate: string, starts: readonly string[]): Promise<string | undefined> {
  const items = starts.map((start) => {
    const lines = start.trimEnd().split('\n');
    const count = lines.length;
    return {
      label: withoutIcons(lines.at(-1)!.trim()),
      description: count === 1 ? vscode.l10n.t('keep 1 line') : vscode.l10n.t('keep {0} lines', count),
      start,
    };
  });
  const rank = run.entry(candidate)?.rank ?? '';
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Regrow from candidate {0}', rank),
    placeHolder: vscode.l10n.t('Choose the last line to keep: new candidates begin with it and what is above it'),
  });
  return chosen?.start;
}
