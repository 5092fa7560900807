import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { obstacleHere } from '../../../src/extension/grow/grow-place.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { openWords, rewrite } from './scene.ts';

const COMMENTED = `# The number of words in a text.
# Words are what white space separates.

def count_words(text: str) -> int:
    pass
`;

describe('ways to grow', function () {
  this.timeout(RUN_LIMIT_MS);
  let context: Context;
  let editor: vscode.TextEditor;
  let original: string;

  before(async () => {
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    editor = await openWords();
    original = editor.document.getText();
    await context.options.remember({ candidates: 4 });
    await setting().update('tests.framework', 'none', vscode.ConfigurationTarget.Global);
  });

  after(async () => {
    await context.options.remember({});
    await setting().update('tests.framework', undefined, vscode.ConfigurationTarget.Global);
    editor = await rewrite(editor, original);
  });

  const setting = () => vscode.workspace.getConfiguration('coppice');

  function select(text: string, length = 0): void {
    const { document } = editor;
    const start = document.getText().indexOf(text);
    assert.ok(start >= 0, text);
    editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(start + length));
  }

  async function grown(command: string, ...given: unknown[]): Promise<Run | undefined> {
    const before = context.runs.newest;
    await vscode.commands.executeCommand(`coppice.candidates.${command}`, ...given);
    const { newest } = context.runs;
    if (newest === before) return undefined;
    assert.equal(newest?.phase.kind, 'finished', JSON.stringify(newest?.phase));
    return newest;
  }

  /** What the model was asked, without the rest of the file. */
  function problemOf(run: Run): string {
    const { ranking } = run;
    assert.ok(ranking.length > 0);
    return run.request.problem ?? '';
  }

  it('take the comment at the cursor as the problem of the function that follows', async () => {
    editor = await rewrite(editor, COMMENTED);
    select('of words');
    const run = await grown('growFromComment');
    assert.equal(run!.target.symbol, 'count_words');
    assert.equal(problemOf(run!), 'The number of words in a text.\nWords are what white space separates.');
  });

  it('take what is selected of it, on its own', async () => {
    editor = await rewrite(editor, COMMENTED);
    const part = 'Words are what white space separates.';
    select(part, part.length);
    assert.equal(problemOf((await grown('growFromComment'))!), part);
  });

  it('say the description that was typed, and keep it for Grow Again', async () => {
    editor = await rewrite(editor, COMMENTED);
    select('pass');
    const run = await grown('growFromDescription', '  an empty text has none  ');
    assert.equal(problemOf(run!), 'an empty text has none');
    const again = await grown('growAgain');
    assert.equal(problemOf(again!), 'an empty text has none');
    assert.equal(again!.request.sampling.seed, run!.request.sampling.seed + 1);
  });

  it('grow nothing where no function follows the comment, or there is none', async () => {
    editor = await rewrite(editor, '# The number of words in a text.\n');
    select('number');
    assert.equal(await grown('growFromComment'), undefined);
    editor = await rewrite(editor, original);
    select('words."""');
    assert.equal(await grown('growFromDescription', 'anything'), undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('use the options of the workspace, until a setting is changed', async () => {
    editor = await rewrite(editor, original);
    select('Count the vowels');
    await context.options.remember({ candidates: 3, temperature: 0.5, seed: 7, model: 'sprout' });
    const run = await grown('grow');
    const { candidates, sampling, model } = run!.request;
    assert.deepEqual([candidates, sampling.temperature, sampling.seed, model], [3, 0.5, 7, 'sprout']);
    assert.equal(run!.hasOptions, true);
    await setting().update('candidates.temperature', 0.6, vscode.ConfigurationTarget.Global);
    assert.deepEqual(context.options.remembered, { candidates: 3, seed: 7, model: 'sprout' });
    await setting().update('candidates.temperature', undefined, vscode.ConfigurationTarget.Global);
    await context.options.remember({});
    assert.equal(context.options.settingsFor(editor.document.uri).candidates, 32);
    await context.options.remember({ candidates: 4 });
  });

  it('forget options that are none', async () => {
    await context.options.remember({ candidates: 0, temperature: 'hot', seed: -1, model: '' } as never);
    assert.deepEqual(context.options.remembered, {});
    await context.options.remember({ candidates: 4 });
  });

  describe('where nothing can grow', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'coppice-host-ways-'));
    });
    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await rm(folder, { recursive: true, force: true });
    });

    const words = async () => (await obstacleHere())?.why;
    const open = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return vscode.window.showTextDocument(vscode.Uri.file(join(folder, name)));
    };

    it('say nothing in an editor where something can', async () => {
      await open('a.py', COMMENTED);
      assert.equal(await words(), undefined);
    });

    it('say so without an editor, and in a file of another language', async () => {
      await open('notes.md', '# Notes\n');
      assert.match((await words())!, /Open a Python, TypeScript or JavaScript file/);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      assert.match((await words())!, /Open a Python, TypeScript or JavaScript file/);
      assert.equal(await grown('grow'), undefined);
    });

    it('say so in a comparison, and lead to the file', async () => {
      await open('a.py', COMMENTED);
      await writeFile(join(folder, 'b.py'), '# other\n');
      const [left, right] = ['b.py', 'a.py'].map((name) => vscode.Uri.file(join(folder, name)));
      await vscode.commands.executeCommand('vscode.diff', left, right);
      assert.match((await words())!, /This is a comparison/);
      assert.equal(await grown('grow'), undefined);
      await (await obstacleHere())!.way!.go();
      assert.equal(await words(), undefined);
    });

    it('say so in a file that is not saved anywhere', async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'python', content: COMMENTED });
      await vscode.window.showTextDocument(document);
      assert.match((await words())!, /Save this file first/);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

    it('say so in a file that is read-only', async () => {
      await open('locked.py', COMMENTED);
      await chmod(join(folder, 'locked.py'), 0o444);
      assert.match((await words())!, /locked\.py is read-only/);
      await chmod(join(folder, 'locked.py'), 0o644);
    });

    it('say so in a notebook', async () => {
      const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, COMMENTED, 'python');
      const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
      await vscode.window.showNotebookDocument(notebook);
      assert.match((await words())!, /notebooks/);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  });
});
