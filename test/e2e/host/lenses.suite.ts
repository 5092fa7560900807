import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { RUN_LIMIT_MS, STEP_LIMIT_MS } from '../limits.ts';
import { LoopProbe } from './loop-probe.ts';
import { openWords, rewrite } from './scene.ts';

/** The longest that the extension host may be held up. */
const BLOCKED_MS = 50;

describe('code lenses', function () {
  this.timeout(RUN_LIMIT_MS);
  let context: Context;
  let editor: vscode.TextEditor;
  let tests: vscode.Uri;
  let original: string;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    [tests] = (await vscode.workspace.findFiles('tests/test_words.py')) as [vscode.Uri];
    editor = await openWords();
    original = editor.document.getText();
    await context.options.remember({ candidates: 4 });
  });

  after(async () => {
    await context.options.remember({});
    editor = await rewrite(editor, original);
  });

  async function isAnyRunning(): Promise<boolean> {
    const { engine, judge } = context.services;
    return (await Promise.all([engine.pid(), judge.pid()])).some((pid) => pid !== undefined);
  }

  /** What came before may still have something to ask, and would start them again. */
  async function stopped(): Promise<void> {
    const deadline = performance.now() + STEP_LIMIT_MS;
    do {
      assert.ok(performance.now() < deadline, 'they are started again and again');
      context.services.stop();
      await new Promise((resolve) => setTimeout(resolve, 500));
    } while (await isAnyRunning());
  }

  async function lenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 500);
    return found.filter(({ command }) => command?.command.startsWith('coppice.'));
  }

  /** The line below each lens, with its words. */
  async function shown(uri: vscode.Uri): Promise<string[]> {
    const document = await vscode.workspace.openTextDocument(uri);
    return (await lenses(uri)).map(({ range, command }) => {
      const line = document.lineAt(range.start.line).text.trim().replace(/\(.*/, '');
      return `${line}: ${command!.title.replace(/\$\(.*?\) /, '')}`;
    });
  }

  async function becomes(uri: vscode.Uri, matches: (shown: string[]) => boolean): Promise<string[]> {
    const deadline = performance.now() + STEP_LIMIT_MS;
    for (;;) {
      const now = await shown(uri);
      if (matches(now)) return now;
      assert.ok(performance.now() < deadline, JSON.stringify(now));
    }
  }

  it('are above the functions that are yet to be written, and above their tests; no engine is started for that', async () => {
    await stopped();
    assert.deepEqual(await shown(editor.document.uri), [
      'def count_vowels: Grow candidates',
      'def initials: Grow candidates',
      'def group_by_first_letter: Grow candidates',
    ]);
    const aboveTests = await shown(tests);
    assert.equal(aboveTests.length, 12);
    assert.equal(aboveTests[0], 'def test_counts_each_vowel: Grow what this tests');
    assert.equal(await isAnyRunning(), false);
  });

  it('go once the function is written, also where it is not saved', async () => {
    const doc = 'upper and lower case."""\n';
    editor = await rewrite(editor, original.replace(doc, `${doc}    return 0\n`));
    await becomes(editor.document.uri, (now) => now.length === 2);
    const aboveTests = await becomes(tests, (now) => now.length === 7);
    assert.match(aboveTests.join(), /^def test_two_words/);
  });

  it('grow what they are above, and what a test is about', async () => {
    editor = await rewrite(editor, original);
    const [, second] = await lenses(editor.document.uri);
    const { command, arguments: given } = second!.command!;
    await vscode.commands.executeCommand(command, ...given!);
    assert.equal(context.runs.newest?.target.symbol, 'initials');
    assert.equal(context.runs.newest.phase.kind, 'finished');
    const last = (await lenses(tests)).at(-1)!.command!;
    await vscode.commands.executeCommand(last.command, ...last.arguments!);
    assert.equal(context.runs.newest?.target.symbol, 'group_by_first_letter');
    assert.equal(context.runs.newest.phase.kind, 'finished');
  });

  it('grow what the test at the cursor is about', async () => {
    const testEditor = await vscode.window.showTextDocument(tests);
    const at = testEditor.document.positionAt(testEditor.document.getText().indexOf('count_vowels("banana")'));
    testEditor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('coppice.candidates.growTested');
    assert.equal(context.runs.newest?.target.symbol, 'count_vowels');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('have a command beside them for rows of the Testing view, one test or many', async () => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(tests));
    const line = text.split('\n').findIndex((each) => each.includes('def test_one_word'));
    const controller = vscode.tests.createTestController('coppice-test', 'Tests of another extension');
    try {
      const row = controller.createTestItem('one', 'test_one_word', tests);
      row.range = new vscode.Range(line, 4, line + 1, 20);
      await vscode.commands.executeCommand('coppice.candidates.growTested', row);
      assert.equal(context.runs.newest?.target.symbol, 'initials');
      const before = context.runs.newest;
      const readme = controller.createTestItem('other', 'README', vscode.Uri.joinPath(tests, '../../README.md'));
      await vscode.commands.executeCommand('coppice.candidates.growTested', readme);
      assert.equal(context.runs.newest, before);
    } finally {
      controller.dispose();
    }
  });

  it('say which tests failed before a run, of functions that are written too, until these are changed', async () => {
    const doc = 'upper and lower case."""\n';
    editor = await rewrite(editor, original.replace(doc, `${doc}    return 5\n`));
    const line = original.split('\n').findIndex((text) => text.startsWith('def count_vowels('));
    editor.selection = new vscode.Selection(line, 6, line, 6);
    await vscode.commands.executeCommand('coppice.candidates.grow');
    assert.equal(context.runs.newest?.phase.kind, 'finished');
    const failed = (now: string[]) => now.filter((each) => /Failed/.test(each) && /vowel|upper|text/.test(each));
    const now = await becomes(tests, (each) => failed(each).length > 0);
    assert.deepEqual(failed(now), [
      'def test_counts_a_repeated_vowel_every_time: Failed: grow what this tests',
      'def test_counts_upper_case: Failed: grow what this tests',
      'def test_text_without_vowels: Failed: grow what this tests',
      'def test_empty_text: Failed: grow what this tests',
    ]);
    editor = await rewrite(editor, original.replace(doc, `${doc}    return 6\n`));
    await becomes(tests, (each) => failed(each).length === 0);
  });

  it('can be switched off', async () => {
    editor = await rewrite(editor, original);
    const section = vscode.workspace.getConfiguration('coppice');
    await section.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(await shown(editor.document.uri), []);
    assert.deepEqual(await shown(tests), []);
    await section.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
    assert.equal((await shown(editor.document.uri)).length, 3);
  });

  it('hold the extension host up for less than 50 ms in a long file', async () => {
    const block = (index: number) =>
      `def function_${index}(values: list[int], other: dict[str, list[int]]) -> int:\n    """Doc of it."""\n${'    values = [value + 1 for value in values if value in other]\n'.repeat(8)}    return len(values)\n\n\n`;
    const blocks = Array.from({ length: 200 }, (_, index) => block(index)).join('');
    const text = `${blocks}def last(a):\n    pass\n`;
    assert.ok(text.length > 100_000 && text.length < 150_000, String(text.length));
    const longest: number[] = [];
    // The best of a few: the first ones are not compiled yet.
    for (let attempt = 0; attempt < 5; attempt++) {
      editor = await rewrite(editor, `# ${attempt}\n${text}`);
      const probe = new LoopProbe().start();
      assert.equal((await lenses(editor.document.uri)).length, 1);
      // Where others take turns with it, the clock says nothing of the code.
      longest.push(Math.min(probe.stop().longestBusyMs, probe.longestPauseMs));
    }
    console.log(`    held up for ${longest.map((ms) => ms.toFixed(0)).join(', ')} ms in ${text.length} characters`);
    assert.ok(Math.min(...longest) < BLOCKED_MS, String(longest));
  });
});
