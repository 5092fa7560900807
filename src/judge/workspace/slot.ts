import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Copier } from './copier.ts';
import { discard } from './discard.ts';
import { leadsTo, makeLink } from './link.ts';
import { withLinkedPackages } from './linked-packages.ts';
import type { Entry } from './listing.ts';

/** A file system tree that slots are copied from. */
export interface Source {
  root: string;
  entries: Entry[];
  /** Where shared entries really are. */
  workspace: string;
}

type Stamp = Pick<BigIntStats, 'ino' | 'size' | 'ctimeNs'>;

/**
 * A private copy of the workspace for one run at a time. `restore` undoes whatever a run did: every file carries a
 * stamp (inode, size and change time, which a program can't set), so that an untouched file costs one `lstat`.
 */
export class Slot {
  readonly root: string;
  readonly #source: Source;
  readonly #linkShared: boolean;
  /** What each folder is to hold, by name. */
  readonly #tree = new Map<string, Map<string, Entry>>();
  readonly #stamps = new Map<string, Stamp>();
  readonly #copier = new Copier();
  #remade = 0;

  /** @param linkShared true where shared entries can't be mounted: they become symbolic links */
  constructor(root: string, source: Source, options: { linkShared: boolean }) {
    this.root = root;
    this.#source = source;
    this.#linkShared = options.linkShared;
    for (const entry of options.linkShared ? withLinkedPackages(source) : source.entries) {
      const folder = dirname(entry.path);
      if (!this.#tree.has(folder)) this.#tree.set(folder, new Map());
      this.#tree.get(folder)!.set(basename(entry.path), entry);
    }
    mkdirSync(root, { recursive: true });
    this.#repairFolder('.');
  }

  /** Replaces one file. No link is followed: what a run left in its place must not lead the write elsewhere. */
  write(path: string, text: string): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    const mode = lstatSync(target, { throwIfNoEntry: false })?.mode ?? 0o644;
    discard(target);
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const file = openSync(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0o777);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  }

  /** How often its folder had to be made anew: whoever holds on to an older one sees nothing of what comes. */
  get remade(): number {
    return this.#remade;
  }

  /** Brings the slot back to the source. Call it only when nothing of the run is alive. */
  restore(): void {
    try {
      chmodSync(this.root, 0o755);
      this.#repairFolder('.');
    } catch {
      // Trees too deep for a path, or without permissions, that a run left: take the slot apart and start over.
      discard(this.root);
      this.#stamps.clear();
      mkdirSync(this.root, { recursive: true });
      this.#repairFolder('.');
      this.#remade++;
    }
  }

  /** Those of the files that are not as the source has them, by their stamps. */
  changed(paths: readonly string[]): string[] {
    return paths.filter((path) => {
      const found = lstatSync(join(this.root, path), { bigint: true, throwIfNoEntry: false });
      return !found?.isFile() || !isStamped(found, this.#stamps.get(path));
    });
  }

  dispose(): void {
    discard(this.root);
  }

  /** Top-down, so that no folder is entered before it is known to be a folder and not a link put in its place. */
  #repairFolder(folder: string): void {
    const expected = this.#tree.get(folder);
    const at = folder === '.' ? this.root : `${this.root}/${folder}`;
    for (const name of readdirSync(at)) {
      if (!expected?.has(name)) discard(join(at, name));
    }
    for (const entry of expected?.values() ?? []) this.#repair(entry);
  }

  #repair(entry: Entry): void {
    const at = `${this.root}/${entry.path}`;
    const found = lstatSync(at, { bigint: true, throwIfNoEntry: false });
    switch (entry.kind) {
      case 'folder':
        if (!found?.isDirectory()) {
          discard(at);
          mkdirSync(at);
        }
        chmodSync(at, entry.mode | 0o700);
        this.#repairFolder(entry.path);
        return;
      case 'file':
        if (found?.isFile() && isStamped(found, this.#stamps.get(entry.path))) return;
        discard(at);
        this.#copier.copy(join(this.#source.root, entry.path), at);
        chmodSync(at, entry.mode | 0o600);
        this.#date(entry.path, at);
        this.#stamps.set(entry.path, stamp(lstatSync(at, { bigint: true })));
        return;
      case 'link':
        this.#repairLink(at, entry.target, found);
        return;
      case 'shared':
        this.#repairShared(entry, at, found);
        return;
    }
  }

  /** Build tools go by dates: in every slot a file is older than what was made of it. */
  #date(path: string, at: string): void {
    const { atime, mtime } = statSync(join(this.#source.root, path));
    utimesSync(at, atime, mtime);
  }

  #repairLink(at: string, target: string, found: BigIntStats | undefined): void {
    if (found?.isSymbolicLink() && leadsTo(at, target)) return;
    discard(at);
    makeLink(target, at);
  }

  /** A mount point, empty here, or a link to the real thing. */
  #repairShared(entry: Entry & { kind: 'shared' }, at: string, found: BigIntStats | undefined): void {
    if (this.#linkShared) {
      this.#repairLink(at, join(this.#source.workspace, entry.path), found);
    } else if (entry.folder) {
      if (found?.isDirectory() && readdirSync(at).length === 0) return;
      discard(at);
      mkdirSync(at);
    } else {
      if (found?.isFile() && found.size === 0n) return;
      discard(at);
      closeSync(openSync(at, 'wx'));
    }
  }
}

function stamp({ ino, size, ctimeNs }: Stamp): Stamp {
  return { ino, size, ctimeNs };
}

function isStamped({ ino, size, ctimeNs }: Stamp, stamp: Stamp | undefined): boolean {
  return stamp !== undefined && ino === stamp.ino && size === stamp.size && ctimeNs === stamp.ctimeNs;
}
