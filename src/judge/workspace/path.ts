import { lstatSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';

/** The real, absolute path of a workspace folder. Throws `workspace-invalid`. */
export function workspaceRoot(folder: string): string {
  const invalid = (message: Said, cause?: unknown) =>
    new CoppiceError('workspace-invalid', message, said`Name an existing folder by its absolute path.`, cause);
  if (!isAbsolute(folder)) throw invalid(said`${folder} is not an absolute path.`);
  try {
    const root = realpathSync(folder);
    if (!statSync(root).isDirectory()) throw invalid(said`${folder} is not a folder.`);
    return root;
  } catch (cause) {
    throw cause instanceof CoppiceError ? cause : invalid(said`${folder} does not exist or cannot be read.`, cause);
  }
}

/**
 * A path relative to the workspace, as given by someone else: it must stay inside by its letters and by where its
 * symbolic links lead. Returns the path without links, with forward slashes. Throws `usage` when it leads out.
 */
export function pathInside(root: string, path: string): string {
  const outside = new CoppiceError(
    'usage',
    said`${path} is not inside the workspace.`,
    said`Name a file of the workspace by its path relative to the workspace folder.`,
  );
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  if (isAbsolute(path) || parts.length === 0 || parts.includes('..') || path.includes('\0')) throw outside;
  let at = root;
  for (const part of parts) {
    at = join(at, part);
    if (!lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    // A dangling link is refused too: a write would create its target.
    at = realPathOf(at) ?? sep;
    if (!isInside(root, at)) throw outside;
  }
  return relative(root, at).split(sep).join('/');
}

/** Whether `path` is `folder` or below it; both absolute and normal. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Where a path really is; undefined when nothing is there. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
