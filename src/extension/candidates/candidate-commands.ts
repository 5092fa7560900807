import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { type CandidateNode, isCandidateNode } from '../panel/candidate-node.ts';
import { isRunNode } from '../panel/run-node.ts';
import { isTestNode } from '../panel/test-node.ts';
import { openDiff, openMessage, openSurvivors } from './preview.ts';
import { runAgain, secondRuns } from './second-run.ts';

/** What can be done with one candidate of the panel, or, from a key binding, with the best one. */
export function registerCandidateCommands(context: Context): vscode.Disposable {
  const { runs } = context;
  const command = (id: string, act: (candidate: Pick<CandidateNode, 'run' | 'id'>) => unknown) =>
    vscode.commands.registerCommand(id, (node?: unknown) => {
      const chosen = isCandidateNode(node) ? { run: node.run, id: node.candidate } : best();
      return chosen && act(chosen);
    });
  const best = () => {
    const run = runs.newest;
    const first = run?.ranking[0];
    return run && first && { run, id: first.id };
  };
  const confirmBest = secondRuns(context);
  return vscode.Disposable.from(
    command('coppice.candidate.openDiff', ({ run, id }) => openDiff(run, id)),
    command('coppice.candidate.accept', async ({ run, id }) => {
      const { acceptCandidate } = await import('../accept/accept.ts');
      return acceptCandidate(run, id);
    }),
    // Ghost text brings its lines into the document by itself, and calls this when they are there.
    vscode.commands.registerCommand('coppice.candidate.complete', async (id: unknown, candidate: unknown) => {
      const { completeCandidate } = await import('../accept/accept.ts');
      const run = runs.find(String(id));
      return run && completeCandidate(run, String(candidate));
    }),
    command('coppice.candidate.copy', ({ run, id }) => vscode.env.clipboard.writeText(run.body(id) ?? '')),
    command('coppice.candidate.runAgain', ({ run, id }) => runAgain(context, run, id)),
    vscode.commands.registerCommand('coppice.candidate.regrow', async (node?: unknown, kept?: unknown) => {
      if (!isCandidateNode(node)) return undefined;
      const { regrowFrom } = await import('../grow/regrow.ts');
      return regrowFrom(context, node.run, node.candidate, typeof kept === 'number' ? kept : undefined);
    }),
    vscode.commands.registerCommand('coppice.candidate.dismiss', (node?: unknown) => {
      // Without a row nobody sees which one would go.
      if (!isCandidateNode(node)) return;
      node.run.dismiss(node.candidate);
      void confirmBest(node.run);
    }),
    vscode.commands.registerCommand('coppice.dismissed.show', () => runs.showDismissed()),
    vscode.commands.registerCommand('coppice.run.openSurvivors', (node?: unknown) => {
      const run = isRunNode(node) ? node.run : runs.newest;
      return run && openSurvivors(run);
    }),
    vscode.commands.registerCommand('coppice.test.open', (node?: unknown) => {
      if (isTestNode(node) && node.source) {
        const { uri, line } = node.source;
        return vscode.window.showTextDocument(uri, { preview: true, selection: new vscode.Range(line, 0, line, 0) });
      }
      return undefined;
    }),
    vscode.commands.registerCommand('coppice.test.openMessage', (node?: unknown) =>
      isTestNode(node) ? openMessage(node.run, node.candidate, node.failure) : undefined,
    ),
  );
}
