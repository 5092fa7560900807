import * as vscode from 'vscode';
import { frameFor, PROGRAM_LANGUAGES } from '../../core/contest/frame.ts';
import { sampleTests } from '../../core/contest/problem.ts';
import { languageOf } from '../../core/language.ts';
import type { Context } from '../context.ts';
import { growAt } from '../grow/grow.ts';
import { problemOf } from './problem-documents.ts';

/**
 * Grows the function of the program that is open, judged on the samples beside it.
 *
 * @param workspace a folder that nothing else is in
 */
export async function solveHere(context: Context, workspace: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !(await solve(context, editor, workspace))) void offerProblem();
}

/** False where the document is no program with samples. */
async function solve(
  context: Context,
  { document, selection }: vscode.TextEditor,
  workspace: string,
): Promise<boolean> {
  const problem = await problemOf(document.uri);
  const language = PROGRAM_LANGUAGES.find((name) => name === languageOf(document.uri.path));
  if (!problem || !language) return false;
  const syntax = await context.services.syntax();
  const frame = frameFor(problem, language);
  const here = { line: selection.active.line + 1, column: selection.active.character + 1 };
  // The frame's own function, wherever the cursor is; else the one around it.
  const own = syntax.findFunction(language, document.getText(), { symbol: frame.symbol });
  const place = own ? { symbol: frame.symbol } : here;
  const examples = own ? { examples: frame.tests } : {};
  await growAt(context, {
    ...{ document, place },
    samples: { workspace, tests: { kind: 'samples', ...sampleTests(problem) }, ...examples },
  });
  return true;
}

async function offerProblem(): Promise<void> {
  const open = vscode.l10n.t('Open Received Problem');
  const message = vscode.l10n.t(
    'Open a program in Python, JavaScript or TypeScript that has its samples beside it, in a file of the same name that ends with .samples.json.',
  );
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand('coppice.problem.open');
  }
}
