import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import type { Headers, Response } from 'undici';
import { CoppiceError, throwIfCancelled } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { onDisk } from './disk.ts';
import { type Patience, patiently, Transient } from './patience.ts';
import type { RemoteFile } from './repository.ts';
import { interrupted, invalid, type Transport } from './transport.ts';

/** A try that brought so much was not in vain. */
const ADVANCE = 2 ** 20;
/** How often a file is fetched anew whose hash is wrong. */
const FRESH_STARTS = 1;

export interface DownloadContext {
  transport: Transport;
  patience: Patience;
  signal: AbortSignal;
  /** How many bytes of the file are here. It is waited for, and may refuse to go on. */
  onBytes(done: number, path: string): void | Promise<void>;
}

/**
 * Fetches a file to `target`, whose content is checked before it has that name. `<target>.part` is gone on with where it is
 * there: the name holds the hash of what it will be, so it can't be part of something else.
 * @returns the SHA-256 of the content
 * @throws CoppiceError `hub-unreachable`, `hub-denied`, `hub-invalid`, `model-not-found`, `download-damaged` or `disk-full`
 */
export async function download(url: URL, file: RemoteFile, target: string, context: DownloadContext): Promise<string> {
  for (let fresh = 0; ; fresh++) {
    const part = await Part.open(`${target}.part`, file, context.signal);
    try {
      await patiently(() => attempt(url, part, context), context.patience, context.signal);
      const { matches, sha256 } = part.hashes();
      if (matches) {
        await part.sync();
        await part.close();
        await rename(part.path, target);
        return sha256;
      }
      await part.clear();
    } finally {
      await part.close();
    }
    if (fresh >= FRESH_STARTS) {
      throw new CoppiceError(
        'download-damaged',
        said`${file.path} was not what the hub says it is: its hash differs, ${fresh + 1} times.`,
        said`Try again later, or from another network: something on the way changes it.`,
      );
    }
  }
}

/** One request, for what is still missing. */
async function attempt(url: URL, part: Part, { transport, signal, onBytes }: DownloadContext): Promise<void> {
  const { file } = part;
  await onBytes(part.bytes, part.path);
  if (part.bytes === file.bytes) return;
  const before = part.bytes;
  const range = before > 0 ? { range: `bytes=${before}-` } : {};
  // A compressed answer could not be gone on with.
  const { response, first } = await transport.get(url, { 'accept-encoding': 'identity', ...range }, signal);
  try {
    await check(response, first, part);
    for await (const piece of response.body ?? []) {
      throwIfCancelled(signal);
      await part.append(piece);
      await onBytes(part.bytes, part.path);
    }
  } catch (error) {
    if (error instanceof CoppiceError || error instanceof Transient) throw error;
    const broken = interrupted(url, error);
    throw broken instanceof Transient
      ? new Transient(broken.failure, { advanced: part.bytes - before >= ADVANCE })
      : broken;
  } finally {
    await response.body?.cancel().catch(() => {});
  }
  if (part.bytes < file.bytes) {
    const cut = interrupted(url, new Error(`the answer ended after ${part.bytes} of ${file.bytes} bytes`)) as Transient;
    throw new Transient(cut.failure, { advanced: part.bytes - before >= ADVANCE });
  }
}

/** Whether what comes is what was asked for. A whole answer to a request for a range starts over. */
async function check({ headers, status }: Response, first: Headers, part: Part): Promise<void> {
  const { file } = part;
  if (status === 416) {
    await part.clear();
    throw new Transient(invalid(said`The server has less of ${file.path} than is here already.`));
  }
  const etag = (first.get('x-linked-etag') ?? '').replace(/^W\/|"/g, '');
  if (file.hash.algorithm === 'sha256' && /^[0-9a-f]{64}$/.test(etag) && etag !== file.hash.hex) {
    throw invalid(said`The hub now has another ${file.path} than it has just listed.`);
  }
  if (/^text\/html/i.test(headers.get('content-type') ?? '')) {
    throw invalid(said`A web page came instead of ${file.path}.`);
  }
  if (status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const isAsked = Number(start) === part.bytes && (total === '*' || Number(total) === file.bytes);
    if (isAsked) return;
    await part.clear();
    throw new Transient(invalid(said`Another part of ${file.path} came than was asked for.`));
  }
  if (part.bytes > 0) await part.clear();
}

/** What is here of a file that is being fetched, with its running hash. */
class Part {
  readonly path: string;
  readonly file: RemoteFile;
  readonly #handle: FileHandle;
  #bytes = 0;
  #sha256 = createHash('sha256');
  #git: Hash;
  #closed = false;

  private constructor(path: string, file: RemoteFile, handle: FileHandle) {
    this.path = path;
    this.file = file;
    this.#handle = handle;
    this.#git = gitHash(file);
  }

  /** What is already there is read once, for its hash. */
  static async open(path: string, file: RemoteFile, signal: AbortSignal): Promise<Part> {
    const handle = await open(path, 'a').catch(onDisk);
    const part = new Part(path, file, handle);
    try {
      const { size } = await handle.stat();
      if (size > file.bytes) await part.clear();
      else if (size > 0)
        for await (const piece of createReadStream(path, { end: size - 1, signal })) part.#count(piece);
      return part;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(piece: Uint8Array): Promise<void> {
    if (this.#bytes + piece.length > this.file.bytes) {
      await this.clear();
      throw new Transient(invalid(said`More than the ${this.file.bytes} bytes of ${this.file.path} came.`));
    }
    for (let done = 0; done < piece.length; ) {
      done += (await this.#handle.write(piece, done).catch(onDisk)).bytesWritten;
    }
    this.#count(piece);
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#bytes = 0;
    this.#sha256 = createHash('sha256');
    this.#git = gitHash(this.file);
  }

  /** To be asked once. */
  hashes(): { matches: boolean; sha256: string } {
    const sha256 = this.#sha256.digest('hex');
    const found = this.file.hash.algorithm === 'git' ? this.#git.digest('hex') : sha256;
    return { matches: found === this.file.hash.hex, sha256 };
  }

  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#handle.close();
    this.#closed = true;
  }

  #count(piece: Uint8Array): void {
    this.#bytes += piece.length;
    this.#sha256.update(piece);
    if (this.file.hash.algorithm === 'git') this.#git.update(piece);
  }
}

function gitHash({ bytes }: RemoteFile): Hash {
  return createHash('sha1').update(`blob ${bytes}\0`);
}
