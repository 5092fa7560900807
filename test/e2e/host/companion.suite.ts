import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { RUN_LIMIT_MS, STEP_LIMIT_MS } from '../limits.ts';

const SETTING = 'coppice.companion.enabled';
const PORT = 27121;

const PROBLEM = {
  ...{ name: 'Count Vowels', group: 'Practice', url: 'https://example.org/v', interactive: false },
  ...{ memoryLimit: 256, timeLimit: 1000, testType: 'single' },
  tests: [
    { input: 'hello world\n', output: '3\n' },
    { input: 'xyz\n', output: '0\n' },
  ],
  ...{ input: { type: 'stdin' }, output: { type: 'stdout' }, languages: { java: { mainClass: 'Main' } } },
};

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + STEP_LIMIT_MS; Date.now() < end; ) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come`);
}

/** As Competitive Companion does. Undefined where nobody listens. */
async function post(body: unknown, headers: Record<string, string> = {}): Promise<number | undefined> {
  const sent = { 'content-type': 'application/json', ...headers };
  const init = { method: 'POST', headers: sent, body: JSON.stringify(body) };
  return fetch(`http://localhost:${PORT}/`, init).then(
    ({ status }) => status,
    () => undefined,
  );
}

describe('problems of Competitive Companion', function () {
  this.timeout(RUN_LIMIT_MS + 30_000);
  let context: Context;
  let root: vscode.Uri;
  let program: vscode.TextDocument;

  const documentAt = (path: string) =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.path === vscode.Uri.joinPath(root, path).path);
  const isOnDisk = (path: string) =>
    vscode.workspace.fs.stat(vscode.Uri.joinPath(root, path)).then(
      () => true,
      () => false,
    );
  const set = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  const enable = (value: boolean | undefined) => set(SETTING, value);

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    const [file] = await vscode.workspace.findFiles('words.py');
    root = vscode.Uri.joinPath(file!, '..');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file!));
    await set('coppice.candidates.count', 8);
  });

  after(async () => {
    await enable(undefined);
    await set('coppice.candidates.count', undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('are not listened to before the setting says so', async () => {
    assert.equal(await post(PROBLEM), undefined);
  });

  it('come once the port is free, where another program had it', async () => {
    const other = createServer((_, response) => response.writeHead(418).end()).listen(PORT, '127.0.0.1');
    await once(other, 'listening');
    await enable(true);
    assert.equal(await post(PROBLEM), 418);
    other.close();
    other.closeAllConnections();
    await enable(false);
    await until('the end', async () => ((await post(PROBLEM)) === undefined ? true : undefined));
  });

  it('open as a program and its samples, and nothing is on disk', async () => {
    await enable(true);
    await until('the listener', async () => ((await post({ no: 'problem' })) === 400 ? true : undefined));
    assert.equal(await post(PROBLEM, { origin: 'https://evil.example' }), 403);
    assert.equal(await post(PROBLEM), 200);
    await vscode.commands.executeCommand('coppice.problem.open');
    program = await until('the program', () => documentAt('count-vowels.py'));
    const samples = await until('the samples', () => documentAt('count-vowels.samples.json'));
    assert.match(program.getText(), /def count_vowels\(text: str\) -> int:/);
    assert.deepEqual(JSON.parse(samples.getText()).tests, PROBLEM.tests);
    assert.equal(program.isUntitled && samples.isUntitled, true);
    assert.deepEqual([await isOnDisk('count-vowels.py'), await isOnDisk('count-vowels.samples.json')], [false, false]);
    assert.equal(vscode.window.activeTextEditor?.document, program);
  });

  it('are solved with candidates that their samples judge, and accepted into the program', async () => {
    const statement = '"""Count the vowels of a text, in either case."""';
    const at = program.getText().indexOf('"""');
    const end = program.getText().indexOf('"""', at + 3) + 3;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(program.uri, new vscode.Range(program.positionAt(at), program.positionAt(end)), statement);
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand('coppice.problem.solve');
    const run = context.runs.newest!;
    assert.equal(run.phase.kind, 'finished', JSON.stringify(run.phase));
    assert.equal(run.target.symbol, 'count_vowels');
    assert.deepEqual(
      run.winner?.report.cases.map(({ id, status }) => [id, status]),
      [
        ['sample 1', 'passed'],
        ['sample 2', 'passed'],
      ],
    );
    const { workspace } = run.request;
    assert.deepEqual(readdirSync(workspace), [], 'nothing is beside it that knows the answers');
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(program.getText(), run.target.with(run.body(run.ranking[0]!.id)!));
  });

  it('are stress tested against another program, with both outputs side by side', async () => {
    const reference = vscode.Uri.joinPath(root, 'brute.py').with({ scheme: 'untitled' });
    await vscode.workspace.openTextDocument(reference);
    const edit = new vscode.WorkspaceEdit();
    // One that counts an x too.
    const text = "print(sum(letter in 'aeioux' for letter in input().lower()))\n";
    edit.insert(reference, new vscode.Position(0, 0), text);
    await vscode.workspace.applyEdit(edit);
    await vscode.window.showTextDocument(program);
    await vscode.commands.executeCommand('coppice.problem.stress', { reference });
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab!;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    const [right, given] = await Promise.all(
      [input.original, input.modified].map(async (uri) => (await vscode.workspace.openTextDocument(uri)).getText()),
    );
    assert.equal(right, 'x\n\nbrute.py:\n1\n');
    assert.equal(given, 'x\n\ncount-vowels.py:\n0\n');
    await vscode.commands.executeCommand('notification.acceptPrimaryAction');
    const samples = documentAt('count-vowels.samples.json')!;
    const added = () => (JSON.parse(samples.getText()).tests.length === 3 ? true : undefined);
    await until('the sample', added);
    assert.deepEqual(JSON.parse(samples.getText()).tests[2], { input: 'x\n', output: '1\n' });
    assert.equal(await isOnDisk('count-vowels.samples.json'), false);
  });

  it('are listened to no longer once the setting is off', async () => {
    await enable(false);
    await until('the end', async () => ((await post({})) === undefined ? true : undefined));
  });
});
