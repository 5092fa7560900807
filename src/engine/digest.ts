import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** The hash of a file in hexadecimal; `git`: SHA-1 over a header and the content, as git names blobs. */
export async function digestFile(path: string, algorithm: 'sha256' | 'git', signal: AbortSignal): Promise<string> {
  const digest = createHash(algorithm === 'git' ? 'sha1' : 'sha256');
  if (algorithm === 'git') digest.update(`blob ${(await stat(path)).size}\0`);
  await pipeline(createReadStream(path), digest, { signal });
  return digest.digest('hex');
}
