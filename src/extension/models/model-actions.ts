import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { inWords } from '../../core/said.ts';
import { forgetModel } from '../../run/shelf/added.ts';
import { type DescribedModel, describeModel } from '../../run/shelf/describe.ts';
import { deleteDownload, folderOf } from '../../run/shelf/downloads.ts';
import type { ShelvedModel } from '../../run/shelf/shelf.ts';
import { verifyModel } from '../../run/shelf/verify.ts';
import type { Context } from '../context.ts';
import { messageOf } from '../error-words.ts';
import { withoutIcons } from '../quick-pick.ts';
import { useModelFrom } from '../settings.ts';
import { chooseModel, takeModel, typeModelName } from './choose-model.ts';
import { downloadModel } from './download.ts';
import { isModelRow } from './models-view.ts';

const { t } = vscode.l10n;
/** Long enough to be read. */
const STATUS_MS = 10_000;

/** One that the engine can't run is not taken. */
export async function useModel(context: Context, model: ShelvedModel): Promise<void> {
  const { problem, said }: DescribedModel = await describeModel(model, {
    engine: context.services.engine,
    gpu: undefined,
  })
    // Without the engine nothing is known of it.
    .catch(() => model);
  if (problem === undefined) return takeModel(context, model);
  const other = t('Choose a Model');
  void vscode.window
    .showErrorMessage(t('{0} does not work here: {1}', model.name, inWords(said?.problem ?? problem, t)), other)
    .then(async (chosen) => {
      if (chosen) await chooseModel(context);
    });
}

/** Downloads what a row has begun, what is named, or what the user types. True where it came. */
export async function pullModel(context: Context, node: unknown): Promise<boolean> {
  const begun = isModelRow(node) && node.kind === 'unfinished' ? node.unfinished.name : undefined;
  const name = begun ?? (typeof node === 'string' ? node : await typeModelName());
  if (name === undefined) return false;
  const model = await downloadModel(context, name);
  if (!model) return false;
  void vscode.window.showInformationMessage(t('{0} is downloaded.', model.name), t('Use It')).then((chosen) => {
    if (chosen) return takeModel(context, model);
  });
  return true;
}

export async function verify({ log, services }: Context, model: ShelvedModel): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t('Verifying {0}', model.name),
    cancellable: true,
  };
  const files = await vscode.window.withProgress(options, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const engine = services.separateEngine({});
    try {
      return await verifyModel(model.path, engine, abort.signal);
    } catch (thrown) {
      if (!token.isCancellationRequested) void vscode.window.showErrorMessage(messageOf(CoppiceError.wrap(thrown)));
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
    const words = bad.map(({ file, detail = '', said }) => `${file}: ${inWords(said?.detail ?? detail, t)}`).join('; ');
    const again = model.source === 'downloaded' ? [t('Download Again')] : [];
    void vscode.window
      .showErrorMessage(t('{0} is not as it was made: {1}.', model.name, words), ...again)
      .then((chosen) => chosen && vscode.commands.executeCommand('coppice.model.pull', model.name));
  } else {
    const words =
      known === files.length
        ? t('{0}: all {1} files are as they should be.', model.name, known)
        : t(
            '{0}: {1} of {2} files are as they should be; of the others nothing says what they should be.',
            ...[model.name, known, files.length],
          );
    vscode.window.setStatusBarMessage(withoutIcons(words), STATUS_MS);
  }
}

/** Only what was downloaded is deleted; what was added stays where it is. */
export async function removeModel(context: Context, model: ShelvedModel): Promise<void> {
  const { inUse } = await context.shelf.look();
  if (model.source === 'added') await forgetModel(model.path);
  else if (model.source !== 'downloaded' || !(await removeFolder(context, folderOf(model)))) return;
  if (inUse?.path === model.path) {
    await context.options.forgetModel();
    await useModelFrom(undefined);
  }
  context.shelf.refresh();
}

export async function removeFolder({ shelf }: Context, folder: string): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    t('Delete this model?'),
    { modal: true, detail: folder },
    t('Delete'),
  );
  if (!answer) return false;
  await deleteDownload(folder);
  shelf.refresh();
  return true;
}
