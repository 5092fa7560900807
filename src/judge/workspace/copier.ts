import { constants, copyFileSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Copies files within one file system: by reference where that can do so, which the first file shows, and otherwise by reading
 * and writing. Node's own copy cuts the new file to nothing first, and ext4 writes such a file to the disk as soon as it is
 * closed: to remove 5,000 copies then took 9 s, and takes 0.1 s of these.
 */
export class Copier {
  #clones = true;

  /** The target must not exist. */
  copy(from: string, to: string): void {
    if (this.#clones) {
      try {
        copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
        return;
      } catch {
        this.#clones = false;
      }
    }
    writeFileSync(to, readFileSync(from), { flag: 'wx' });
  }
}
