import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from './manifest.ts';
import type { ShelvedModel } from './shelf.ts';

export async function modelFolders(parent: string): Promise<string[]> {
  const names = (await readdir(parent).catch(() => [])).sort();
  const folders = names.map((name) => join(parent, name));
  const kept = await Promise.all(folders.map(isModelFolder));
  return folders.filter((_, index) => kept[index]);
}

export async function isModelFolder(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch((): string[] => []);
  return files.includes('config.json') && files.some((file) => file.endsWith('.safetensors'));
}

export async function shelve(name: string, folder: string, source: ShelvedModel['source']): Promise<ShelvedModel> {
  const files = (await readdir(folder)).filter(isModelFile);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  const licence = (await readManifest(folder).catch(() => undefined))?.licence;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { name, path: folder, source, bytes, ...(licence === undefined ? {} : { licence }) };
}

export function isModelFile(file: string): boolean {
  return (file.endsWith('.safetensors') || file.endsWith('.json')) && file !== 'manifest.json';
}
