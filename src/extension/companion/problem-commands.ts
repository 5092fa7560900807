import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { showError } from '../error-words.ts';

/** Where the two outputs that differ are shown. */
export const STRESS_SCHEME = 'coppice-stress';

/** What can be done with a program for a problem: growing it, judged on the samples beside it, and stress testing it. */
export function registerProblemCommands(context: Context): vscode.Disposable {
  const folder = new OwnFolder();
  const texts = new Map<string, string>();
  const command = (id: string, act: (given?: { reference: vscode.Uri }) => Promise<void>) =>
    vscode.commands.registerCommand(id, async (given?: { reference: vscode.Uri }) => {
      try {
        await act(given);
      } catch (thrown) {
        showError(context.log, thrown);
      }
    });
  return vscode.Disposable.from(
    folder,
    vscode.workspace.registerTextDocumentContentProvider(STRESS_SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
    }),
    command('coppice.problem.solve', async () => (await import('./solve.ts')).solveHere(context, folder.path)),
    // The programs may be named by whoever runs the command.
    command('coppice.problem.stress', async (named) => (await import('./stress.ts')).stressHere(context, texts, named)),
  );
}

/** An empty folder of this window, made when it is first asked for. */
class OwnFolder implements vscode.Disposable {
  #path: string | undefined;

  get path(): string {
    this.#path ??= mkdtempSync(join(tmpdir(), 'coppice-solve-'));
    return this.#path;
  }

  dispose(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
  }
}
