import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { openWords, putCursorIn } from './scene.ts';

/** Right and wrong candidates pass it. */
const WEAK_TEST = `import unittest

from words import initials


class Initials(unittest.TestCase):
    def test_empty_name(self):
        self.assertEqual(initials(""), "")
`;

describe('saying which output is right', function () {
  this.timeout(2 * RUN_LIMIT_MS);
  let context: Context;
  let tests: vscode.TextDocument;
  let run: Run;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    const [file] = await vscode.workspace.findFiles('tests/test_words.py');
    tests = await vscode.workspace.openTextDocument(file!);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(tests.uri, new vscode.Range(0, 0, tests.lineCount, 0), WEAK_TEST);
    await vscode.workspace.applyEdit(edit);
    run = await grow();
  });

  after(async () => {
    await vscode.window.showTextDocument(tests);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  async function grow(): Promise<Run> {
    const editor = await openWords();
    putCursorIn(editor, 'initials');
    await vscode.commands.executeCommand('coppice.candidates.grow');
    return finished();
  }

  function finished(): Run {
    const newest = context.runs.newest;
    assert.equal(newest?.phase.kind, 'finished', JSON.stringify(newest?.phase));
    return newest!;
  }

  it('ranks anew at once, rules out who gives something else, and can be taken back', () => {
    const before = run.ranking;
    const passed = run.passedCount;
    const { input, answers } = run.question!;
    assert.ok(answers[0].ids.includes(before[0]!.id));
    run.decide({ input, expected: answers[1].text });
    assert.ok(answers[1].ids.includes(run.winner!.id));
    assert.equal(run.passedCount, answers[1].count);
    assert.notEqual(run.question?.input, input);
    run.undo(input);
    assert.deepEqual([run.ranking, run.passedCount, run.question!.input], [before, passed, input]);
  });

  it('opens what the best candidates give for the input side by side', async () => {
    const { input, answers } = run.question!;
    await vscode.commands.executeCommand('coppice.question.compare');
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.ok(activeTab?.input instanceof vscode.TabInputTextDiff);
    assert.ok(activeTab.label.startsWith(`${input}: `), activeTab.label);
    const sides = await Promise.all(
      [activeTab.input.original, activeTab.input.modified].map((uri) => vscode.workspace.openTextDocument(uri)),
    );
    assert.deepEqual(
      sides.map((side) => side.lineAt(0).text),
      answers.slice(0, 2).map(({ text }) => text),
    );
    sides.forEach((side, at) => {
      assert.ok(side.getText().includes(run.body(answers[at]!.ids[0]!)!));
    });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('offers nothing that the user has called wrong', () => {
    const { input } = run.question!;
    run.decide({ input, expected: "'something else'" });
    assert.equal(run.winner, undefined);
    assert.equal(run.passedCount, 0);
    run.undo(input);
  });

  it('is put into the tests of the function as one edit that is not saved', async () => {
    const { input, answers } = run.question!;
    run.decide({ input, expected: answers[1].text });
    const onDisk = await vscode.workspace.fs.readFile(tests.uri);
    await vscode.commands.executeCommand('coppice.decision.save');
    const { document, selection } = vscode.window.activeTextEditor!;
    assert.equal(document.uri.toString(), tests.uri.toString());
    assert.match(
      document.getText(selection),
      /^ {4}def test_initials_of_\w+\(self\):\n {8}self\.assertEqual\(initials\(".*"\), ".*"\)$/,
    );
    assert.deepEqual(await vscode.workspace.fs.readFile(tests.uri), onDisk);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), WEAK_TEST);
  });

  it('holds for the candidates of Grow Again too', async () => {
    const { decisions } = run;
    assert.equal(decisions.length, 1);
    await vscode.commands.executeCommand('coppice.candidates.growAgain');
    const again = finished();
    assert.notEqual(again, run);
    assert.deepEqual(again.decisions, decisions);
    const { input, expected } = decisions[0]!;
    assert.equal(again.winner!.report.outputs!.find((output) => output.input === input)!.text, expected);
  });
});
