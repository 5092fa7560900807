import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Scratch = { folder: string; dispose(): Promise<void> };

/** Two example projects as the folders of one workspace, which `folder` names by its file. */
export async function scratchWorkspace(): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'coppice-scratch-'));
  const names = ['python', 'typescript'];
  for (const name of names) await cp(join('examples', name), join(root, name), { recursive: true });
  const folder = join(root, 'both.code-workspace');
  await writeFile(folder, JSON.stringify({ folders: names.map((path) => ({ path })) }));
  return { folder, dispose: () => rm(root, { recursive: true, force: true }) };
}

/**
 * A copy of an example project that a test may change as it likes.
 *
 * @param files other texts for some of its files
 */
export async function scratchProject(
  name: 'python' | 'typescript',
  files: Record<string, string> = {},
): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'coppice-scratch-'));
  const folder = join(root, name);
  await cp(join('examples', name), folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return { folder, dispose: () => rm(root, { recursive: true, force: true }) };
}
