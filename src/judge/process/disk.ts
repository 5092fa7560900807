import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { openBytes } from './tree.ts';

const COUNT_MS = 2000;

/**
 * Whether a folder has filled its disk by more than `limit` bytes. Free space tells at every look for next to nothing, but not
 * whose doing it is: the files are counted where it has shrunk by as much, deleted ones that are still open among them.
 */
export function diskWatch(folder: string, limit: number): (pids: readonly number[]) => boolean {
  let free = freeBytes(folder);
  return (pids) => {
    const now = freeBytes(folder);
    if (free - now <= limit) {
      free = Math.max(free, now);
      return false;
    }
    free = now;
    return folderBytes(folder) + openBytes(pids, / \(deleted\)$/) > limit;
  };
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Infinite where they are too many to count in time. */
function folderBytes(folder: string): number {
  if (process.platform === 'win32') return listedBytes(folder, performance.now() + COUNT_MS);
  const { stdout, error } = spawnSync('du', ['-skx', '--', folder], { encoding: 'utf8', timeout: COUNT_MS });
  return error ? Number.POSITIVE_INFINITY : Number.parseInt(stdout, 10) * 1024 || 0;
}

function listedBytes(top: string, deadline: number): number {
  let bytes = 0;
  const folders = [top];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for (const item of readdirSync(folder, { withFileTypes: true })) {
        if (performance.now() > deadline) return Number.POSITIVE_INFINITY;
        const path = join(folder, item.name);
        if (item.isDirectory()) folders.push(path);
        else bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
      }
    } catch {
      // Gone by now.
    }
  }
  return bytes;
}
