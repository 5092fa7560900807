import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Windows keeps a file for a moment after the last program that had it open is gone, and scanners open new ones. */
const AGAIN = process.platform === 'win32' ? { maxRetries: 5, retryDelay: 20 } : {};

/** Removes whatever is at a path, following no link, also what a hostile program made hard to remove. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, ...AGAIN });
  } catch {
    if (process.platform === 'win32') return;
    // Node works with whole paths: a folder nested 10,000 deep is out of its reach, but not of that of chmod and rm.
    spawnSync('chmod', ['-R', 'u+rwx', '--', path], { stdio: 'ignore' });
    spawnSync('rm', ['-rf', '--', path], { stdio: 'ignore' });
  }
}
