import { type Dirent, existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { isInside } from './path.ts';

/** Something in the workspace; `path` is relative, with forward slashes. */
export type Entry =
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; bytes: number }
  | { kind: 'link'; path: string; target: string }
  /** Too heavy to copy and not for tests to change: shown to them as it is, read-only. */
  | { kind: 'shared'; path: string; folder: boolean };

const MAX_FILES = 20_000;
const MAX_BYTES = 512 * 1024 ** 2;
const SHARED_FILE_BYTES = 8 * 1024 ** 2;

/** History and caches: tests do not need them, and stale caches would lie to them. */
const LEFT_OUT = new Set([
  '.git',
  '.hg',
  '.svn',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.tox',
  '.nox',
]);

/**
 * What a slot of this workspace consists of, folders before their contents. Throws `workspace-invalid` when it is
 * too large to copy or cannot be read.
 */
export function listWorkspace(root: string): Entry[] {
  const entries: Entry[] = [];
  let files = 0;
  let bytes = 0;
  const visit = (folder: string) => {
    for (const item of readFolder(join(root, folder))) {
      if (LEFT_OUT.has(item.name)) continue;
      const path = folder === '' ? item.name : `${folder}/${item.name}`;
      const absolute = join(root, path);
      if (item.isSymbolicLink()) {
        entries.push({ kind: 'link', path, target: targetOf(root, absolute) });
      } else if (item.isDirectory()) {
        if (isHeavy(absolute, item.name)) {
          entries.push({ kind: 'shared', path, folder: true });
          continue;
        }
        entries.push({ kind: 'folder', path, mode: lstatSync(absolute).mode & 0o777 });
        visit(path);
      } else if (item.isFile()) {
        const { size, mode } = lstatSync(absolute);
        if (size > SHARED_FILE_BYTES) {
          entries.push({ kind: 'shared', path, folder: false });
          continue;
        }
        entries.push({ kind: 'file', path, mode: mode & 0o777, bytes: size });
        files++;
        bytes += size;
        if (files > MAX_FILES || bytes > MAX_BYTES) throw tooLarge(root);
      }
      // Sockets, pipes and devices belong to running programs, not to the project.
    }
  };
  try {
    visit('');
  } catch (cause) {
    throw cause instanceof CoppiceError ? cause : unreadable(root, cause);
  }
  return entries;
}

function readFolder(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isHeavy(absolute: string, name: string): boolean {
  return name === 'node_modules' || existsSync(join(absolute, 'pyvenv.cfg'));
}

/** An absolute link into the workspace would lead a slot back to the user's own files. */
function targetOf(root: string, link: string): string {
  const target = readlinkSync(link);
  return isAbsolute(target) && isInside(root, target) ? relative(dirname(link), target) || '.' : target;
}

function tooLarge(root: string): CoppiceError {
  return new CoppiceError(
    'workspace-invalid',
    said`${root} holds more than ${MAX_FILES} files or ${MAX_BYTES / 1024 ** 2} MiB, too much to copy for every slot.`,
    said`Open the folder of the package you work on instead of the folder around it.`,
  );
}

export function unreadable(root: string, cause: unknown): CoppiceError {
  return new CoppiceError(
    'workspace-invalid',
    said`A file of ${root} vanished or could not be read while it was copied.`,
    said`Let other tools finish, check the permissions of the folder, and run again.`,
    cause,
  );
}
