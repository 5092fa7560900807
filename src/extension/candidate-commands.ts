import * as vscode from 'vscode';
import { acceptCandidate, registerAccepting } from './accept.ts';
import type { Context } from './context.ts';
import { type CandidateNode, isCandidateNode } from './panel/candidate-node.ts';
import { isTestNode } from './panel/test-node.ts';
import { openDiff } from './preview.ts';

/** What can be done with one candidate of the panel, or, from a key binding, with the best one. */
export function registerCandidateCommands({ runs }: Context): vscode.Disposable {
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
  return vscode.Disposable.from(
    registerAccepting(runs),
    command('coppice.candidate.openDiff', ({ run, id }) => openDiff(run, id)),
    command('coppice.candidate.accept', ({ run, id }) => acceptCandidate(run, id)),
    command('coppice.candidate.copy', ({ run, id }) => vscode.env.clipboard.writeText(run.body(id) ?? '')),
    vscode.commands.registerCommand('coppice.test.open', (node?: unknown) => {
      if (isTestNode(node) && node.source) {
        const { uri, line } = node.source;
        return vscode.window.showTextDocument(uri, { preview: true, selection: new vscode.Range(line, 0, line, 0) });
      }
      return undefined;
    }),
  );
}
