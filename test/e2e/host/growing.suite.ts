import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { AT_ONCE_MS, RUN_LIMIT_MS } from '../limits.ts';
import { growing, openWords, putCursorIn, rewrite } from './scene.ts';

describe('growing candidates', function () {
  this.timeout(RUN_LIMIT_MS + 30_000);
  let context: Context;
  let editor: vscode.TextEditor;
  let original: string;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    editor = await openWords();
    original = editor.document.getText();
  });

  function finished(): Run {
    const run = context.runs.newest;
    assert.equal(run?.phase.kind, 'finished', JSON.stringify(run?.phase));
    return run!;
  }

  it('fills a run with ranked candidates that the tests of the project judged', async () => {
    putCursorIn(editor, 'count_vowels');
    await vscode.commands.executeCommand('coppice.candidates.grow');
    const run = finished();
    const counted = run.ranking.reduce((sum, entry) => sum + entry.count, 0);
    assert.equal(counted, 32);
    assert.deepEqual(
      run.ranking.map(({ rank }) => rank),
      run.ranking.map((_, index) => index + 1),
    );
    assert.equal(run.winner?.report.verdict, 'passed');
    assert.equal(editor.document.getText(), original, 'growing changes nothing');
  });

  it('accepts a candidate as one undo step that replaces the body and nothing else', async () => {
    const run = finished();
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(editor.document.getText(), run.text(run.ranking[0]!.id));
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), original);
  });

  it('keeps the line breaks of a document from Windows', async () => {
    const run = finished();
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    await vscode.commands.executeCommand('coppice.candidate.accept');
    const text = editor.document.getText();
    assert.equal(text, run.text(run.ranking[0]!.id)!.replaceAll('\n', '\r\n'));
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.LF));
    editor = await rewrite(editor, original);
  });

  it('refuses to accept once the header of the function has changed', async () => {
    const line = original.split('\n').indexOf('def count_vowels(text: str) -> int:');
    const changed = await editor.edit((edit) =>
      edit.insert(new vscode.Position(line, 'def count_vowels('.length), 'a, '),
    );
    assert.ok(changed);
    const before = editor.document.getText();
    await vscode.commands.executeCommand('coppice.candidate.accept');
    assert.equal(editor.document.getText(), before);
    editor = await rewrite(editor, original);
  });

  it('shows a candidate as a diff against the text that the run found', async () => {
    const run = finished();
    await vscode.commands.executeCommand('coppice.candidate.openDiff');
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab!;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    const text = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
    assert.equal(await text(input.original), original);
    assert.equal(await text(input.modified), run.text(run.ranking[0]!.id));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('cancels within 100 ms', async () => {
    editor = await vscode.window.showTextDocument(editor.document);
    putCursorIn(editor, 'initials');
    const took: number[] = [];
    while (took.length < 5 && !took.some((ms) => ms < AT_ONCE_MS)) {
      const { run, end } = await growing(context);
      const before = performance.now();
      await vscode.commands.executeCommand('coppice.run.cancel');
      await end;
      took.push(performance.now() - before);
      assert.equal(run.phase.kind, 'cancelled');
    }
    assert.ok(Math.min(...took) < AT_ONCE_MS, `it took ${took.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  });
});
