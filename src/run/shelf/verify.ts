import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Said, said, withSource } from '../../core/said.ts';
import type { EngineClient } from '../engine-client.ts';
import { readManifest } from './manifest.ts';
import { isModelFile } from './model-folder.ts';

/** What is known of one file of a model without trusting the file: its size and hash from where it came from. */
export interface VerifiedFile {
  file: string;
  bytes: number;
  status: 'ok' | 'changed' | 'missing' | 'unknown';
  /** Why the status is not `ok`, in words. */
  detail?: string;
  /** What that was made from. */
  said?: { detail: Said };
}

/**
 * Compares a model's files with what is known of them: `manifest.json` in the folder, or the names that the Hugging
 * Face cache gives its blobs, which are hashes. A file that nothing is known of is `unknown`, not `ok`. The engine reads the
 * files: gigabytes would keep everything else here waiting.
 */
export async function verifyModel(path: string, engine: EngineClient, signal?: AbortSignal): Promise<VerifiedFile[]> {
  const compare = (folder: string, file: string, known: KnownHash | undefined, bytes?: number) =>
    compareFile(join(folder, file), known, bytes, (request) => engine.call(request, { signal }));
  if ((await stat(path)).isFile()) {
    const [folder, file] = [dirname(path), basename(path)];
    const known = (await readManifest(folder).catch(() => undefined))?.files[file];
    if (known) return [await compare(folder, file, { algorithm: 'sha256', hash: known.sha256 }, known.bytes)];
    return [await compare(folder, file, await fileHash(folder, file))];
  }
  const folder = path;
  const manifest = await readManifest(folder);
  if (manifest) {
    return Promise.all(
      Object.entries(manifest.files).map(([file, known]) =>
        compare(folder, file, { algorithm: 'sha256', hash: known.sha256 }, known.bytes),
      ),
    );
  }
  const files = (await readdir(folder)).filter((file) => isModelFile(file)).sort();
  return Promise.all(files.map(async (file) => compare(folder, file, await blobHash(folder, file))));
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

async function compareFile(
  path: string,
  known: KnownHash | undefined,
  bytes: number | undefined,
  digest: (request: { kind: 'digest'; path: string; algorithm: KnownHash['algorithm'] }) => Promise<string>,
): Promise<VerifiedFile> {
  const file = basename(path);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return because(said`the file is not there`, { file, bytes: bytes ?? 0, status: 'missing' });
  if (!known) return because(said`nothing says what its hash should be`, { file, bytes: size, status: 'unknown' });
  if (bytes !== undefined && bytes !== size) {
    return because(said`it has ${size} bytes instead of ${bytes}`, { file, bytes: size, status: 'changed' });
  }
  const found = await digest({ kind: 'digest', path, algorithm: known.algorithm });
  if (found === known.hash) return { file, bytes: size, status: 'ok' };
  return because(said`its hash differs`, { file, bytes: size, status: 'changed' });
}

function because(detail: Said, file: VerifiedFile): VerifiedFile {
  return { ...file, ...withSource('detail', detail) };
}
