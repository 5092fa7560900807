import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';

const ID = 'coppice.coppice';

describe('the extension', () => {
  it('activates without starting the engine or opening a log', async () => {
    const extension = vscode.extensions.getExtension<Context>(ID);
    assert.ok(extension);
    const { services } = await extension.activate();
    assert.ok(extension.isActive);
    assert.equal(await services.engine.pid(), undefined);
    assert.notEqual(vscode.window.activeTextEditor?.document.uri.scheme, 'output');
  });

  it('registers every command that its manifest names', async () => {
    const { contributes } = vscode.extensions.getExtension(ID)!.packageJSON;
    const registered = new Set(await vscode.commands.getCommands(true));
    const named: string[] = contributes.commands.map(({ command }: { command: string }) => command);
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('reads defaults that the manifest declares', () => {
    const section = vscode.workspace.getConfiguration('coppice');
    assert.equal(section.get('candidates.count'), 32);
    assert.equal(section.get('tests.allowUnsandboxed'), false);
  });

  it('takes no key, and has few settings', () => {
    const { contributes } = vscode.extensions.getExtension('coppice.coppice')!.packageJSON;
    assert.equal(contributes.keybindings, undefined);
    assert.ok(Object.keys(contributes.configuration.properties).length <= 20);
  });

  it('examines the machine: the Node of the settings, a GPU adapter that computes correctly, the model, the sandbox', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coppice-node-'));
    const node = join(folder, 'node');
    await symlink(process.execPath, node);
    const setNode = (path?: string) =>
      vscode.workspace.getConfiguration('coppice').update('node.path', path, vscode.ConfigurationTarget.Global);
    await setNode(node);
    try {
      await vscode.commands.executeCommand('coppice.doctor.show');
    } finally {
      await setNode();
      await rm(folder, { recursive: true });
    }
    const report = vscode.window.activeTextEditor!.document.getText();
    assert.ok(report.includes(`- engine and judge: Node ${process.versions.node} at ${node}\n`), report);
    assert.match(
      report,
      /## GPU\n- found: .+\n(?:- .+\n)*- in use: .+\n- self-test: (\d+) of \1 kernels compute correctly/,
    );
    assert.match(report, /## Models\n- sprout at .*fills in the middle/);
    assert.match(report, /## Sandbox\n- (?!not known)\S.+/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
