import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import type { Run } from '../../../src/extension/runs/run.ts';
import { RUN_LIMIT_MS } from '../limits.ts';
import { growing, putCursorIn } from './scene.ts';

describe('what goes wrong under a run', function () {
  this.timeout(2 * RUN_LIMIT_MS);
  let context: Context;
  let root: string;
  let file: vscode.Uri;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => {
    if (String((reason as Error)?.stack ?? reason).includes('coppice')) unhandled.push(reason);
  };

  before(async () => {
    process.on('unhandledRejection', note);
    context = await vscode.extensions.getExtension<Context>('coppice.coppice')!.activate();
    const [words] = await vscode.workspace.findFiles('words.py');
    root = await mkdtemp(join(tmpdir(), 'coppice-faults-'));
    await cp(join(words!.fsPath, '..'), join(root, 'python'), { recursive: true });
    file = vscode.Uri.file(join(root, 'python', 'words.py'));
  });

  after(async () => {
    process.off('unhandledRejection', note);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(root, { recursive: true, force: true });
  });

  afterEach(() => assert.deepEqual(unhandled, []));

  async function growingInFile(): Promise<{ run: Run; end: Thenable<unknown> }> {
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    putCursorIn(editor, 'count_vowels');
    return growing(context);
  }

  function restarts(run: Run): string[] {
    assert.equal(run.phase.kind, 'finished', JSON.stringify(run.phase));
    return run.phase.kind === 'finished' ? run.phase.result.run.restarts.map((restart) => restart.process) : [];
  }

  it('starts an engine that was killed again, and finishes with every candidate', async () => {
    const { run, end } = await growingInFile();
    process.kill((await context.services.engine.pid())!, 'SIGKILL');
    await end;
    assert.deepEqual(restarts(run), ['engine']);
    assert.equal(
      run.ranking.reduce((sum, { count }) => sum + count, 0),
      run.candidates,
    );
  });

  it('starts a judge that was killed again, and judges every candidate', async () => {
    const { run, end } = await growingInFile();
    process.kill((await context.services.judge.pid())!, 'SIGKILL');
    await end;
    assert.deepEqual(restarts(run), ['judge']);
    assert.equal(run.judgedCount, run.grownCount);
    assert.ok(run.winner, 'a candidate passed');
  });

  it('keeps the candidates of a file that was renamed meanwhile, and changes nothing where it was', async () => {
    const { run, end } = await growingInFile();
    const elsewhere = vscode.Uri.file(join(root, 'python', 'texts.py'));
    const rename = new vscode.WorkspaceEdit();
    rename.renameFile(file, elsewhere);
    assert.ok(await vscode.workspace.applyEdit(rename));
    await end;
    assert.equal(run.phase.kind, 'finished');
    await vscode.commands.executeCommand('coppice.candidate.accept');
    await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(file)), 'the old file is not made again');
    const back = new vscode.WorkspaceEdit();
    back.renameFile(elsewhere, file, { overwrite: true });
    assert.ok(await vscode.workspace.applyEdit(back));
  });

  it('says that a model is gone, and grows again with another one', async () => {
    const model = join(root, 'model');
    const sprout = vscode.extensions.getExtension('coppice.coppice')!.extensionUri.fsPath;
    await cp(join(sprout, 'models', 'sprout'), model, { recursive: true });
    const section = vscode.workspace.getConfiguration('coppice');
    try {
      await section.update('model.path', model, vscode.ConfigurationTarget.Global);
      const { end } = await growingInFile();
      await rm(model, { recursive: true });
      await end;
      await vscode.commands.executeCommand('coppice.engine.restart');
      await vscode.commands.executeCommand('coppice.candidates.grow');
      assert.ok(
        context.runs.all.every(({ grownCount }) => grownCount > 0),
        'no empty run is left behind',
      );
      assert.equal(context.runs.going, undefined);
    } finally {
      await section.update('model.path', undefined, vscode.ConfigurationTarget.Global);
    }
    const { run, end } = await growingInFile();
    await end;
    assert.equal(run.phase.kind, 'finished');
  });
});
