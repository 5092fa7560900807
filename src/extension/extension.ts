import * as vscode from 'vscode';
import { registerCandidateCommands } from './candidates/candidate-commands.ts';
import { registerDecideCommands } from './candidates/decide-commands.ts';
import { registerPreview } from './candidates/preview.ts';
import { registerCompanion } from './companion/companion.ts';
import { registerProblemCommands } from './companion/problem-commands.ts';
import type { Context } from './context.ts';
import { registerEngineCommands } from './engine-commands.ts';
import { registerExample } from './example.ts';
import { AsYouType } from './ghost/as-you-type.ts';
import { registerGhostText } from './ghost/ghost-text.ts';
import { registerGrowCommands } from './grow/grow-commands.ts';
import { registerGrowWays } from './grow/grow-ways.ts';
import { Options } from './grow/options.ts';
import { RecentEdits } from './grow/recent-edits.ts';
import { registerGrowLenses } from './lenses/grow-lenses.ts';
import { registerModelCommands } from './models/model-commands.ts';
import { registerModelsView } from './models/models-view.ts';
import { Shelf } from './models/shelf.ts';
import { CandidateRows } from './panel/candidate-rows.ts';
import { registerCandidatesView } from './panel/candidates-view.ts';
import { registerRunCommands } from './runs/run-commands.ts';
import { Runs } from './runs/runs.ts';
import { registerStaleness } from './runs/staleness.ts';
import { Services } from './services.ts';
import { State } from './state.ts';
import { registerStatusItem } from './status-item.ts';
import { registerTestChoice } from './tests/test-commands.ts';
import { registerTreeView } from './tree/tree-view.ts';

/**
 * Nothing is started here: the engine starts when the panel is first seen or with the first run, the judge with that. What does
 * the work is imported where it is first needed, and not before.
 */
export function activate(extension: vscode.ExtensionContext): Context {
  const log = vscode.window.createOutputChannel('Coppice', { log: true });
  const options = new Options(extension.workspaceState);
  const runs = new Runs();
  const rows = new CandidateRows(() => runs.all);
  const shared = { services: new Services(log), runs, rows, shelf: new Shelf(options), options };
  const context: Context = { log, ...shared, state: new State(shared), edits: new RecentEdits() };
  extension.subscriptions.push(
    log,
    context.services,
    context.runs,
    context.rows,
    context.shelf,
    context.state,
    context.options,
    context.edits,
    registerEngineCommands(context),
    registerGrowCommands(context),
    registerGrowWays(context),
    registerRunCommands(context),
    registerStaleness(context),
    registerGrowLenses(context),
    registerCandidateCommands(context),
    registerDecideCommands(context),
    registerTestChoice(context),
    registerModelCommands(context),
    registerCandidatesView(context),
    registerModelsView(context),
    registerTreeView(context, extension),
    registerPreview(context),
    registerGhostText(context, new AsYouType(context)),
    registerStatusItem(context),
    registerExample(extension),
    registerCompanion(context),
    registerProblemCommands(context),
    vscode.commands.registerCommand('coppice.doctor.show', async () =>
      (await import('./doctor.ts')).showDoctor(context),
    ),
    vscode.commands.registerCommand('coppice.log.show', () => log.show()),
    vscode.commands.registerCommand('coppice.walkthrough.open', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension.extension.id}#coppice.start`),
    ),
  );
  return context;
}
