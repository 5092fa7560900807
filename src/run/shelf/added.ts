import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { cacheFolder } from '../cache-folder.ts';
import { isModelFolder, shelve } from './model-folder.ts';
import type { ShelvedModel } from './shelf.ts';

/** Nobody adds more. */
const MOST = 1000;

/** The models outside of every store that the user has named, as far as they are still there. */
export async function addedModels(environment: NodeJS.ProcessEnv): Promise<ShelvedModel[]> {
  const models = await Promise.all((await addedPaths(environment)).map(modelAt));
  return models.filter((model) => model !== undefined);
}

/** Remembers a model folder or GGUF file by its path, which was seen to be one. Throws `disk-unwritable`. */
export async function rememberModel(path: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  await save([...new Set([...(await addedPaths(environment)), resolve(path)])], environment);
}

/** The file or folder itself stays. */
export async function forgetModel(path: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  await save(
    (await addedPaths(environment)).filter((each) => each !== path),
    environment,
  );
}

async function modelAt(path: string): Promise<ShelvedModel | undefined> {
  const about = await stat(path).catch(() => undefined);
  if (about?.isFile() && path.endsWith('.gguf')) {
    return { name: basename(path, '.gguf'), path, source: 'added', bytes: about.size };
  }
  return about?.isDirectory() && (await isModelFolder(path)) ? shelve(basename(path), path, 'added') : undefined;
}

function listFile(environment: NodeJS.ProcessEnv): string {
  return join(cacheFolder(environment), 'added-models.json');
}

/** A list that can't be read is empty. */
async function addedPaths(environment: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const list: unknown = JSON.parse(await readFile(listFile(environment), 'utf8'));
    return Array.isArray(list) ? list.filter((path) => typeof path === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

async function save(paths: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const file = listFile(environment);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}`, `${JSON.stringify(paths, undefined, 2)}\n`);
    await rename(`${file}.${process.pid}`, file);
  } catch (error) {
    throw new CoppiceError(
      'disk-unwritable',
      said`The list of added models can't be written: ${(error as Error).message}.`,
      said`Check the permissions of its folder, or set COPPICE_CACHE to another folder.`,
      error,
    );
  }
}
