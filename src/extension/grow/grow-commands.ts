import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { isGrowChoice } from './grow-choice.ts';

export function registerGrowCommands(context: Context): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('coppice.candidates.grow', async (choice?: unknown) => {
      const { growChoice, growHere } = await import('./grow.ts');
      return isGrowChoice(choice) ? growChoice(context, choice) : growHere(context);
    }),
    vscode.commands.registerCommand('coppice.candidates.growAgain', async (node?: unknown) => {
      const { growAgain, runOf } = await import('./grow.ts');
      return growAgain(context, runOf(node) ?? context.runs.newest);
    }),
  );
}
