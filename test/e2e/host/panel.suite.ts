import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { Heading } from '../../../src/extension/panel/heading.ts';
import type { TreeNode } from '../../../src/extension/panel/tree-node.ts';
import { STEP_LIMIT_MS } from '../limits.ts';
import { LoopProbe } from './loop-probe.ts';
import { until } from './scene.ts';
import { SyntheticRun } from './synthetic-run.ts';

const MANY = 5000;
/** What VS Code may be given of that many: a page of each open list. */
const MOST_ROWS = 1000;
/** How long the extension host may work on one of its updates. On a machine of its own it is a fifth of this. */
const BUSY_LIMIT_MS = 150;

describe('the panel', function () {
  this.timeout(120_000);
  let context: Context;
  /** The rows that VS Code asked for, with the time of each. */
  let asked: { node: TreeNode; at: number }[];
  let fired: (readonly TreeNode[] | undefined)[];
  const disposables: vscode.Disposable[] = [];

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    await vscode.commands.executeCommand('coppice.candidates.focus');
    const { rows } = context;
    const original = rows.getTreeItem.bind(rows);
    rows.getTreeItem = (node) => {
      asked.push({ node, at: performance.now() });
      return original(node);
    };
    disposables.push(
      { dispose: () => Object.assign(rows, { getTreeItem: original }) },
      rows.onDidChangeTreeData((changed) => fired.push(changed)),
    );
  });

  beforeEach(() => {
    asked = [];
    fired = [];
  });

  afterEach(() => {
    for (const run of [...context.runs.all]) context.runs.remove(run);
  });

  after(() => vscode.Disposable.from(...disposables).dispose());

  const all = (node?: TreeNode): TreeNode[] =>
    context.rows.getChildren(node).flatMap((child) => [child, ...all(child)]);

  /** VS Code has come to the rows of a run, and asks for nothing more. */
  const drawn = async (synthetic: SyntheticRun, part = '/c0') => {
    const isOf = ({ node }: { node: TreeNode }) => node.id.startsWith(synthetic.run.id) && node.id.includes(part);
    await until('drawn', () => asked.some(isOf), 30_000);
    let before = -1;
    while (before !== asked.length) {
      before = asked.length;
      await delay(1000);
    }
  };

  it('draws while events come without a pause', async () => {
    const synthetic = await SyntheticRun.start(context, MANY);
    synthetic.judgeNext();
    synthetic.step(1);
    synthetic.rank();
    await drawn(synthetic);
    asked = [];
    fired = [];
    const drawnTimes = () => asked.filter(({ node }) => node.id.endsWith('/waiting')).length;
    const startedAt = performance.now();
    // A busy machine draws once a second. Told every 100 ms, VS Code drew nothing before the events were over.
    for (let step = 2; step <= 250 || drawnTimes() < 2; step++) {
      synthetic.step(step);
      synthetic.judgeNext();
      if (step % 5 === 0) synthetic.rank();
      await delay(20);
      assert.ok(performance.now() - startedAt < STEP_LIMIT_MS, `drawn ${drawnTimes()} times`);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(`      told ${fired.length} times and drawn ${drawnTimes()} times in ${seconds.toFixed(1)} s`);
    assert.ok(fired.length < 6 * seconds, `told ${fired.length} times in ${seconds.toFixed(1)} s`);
  });

  it('stays usable with 5,000 candidates, which are fed as a run does', async () => {
    const synthetic = await SyntheticRun.start(context, MANY);
    synthetic.judgeNext();
    synthetic.step(1);
    synthetic.rank();
    await drawn(synthetic);
    asked = [];
    const probe = new LoopProbe().start();
    let longest = 0;
    while (synthetic.judgedCount < MANY) {
      const before = synthetic.judgedCount;
      for (let i = before; i < Math.min(before + 10, MANY); i++) synthetic.judgeNext();
      synthetic.step(synthetic.judgedCount);
      if (Math.floor(synthetic.judgedCount / 500) > Math.floor(before / 500)) {
        // This is no work of the panel's.
        probe.stop();
        const ranking = synthetic.ranking();
        await delay(1);
        probe.start();
        const startedAt = performance.now();
        synthetic.run.receive({ kind: 'ranking', ranking });
        longest = Math.max(longest, performance.now() - startedAt);
      }
      await delay(2);
    }
    await drawn(synthetic, '/more');
    probe.stop();
    const given = new Set(asked.map(({ node }) => node.id)).size;
    console.log(`      ${given} rows given, a ranking is taken in within ${longest.toFixed(1)} ms; ${probe}`);
    assert.ok(given > 100 && given < MOST_ROWS, `${given} rows`);
    assert.ok(probe.longestBusyMs < BUSY_LIMIT_MS, String(probe));

    // One of a group that is open: VS Code asks for nothing of those that are closed.
    const more = asked.findLast(({ node }) => node.id.endsWith('/more'))!.node;
    fired = [];
    const before = performance.now();
    asked = [];
    await vscode.commands.executeCommand('coppice.rows.showMore', more);
    await until('drawn', () => asked.length > 100);
    console.log(`      another page after ${(asked[0]!.at - before).toFixed(0)} ms`);
    assert.equal(more.parent!.children().length, 201);
  });

  it('tells VS Code of the row that has changed, and of no other', async () => {
    const synthetic = await SyntheticRun.start(context, 40);
    for (let i = 0; i < 40; i++) synthetic.judgeNext();
    synthetic.rank();
    await drawn(synthetic);
    const passing = synthetic.run.survivors[3]!;
    fired = [];
    asked = [];
    const before = performance.now();
    let end = () => {};
    void synthetic.run.whileRunningAgain(
      passing.id,
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    );
    await until('drawn', () => asked.length > 0);
    console.log(`      asked for ${(asked[0]!.at - before).toFixed(1)} ms after the change`);
    assert.deepEqual(
      fired.map((rows) => rows?.map(({ id }) => id)),
      [[`${synthetic.run.id}/${passing.id}`]],
    );
    assert.deepEqual([...new Set(asked.map(({ node }) => node.id))], [`${synthetic.run.id}/${passing.id}`]);
    end();
  });

  it('keeps the objects of rows through a new ranking, so that selection and expansion stay', async () => {
    const synthetic = await SyntheticRun.start(context, 40);
    for (let i = 0; i < 20; i++) synthetic.judgeNext();
    synthetic.rank();
    const before = new Map(all().map((row) => [row.id, row]));
    for (let i = 0; i < 20; i++) synthetic.judgeNext();
    synthetic.rank();
    const after = all();
    assert.equal(new Set(after.map(({ id }) => id)).size, after.length, 'ids are unique');
    const kept = after.filter((row) => before.get(row.id) === row);
    assert.equal(kept.length, before.size);
  });

  it('says in its heading how many have passed so far, whenever a ranking comes', async () => {
    const synthetic = await SyntheticRun.start(context, 40);
    const view: ConstructorParameters<typeof Heading>[1] = {};
    const heading = new Heading(context.runs, view);
    synthetic.step(1);
    for (let i = 0; i < 8; i++) synthetic.judgeNext();
    await until('drawn', () => view.description !== undefined);
    heading.dispose();
    assert.equal(view.description, 'growing 8/40, 2 passed');
    assert.equal(view.badge?.value, 2);
  });

  it('says every row in a sentence, and its outcome by a shape too', async () => {
    const synthetic = await SyntheticRun.start(context, 40);
    for (let i = 0; i < 40; i++) synthetic.judgeNext();
    synthetic.step(80);
    synthetic.rank();
    const shapes = new Map<string, string>();
    for (const row of all()) {
      const { accessibilityInformation, label, iconPath } = context.rows.getTreeItem(row);
      assert.ok(accessibilityInformation && accessibilityInformation.label.length > String(label).length / 2, row.id);
      if (iconPath instanceof vscode.ThemeIcon) shapes.set(iconPath.id, String(label));
    }
    for (const shape of ['pass', 'error', 'close']) assert.ok(shapes.has(shape), shape);
  });

  it('takes texts of candidates and tests as plain words in tooltips', async () => {
    const synthetic = await SyntheticRun.start(context, 1);
    synthetic.judgeNext();
    synthetic.rank();
    const [entry] = synthetic.run.ranking;
    const evil = '[click](command:workbench.action.quit) **x** <img src=x>';
    const evidence = [...entry!.evidence, { fact: 'repeats', value: 0, text: evil } as const];
    synthetic.run.receive({ kind: 'ranking', ranking: [{ ...entry!, evidence }] });
    const row = all().find(({ id }) => id.endsWith('/c0000'))!;
    const { tooltip } = context.rows.resolveTreeItem(context.rows.getTreeItem(row), row);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(!tooltip.isTrusted && !tooltip.supportHtml);
    assert.ok(tooltip.value.includes('\\[click\\]') && !tooltip.value.includes('[click](command'), tooltip.value);
  });

  it('takes a candidate or a run away, and shows them again', async () => {
    const synthetic = await SyntheticRun.start(context, 8);
    for (let i = 0; i < 8; i++) synthetic.judgeNext();
    synthetic.rank();
    const { run } = synthetic;
    const first = run.ranking[0]!;
    await vscode.commands.executeCommand(
      'coppice.candidate.dismiss',
      all().find(({ id }) => id.endsWith(`/${first.id}`)),
    );
    assert.ok(!run.ranking.includes(first));
    assert.ok(!all().some(({ id }) => id.endsWith(`/${first.id}`)));
    assert.equal(run.passedCount, 2, 'what the tests said stays');
    assert.equal(context.state.keys.dismissed, true);
    await vscode.commands.executeCommand('coppice.run.dismiss', context.rows.row(run));
    assert.deepEqual(context.rows.getChildren(), []);
    await vscode.commands.executeCommand('coppice.dismissed.show');
    assert.equal(context.runs.newest, run);
    assert.equal(run.ranking[0], first);
    assert.equal(context.state.keys.dismissed, false);
  });
});
