import { mkdirSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { CoppiceError, cancelled } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { discard } from './discard.ts';
import { isInside } from './path.ts';
import { Slot, type Source } from './slot.ts';

/** The slots of one session: made as they are needed, at most `width`, and given out in the order of arrival. */
export class SlotPool {
  readonly width: number;
  readonly source: Source;
  /** Paths of what is shown as it is, and not copied. */
  readonly shared: string[];
  readonly #folder: string;
  readonly #linkShared: boolean;
  readonly #free: Slot[] = [];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #made = 0;

  /**
   * @param folder of the session's own
   * @param linkShared true where shared entries can't be mounted: they become symbolic links
   */
  constructor(folder: string, source: Source, options: { width: number; linkShared: boolean }) {
    this.#folder = folder;
    this.source = source;
    this.shared = source.entries.filter(({ kind }) => kind === 'shared').map(({ path }) => path);
    this.width = options.width;
    this.#linkShared = options.linkShared;
  }

  /** Rejects with `cancelled`. */
  acquire(signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) return Promise.reject(cancelled());
    const free = this.#free.pop();
    if (free) return Promise.resolve(free);
    if (this.#made < this.width) {
      const root = join(this.#folder, `slot-${this.#made}`);
      this.#made++;
      return Promise.resolve(new Slot(root, this.source, { linkShared: this.#linkShared }));
    }
    return new Promise((resolve, reject) => {
      const take = (slot: Slot) => {
        signal.removeEventListener('abort', leave);
        resolve(slot);
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(cancelled());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(take);
    });
  }

  release(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.#free.push(slot);
  }

  /**
   * What the last run left is undone now and not after it, so that a cancelled one answers at once.
   * Throws `workspace-invalid`.
   *
   * @param scratch a folder of this run, made empty
   * @param files texts to be written into the slot, by path
   */
  prepare(slot: Slot, scratch: string, files: Record<string, string>): void {
    try {
      slot.restore();
      discard(scratch);
      mkdirSync(scratch);
      for (const [path, text] of Object.entries(files)) slot.write(path, text);
    } catch (cause) {
      throw new CoppiceError(
        'workspace-invalid',
        said`The private copy of the workspace vanished or cannot be written.`,
        said`Check the free space of the temporary folder, and run again.`,
        cause,
      );
    }
  }
}

/** A path as a test names it, relative to the workspace: slots have names of their own where nothing is mounted. */
export function pathSeen(workspace: string, path: string): string {
  return isAbsolute(path) && isInside(workspace, path)
    ? relative(workspace, path).split(sep).join('/')
    : path.replace(/^.*[\\/]slot-\d+[\\/]/, '');
}
