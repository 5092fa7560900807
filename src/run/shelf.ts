import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { CoppiceError } from '../core/errors.ts';
import { ggufFiles, ggufModels } from './gguf-stores.ts';

/** The model that comes with Coppice. */
export const EMBEDDED_MODEL = 'sprout';

/** A model on this machine. */
export interface ShelvedModel {
  name: string;
  /** A folder in Hugging Face layout, or a GGUF file. */
  path: string;
  source: 'embedded' | 'huggingface' | 'ollama' | 'lmstudio';
  /** Of its weights and tokenizer. */
  bytes: number;
}

/** What is known of one file of a model without trusting the file: its size and hash from where it came from. */
export interface VerifiedFile {
  file: string;
  bytes: number;
  status: 'ok' | 'changed' | 'missing' | 'unknown';
  /** Why the status is not `ok`, in words. */
  detail?: string;
}

/** `manifest.json` beside a model's files. Hashes are SHA-256 in hexadecimal. */
interface Manifest {
  files: Record<string, { bytes: number; sha256: string }>;
}

/** The models on this machine: the embedded ones, then those in the Hugging Face cache, of Ollama and of LM Studio. */
export async function listModels(environment: NodeJS.ProcessEnv = process.env): Promise<ShelvedModel[]> {
  return [...(await embeddedModels()), ...(await cachedModels(environment)), ...(await ggufModels(environment))];
}

/**
 * The path of a model by its name on the shelf, or by the path of a folder or GGUF file. Throws `model-not-found`, or
 * `model-invalid` for a folder that holds no model.
 */
export async function resolveModel(name = EMBEDDED_MODEL, environment = process.env): Promise<string> {
  const models = await listModels(environment);
  const shelved = models.find((model) => model.name === name);
  if (shelved) return shelved.path;
  const folder = resolve(name);
  const about = await stat(folder).catch(() => undefined);
  if (about?.isFile() && folder.endsWith('.gguf')) return folder;
  if (!about?.isDirectory()) {
    const names = models.map((model) => model.name).join(', ');
    throw new CoppiceError(
      'model-not-found',
      `There is no model "${name}".`,
      `Name a model folder or a .gguf file${names ? `, or one of the shelf: ${names}` : ''}.`,
    );
  }
  if (!(await isModelFolder(folder))) {
    throw new CoppiceError(
      'model-invalid',
      `${folder} holds no model.`,
      'Name a folder with config.json and at least one .safetensors file, or a .gguf file.',
    );
  }
  return folder;
}

/**
 * Compares a model's files with what is known of them: `manifest.json` in the folder, or the names that the Hugging
 * Face cache gives its blobs, which are hashes. A file that nothing is known of is `unknown`, not `ok`.
 */
export async function verifyModel(path: string, signal?: AbortSignal): Promise<VerifiedFile[]> {
  if ((await stat(path)).isFile()) {
    const [folder, file] = [dirname(path), basename(path)];
    return [await compare(folder, file, await fileHash(folder, file), undefined, signal)];
  }
  const folder = path;
  const manifest = await readManifest(folder);
  if (manifest) {
    return Promise.all(
      Object.entries(manifest.files).map(([file, known]) =>
        compare(folder, file, { algorithm: 'sha256', hash: known.sha256 }, known.bytes, signal),
      ),
    );
  }
  const files = (await readdir(folder)).filter((file) => isModelFile(file)).sort();
  return Promise.all(files.map(async (file) => compare(folder, file, await blobHash(folder, file), undefined, signal)));
}

/** `models/` is beside the folder of a bundle, and two levels above this file in a checkout. */
async function embeddedModels(): Promise<ShelvedModel[]> {
  const here = dirname(fileURLToPath(import.meta.url));
  const shelf = [join(here, '..', 'models'), join(here, '..', '..', 'models')].find((folder) => existsSync(folder));
  if (!shelf) return [];
  return Promise.all((await modelFolders(shelf)).map((folder) => shelve(basename(folder), folder, 'embedded')));
}

/** `models--OWNER--NAME/snapshots/COMMIT/`; the newest snapshot stands for the model. */
async function cachedModels(environment: NodeJS.ProcessEnv): Promise<ShelvedModel[]> {
  const home = environment.HF_HOME ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  const hub = environment.HF_HUB_CACHE ?? join(home, 'hub');
  const repositories = (await readdir(hub).catch(() => [])).filter((name) => name.startsWith('models--')).sort();
  const models = await Promise.all(
    repositories.map(async (repository) => {
      const snapshots = await modelFolders(join(hub, repository, 'snapshots'));
      const dated = await Promise.all(snapshots.map(async (folder) => ({ folder, at: (await stat(folder)).mtimeMs })));
      const newest = dated.sort((a, b) => b.at - a.at)[0];
      const name = repository.slice('models--'.length).replaceAll('--', '/');
      if (newest) return [await shelve(name, newest.folder, 'huggingface')];
      return packedModels(name, join(hub, repository, 'snapshots'));
    }),
  );
  return models.flat();
}

/** The GGUF files of a repository that has nothing else; of a file in several snapshots the newest one. */
async function packedModels(repository: string, snapshots: string): Promise<ShelvedModel[]> {
  const commits = await readdir(snapshots).catch((): string[] => []);
  const dated = await Promise.all(
    commits.map(async (commit) => ({ commit, at: (await stat(join(snapshots, commit))).mtimeMs })),
  );
  const models = new Map<string, ShelvedModel>();
  for (const { commit } of dated.sort((a, b) => a.at - b.at)) {
    for (const model of await ggufFiles(join(snapshots, commit), 'huggingface')) {
      models.set(model.name, { ...model, name: `${repository}/${model.name}` });
    }
  }
  return [...models.values()];
}

async function modelFolders(parent: string): Promise<string[]> {
  const names = (await readdir(parent).catch(() => [])).sort();
  const folders = names.map((name) => join(parent, name));
  const kept = await Promise.all(folders.map(isModelFolder));
  return folders.filter((_, index) => kept[index]);
}

async function isModelFolder(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch((): string[] => []);
  return files.includes('config.json') && files.some((file) => file.endsWith('.safetensors'));
}

async function shelve(name: string, folder: string, source: ShelvedModel['source']): Promise<ShelvedModel> {
  const files = (await readdir(folder)).filter(isModelFile);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { name, path: folder, source, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function isModelFile(file: string): boolean {
  return (file.endsWith('.safetensors') || file.endsWith('.json')) && file !== 'manifest.json';
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const manifest = JSON.parse(text) as Manifest;
    const known = Object.values(manifest.files);
    if (known.every(({ bytes, sha256 }) => typeof bytes === 'number' && /^[0-9a-f]{64}$/.test(sha256))) return manifest;
  } catch {
    // Said below.
  }
  throw new CoppiceError('model-invalid', `${path} is not a manifest.`, 'Install the model again.');
}

interface KnownHash {
  /** `git`: SHA-1 over a header and the content, as git names blobs. */
  algorithm: 'sha256' | 'git';
  hash: string;
}

/** The hash in the name of the file itself, as Ollama's blobs have it, or of the blob that it links to. */
async function fileHash(folder: string, file: string): Promise<KnownHash | undefined> {
  const hash = /^sha256-([0-9a-f]{64})$/.exec(file)?.[1];
  return hash === undefined ? blobHash(folder, file) : { algorithm: 'sha256', hash };
}

/** The hash in the name of the blob that a snapshot's file links to: SHA-256 for large files, git's for small ones. */
async function blobHash(folder: string, file: string): Promise<KnownHash | undefined> {
  const path = join(folder, file);
  if (!(await lstat(path)).isSymbolicLink()) return undefined;
  const hash = basename(await readlink(path));
  if (/^[0-9a-f]{64}$/.test(hash)) return { algorithm: 'sha256', hash };
  return /^[0-9a-f]{40}$/.test(hash) ? { algorithm: 'git', hash } : undefined;
}

async function compare(
  folder: string,
  file: string,
  known: KnownHash | undefined,
  bytes: number | undefined,
  signal: AbortSignal | undefined,
): Promise<VerifiedFile> {
  const path = join(folder, file);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return { file, bytes: bytes ?? 0, status: 'missing', detail: 'the file is not there' };
  if (!known) return { file, bytes: size, status: 'unknown', detail: 'nothing says what its hash should be' };
  if (bytes !== undefined && bytes !== size) {
    return { file, bytes: size, status: 'changed', detail: `it has ${size} bytes instead of ${bytes}` };
  }
  const digest = createHash(known.algorithm === 'git' ? 'sha1' : 'sha256');
  if (known.algorithm === 'git') digest.update(`blob ${size}\0`);
  await pipeline(createReadStream(path), digest, signal ? { signal } : {});
  if (digest.digest('hex') === known.hash) return { file, bytes: size, status: 'ok' };
  return { file, bytes: size, status: 'changed', detail: 'its hash differs' };
}
