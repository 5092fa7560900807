import { readdirSync, realpathSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Entry } from './listing.ts';
import { isInside } from './path.ts';
import type { Source } from './slot.ts';

/**
 * Entries for a slot in which shared folders are links to the user's own. A package manager links the packages of a monorepo
 * into `node_modules`: from there a link to the whole folder would lead to the original of what a candidate replaces. Such a
 * folder becomes one of the slot's own, in which the packages of the monorepo are linked to the slot's and all others as before.
 */
export function withLinkedPackages({ workspace, entries }: Source): Entry[] {
  return entries.flatMap((entry) =>
    entry.kind === 'shared' && entry.folder && basename(entry.path) === 'node_modules'
      ? opened(workspace, entry.path)
      : [entry],
  );
}

/** One folder of packages: as it is where none of them is of the workspace. */
function opened(workspace: string, path: string): Entry[] {
  let isOwn = false;
  const children = readdirSync(join(workspace, path), { withFileTypes: true }).flatMap((item): Entry[] => {
    const child = `${path}/${item.name}`;
    if (item.isSymbolicLink()) {
      const target = copied(workspace, child);
      isOwn ||= target !== undefined;
      return [
        target === undefined ? { kind: 'shared', path: child, folder: false } : { kind: 'link', path: child, target },
      ];
    }
    const entries: Entry[] = item.name.startsWith('@') && item.isDirectory() ? opened(workspace, child) : [];
    if (entries.length > 1) isOwn = true;
    return entries.length > 0 ? entries : [{ kind: 'shared', path: child, folder: item.isDirectory() }];
  });
  return isOwn ? [{ kind: 'folder', path, mode: 0o755 }, ...children] : [{ kind: 'shared', path, folder: true }];
}

/** Where a link leads that stays in what slots have copies of, from where it is; undefined for another one. */
function copied(workspace: string, link: string): string | undefined {
  try {
    const target = realpathSync(join(workspace, link));
    if (!isInside(workspace, target) || relative(workspace, target).split(sep).includes('node_modules'))
      return undefined;
    return relative(join(workspace, link, '..'), target);
  } catch {
    return undefined;
  }
}
