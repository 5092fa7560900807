import * as vscode from 'vscode';
import type { Context } from '../context.ts';

/** How the tests of a folder are run is found out, or chosen here and then kept in the settings of that folder. */
export function registerTestChoice(context: Context): vscode.Disposable {
  return vscode.commands.registerCommand('coppice.tests.choose', async (node?: unknown) => {
    const { chooseTests } = await import('./choose-tests.ts');
    return chooseTests(context, node);
  });
}
