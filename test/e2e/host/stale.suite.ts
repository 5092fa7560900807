import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { growing, openWords, putCursorIn, rewrite, until } from './scene.ts';

describe('a run whose file is edited', function () {
  this.timeout(RUN_LIMIT_MS);
  let context: Context;
  let editor: vscode.TextEditor;
  let tests: vscode.TextDocument;
  let original: string;
  let run: Run;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    const [testFile] = await vscode.workspace.findFiles('tests/test_words.py');
    tests = await vscode.workspace.openTextDocument(testFile!);
    editor = await openWords();
    original = editor.document.getText();
    putCursorIn(editor, 'initials');
    const section = vscode.workspace.getConfiguration('coppice');
    await section.update('candidates.count', 8, vscode.ConfigurationTarget.Global);
    // It is edited while it grows too.
    const { run: grown, end } = await growing(context);
    run = grown;
    await replace('"""Small things to do with words."""', '"""Small things to do with words and texts."""');
    await end;
    await section.update('candidates.count', undefined, vscode.ConfigurationTarget.Global);
    assert.equal(run.phase.kind, 'finished', JSON.stringify(run.phase));
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    editor = await rewrite(editor, original);
    await becomes([]);
  });

  async function replace(from: string, to: string): Promise<string> {
    const { document } = editor;
    const start = document.getText().indexOf(from);
    assert.ok(start >= 0, from);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
    assert.ok(await editor.edit((edit) => edit.replace(range, to)));
    return document.getText();
  }

  async function becomes(outdated: string[]): Promise<void> {
    await until(
      () => `${JSON.stringify(outdated)}: ${JSON.stringify(run.outdated)}`,
      () => JSON.stringify(run.outdated) === JSON.stringify(outdated),
    );
  }

  const best = () => run.body(run.ranking[0]!.id)!;

  it('lives on, says that its context has changed, and its candidates can be accepted', async () => {
    await becomes(['words.py']);
    const edited = await replace('def group_by_first_letter(', 'def by_first_letter(');
    await vscode.commands.executeCommand('coppice.candidate.accept');
    const doc = 'upper case and without spaces."""\n';
    assert.equal(editor.document.getText(), edited.replace(doc, doc + best()));
    await becomes(['words.py']);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), edited);
  });

  it('is as fresh as before when the edit is undone, or when its own candidate is accepted', async () => {
    await becomes([]);
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(editor.document.getText(), run.target.with(best()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(run.outdated, []);
  });

  it('says so when its tests have changed, and not when other files have', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(tests.uri, new vscode.Range(0, 0, 1, 0), 'import unittest as u\n');
    await vscode.workspace.applyEdit(edit);
    await becomes(['tests/test_words.py']);
    await vscode.window.showTextDocument(tests);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await becomes([]);
    const [readme] = await vscode.workspace.findFiles('README.md');
    const before = await vscode.workspace.fs.readFile(readme!);
    await vscode.workspace.fs.writeFile(readme!, Buffer.from('Something else.\n'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(run.outdated, []);
    await vscode.workspace.fs.writeFile(readme!, before);
  });

  it('notices a test file that is changed on disk', async () => {
    const before = await vscode.workspace.fs.readFile(tests.uri);
    await vscode.workspace.fs.writeFile(tests.uri, Buffer.from(`# Changed elsewhere.\nimport os\n`));
    await becomes(['tests/test_words.py']);
    await vscode.workspace.fs.writeFile(tests.uri, before);
    await becomes([]);
  });

  it('lets no candidate be accepted once the header of the function has changed', async () => {
    const edited = await replace('def initials(name: str)', 'def initials(name: str, sep: str)');
    await becomes(['initials']);
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(editor.document.getText(), edited);
  });

  it('lets no candidate take the place of what somebody has written', async () => {
    const doc = 'upper case and without spaces."""\n';
    const edited = await replace(doc, `${doc}    return "mine"\n`);
    await becomes(['initials']);
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(editor.document.getText(), edited);
  });

  it('lets no candidate be accepted once the function is gone', async () => {
    const at = original.indexOf('def initials(');
    const whole = original.slice(at, original.indexOf('def group_by_first_letter('));
    const edited = await replace(whole, '');
    await becomes(['initials']);
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(editor.document.getText(), edited);
  });
});
