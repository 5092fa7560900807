import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { TreeNode } from '../../../src/extension/panel/tree-node.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { openWords, putCursorIn } from './scene.ts';

describe('what can be done with a candidate', function () {
  this.timeout(2 * RUN_LIMIT_MS);
  let context: Context;
  let run: Run;
  let tests: string;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    context.runs.onDidChange((each) => {
      if (each?.phase.kind === 'failed') console.log(`      ${JSON.stringify(each.phase.error)}`);
    });
    tests = (await vscode.workspace.findFiles('tests/test_words.py'))[0]!.fsPath;
    const editor = await openWords();
    putCursorIn(editor, 'group_by_first_letter');
    await vscode.commands.executeCommand('coppice.candidates.grow');
    run = context.runs.newest!;
    assert.equal(run.phase.kind, 'finished', JSON.stringify(run.phase));
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const rowsBelow = (row: TreeNode): TreeNode[] => row.children().flatMap((child) => [child, ...rowsBelow(child)]);
  const rowOf = (id: string) => rowsBelow(context.rows.row(run)).find((row) => row.id === `${run.id}/${id}`)!;
  const activeTab = () => vscode.window.tabGroups.activeTabGroup.activeTab!;
  const textOf = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();

  it('opens the diffs of all that pass in one editor', async () => {
    await vscode.commands.executeCommand('coppice.run.openSurvivors', context.rows.row(run));
    const { label } = activeTab();
    assert.match(label, new RegExp(`group_by_first_letter: ${run.survivors.length} different candidates that pass`));
  });

  it('shows the two values that a failed test compared as a diff', async () => {
    const failed = rowsBelow(context.rows.row(run)).find((row) => / ≠ /.test(String(row.item().description)));
    assert.ok(failed, 'a candidate gives a wrong value');
    await vscode.commands.executeCommand('coppice.test.openMessage', failed);
    const { input } = activeTab();
    assert.ok(input instanceof vscode.TabInputTextDiff);
    // A row has room for the beginning of a value only.
    const [actual, expected] = String(failed.item().description)
      .split(' ≠ ')
      .map((text) => text.replace(/…$/, ''));
    assert.ok((await textOf(input.original)).startsWith(expected!));
    assert.ok((await textOf(input.modified)).startsWith(actual!));
  });

  it('opens a failed test at its line', async () => {
    const failed = rowsBelow(context.rows.row(run)).find((row) => row.item().contextValue === 'failedTest');
    await vscode.commands.executeCommand('coppice.test.open', failed);
    const { document, selection } = vscode.window.activeTextEditor!;
    assert.equal(document.uri.fsPath, tests);
    assert.match(document.lineAt(selection.active.line).text, /def test_|assert/);
  });

  it('runs a candidate again, which does the same', async () => {
    const entry = run.survivors.at(-1)!;
    await vscode.commands.executeCommand('coppice.candidate.runAgain', rowOf(entry.id));
    assert.equal(run.entry(entry.id)!.report.confirmation?.kind, 'repeated');
  });

  it('runs one again that turns out to be flaky, which stays so', async () => {
    const entry = run.survivors.at(-1)!;
    const before = await readFile(tests, 'utf8');
    try {
      await writeFile(
        tests,
        before.replace(/(class GroupByFirstLetter.*?def test_\w+\(self\):\n)/s, '$1        self.fail("not today")\n'),
      );
      await vscode.commands.executeCommand('coppice.candidate.runAgain', rowOf(entry.id));
    } finally {
      await writeFile(tests, before);
    }
    const { confirmation } = run.entry(entry.id)!.report;
    assert.equal(confirmation?.kind, 'flaky');
    assert.match(confirmation?.why ?? '', /passed, then failed/);
    assert.match(String(rowOf(entry.id).item().description), /^flaky/);
    await vscode.commands.executeCommand('coppice.candidate.runAgain', rowOf(entry.id));
    assert.equal(run.entry(entry.id)!.report.confirmation?.kind, 'flaky');
    assert.ok(run.ranking.at(-1)!.rank >= run.entry(entry.id)!.rank);
  });

  it('grows new candidates that begin with the first lines of one', async () => {
    const syntax = await context.services.syntax();
    const isLong = ({ id }: { id: string }) =>
      syntax.statementLines('python', run.target.header, run.body(id)!).length > 0;
    const entry = run.ranking.find(isLong);
    assert.ok(entry, 'a candidate has several statements');
    const body = run.body(entry.id)!;
    const start = body.slice(0, syntax.statementLines('python', run.target.header, body)[0]);
    await vscode.commands.executeCommand('coppice.candidate.regrow', rowOf(entry.id), 1);
    const again = context.runs.newest!;
    assert.notEqual(again, run);
    assert.equal(again.phase.kind, 'finished', JSON.stringify(again.phase));
    assert.equal(again.request.start, start);
    assert.equal(
      again.ranking.reduce((sum, { count }) => sum + count, 0),
      32,
    );
    for (const { id } of again.ranking) assert.ok(again.body(id)!.startsWith(start), again.body(id));
    assert.ok(
      again.ranking.some(({ id }) => again.body(id) !== start),
      'and go on from there',
    );
  });
});
