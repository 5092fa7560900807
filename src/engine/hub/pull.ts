import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { MANIFEST_FILE, type Manifest } from '../../core/manifest.ts';
import type { PulledModel, RemoteModel } from '../../core/protocol.ts';
import { parseConfig } from '../weights/config.ts';
import { chooseFiles } from './choose.ts';
import { freeBytes, onDisk, requireSpace } from './disk.ts';
import { type DownloadContext, download } from './download.ts';
import { type Lock, lock } from './lock.ts';
import { PATIENCE, type Patience } from './patience.ts';
import { addressOf, isRepositoryName, type RemoteFile, type Repository, readRepository } from './repository.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface PullOptions extends TransportOptions {
  patience?: Patience;
  freeBytes?: (folder: string) => Promise<number>;
}

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
      `"${shown}" is no repository.`,
      'Name it as OWNER/MODEL, as the hub does.',
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
    const hashes = await draft.fill(repository, { transport, patience, signal, onProgress });
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

/** The folder that a model is made in. */
class Draft {
  readonly folder: string;
  readonly #files: RemoteFile[];

  constructor(folder: string, files: RemoteFile[]) {
    this.folder = folder;
    // Small ones first: whether the model can be run at all is known before the weights come.
    this.#files = files.toSorted((a, b) => a.bytes - b.bytes);
  }

  /** Removes what an earlier pull left of other content. */
  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true }).catch(onDisk);
    const known = this.#files
      .flatMap((file) => [this.#checked(file), `${this.#checked(file)}.part`])
      .map((p) => basename(p));
    for (const name of await readdir(this.folder)) {
      if (!known.includes(name)) await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** A newer commit has most files as they were: these are linked, and checked like all others. */
  async takeOver(folder: string, { files }: Manifest): Promise<void> {
    for (const file of this.#files) {
      const name = basename(file.path);
      if (files?.[name]?.sha256 !== file.hash.hex) continue;
      await link(join(folder, name), this.#checked(file)).catch(() => {});
    }
  }

  /** One that nothing came into but links is not kept. */
  async leave(): Promise<void> {
    const names = await readdir(this.folder).catch((): string[] => []);
    const files = await Promise.all(names.map((name) => stat(join(this.folder, name)).catch(() => undefined)));
    if (files.every((file) => !file || file.size === 0 || file.nlink > 1))
      await rm(this.folder, { recursive: true, force: true });
  }

  /** Bytes that are not here yet. */
  async missing(): Promise<number> {
    const sizes = await Promise.all(
      this.#files.map(async (file) => {
        const here = (await sizeOf(this.#checked(file))) ?? (await sizeOf(`${this.#checked(file)}.part`)) ?? 0;
        return Math.max(0, file.bytes - here);
      }),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** @returns the SHA-256 of each file, by its path in the repository */
  async fill(
    repository: Repository,
    { onProgress, ...context }: Omit<DownloadContext, 'onBytes'> & Pick<PullContext, 'onProgress'>,
  ): Promise<Map<string, string>> {
    const total = totalOf(this.#files);
    const hashes = new Map<string, string>();
    let before = 0;
    for (const file of this.#files) {
      const onBytes = (done: number) => onProgress(basename(file.path), before + done, total);
      const url = addressOf(context.transport, repository, file);
      // What an earlier pull has checked is checked again, and then needs no request.
      await rename(this.#checked(file), `${this.#checked(file)}.part`).catch(() => {});
      hashes.set(file.path, await download(url, file, this.#checked(file), { ...context, onBytes }));
      before += file.bytes;
      if (file.path === 'config.json') await this.#requireSupported(file);
    }
    return hashes;
  }

  /** Gives the files their names, and then the folder: from then on it is a model. */
  async finish(folder: string, manifest: Manifest): Promise<void> {
    for (const file of this.#files) await rename(this.#checked(file), join(this.folder, basename(file.path)));
    await writeFile(join(this.folder, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`).catch(onDisk);
    const old = `${folder}.old`;
    await rm(old, { recursive: true, force: true });
    await rename(folder, old).catch(() => {});
    await rename(this.folder, folder).catch(onDisk);
    await rm(old, { recursive: true, force: true });
  }

  /** Where a file lies once it has been checked. The name says what it holds. */
  #checked({ path, hash }: RemoteFile): string {
    return join(this.folder, `${basename(path)}.${hash.hex.slice(0, 16)}`);
  }

  async #requireSupported(config: RemoteFile): Promise<void> {
    try {
      parseConfig(await readFile(this.#checked(config), 'utf8'));
    } catch (error) {
      await rm(this.folder, { recursive: true, force: true });
      throw error;
    }
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

function totalOf(files: RemoteFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
