import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CoppiceError } from '../../core/errors.ts';
import { MANIFEST_FILE, type Manifest } from '../../core/manifest.ts';
import { parseConfig } from '../weights/config.ts';
import { readGguf } from '../weights/model-source.ts';
import { onDisk } from './disk.ts';
import { type DownloadContext, download } from './download.ts';
import { addressOf, type RemoteFile, type Repository } from './repository.ts';

interface FillContext extends Omit<DownloadContext, 'onBytes'> {
  /** So much of a GGUF file says what it is. */
  headBytes: number;
  /** Bytes of all the files. */
  onProgress(file: string, done: number, total: number): void;
}

/** The folder that a model is made in. */
export class Draft {
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
  async fill(repository: Repository, { onProgress, headBytes, ...context }: FillContext): Promise<Map<string, string>> {
    const total = totalOf(this.#files);
    const hashes = new Map<string, string>();
    let before = 0;
    for (const file of this.#files) {
      let isKnown = !file.path.endsWith('.gguf');
      const onBytes = async (done: number, path: string) => {
        onProgress(basename(file.path), before + done, total);
        if (isKnown || done < Math.min(headBytes, file.bytes)) return;
        isKnown = true;
        await this.#requireSupported(() => readHead(path, headBytes, file.bytes));
      };
      const url = addressOf(context.transport, repository, file);
      // What an earlier pull has checked is checked again, and then needs no request.
      await rename(this.#checked(file), `${this.#checked(file)}.part`).catch(() => {});
      hashes.set(file.path, await download(url, file, this.#checked(file), { ...context, onBytes }));
      before += file.bytes;
      if (file.path === 'config.json') {
        await this.#requireSupported(async () => parseConfig(await readFile(this.#checked(file), 'utf8')));
      }
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
    await rename(this.folder, folder).catch(async (error) => {
      await rename(old, folder).catch(() => {});
      onDisk(error);
    });
    await rm(old, { recursive: true, force: true });
  }

  /** Where a file lies once it has been checked. The name says what it holds. */
  #checked({ path, hash }: RemoteFile): string {
    return join(this.folder, `${basename(path)}.${hash.hex.slice(0, 16)}`);
  }

  /** What can't be run is not gone on with. */
  async #requireSupported(read: () => Promise<unknown>): Promise<void> {
    try {
      await read();
    } catch (error) {
      await rm(this.folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/**
 * Looks at a GGUF file of which the beginning is here, as if the rest were zeros.
 * @throws CoppiceError `model-unsupported`; whether it is valid is seen when it is whole
 */
async function readHead(path: string, headBytes: number, bytes: number): Promise<void> {
  const head = `${path}.head`;
  try {
    await pipeline(createReadStream(path, { end: headBytes - 1 }), createWriteStream(head));
    await truncate(head, bytes);
    await readGguf(head);
  } catch (error) {
    if (error instanceof CoppiceError && error.code === 'model-unsupported') throw error;
  } finally {
    await rm(head, { force: true });
  }
}

export function totalOf(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
