import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';

/** `manifest.json` beside a model's files. Hashes are SHA-256 in hexadecimal. */
export interface Manifest {
  files: Record<string, { bytes: number; sha256: string }>;
}

/** The manifest of a folder, where it has one. @throws CoppiceError `model-invalid` */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
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
