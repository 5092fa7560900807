import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';

/** It says what is not there yet when the extension has been activated. */
const FIRST = 'activation.suite.cjs';

/** Called by VS Code inside the extension host; a rejection is a failure. */
export function run(): Promise<void> {
  const mocha = new CleanMocha({ ui: 'bdd', timeout: 180_000, color: false });
  const suites = readdirSync(__dirname).filter((name) => name.endsWith('.suite.cjs'));
  const isFirst = (name: string) => Number(name === FIRST);
  for (const file of suites.sort((a, b) => isFirst(b) - isFirst(a))) mocha.addFile(join(__dirname, file));
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}

class CleanMocha extends Mocha {
  protected override loadFiles(done?: () => void): void {
    super.loadFiles(done);
    for (const suite of this.suite.suites) suite.afterAll(leaveNothing);
  }
}

/** The next suite finds no runs, no options and no editors. */
async function leaveNothing(): Promise<void> {
  const { runs, options } = vscode.extensions.getExtension<Context>('coppice.coppice')!.exports;
  for (const run of [...runs.all]) runs.remove(run);
  await options.remember({});
  await vscode.commands.executeCommand('notifications.clearAll');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
