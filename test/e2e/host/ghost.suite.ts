import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { FunctionBody } from '../../../src/extension/function-body.ts';
import { GhostText } from '../../../src/extension/ghost/ghost-text.ts';
import type { RankedCandidate } from '../../../src/run/run-result.ts';
import { STEP_LIMIT_MS } from '../limits.ts';
import { newRun } from './scene.ts';

const BEFORE = 'def f(a, b):\n    pass\n\n\ndef g(a):\n    return a\n';
/** The best first; the last one did not pass. */
const BODIES = ['return a + b', 'return b + a', 'return a + b ', 'return sum([a, b])', 'return a - b'];

/** Candidates are given here, so that each says what is to be offered; the growing suite grows real ones. */
describe('ghost text', function () {
  this.timeout(2 * STEP_LIMIT_MS);
  let context: Context;
  let folder: string;
  const made: string[] = [];

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  });

  afterEach(async () => {
    for (const run of [...context.runs.all]) context.runs.remove(run);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const path of made.splice(0)) await rm(path, { force: true });
  });

  /** An editor with the body of `f` taken out but for `body`, where `|` is the cursor, and a finished run for it. */
  async function withRun(name: string, body: string, bodies = BODIES) {
    const path = join(folder, name);
    made.push(path);
    await writeFile(path, BEFORE);
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(path));
    const { document } = editor;
    const place = { line: 1, column: 1 };
    const target = await FunctionBody.at(await context.services.syntax(), document, place, folder);
    const run = newRun(target, { workspace: folder, file: name, tests: { kind: 'none' }, candidates: bodies.length });
    const ranking = bodies.map((text, index) => {
      const [id, written] = [`c${index}`, `    ${text}\n`];
      const candidate = { index, tokens: [], text: written, logprob: 0, stop: 'end-token' } as never;
      run.receive({ kind: 'grown', id, candidate, body: written, imports: [], text: target.with(written) });
      const verdict = index < bodies.length - 1 || bodies !== BODIES ? 'passed' : 'failed';
      return { rank: index + 1, id, text: target.with(written), count: 1, report: { verdict, cases: [] } };
    }) as unknown as RankedCandidate[];
    const at = body.indexOf('|');
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 8), body.replace('|', '')));
    const cursor = document.positionAt(document.offsetAt(new vscode.Position(1, 0)) + at);
    editor.selection = new vscode.Selection(cursor, cursor);
    context.runs.add(run);
    run.finish({ run: { baseline: ranking[0]!.report }, ranking } as never);
    return { editor, run, ranking };
  }

  /** What is offered at the cursor. */
  function offered(editor: vscode.TextEditor, selected?: vscode.SelectedCompletionInfo): string[] {
    const items = new GhostText(context.runs).verified(editor.document, editor.selection.active, selected);
    return items.map(({ insertText }) => String(insertText));
  }

  const text = (editor: vscode.TextEditor) => editor.document.getText();
  const lineOf = (editor: vscode.TextEditor) => editor.document.lineAt(1).text;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300));

  /** Does steps in the editor as someone at the keyboard would, until they have come to something. */
  async function press(
    editor: vscode.TextEditor,
    isDone: () => boolean,
    ...steps: (string | (() => Promise<void>))[]
  ): Promise<void> {
    const deadline = Date.now() + STEP_LIMIT_MS;
    while (!isDone()) {
      assert.ok(Date.now() < deadline, `${steps.join(', ')} came to nothing: ${lineOf(editor)}`);
      for (const step of steps) {
        if (typeof step === 'string') await vscode.commands.executeCommand(`editor.action.inlineSuggest.${step}`);
        else await step();
        await pause();
      }
    }
  }

  it('offers what passed in the order of the ranking, equal texts once', async () => {
    const { editor } = await withRun('order.py', '    |');
    assert.deepEqual(offered(editor), ['return a + b', 'return b + a', 'return sum([a, b])']);
  });

  it('goes through them with the keys of VS Code', async () => {
    const { editor } = await withRun('cycle.py', '    |');
    const isSecond = () => lineOf(editor) === '    return b + a';
    await press(editor, isSecond, 'trigger', 'showNext', 'commit', async () => {
      // A slow editor may not have gone on before it was asked to accept.
      if (!isSecond() && lineOf(editor).trim() !== '') await vscode.commands.executeCommand('undo');
    });
    assert.equal(text(editor), BEFORE.replace('pass', 'return b + a'));
    assert.deepEqual(offered(editor), [], 'there it is, and nothing worse is offered behind it');
  });

  it('offers the rest when a word has been accepted', async () => {
    const { editor } = await withRun('partial.py', '    |');
    await press(editor, () => lineOf(editor) === '    return', 'trigger', 'acceptNextWord');
    assert.deepEqual(offered(editor), [' a + b', ' b + a', ' sum([a, b])']);
    await press(editor, () => lineOf(editor) === '    return a + b', 'commit');
  });

  it('writes nothing twice that follows the cursor', async () => {
    const { editor } = await withRun('suffix.py', '    return sum([|])');
    assert.deepEqual(offered(editor), ['a, b']);
    await press(editor, () => lineOf(editor) === '    return sum([a, b])', 'trigger', 'commit');
  });

  it('keeps the order that it was shown in until the user says what is right', async () => {
    const { editor, run, ranking } = await withRun('stable.py', '    |');
    const ghosts = new GhostText(context.runs);
    const ask = () => ghosts.verified(editor.document, editor.selection.active).map(({ insertText }) => insertText);
    const shown = ask();
    run.receive({ kind: 'ranking', ranking: [ranking[3]!, ...ranking.slice(0, 3)] });
    assert.deepEqual(ask(), shown);
    ghosts.forget(run);
    assert.deepEqual(ask(), ['return sum([a, b])', 'return a + b', 'return b + a']);
  });

  it('goes with the entry that is selected in a list, or stays away', async () => {
    const { editor } = await withRun('list.py', '    re|');
    const range = new vscode.Range(1, 4, 1, 6);
    assert.deepEqual(offered(editor, { range, text: 'repr' }), []);
    assert.deepEqual(offered(editor, { range, text: 'return' }), [
      'return a + b',
      'return b + a',
      'return sum([a, b])',
    ]);
  });

  it('offers nothing to several cursors, to a selection, or in the middle of a merge', async () => {
    const { editor } = await withRun('places.py', '    |');
    const { selection } = editor;
    editor.selections = [selection, new vscode.Selection(4, 0, 4, 0)];
    assert.deepEqual(offered(editor), []);
    editor.selections = [new vscode.Selection(1, 0, 1, 4)];
    assert.deepEqual(offered(editor), []);
    editor.selections = [selection];
    assert.equal(offered(editor).length, 3);
    await editor.edit((edit) => edit.insert(new vscode.Position(6, 0), '<<<<<<< HEAD\n'));
    assert.deepEqual(offered(editor), []);
  });

  it('offers nothing in a diff, though it shows the file itself', async () => {
    const { editor } = await withRun('diff.py', '    |');
    const { document } = editor;
    assert.equal(offered(editor).length, 3);
    const other = await vscode.workspace.openTextDocument({ content: BEFORE, language: 'python' });
    await vscode.commands.executeCommand('vscode.diff', other.uri, document.uri);
    const deadline = Date.now() + STEP_LIMIT_MS;
    while (!(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff)) {
      assert.ok(Date.now() < deadline, 'the diff opens');
      await pause();
    }
    const inDiff = vscode.window.activeTextEditor!;
    assert.equal(inDiff.document.uri.toString(), document.uri.toString());
    inDiff.selection = new vscode.Selection(1, 4, 1, 4);
    assert.deepEqual(offered(inDiff), []);
  });

  it('binds no key that types or moves on', () => {
    const { contributes } = vscode.extensions.getExtension('coppice.coppice')!.packageJSON;
    const keys: string[] = (contributes.keybindings ?? []).map(({ key }: { key: string }) => key);
    assert.ok(keys.every((key) => !/(^|[+ ])(tab|enter|escape|right)$/i.test(key)));
  });
});
