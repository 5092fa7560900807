import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { download } from '../../core/ways.ts';
import { addedModels } from './added.ts';
import { downloadedModels } from './downloads.ts';
import { EMBEDDED_MODEL } from './embedded-model.ts';
import { ggufModels } from './gguf-stores.ts';
import { cachedModels } from './huggingface-cache.ts';
import { isModelFolder, modelFolders, shelve } from './model-folder.ts';
import { isMeant, parseRemoteName } from './remote-name.ts';

/** A model on this machine. */
export interface ShelvedModel {
  name: string;
  /** A folder in Hugging Face layout, or a GGUF file. */
  path: string;
  source: 'embedded' | 'downloaded' | 'added' | 'huggingface' | 'ollama' | 'lmstudio';
  /** Of its weights and tokenizer. */
  bytes: number;
  /** Where it is known without reading the model. */
  licence?: string;
}

/**
 * The models on this machine: the embedded ones, those that were downloaded or added, then those in the Hugging Face cache, of
 * Ollama and of LM Studio.
 */
export async function listModels(environment: NodeJS.ProcessEnv = process.env): Promise<ShelvedModel[]> {
  const sources = [embeddedModels, downloadedModels, addedModels, cachedModels, ggufModels];
  return (await Promise.all(sources.map((source) => source(environment)))).flat();
}

/** The model of the shelf with that name there, or that a name for `pull` means. */
export function findModel(models: readonly ShelvedModel[], name: string): ShelvedModel | undefined {
  const remote = parseRemoteName(name);
  return models.find((model) => model.name === name) ?? (remote && models.find((model) => isMeant(model.name, remote)));
}

/**
 * The path of a model by its name on the shelf, or by the path of a folder or GGUF file. Throws `model-not-found`, or
 * `model-invalid` for what is no model.
 */
export async function resolveModel(name = EMBEDDED_MODEL, environment = process.env): Promise<string> {
  return (await lookUpModel(name, environment)).path;
}

/** The same, with what the shelf knows of the model where it has it. */
export async function lookUpModel(
  name = EMBEDDED_MODEL,
  environment = process.env,
): Promise<Partial<ShelvedModel> & { path: string }> {
  const models = await listModels(environment);
  const shelved = findModel(models, name);
  if (shelved) return shelved;
  if (existsSync(name)) {
    const path = await modelAt(name);
    return models.find((model) => model.path === path) ?? { path };
  }
  const names = models.map((model) => model.name).join(', ');
  throw new CoppiceError(
    'model-not-found',
    said`There is no model "${name}".`,
    parseRemoteName(name)
      ? said`Name a model folder or a .gguf file, or one of the shelf: ${names}. ${download(name)} downloads it, if the hub has it.`
      : said`Name a model folder or a .gguf file, or one of the shelf: ${names}.`,
  );
}

/** The whole path of a model folder or GGUF file. Throws `model-not-found`, or `model-invalid` for what is no model. */
export async function modelAt(path: string): Promise<string> {
  const whole = resolve(path);
  const about = await stat(whole).catch(() => undefined);
  if (about?.isFile() ? whole.endsWith('.gguf') : await isModelFolder(whole)) return whole;
  throw new CoppiceError(
    about ? 'model-invalid' : 'model-not-found',
    about ? said`${whole} is no model.` : said`There is no ${whole}.`,
    said`Name a folder with config.json and at least one .safetensors file, or a .gguf file.`,
  );
}

/** `models/` is beside the folder of a bundle, and three levels above this file in a checkout. */
async function embeddedModels(): Promise<ShelvedModel[]> {
  const here = dirname(fileURLToPath(import.meta.url));
  const shelf = [join(here, '..', 'models'), join(here, '..', '..', '..', 'models')].find((folder) =>
    existsSync(folder),
  );
  if (!shelf) return [];
  return Promise.all((await modelFolders(shelf)).map((folder) => shelve(basename(folder), folder, 'embedded')));
}
