import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { EngineRequest } from '../../../src/core/protocol.ts';
import type { Context } from '../../../src/extension/context.ts';
import { FunctionBody } from '../../../src/extension/function-body.ts';
import { AT_ONCE_MS, START_LIMIT_MS } from '../limits.ts';
import { newRun, until } from './scene.ts';

/** Longer than anyone pauses before the engine is asked. */
const QUIET_MS = 800;
const BEFORE = 'def total(items):\n    total = 0\n    for item in items:\n        total +=\n    return total\n';
const LINE = 3;

/** One thing that the engine was asked for. */
interface Call {
  request: EngineRequest;
  signal: AbortSignal | undefined;
  /** How many others were not answered yet. */
  beside: number;
  /** When it was answered, or called off. */
  settled?: { at: number; ok: boolean };
}

describe('candidates while someone types', function () {
  this.timeout(2 * START_LIMIT_MS);
  let context: Context;
  let folder: string;
  let editor: vscode.TextEditor;
  let path: string;
  let calls: Call[];
  let restore: () => void;
  const settings = () => vscode.workspace.getConfiguration('coppice');
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
    // Other suites have used the engine.
    context.services.stop();
    // The real engine answers; what it is asked is written down.
    const { engine } = context.services;
    const call = engine.call;
    calls = [];
    engine.call = ((request: EngineRequest, options: { signal?: AbortSignal } = {}) => {
      const beside = calls.filter(({ settled }) => !settled).length;
      const asked: Call = { request, signal: options.signal, beside };
      calls.push(asked);
      const answer = call.call(engine, request as never, options as never);
      const settle = (ok: boolean) => () => {
        asked.settled = { at: performance.now(), ok };
      };
      answer.then(settle(true), settle(false));
      return answer;
    }) as typeof call;
    restore = () => {
      engine.call = call;
    };
    path = join(folder, 'typing.py');
  });

  beforeEach(async () => {
    await writeFile(path, BEFORE);
    editor = await vscode.window.showTextDocument(vscode.Uri.file(path));
    const end = editor.document.lineAt(LINE).range.end;
    editor.selection = new vscode.Selection(end, end);
    calls.length = 0;
  });

  afterEach(async () => {
    for (const run of [...context.runs.all]) context.runs.remove(run);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(path, { force: true });
  });

  after(async () => {
    restore();
    await settings().update('asYouType.enabled', undefined, vscode.ConfigurationTarget.Workspace);
  });

  const type = (text: string) => vscode.commands.executeCommand('type', { text });
  const line = () => editor.document.lineAt(LINE).text;
  /** Those that candidates at the cursor were asked for with. */
  const asked = () => calls.filter(({ request }) => request.kind === 'grow' && request.stop.maxTokens > 1);

  it('asks the engine for nothing, and starts none, before it is switched on', async () => {
    await type(' ');
    assert.match(line(), / total \+= $/);
    await pause(QUIET_MS);
    assert.deepEqual(calls, []);
    assert.equal(await context.services.engine.pid(), undefined);
  });

  it('loads the model without anyone waiting for it, then offers the rest of the line', async () => {
    await settings().update('asYouType.enabled', true, vscode.ConfigurationTarget.Workspace);
    await type(' ');
    const isReady = () => calls.some(({ request, settled }) => request.kind === 'grow' && settled?.ok === true);
    await until('the model is ready', isReady);
    assert.deepEqual(asked(), []);
    const deadline = Date.now() + START_LIMIT_MS;
    while (line().trimEnd() === '        total +=') {
      assert.ok(Date.now() < deadline, `nothing was offered: ${JSON.stringify(asked().map(({ settled }) => settled))}`);
      await vscode.commands.executeCommand('deleteLeft');
      await type(' ');
      const before = asked().length;
      await until('the engine is asked', () => asked().length > before);
      await until('the engine has answered', () => asked().at(-1)!.settled !== undefined);
      await pause(QUIET_MS);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      await pause(100);
    }
    assert.match(line(), /^ {8}total \+= \S/);
    assert.ok(editor.document.getText().endsWith('\n    return total\n'));
    const { request } = asked().at(-1)!;
    assert.ok(request.kind === 'grow' && request.tree.candidates === 3 && request.stop.maxTokens <= 48);
  });

  it('is called off within 100 ms of the next key', async () => {
    for (let attempt = 1; ; attempt++) {
      const before = asked().length;
      await type(' ');
      await until('the engine is asked', () => asked().length > before);
      const first = asked()[before]!;
      let heard: number | undefined;
      const listener = vscode.workspace.onDidChangeTextDocument(() => {
        heard ??= performance.now();
      });
      await type('1');
      await until('it is over', () => first.settled !== undefined && heard !== undefined);
      listener.dispose();
      const took = first.settled!.at - heard!;
      // It may have been done before the key.
      if (!first.settled!.ok) assert.equal(first.signal?.aborted, true);
      if (!first.settled!.ok && took < AT_ONCE_MS) return;
      assert.ok(attempt < 10, first.settled!.ok ? 'no key came in time' : `it took ${took.toFixed(0)} ms`);
    }
  });

  it('has one thing at a time on the GPU, however fast the keys are', async () => {
    // No word begins with them, for which VS Code would open a list.
    for (const key of [' ', '1', '2', '3']) {
      const before = asked().length;
      await type(key);
      await until('the engine is asked', () => asked().length > before);
    }
    await until('it is over', () => asked().every(({ settled }) => settled));
    assert.ok(asked().length >= 4);
    assert.deepEqual(new Set(asked().map(({ beside }) => beside)), new Set([0]));
  });

  it('leaves the GPU to a run', async () => {
    const place = { line: 2, column: 1 };
    const target = await FunctionBody.at(await context.services.syntax(), editor.document, place, folder);
    const run = newRun(target, { workspace: folder, file: path, tests: { kind: 'none' }, candidates: 1 });
    context.runs.add(run);
    assert.ok(run.isGoing);
    await type(' ');
    await pause(QUIET_MS);
    assert.deepEqual(asked(), []);
  });

  it('asks for nothing with several cursors, nor when someone asks by a key', async () => {
    const { selection } = editor;
    editor.selections = [selection, new vscode.Selection(0, 0, 0, 0)];
    await type(' ');
    await pause(QUIET_MS);
    assert.deepEqual(asked(), []);
    editor.selections = [selection];
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await pause(QUIET_MS);
    assert.deepEqual(asked(), []);
  });
});
