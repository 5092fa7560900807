import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Keys } from '../../../src/extension/state.ts';
import { START_LIMIT_MS } from '../limits.ts';
import { openWords, putCursorIn, until } from './scene.ts';

/** The keys are asked for where they are set: an extension can't read context keys back. */
describe('what the empty panel says', function () {
  this.timeout(2 * START_LIMIT_MS);
  let context: Context;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const becomes = (state: Keys['state']) =>
    until(
      () => `${state}: ${JSON.stringify(context.state.keys)}`,
      () => context.state.keys.state === state,
    );

  it('knows the adapter once the panel has been seen, and says when that is a software one', async () => {
    await vscode.commands.executeCommand('coppice.candidates.focus');
    await context.state.look();
    const { chosen } = await context.services.engine.call({ kind: 'probe', selfTest: false });
    assert.ok(chosen);
    assert.equal(context.state.keys.state, 'ready');
    assert.equal(context.state.keys.note, chosen.software ? 'software' : 'sprout');
  });

  it('says Sprout only while that is in use', async () => {
    const { adapters, chosen } = await context.services.engine.call({ kind: 'probe', selfTest: false });
    const onGpu = { adapters, chosen: { ...chosen!, software: false }, selfTest: [] };
    const section = () => vscode.workspace.getConfiguration('coppice');
    context.state.learn(onGpu);
    assert.equal(context.state.keys.note, 'sprout');
    await section().update('model.path', 'someone/larger', vscode.ConfigurationTarget.Global);
    await until('without a note', () => context.state.keys.note === undefined);
    await section().update('model.path', undefined, vscode.ConfigurationTarget.Global);
    await until('about Sprout again', () => context.state.keys.note === 'sprout');
    await context.state.lookAgain();
  });

  it('says that the engine has ended, until it is restarted', async () => {
    const { engine } = context.services;
    const killed = (await engine.pid())!;
    process.kill(killed, 'SIGKILL');
    await becomes('ended');
    assert.equal(context.state.keys.note, undefined);
    await vscode.commands.executeCommand('coppice.engine.restart');
    assert.equal(context.state.keys.state, 'ready');
    const started = await context.services.engine.pid();
    assert.ok(started !== undefined && started !== killed);
  });

  it('says nothing of an engine that was stopped on purpose', async () => {
    const { engine } = context.services;
    const pid = (await engine.pid())!;
    context.services.stop();
    await until('stopped', () => !isAlive(pid));
    assert.equal(context.state.keys.state, 'ready');
  });

  it('forgets the end of an engine that the next candidates have started again', async () => {
    await context.state.lookAgain();
    process.kill((await context.services.engine.pid())!, 'SIGKILL');
    await becomes('ended');
    await context.services.engine.call({ kind: 'probe', selfTest: false });
    await becomes('ready');
  });

  it('leads to the Doctor where the engine can not start, and back', async () => {
    const section = () => vscode.workspace.getConfiguration('coppice');
    await section().update('node.path', '/nowhere/at/all', vscode.ConfigurationTarget.Global);
    await context.state.lookAgain();
    assert.equal(context.state.keys.state, 'broken');
    await section().update('node.path', undefined, vscode.ConfigurationTarget.Global);
    await becomes('ready');
  });

  it('says that a file has no tests, in that file and until something else is chosen', async () => {
    const [tests] = await vscode.workspace.findFiles('tests/test_words.py');
    const document = await vscode.workspace.openTextDocument(tests!);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), '"""Nothing is tested here."""\n');
    await vscode.workspace.applyEdit(edit);
    putCursorIn(await openWords(), 'count_vowels');
    const section = vscode.workspace.getConfiguration('coppice', vscode.window.activeTextEditor!.document.uri);
    try {
      await vscode.commands.executeCommand('coppice.candidates.grow');
      await becomes('no-tests');
      await vscode.window.showTextDocument(document);
      await becomes('ready');
      await openWords();
      await becomes('no-tests');
      await section.update('tests.framework', 'none', vscode.ConfigurationTarget.Workspace);
      await becomes('ready');
    } finally {
      await section.update('tests.framework', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });

  it('names nothing in the manifest that is never set', () => {
    const { contributes } = vscode.extensions.getExtension('coppice.coppice')!.packageJSON;
    const named = new Set(JSON.stringify(contributes).match(/(?<=coppice\.)\w+(?= == )|(?<=onContext:coppice\.)\w+/g));
    const keys = new Set([...Object.keys(context.state.keys), 'candidates']);
    assert.deepEqual(
      [...named].filter((key) => !keys.has(key)),
      [],
    );
    assert.ok(named.has('state'));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
