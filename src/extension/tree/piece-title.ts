import * as vscode from 'vscode';

/** What a piece of the prompt is, in the user's words. */
export function pieceTitle({ role, title, text }: { role: string; title?: string; text?: string }): string {
  switch (role) {
    case 'system':
      return vscode.l10n.t('the beginning');
    case 'tests':
      return vscode.l10n.t('tests');
    case 'prefix':
      return vscode.l10n.t('the file before the function');
    case 'suffix':
      return vscode.l10n.t('the file after the function');
    case 'problem':
      return vscode.l10n.t('the function');
    case 'strategy':
      return (title ?? text ?? '').trim();
    case 'assertion':
      return vscode.l10n.t('tests that the model writes');
    default:
      return title ?? role;
  }
}
