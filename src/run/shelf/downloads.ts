import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { readManifest } from './manifest.ts';
import { isModelFolder, shelve } from './model-folder.ts';
import type { ShelvedModel } from './shelf.ts';

const PART = '.part';

/** A download that was called off or cut, and can be gone on with. */
export interface Unfinished {
  /** What it is pulled by: `OWNER/MODEL`, or `OWNER/MODEL/FILE.gguf`. */
  name: string;
  folder: string;
  bytes: number;
}

/** Where the engine puts what it downloads: a folder for each model. */
export function downloadsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(environment), 'models');
}

/** The models that were downloaded, by what they are called on the hub. One whose manifest is broken is none. */
export async function downloadedModels(environment: NodeJS.ProcessEnv): Promise<ShelvedModel[]> {
  const parent = downloadsFolder(environment);
  const names = (await readdir(parent).catch((): string[] => [])).filter((name) => !/\.(part|old|lock)$/.test(name));
  const models = await Promise.all(names.sort().map((name) => downloaded(join(parent, name))));
  return models.filter((model) => model !== undefined);
}

/** What is left of downloads that did not end. */
export async function unfinishedDownloads(environment: NodeJS.ProcessEnv = process.env): Promise<Unfinished[]> {
  const parent = downloadsFolder(environment);
  const names = (await readdir(parent).catch((): string[] => [])).filter((name) => name.endsWith(PART));
  return Promise.all(
    names.sort().map(async (name) => {
      const folder = join(parent, name);
      const files = await readdir(folder).catch((): string[] => []);
      const sizes = await Promise.all(files.map((file) => sizeOf(join(folder, file))));
      const [owner = '', model = '', ...file] = name.slice(0, -PART.length).split('--');
      const parts = [owner, model, ...(file.length === 0 ? [] : [file.join('--')])];
      return { name: parts.join('/'), folder, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    }),
  );
}

/** Deletes a folder below that of the downloads. */
export async function deleteDownload(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The folder that is deleted with a downloaded model: a GGUF file has one of its own. */
export function folderOf({ path }: ShelvedModel): string {
  return path.endsWith('.gguf') ? join(path, '..') : path;
}

async function downloaded(folder: string): Promise<ShelvedModel | undefined> {
  const manifest = await readManifest(folder).catch(() => undefined);
  if (!manifest?.origin) return undefined;
  const { repository } = manifest.origin;
  const [file] = Object.keys(manifest.files).filter((name) => name.endsWith('.gguf'));
  if (file !== undefined) {
    const path = join(folder, file);
    const bytes = await sizeOf(path);
    const name = `${repository}/${file.slice(0, -'.gguf'.length)}`;
    const licence = manifest.licence === undefined ? {} : { licence: manifest.licence };
    return bytes === 0 ? undefined : { name, path, source: 'downloaded', bytes, ...licence };
  }
  return (await isModelFolder(folder)) ? shelve(repository, folder, 'downloaded') : undefined;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
