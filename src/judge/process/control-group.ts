import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, namesIn, textOf } from './tree.ts';

/** Where Linux mounts the controller that counts tasks: by itself in the first version of control groups, with all others in the second. */
const PLACES = [
  { folder: '/sys/fs/cgroup/pids', offers: () => true },
  {
    folder: '/sys/fs/cgroup',
    offers: () => textOf('/sys/fs/cgroup/cgroup.subtree_control').split(/\s/).includes('pids'),
  },
];
const NAME = 'coppice-';
const REMOVE_TRIES = 50;
const REMOVE_AGAIN_MS = 20;

let made = 0;

/**
 * A group of processes that the kernel lets grow to so many tasks and no further. The resource limit on processes does not hold
 * for root, who is who judges in most containers: a fork bomb would be there faster than anybody could count.
 */
export class ControlGroup {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where the resource limit does, or where this process may not make groups. */
  static make(tasks: number): ControlGroup | undefined {
    if (process.getuid?.() !== 0) return undefined;
    for (const { folder, offers } of PLACES) {
      if (!offers()) continue;
      const own = join(folder, `${NAME}${process.pid}-${made++}`);
      try {
        mkdirSync(own);
        writeFileSync(join(own, 'pids.max'), String(tasks));
        return new ControlGroup(own);
      } catch {
        remove(own);
      }
    }
    return undefined;
  }

  /** Groups of judges that are gone: one that ends does not wait until the kernel has let go of its last processes. */
  static removeAbandoned(): void {
    if (process.platform === 'win32') return;
    for (const { folder } of PLACES) {
      for (const name of namesIn(folder).filter((each) => each.startsWith(NAME))) {
        const pid = Number.parseInt(name.slice(NAME.length), 10);
        if (Number.isInteger(pid) && !isAlive(pid)) remove(join(folder, name));
      }
    }
  }

  /** A command that starts the same program as a member of the group. */
  enter(argv: readonly string[]): string[] {
    return ['/bin/sh', '-c', 'echo 0 > "$0" && exec "$@"', join(this.#folder, 'cgroup.procs'), ...argv];
  }

  /** Once all members have ended; those that were just killed may take a moment to be gone. */
  dispose(): void {
    let tries = 0;
    const again = () => {
      if (!remove(this.#folder) && ++tries < REMOVE_TRIES) setTimeout(again, REMOVE_AGAIN_MS).unref();
    };
    again();
  }
}

function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
