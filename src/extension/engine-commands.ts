import * as vscode from 'vscode';
import type { Context } from './context.ts';
import { CANDIDATES_VIEW } from './panel/candidates-view.ts';

export function registerEngineCommands({ services, runs, state }: Context): vscode.Disposable {
  return vscode.commands.registerCommand('coppice.engine.restart', () => {
    runs.going?.cancel();
    services.stop();
    return vscode.window.withProgress({ location: { viewId: CANDIDATES_VIEW } }, () => state.lookAgain());
  });
}
