import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of an example project that a test may change as it likes. */
export async function scratchProject(
  name: 'python' | 'typescript',
): Promise<{ folder: string; dispose(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'coppice-scratch-'));
  const folder = join(root, name);
  await cp(join('examples', name), folder, { recursive: true });
  return { folder, dispose: () => rm(root, { recursive: true, force: true }) };
}
