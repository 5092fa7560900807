import { copyFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a link where nothing is. On Windows not every user may make symbolic links: a folder gets a junction, and a file is
 * copied where the link is refused.
 */
export function makeLink(target: string, at: string): void {
  if (process.platform !== 'win32') {
    symlinkSync(target, at);
    return;
  }
  const whole = resolve(dirname(at), target);
  if (!statSync(whole, { throwIfNoEntry: false })?.isFile()) {
    symlinkSync(whole, at, 'junction');
    return;
  }
  try {
    symlinkSync(target, at, 'file');
  } catch {
    copyFileSync(whole, at);
  }
}

/** Whether the link at a path is the one that `makeLink` would make there. */
export function leadsTo(at: string, target: string): boolean {
  const found = readlinkSync(at);
  if (process.platform !== 'win32') return found === target;
  return resolve(dirname(at), found) === resolve(dirname(at), target);
}
