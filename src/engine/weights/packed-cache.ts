import { createHash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as zlib from 'node:zlib';
import { cacheFolder } from '../cache-folder.ts';

/** Counts up when what a packing kernel writes changes, or how it is kept. */
const VERSION = 1;
const TABLE_LIMIT = 2 ** 20;
/** Of a file's beginning that tells it from another one of the same name, length and time: what describes its tensors. */
const HEAD = 2 ** 16;
const PIECE = 16 * 2 ** 20;

/** Bytes of everything that is kept; what was not used for longest goes first. */
const MOST_KEPT = 24 * 2 ** 30;
/** A model of fewer bytes is packed as soon as it is read. */
const LEAST_KEPT = 64 * 2 ** 20;
/** What an engine that was ended left unfinished is removed after so long. */
const ABANDONED_MS = 3_600_000;
/** A disk is not filled beyond this share of what is free. */
const SHARE_OF_FREE = 0.5;

interface Kept {
  label: string;
  offset: number;
  bytes: number;
  crc: number;
}

interface Table {
  version: number;
  bytes: number;
  entries: Kept[];
}

/**
 * The matrices of a model as a layout has packed them, kept in Coppice's cache folder: KEY.bin holds one after the other, KEY.json
 * says where, and is written last. A file that can't be read or written only means that they are packed again.
 */
export class PackedCache {
  readonly #folder: string;
  readonly #key: string;
  readonly #bin: FileHandle;
  /** What is there to be read; undefined while it is made. */
  readonly #entries: Map<string, Kept> | undefined;
  readonly #least: number;
  readonly #most: number;
  readonly #made: Kept[] = [];
  #length = 0;
  /** Nothing more is read or kept. */
  #isOver = false;
  #isDamaged = false;

  private constructor(
    folder: string,
    key: string,
    parts: { bin: FileHandle; least: number; most: number; entries?: Map<string, Kept> },
  ) {
    this.#folder = folder;
    this.#key = key;
    this.#bin = parts.bin;
    this.#least = parts.least;
    this.#most = parts.most;
    this.#entries = parts.entries;
  }

  /** What was kept was not what had been made, and was dropped. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /**
   * What is kept of the model at a path, or room for it; undefined where there can be none.
   * @param packing names the layout, and how it packs
   */
  static async open(
    model: string,
    packing: string,
    { root = cacheFolder(), least = LEAST_KEPT, most = MOST_KEPT } = {},
  ): Promise<PackedCache | undefined> {
    // Node has it since 20.15.
    if (zlib.crc32 === undefined) return undefined;
    try {
      const folder = join(root, `packed-${VERSION}`);
      const key = createHash('sha256')
        .update(`${packing}\n${await identityOf(model)}`)
        .digest('hex')
        .slice(0, 32);
      await mkdir(folder, { recursive: true });
      const entries = await readTable(folder, key);
      if (entries) {
        return new PackedCache(folder, key, { bin: await open(filesOf(folder, key).bin, 'r'), least, most, entries });
      }
      return new PackedCache(folder, key, { bin: await open(partOf(folder, key, 'bin'), 'w'), least, most });
    } catch {
      return undefined;
    }
  }

  /** Whether it holds this matrix in so many bytes. */
  has(label: string, bytes: number): boolean {
    return !this.#isOver && this.#entries?.get(label)?.bytes === bytes;
  }

  /**
   * Hands the bytes of a matrix over in pieces. False where they are not what was kept: everything kept of this model is then
   * dropped.
   */
  async read(label: string, take: (piece: Uint8Array, offset: number) => Promise<void>): Promise<boolean> {
    const { offset, bytes, crc } = this.#entries!.get(label)!;
    let seen = 0;
    for (let done = 0; done < bytes; ) {
      const piece = new Uint8Array(Math.min(PIECE, bytes - done));
      const { bytesRead } = await this.#bin.read(piece, 0, piece.length, offset + done).catch(() => ({ bytesRead: 0 }));
      if (bytesRead === 0) break;
      const part = piece.subarray(0, bytesRead);
      seen = zlib.crc32(part, seen);
      await take(part, done);
      done += bytesRead;
    }
    if (seen === crc) return true;
    this.#isOver = true;
    this.#isDamaged = true;
    await remove(this.#folder, this.#key);
    return false;
  }

  /** Keeps a matrix that was made, read in pieces. */
  async keep(
    label: string,
    bytes: number,
    read: (offset: number, bytes: number) => Promise<Uint8Array>,
  ): Promise<void> {
    if (this.#entries || this.#isOver) return;
    const kept: Kept = { label, offset: this.#length, bytes, crc: 0 };
    try {
      const { bavail, bsize } = await statfs(this.#folder);
      if (this.#length + bytes > this.#most || bytes > bavail * bsize * SHARE_OF_FREE) throw new Error('no room');
      for (let done = 0; done < bytes; done += PIECE) {
        const piece = await read(done, Math.min(PIECE, bytes - done));
        kept.crc = zlib.crc32(piece, kept.crc);
        await this.#bin.write(piece);
      }
      this.#made.push(kept);
      this.#length += bytes;
    } catch {
      this.#isOver = true;
    }
  }

  /** Everything was read or kept. What was made counts from now on, if all of it could be kept. */
  async finish(): Promise<void> {
    if (this.#entries || this.#isOver || this.#length < this.#least) return;
    const { bin, json } = filesOf(this.#folder, this.#key);
    try {
      const table: Table = { version: VERSION, bytes: this.#length, entries: this.#made };
      await writeFile(partOf(this.#folder, this.#key, 'json'), JSON.stringify(table));
      await rename(partOf(this.#folder, this.#key, 'bin'), bin);
      await rename(partOf(this.#folder, this.#key, 'json'), json);
      await this.#makeRoom();
    } catch {
      // A cache folder that can't be written to costs time, nothing else.
    }
  }

  async dispose(): Promise<void> {
    await this.#bin.close();
    for (const kind of ['bin', 'json']) await rm(partOf(this.#folder, this.#key, kind), { force: true });
  }

  async #makeRoom(): Promise<void> {
    const found = await readdir(this.#folder);
    for (const path of found.filter((name) => /\.\d+$/.test(name)).map((name) => join(this.#folder, name))) {
      const changed = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
      if (Date.now() - changed > ABANDONED_MS) await rm(path, { force: true });
    }
    const names = found.filter((name) => name.endsWith('.bin'));
    const all = await Promise.all(
      names.map(async (name) => {
        const key = basename(name, '.bin');
        const { json } = filesOf(this.#folder, key);
        const used = await stat(json).catch(() => undefined);
        return { key, bytes: (await stat(join(this.#folder, name))).size, used: used?.mtimeMs ?? 0 };
      }),
    );
    let sum = 0;
    for (const { key, bytes } of all.sort((a, b) => b.used - a.used)) {
      sum += bytes;
      if (sum > this.#most && key !== this.#key) await remove(this.#folder, key);
    }
  }
}

function filesOf(folder: string, key: string) {
  return { bin: join(folder, `${key}.bin`), json: join(folder, `${key}.json`) };
}

/** What says that it is whole goes first. */
async function remove(folder: string, key: string): Promise<void> {
  const { bin, json } = filesOf(folder, key);
  await rm(json, { force: true });
  await rm(bin, { force: true });
}

/** Where it is written until it is whole; two engines may be at it at once. */
function partOf(folder: string, key: string, kind: string): string {
  return join(folder, `${key}.${kind}.${process.pid}`);
}

/** What is kept under a key, if all of it is there. */
async function readTable(folder: string, key: string): Promise<Map<string, Kept> | undefined> {
  const { bin, json } = filesOf(folder, key);
  try {
    const size = (await stat(bin)).size;
    if ((await stat(json)).size > TABLE_LIMIT) return undefined;
    const { version, bytes, entries } = JSON.parse(await readFile(json, 'utf8')) as Table;
    const isWhole = entries.every(
      ({ label, offset, bytes, crc }) =>
        typeof label === 'string' &&
        [offset, bytes, crc].every(Number.isSafeInteger) &&
        offset >= 0 &&
        offset + bytes <= size,
    );
    if (version !== VERSION || bytes !== size || !isWhole) return undefined;
    const now = new Date();
    await utimes(json, now, now);
    return new Map(entries.map((entry) => [entry.label, entry]));
  } catch {
    return undefined;
  }
}

/** The files of a model folder, or the one file: path, length, time and what is at its beginning. */
async function identityOf(model: string): Promise<string> {
  const isFile = (await stat(model)).isFile();
  const names = isFile ? [''] : (await readdir(model)).filter((name) => /\.(safetensors|json)$/.test(name)).sort();
  const parts = await Promise.all(
    names.map(async (name) => {
      const path = join(model, name);
      const file = await open(path, 'r');
      try {
        const { size, mtimeMs } = await file.stat();
        const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
        const head = createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
        return [path, size, mtimeMs, head].join('\t');
      } finally {
        await file.close();
      }
    }),
  );
  return parts.join('\n');
}
