import { closeSync, readFileSync } from 'node:fs';
import { namesIn } from './tree.ts';

const CLOSE_ON_EXEC = 0o2000000;
const FIRST_OWN = 3;

/**
 * Closes the descriptors that whoever started this process left open, since everything that it starts would have them too: a
 * sandboxed test could write into a log or a pipe of the user's. Node marks those that it knows of, and looks no further than
 * the first gap above 15. Does nothing where there is no /proc, nor on Windows, where Wine shows one that is
 * not of its descriptors and a job is given what it is to have alone.
 */
export function closeInherited(): void {
  if (process.platform === 'win32') return;
  for (const name of namesIn('/proc/self/fd')) {
    const fd = Number(name);
    if (fd < FIRST_OWN || isOwn(fd)) continue;
    try {
      closeSync(fd);
    } catch {
      // The one that read the folder is gone by now.
    }
  }
}

/** Node opens every descriptor of its own so that no program it starts has it. */
function isOwn(fd: number): boolean {
  try {
    const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
    return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
  } catch {
    return true;
  }
}
