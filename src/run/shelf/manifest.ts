import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { MANIFEST_FILE, type Manifest } from '../../core/manifest.ts';
import { said } from '../../core/said.ts';

/** The manifest of a folder, where it has one. @throws CoppiceError `model-invalid` */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const manifest = JSON.parse(text) as Manifest;
    const known = Object.values(manifest.files);
    if (known.every(({ bytes, sha256 }) => typeof bytes === 'number' && /^[0-9a-f]{64}$/.test(sha256))) return manifest;
  } catch {
    // Said below.
  }
  throw new CoppiceError('model-invalid', said`${path} is not a manifest.`, said`Install the model again.`);
}
