import { readFile, rm, writeFile } from 'node:fs/promises';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { onDisk } from './disk.ts';

export interface Lock {
  release(): Promise<void>;
}

/**
 * Holds a file with the id of this process in it. That of a process that is gone is taken over.
 * @throws CoppiceError `download-running` while another one holds it
 */
export async function lock(path: string, what: string): Promise<Lock> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') onDisk(error as NodeJS.ErrnoException);
    }
    if (isAlive(Number(await readFile(path, 'utf8').catch(() => '')))) break;
    await rm(path, { force: true });
  }
  throw new CoppiceError(
    'download-running',
    said`${what} is being downloaded already.`,
    said`Wait for that, or remove ${path}.`,
  );
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
