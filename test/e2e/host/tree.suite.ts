import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { Feed } from '../../../src/extension/tree/feed.ts';
import type { Update } from '../../../src/extension/tree/messages.ts';
import { emptySheet, type Item, pictureOf, updated } from '../../../src/extension/tree/picture.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { openWords, putCursorIn, until } from './scene.ts';

function items(item: Item): Item[] {
  return [item, ...item.children.flatMap(items)];
}

describe('the prompt tree', function () {
  this.timeout(2 * RUN_LIMIT_MS);
  let context: Context;
  const updates: Update[] = [];
  let run: Run;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    const editor = await openWords();
    putCursorIn(editor, 'initials');
    let feed: Feed | undefined;
    const listening = context.runs.onDidChange((changed) => {
      if (!changed) return;
      feed ??= new Feed(changed);
      updates.push(feed.next());
    });
    await vscode.commands.executeCommand('coppice.candidates.grow');
    listening.dispose();
    run = context.runs.newest!;
    assert.equal(run.phase.kind, 'finished', JSON.stringify(run.phase));
    updates.push(feed!.next());
  });

  const sheet = () => updates.reduce(updated, emptySheet());

  it('gets a run in few messages: each token and each word once', () => {
    const tokens = updates.flatMap(({ candidates }) => candidates.flatMap(({ growth }) => growth?.tokens ?? []));
    const sampled = run.growth.candidates.reduce((sum, candidate) => sum + candidate!.tokens.length, 0);
    assert.equal(tokens.length, sampled);
    const words = updates.flatMap((update) => update.words.map(([id]) => id));
    assert.equal(new Set(words).size, words.length);
    assert.equal(updates.filter(({ nodes }) => nodes).length, 1);
    const longest = Math.max(...updates.map((update) => JSON.stringify(update).length));
    assert.ok(longest < 32_768, `${longest} characters`);
    const last = new Feed(run);
    last.next();
    assert.deepEqual(last.next().candidates, [], 'nothing is told twice');
  });

  it('shows candidates while they grow, and each as the ranking has it in the end', () => {
    const seen = new Set(updates.flatMap(({ candidates }) => candidates.flatMap(({ facts }) => facts?.state ?? [])));
    assert.ok(seen.has('growing') && (seen.has('passed') || seen.has('failed')), [...seen].join());
    const shoots = items(pictureOf(sheet())!).flatMap((item) => (item.kind === 'shoot' ? [item] : []));
    assert.equal(
      shoots.reduce((sum, { count }) => sum + count, 0),
      32,
    );
    assert.equal(
      shoots.reduce((sum, { passing }) => sum + passing, 0),
      run.passedCount,
    );
    for (const { facts, whole } of shoots) {
      const entry = run.entry(facts.id!)!;
      assert.deepEqual([facts.rank, facts.cluster], [entry.rank, entry.cluster]);
      // The body is without the line of a strategy that the model wrote by itself.
      assert.ok(whole.trimEnd().endsWith(run.body(facts.id!)!.trimEnd()), whole);
    }
    assert.ok(items(pictureOf(sheet())!).some((item) => item.kind === 'branch' && item.parting.entropy > 0));
  });

  it('opens as an editor, once', async () => {
    await vscode.commands.executeCommand('coppice.tree.open');
    await vscode.commands.executeCommand('coppice.tree.open');
    const isTree = ({ input }: vscode.Tab) =>
      input instanceof vscode.TabInputWebview && /treePanel/.test(input.viewType);
    const treesNow = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isTree);
    // The workbench tells of its tabs in its own time.
    await until('in a tab', () => treesNow().length > 0);
    const trees = treesNow();
    assert.equal(trees.length, 1);
    await vscode.window.tabGroups.close(trees);
  });

  it('grows again without the pieces that are switched off, with the same random numbers', async () => {
    const piece = sheet()
      .nodes.flatMap(({ pieces }) => pieces)
      .find(({ id }) => id?.startsWith('tests:'))!;
    assert.ok(piece.optional && piece.tokens > 0);
    run.switchPiece(piece.id!, false);
    assert.ok(run.isSwitched);
    await vscode.commands.executeCommand('coppice.candidates.growAgain', run);
    const again = context.runs.newest!;
    assert.notEqual(again, run);
    assert.equal(again.phase.kind, 'finished', JSON.stringify(again.phase));
    assert.deepEqual(again.request.without, [piece.id]);
    assert.equal(again.request.sampling.seed, run.request.sampling.seed);
    const { nodes, leftOut } = new Feed(again).next();
    assert.ok(nodes!.every(({ pieces }) => pieces.every(({ id }) => id !== piece.id)));
    assert.ok(leftOut!.some(({ id }) => id === piece.id));
    assert.equal(again.isSwitched, false, 'the next one leaves it out too');
    again.switchPiece(piece.id!, true);
    assert.deepEqual([...again.without], []);
  });
});
