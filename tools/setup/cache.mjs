import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SetupProblem } from './problem.mjs';

/** Everything that is fetched once a machine lies here; `COPPICE_CACHE` moves it. */
export const cacheFolder = process.env.COPPICE_CACHE || join(homedir(), '.cache', 'coppice');

/**
 * The folder `<cache>/<name>`, filled first where it is missing. It is filled under another name and renamed when
 * complete, so that an interrupted run leaves nothing half; where two runs fill it at once, the first one wins.
 *
 * @param {string} name what lies there with its version, such as `swiftshader-153.0.0`
 * @param {string} what the same for people
 * @param {(folder: string) => Promise<void>} fill
 * @returns {Promise<string>}
 */
export async function cached(name, what, fill) {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  const started = performance.now();
  console.error(`setup: fetching ${what}`);
  const draft = `${folder}.part-${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await fill(draft);
    await rename(draft, folder);
  } catch (cause) {
    if (existsSync(folder)) return folder;
    if (cause instanceof SetupProblem) throw cause;
    throw new SetupProblem(
      `${what} could not be put into ${cacheFolder}.`,
      'Check the disk and its permissions, or set COPPICE_CACHE to another folder.',
      cause,
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  console.error(`setup: ${what} ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}
