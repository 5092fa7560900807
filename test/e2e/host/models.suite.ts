import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { HubServer } from '../../engine/hub/hub-server.ts';
import { openWords, putCursorIn } from './scene.ts';

const NAME = 'someone/small-coder';
const VARIABLES = ['HF_ENDPOINT', 'COPPICE_CACHE'] as const;

/** The model is Sprout itself, from a hub on this machine. */
describe('models', () => {
  let context: Context;
  let server: HubServer;
  let cache: string;
  const was = VARIABLES.map((variable) => process.env[variable]);

  before(async () => {
    const extension = vscode.extensions.getExtension<Context>('coppice.coppice')!;
    context = await extension.activate();
    const sprout = join(extension.extensionPath, 'models', 'sprout');
    const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
    server = await HubServer.open(Object.fromEntries(files.map((file) => [file, readFileSync(join(sprout, file))])));
    cache = mkdtempSync(join(tmpdir(), 'coppice-host-models-'));
    process.env.HF_ENDPOINT = server.endpoint;
    process.env.COPPICE_CACHE = cache;
  });

  after(async () => {
    await setting().update('model.path', undefined, vscode.ConfigurationTarget.Global);
    VARIABLES.forEach((variable, index) => {
      if (was[index] === undefined) delete process.env[variable];
      else process.env[variable] = was[index];
    });
    server.dispose();
    rmSync(cache, { recursive: true, force: true });
  });

  const setting = () => vscode.workspace.getConfiguration('coppice');
  const rowOf = async (name: string) => {
    const { models, inUse } = await context.shelf.look();
    const model = models.find((each) => each.name === name);
    return { model, row: { kind: 'model', model, inUse: inUse === model } };
  };

  it('downloads one from the hub, which is then on the shelf', async () => {
    let redrawn = 0;
    const listening = context.shelf.onDidChange(() => redrawn++);
    assert.equal(await vscode.commands.executeCommand('coppice.model.pull', NAME), true);
    listening.dispose();
    const { model } = await rowOf(NAME);
    assert.equal(model?.source, 'downloaded');
    assert.ok(model.path.startsWith(cache) && redrawn > 0);
    assert.deepEqual((await context.shelf.look()).unfinished, []);
  });

  it('uses the one that is chosen, from the settings of the user', async () => {
    await vscode.commands.executeCommand('coppice.model.use', (await rowOf(NAME)).row);
    assert.equal(setting().inspect('model.path')?.globalValue, NAME);
    assert.equal((await context.shelf.look()).inUse?.name, NAME);
  });

  it('grows candidates with it, by its name', async () => {
    const editor = await openWords();
    putCursorIn(editor, 'count_vowels');
    await setting().update('candidates.count', 4, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('coppice.candidates.grow');
    await setting().update('candidates.count', undefined, vscode.ConfigurationTarget.Global);
    assert.equal(context.runs.newest?.phase.kind, 'finished', JSON.stringify(context.runs.newest?.phase));
    assert.equal(context.runs.newest?.request.model, NAME);
  });

  it('goes back to Sprout, where nothing is set', async () => {
    await vscode.commands.executeCommand('coppice.model.use', (await rowOf('sprout')).row);
    assert.equal(setting().inspect('model.path')?.globalValue, undefined);
    assert.equal((await context.shelf.look()).inUse?.name, 'sprout');
  });

  it('says what went wrong with a download, and leaves no model', async () => {
    server.commit('tokenizer.json', Buffer.from('{}'.padEnd(2000)));
    server.fault = ({ path }, response) => path.includes('/resolve/') && Boolean(response.writeHead(403).end());
    // The notification waits for an answer that does not come; the command does not wait for it.
    assert.equal(await vscode.commands.executeCommand('coppice.model.pull', NAME), false);
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.deepEqual(readdirSync(join(cache, 'models')), ['someone--small-coder']);
    assert.equal((await context.shelf.look()).models.filter(({ name }) => name === NAME).length, 1);
  });
});
