import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { openWords, putCursorIn, rewrite } from './scene.ts';

/** So many that they grow for seconds on the fastest machine. */
const MANY = 64;

describe('several runs', function () {
  this.timeout(2 * RUN_LIMIT_MS);
  let context: Context;
  let editor: vscode.TextEditor;
  let original: string;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    editor = await openWords();
    original = editor.document.getText();
  });

  afterEach(async () => {
    editor = await rewrite(editor, original);
  });

  /** Starts a run; the promise is that of the command. The first one has to last until the others are in line. */
  async function start(symbol: string, candidates = 4): Promise<{ run: Run; over: Thenable<unknown> }> {
    await context.options.remember({ candidates });
    putCursorIn(editor, symbol);
    const known = context.runs.all[0];
    const over = vscode.commands.executeCommand('coppice.candidates.grow');
    while (context.runs.all[0] === known) await new Promise((resolve) => setTimeout(resolve, 5));
    return { run: context.runs.all[0]!, over };
  }

  it('wait for each other, and one that is called off while it waits leaves no trace', async () => {
    const first = await start('count_vowels', MANY);
    const second = await start('initials');
    const third = await start('group_by_first_letter');
    assert.equal(first.run.isGoing, true);
    assert.deepEqual(second.run.phase, { kind: 'waiting', ahead: 1 });
    assert.deepEqual(third.run.phase, { kind: 'waiting', ahead: 2 });
    assert.deepEqual(context.runs.waiting, [second.run, third.run]);
    assert.equal(context.state.keys.growing, true);
    assert.equal(context.runs.newest, first.run, 'what has not begun is not what the panel is about');

    third.run.cancel();
    await third.over;
    assert.equal(first.run.isGoing, true, 'it was over at once');
    assert.equal(context.runs.find(third.run.id), undefined);

    const order: string[] = [];
    await Promise.all([first, second].map(({ run, over }) => over.then(() => order.push(run.target.symbol))));
    assert.deepEqual(order, ['count_vowels', 'initials']);
    for (const { run } of [first, second]) assert.equal(run.phase.kind, 'finished', JSON.stringify(run.phase));
    assert.equal(context.state.keys.growing, false);
  });

  it('go on with the next one when the one at work is called off', async () => {
    const first = await start('count_vowels', MANY);
    const second = await start('initials');
    await vscode.commands.executeCommand('notifications.clearAll');
    first.run.cancel();
    await Promise.all([first.over, second.over]);
    assert.equal(second.run.phase.kind, 'finished', JSON.stringify(second.run.phase));
  });

  it('grow from the file as it is when their turn comes', async () => {
    const first = await start('count_vowels', MANY);
    const second = await start('group_by_first_letter');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# A first line, written meanwhile.\n'));
    const now = editor.document.getText();
    await Promise.all([first.over, second.over]);
    assert.equal(second.run.phase.kind, 'finished', JSON.stringify(second.run.phase));
    assert.equal(first.run.target.original, original);
    assert.equal(second.run.target.original, now);
    assert.deepEqual(second.run.outdated, []);
    // Its body is empty, and the end of the file.
    await vscode.commands.executeCommand('coppice.candidates.growAgain');
    assert.equal(context.runs.newest?.phase.kind, 'finished');
    assert.notEqual(context.runs.newest, second.run);
  });

  it('are not made of the same thing asked for twice', async () => {
    const first = await start('count_vowels', MANY);
    const { all } = context.runs;
    await vscode.commands.executeCommand('coppice.candidates.grow');
    assert.equal(context.runs.all, all);
    await first.over;
    assert.equal(first.run.phase.kind, 'finished');
  });
});
