import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';

const ID = 'coppice.coppice';

describe('the first minutes', () => {
  const made: string[] = [];
  after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

  async function openExample(language: string, depth: number): Promise<{ file: string; line: string }> {
    await vscode.commands.executeCommand('coppice.example.open', language);
    const { document, selection } = vscode.window.activeTextEditor!;
    const file = document.uri.fsPath;
    const folder = Array.from({ length: depth }).reduce<string>(dirname, file);
    assert.ok(folder.startsWith(join(tmpdir(), 'coppice-example-')), file);
    made.push(folder);
    return { file, line: document.lineAt(selection.active.line - 1).text };
  }

  it('opens copies of both examples, with the cursor in the function to grow', async () => {
    const python = await openExample('python', 1);
    assert.match(python.line, /^def count_vowels\(/);
    const typescript = await openExample('typescript', 2);
    assert.match(typescript.line, /^export function clamp\(/);
    const again = await openExample('python', 1);
    assert.notEqual(again.file, python.file);
    const { extensionPath } = vscode.extensions.getExtension(ID)!;
    const original = await readFile(join(extensionPath, 'examples/python/words.py'), 'utf8');
    assert.equal(await readFile(again.file, 'utf8'), original);
  });

  it('grow in a copy, outside the folder that is open, with Sprout and the tests beside it', async () => {
    const { state, runs } = await vscode.extensions.getExtension<Context>(ID)!.activate();
    const section = vscode.workspace.getConfiguration('coppice');
    await section.update('candidates.count', 4, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('coppice.candidates.grow');
    await section.update('candidates.count', undefined, vscode.ConfigurationTarget.Global);
    const { phase, request } = runs.newest!;
    assert.ok(phase.kind === 'finished', JSON.stringify(phase));
    assert.equal(request.workspace, made.at(-1));
    assert.equal(phase.result.run.tests.kind, 'unittest');
    assert.equal(state.keys.grown, true);
  });

  it('have a walkthrough of pictures and commands that are there', async () => {
    const extension = vscode.extensions.getExtension(ID)!;
    const [walkthrough] = extension.packageJSON.contributes.walkthroughs;
    const commands = new Set(await vscode.commands.getCommands(true));
    assert.ok(walkthrough.steps.length >= 4);
    for (const { id, description, media, completionEvents } of walkthrough.steps) {
      assert.match(await readFile(join(extension.extensionPath, media.svg), 'utf8'), /var\(--vscode-/, id);
      const named = `${description} ${completionEvents.join(' ')}`.matchAll(/(?:command|onCommand):([\w.]+)/g);
      assert.deepEqual(
        [...named].map(([, command]) => command!).filter((command) => !commands.has(command)),
        [],
        id,
      );
    }
  });
});
