import * as vscode from 'vscode';
import { CoppiceError } from '../../core/errors.ts';
import { rememberModel } from '../../run/shelf/added.ts';
import {
  bestOf,
  type DescribedModel,
  describeModel,
  type RecommendedHere,
  recommendedHere,
} from '../../run/shelf/describe.ts';
import { EMBEDDED_MODEL } from '../../run/shelf/embedded-model.ts';
import { parseRemoteName } from '../../run/shelf/remote-name.ts';
import { findModel, resolveModel, type ShelvedModel } from '../../run/shelf/shelf.ts';
import { fitWords, needWords, rowWords, sizeWords } from '../../run/shelf/words.ts';
import type { Context } from '../context.ts';
import { errorWords } from '../error-words.ts';
import { withoutIcons } from '../quick-pick.ts';
import { useModelFrom } from '../settings.ts';
import { downloadModel } from './download.ts';
import { settingOf } from './shelf.ts';

const { t } = vscode.l10n;

/** What a row of the list stands for; absent in a separator. */
type Choice =
  | { kind: 'use'; model: ShelvedModel }
  | { kind: 'download'; name: string }
  | { kind: 'other' }
  | { kind: 'browse'; for: 'file' | 'folder' };

interface ModelItem extends vscode.QuickPickItem {
  choice?: Choice;
}

/** The list of *Coppice: Choose a Model*. True where a model is in use that was chosen in it. */
export async function chooseModel(context: Context): Promise<boolean> {
  const chosen = await vscode.window.showQuickPick(items(context), {
    title: t('Choose a Model'),
    placeHolder: t('Which model should write candidates? It runs on this machine.'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen?.choice) return false;
  const model = await modelOf(context, chosen.choice);
  if (model) await takeModel(context, model);
  return model !== undefined;
}

/** Uses a model from now on. */
export async function takeModel({ options }: Context, model: ShelvedModel): Promise<void> {
  await options.forgetModel();
  await useModelFrom(settingOf(model));
  vscode.window.setStatusBarMessage(withoutIcons(t('Candidates come from {0}', model.name)), 5000);
}

/** The name of a model on the hub, as the user types it; undefined where they think better of it. */
export function typeModelName(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: t('Download a Model'),
    prompt: t('From the Hugging Face hub: OWNER/MODEL, OWNER/MODEL:Q4_K_M or OWNER/MODEL/FILE.gguf'),
    placeHolder: 'Qwen/Qwen2.5-Coder-1.5B',
    ignoreFocusOut: true,
    validateInput: (text) => (parseRemoteName(text) ? undefined : t('Write it as OWNER/MODEL.')),
  });
}

async function modelOf(context: Context, choice: Choice): Promise<ShelvedModel | undefined> {
  switch (choice.kind) {
    case 'use':
      return choice.model;
    case 'download':
      return downloadModel(context, choice.name);
    case 'other': {
      const name = await typeModelName();
      return name === undefined ? undefined : downloadModel(context, name);
    }
    case 'browse':
      return browse(context, choice.for);
  }
}

/** A model that the user shows; it is on the shelf from then on. A dialog can't be for files and folders at once. */
async function browse({ services, shelf }: Context, what: 'file' | 'folder'): Promise<ShelvedModel | undefined> {
  const forFile = {
    title: t('A .gguf File'),
    canSelectFiles: true,
    filters: { [t('Models')]: ['gguf'] },
  };
  const forFolder = { title: t('A Model Folder'), canSelectFiles: false, canSelectFolders: true };
  const options = what === 'file' ? forFile : forFolder;
  const [uri] = (await vscode.window.showOpenDialog({ ...options, openLabel: t('Use') })) ?? [];
  if (!uri) return undefined;
  try {
    const path = await resolveModel(uri.fsPath);
    await services.engine.call({ kind: 'inspect', model: path, load: false });
    const find = async () => (await shelf.look()).models.find((model) => model.path === path);
    const known = await find();
    if (known) return known;
    await rememberModel(path);
    shelf.refresh();
    return find();
  } catch (thrown) {
    void vscode.window.showErrorMessage(errorWords(CoppiceError.wrap(thrown)));
    return undefined;
  }
}

async function items(context: Context): Promise<ModelItem[]> {
  const { services, shelf, log } = context;
  const { engine } = services;
  const { models, inUse } = await shelf.look();
  // What the engine can't say is left out: a model can be chosen all the same.
  const orElse =
    <T>(otherwise: T) =>
    (error: unknown): T => {
      log.warn(`models could not be looked at: ${CoppiceError.wrap(error).message}`);
      return otherwise;
    };
  const gpu = await shelf.gpu(context);
  const described: DescribedModel[] = [];
  // One after the other: what precedes the tensors of a file can be large.
  for (const model of models) described.push(await describeModel(model, { engine, gpu }).catch(orElse(model)));
  const recommended = (await recommendedHere(engine, gpu).catch(orElse([]))).filter(
    ({ model, problem }) => problem === undefined && !findModel(models, model.name),
  );
  const best = bestOf(recommended, gpu);
  const bestWords = !gpu || gpu.adapter.software ? t('best without a GPU, but slow') : t('best for this machine');
  const separator = (label: string): ModelItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    separator(t('on this machine')),
    ...described.map((model) => shelvedItem(model, model.path === inUse?.path)),
    separator(t('to download')),
    ...recommended.map((each) => recommendedItem(each, each === best ? bestWords : undefined)),
    separator(t('others')),
    {
      label: `$(cloud-download) ${t('Another one of the hub...')}`,
      detail: t('By its name on huggingface.co'),
      choice: { kind: 'other' },
    },
    { label: `$(file) ${t('A .gguf file...')}`, choice: { kind: 'browse', for: 'file' } },
    {
      label: `$(folder-opened) ${t('A folder...')}`,
      detail: t('In Hugging Face layout: config.json, tokenizer.json and *.safetensors'),
      choice: { kind: 'browse', for: 'folder' },
    },
  ];
}

function shelvedItem(model: DescribedModel, isInUse: boolean): ModelItem {
  const { name, need, licence } = model;
  const facts = [
    ...(need ? [needWords(need, t)] : []),
    fitWords(model, t),
    ...(licence === undefined ? [] : [licence]),
  ];
  const detail =
    name === EMBEDDED_MODEL
      ? t('Quick on any machine, but knows little: for real work choose another one.')
      : facts.join(' · ');
  return {
    label: `${model.problem === undefined ? '' : '$(warning) '}${withoutIcons(name)}`,
    description: rowWords(model, isInUse, t),
    detail: withoutIcons(detail),
    choice: { kind: 'use', model },
  };
}

function recommendedItem({ model, need }: RecommendedHere, praise: string | undefined): ModelItem {
  const { name, bytes, licence, terms, about, dialect } = model;
  const fit = fitWords({ fillsIn: dialect !== 'plain' }, t);
  return {
    label: `$(cloud-download) ${name}`,
    description: [sizeWords(bytes), ...(praise === undefined ? [] : [praise])].join(' · '),
    detail: [needWords(need, t), fit, terms === undefined ? licence : `${licence}: ${t(terms)}`, t(about)].join(' · '),
    choice: { kind: 'download', name },
  };
}
