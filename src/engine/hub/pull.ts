import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { MANIFEST_FILE, type Manifest } from '../../core/manifest.ts';
import type { PulledModel, RemoteModel } from '../../core/protocol.ts';
import { said } from '../../core/said.ts';
import { chooseFiles } from './choose.ts';
import { freeBytes, onDisk, requireSpace } from './disk.ts';
import { Draft, sizeOf, totalOf } from './draft.ts';
import { type Lock, lock } from './lock.ts';
import { PATIENCE, type Patience } from './patience.ts';
import { isRepositoryName, type RemoteFile, type Repository, readRepository } from './repository.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface PullOptions extends TransportOptions {
  patience?: Patience;
  freeBytes?: (folder: string) => Promise<number>;
  /** So much of a GGUF file says what it is. */
  headBytes?: number;
}

/** What precedes the tensors is mostly the vocabulary, which takes less in every real model. */
const HEAD = 24 * 2 ** 20;

interface PullContext {
  signal: AbortSignal;
  onProgress(file: string, done: number, total: number): void;
}

/**
 * Downloads a model into a folder of its own within `shelf`. That is Coppice's and not the hub's shared cache: a folder that
 * appears whole by one rename, needs no links, and can be removed without a thought for other programs. It is filled as
 * `<folder>.part`, which a later pull goes on with.
 * @throws CoppiceError `hub-*`, `download-*`, `disk-*`, `model-not-found` or `model-unsupported`
 */
export async function pull(
  model: RemoteModel,
  shelf: string,
  { signal, onProgress }: PullContext,
  options: PullOptions = {},
): Promise<PulledModel> {
  if (!isRepositoryName(model.repository)) {
    const shown = model.repository.slice(0, 200);
    throw new CoppiceError(
      'model-not-found',
      said`"${shown}" is no repository.`,
      said`Name it as OWNER/MODEL, as the hub does.`,
    );
  }
  const transport = await Transport.open(options);
  const patience = options.patience ?? PATIENCE;
  let held: Lock | undefined;
  let draft: Draft | undefined;
  try {
    const repository = await readRepository(transport, model, patience, signal);
    const files = chooseFiles(repository, model);
    const folder = join(shelf, folderName(repository, files));
    await mkdir(shelf, { recursive: true }).catch(onDisk);
    held = await lock(`${folder}.lock`, repository.name);
    const before = await manifestIn(folder);
    if (before?.origin?.revision === repository.revision && (await areThere(folder, files))) {
      return pulled(folder, repository, files, false);
    }
    draft = new Draft(`${folder}.part`, files);
    await draft.open();
    if (before) await draft.takeOver(folder, before);
    requireSpace(shelf, await draft.missing(), await (options.freeBytes ?? freeBytes)(shelf));
    const { headBytes = HEAD } = options;
    const hashes = await draft.fill(repository, { transport, patience, signal, onProgress, headBytes });
    await draft.finish(folder, manifestOf(transport, repository, files, hashes));
    return pulled(folder, repository, files, true);
  } catch (error) {
    await draft?.leave();
    throw error;
  } finally {
    await held?.release();
    await transport.dispose();
  }
}

/** `OWNER--MODEL`, with the file's name behind it for a GGUF file. The hub allows no `--` in names of its own. */
function folderName({ name }: Repository, files: RemoteFile[]): string {
  const file = packedFile(files);
  const parts = [...name.split('/'), ...(file === undefined ? [] : [file])];
  return parts.join('--');
}

function packedFile(files: RemoteFile[]): string | undefined {
  const [file] = files;
  return file?.path.endsWith('.gguf') ? basename(file.path) : undefined;
}

async function manifestIn(folder: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

async function areThere(folder: string, files: RemoteFile[]): Promise<boolean> {
  const sizes = await Promise.all(files.map(({ path }) => sizeOf(join(folder, basename(path)))));
  return files.every(({ bytes }, index) => sizes[index] === bytes);
}

function pulled(folder: string, repository: Repository, files: RemoteFile[], downloaded: boolean): PulledModel {
  const file = packedFile(files);
  const { revision, licence } = repository;
  return {
    path: file === undefined ? folder : join(folder, file),
    ...{ revision, bytes: totalOf(files), downloaded },
    ...(licence === undefined ? {} : { licence }),
  };
}

function manifestOf(
  { endpoint }: Transport,
  { name, revision, licence }: Repository,
  files: RemoteFile[],
  hashes: Map<string, string>,
): Manifest {
  const known = files.map(({ path, bytes }) => [basename(path), { bytes, sha256: hashes.get(path) ?? '' }] as const);
  return {
    files: Object.fromEntries(known),
    origin: { endpoint: endpoint.href, repository: name, revision },
    ...(licence === undefined ? {} : { licence }),
  };
}
