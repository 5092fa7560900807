import * as vscode from 'vscode';
import type { Context } from '../context.ts';

/** Other ways to ask for candidates: with a description, from a comment, with options. */
export function registerGrowWays(context: Context): vscode.Disposable {
  const command = (name: 'growFromDescription' | 'growFromComment' | 'growWithOptions') =>
    vscode.commands.registerCommand(`coppice.candidates.${name}`, async (given?: unknown) => {
      const wishes = await import('./wishes.ts');
      await wishes[name](context, ...(typeof given === 'string' ? [given] : []));
    });
  return vscode.Disposable.from(command('growFromDescription'), command('growFromComment'), command('growWithOptions'));
}
