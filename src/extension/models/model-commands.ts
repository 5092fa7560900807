import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { forgetModel } from '../../run/shelf/added.ts';
import { deleteDownload, folderOf } from '../../run/shelf/downloads.ts';
import type { ShelvedModel } from '../../run/shelf/shelf.ts';
import { verifyModel } from '../../run/shelf/verify.ts';
import type { Context } from '../context.ts';
import { useModelFrom } from '../settings.ts';
import { chooseModel, takeModel, typeModelName } from './choose-model.ts';
import { downloadModel } from './download.ts';
import { isModelRow } from './models-view.ts';

/** What can be done with models: from the palette, and from the rows of the view. */
export function registerModelCommands(context: Context): vscode.Disposable {
  const { shelf } = context;
  const modelAt = (node: unknown) => (isModelRow(node) && node.kind === 'model' ? node.model : undefined);
  const register = (name: string, run: (node: unknown) => unknown) =>
    vscode.commands.registerCommand(`coppice.${name}`, run);
  return vscode.Disposable.from(
    register('model.choose', () => chooseModel(context)),
    register('model.pull', (node) => pull(context, node)),
    register('model.use', async (node) => {
      const model = modelAt(node);
      if (model) await takeModel(model);
    }),
    register('model.verify', async (node) => {
      const model = modelAt(node);
      if (model) await verify(context, model);
    }),
    register('model.remove', async (node) => {
      if (isModelRow(node) && node.kind === 'unfinished') await removeFolder(context, node.unfinished.folder);
      const model = modelAt(node);
      if (model) await remove(context, model);
    }),
    register('models.refresh', () => shelf.refresh()),
  );
}

/** Downloads what a row has begun, what is named, or what the user types. True where it came. */
async function pull(context: Context, node: unknown): Promise<boolean> {
  const begun = isModelRow(node) && node.kind === 'unfinished' ? node.unfinished.name : undefined;
  const name = begun ?? (typeof node === 'string' ? node : await typeModelName());
  if (name === undefined) return false;
  const model = await downloadModel(context, name);
  if (!model) return false;
  void vscode.window.showInformationMessage(`${model.name} is downloaded.`, 'Use It').then((chosen) => {
    if (chosen) return takeModel(model);
  });
  return true;
}

async function verify({ log, services }: Context, model: ShelvedModel): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Verifying ${model.name}`,
    cancellable: true,
  };
  const files = await vscode.window.withProgress(options, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const engine = services.separateEngine({});
    try {
      return await verifyModel(model.path, engine, abort.signal);
    } catch (thrown) {
      if (!token.isCancellationRequested) void vscode.window.showErrorMessage(CoppiceError.wrap(thrown).message);
      return undefined;
    } finally {
      await engine.dispose();
    }
  });
  if (!files) return;
  for (const { file, status, detail } of files)
    log.info(`${model.name}: ${file}: ${status}${detail ? `: ${detail}` : ''}`);
  const bad = files.filter(({ status }) => status === 'changed' || status === 'missing');
  const known = files.filter(({ status }) => status === 'ok').length;
  if (bad.length > 0) {
    const words = bad.map(({ file, detail }) => `${file}: ${detail}`).join('; ');
    void vscode.window.showErrorMessage(`${model.name} is not as it was made: ${words}. Download it again.`);
  } else {
    const rest = known === files.length ? '' : '; of the others nothing says what they should be';
    void vscode.window.showInformationMessage(
      `${model.name}: ${known} of ${files.length} files are as they should be${rest}.`,
    );
  }
}

/** Only what was downloaded is deleted; what was added stays where it is. */
async function remove(context: Context, model: ShelvedModel): Promise<void> {
  const { inUse } = await context.shelf.look();
  if (model.source === 'added') await forgetModel(model.path);
  else if (model.source !== 'downloaded' || !(await removeFolder(context, folderOf(model)))) return;
  if (inUse?.path === model.path) await useModelFrom(undefined);
  context.shelf.refresh();
}

async function removeFolder({ shelf }: Context, folder: string): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    'Delete this model?',
    { modal: true, detail: folder },
    'Delete',
  );
  if (answer !== 'Delete') return false;
  await deleteDownload(folder);
  shelf.refresh();
  return true;
}
