import * as vscode from 'vscode';
import { CoppiceError } from '../core/errors.ts';
import type { CaseResult } from '../core/report.ts';
import { inWords } from '../core/said.ts';

/** What went wrong, in the language of VS Code. The log has it in English, for those who mend Coppice. */
export function messageOf({ message, said }: CoppiceError): string {
  return inWords(said.message ?? message, vscode.l10n.t, 'editor');
}

/** The same, with what the user can do about it. */
export function errorWords(error: CoppiceError): string {
  return `${messageOf(error)} ${inWords(error.said.remedy ?? error.remedy, vscode.l10n.t, 'editor')}`;
}

/** Logs what was thrown, and shows it, unless the user called it off. */
export function showError(log: vscode.LogOutputChannel, thrown: unknown): void {
  const error = CoppiceError.wrap(thrown);
  log.error(`${error.code}: ${error.message}`, error.cause ?? '');
  if (error.code !== 'cancelled') void vscode.window.showErrorMessage(errorWords(error));
}

/** What a failed test says; where it is in words of ours, in the language of VS Code. */
export function caseMessage({ message = '', said }: Pick<CaseResult, 'message' | 'said'>): string {
  return inWords(said?.message ?? message, vscode.l10n.t, 'editor');
}
