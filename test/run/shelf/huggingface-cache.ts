import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../scratch.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const gitHash = (text: string) => createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex');

/** A Hugging Face cache as its tools lay it out: snapshots of links to blobs that are named by their hashes. */
export function cache(): { hub: string; snapshot: string; weights: string } {
  const hub = scratchFolder();
  const repository = join(hub, 'models--someone--small-coder');
  const snapshot = join(repository, 'snapshots', 'abc');
  mkdirSync(join(repository, 'blobs'), { recursive: true });
  mkdirSync(snapshot, { recursive: true });
  const blob = (name: string, hash: string, text: string) => {
    writeFileSync(join(repository, 'blobs', hash), text);
    symlinkSync(join('..', '..', 'blobs', hash), join(snapshot, name));
    return join(repository, 'blobs', hash);
  };
  blob('config.json', gitHash('{}'), '{}');
  return { hub, snapshot, weights: blob('model.safetensors', sha256('weights'), 'weights') };
}
