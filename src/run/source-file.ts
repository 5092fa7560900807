import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CoppiceError } from '../core/errors.ts';
import { type Language, languageOf } from '../core/language.ts';
import { said } from '../core/said.ts';

/** An unsaved editor buffer that stands for a file. */
export interface Overlay {
  /** Relative to the workspace, forward slashes. */
  path: string;
  text: string;
}

/** The file that candidates replace. */
export interface WorkspaceFile {
  /** Absolute folder. */
  workspace: string;
  /** Relative to the workspace, forward slashes. */
  path: string;
  /** With `\n` line breaks and no byte order mark, as models and grammars like it. */
  text: string;
  /** A changed text with the file's own line breaks and byte order mark. */
  asWritten(text: string): string;
}

/** One in a language that candidates can be grown in. */
export interface SourceFile extends WorkspaceFile {
  language: Language;
}

/** Files that mark the folder a project's tests are run from. */
const PROJECT_MARKS = ['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'pytest.ini', 'tox.ini', '.git'];

/** The project folder around a file: the nearest one with a project file, else the folder the file is in. */
export function workspaceOf(file: string): string {
  const folder = dirname(resolve(file));
  for (let at = folder; ; at = dirname(at)) {
    if (PROJECT_MARKS.some((mark) => existsSync(join(at, mark)))) return at;
    if (dirname(at) === at) return folder;
  }
}

/** Reads a file as `readWorkspaceFile` does. Throws `file-not-found` or `language-unsupported`. */
export async function readSourceFile(workspace: string, path: string, overlays?: Overlay[]): Promise<SourceFile> {
  const file = await readWorkspaceFile(workspace, path, overlays);
  const language = languageOf(file.path);
  if (language) return { ...file, language };
  throw new CoppiceError(
    'language-unsupported',
    said`Coppice does not know the language of ${file.path}.`,
    said`Use it on a Python, TypeScript or JavaScript file.`,
  );
}

/**
 * Reads a file of a workspace, its unsaved buffer first. `path` is absolute or relative to the workspace. Throws
 * `file-not-found`, also for a file outside of the workspace.
 */
export async function readWorkspaceFile(
  workspace: string,
  path: string,
  overlays: Overlay[] = [],
): Promise<WorkspaceFile> {
  const root = resolve(workspace);
  const absolute = resolve(root, path);
  const inside = relative(root, absolute);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    throw new CoppiceError(
      'file-not-found',
      said`${path} is not a file of the workspace ${root}.`,
      said`Name a file inside the workspace, or the workspace that the file is in.`,
    );
  }
  const name = inside.split(sep).join('/');
  const raw = overlays.find((overlay) => overlay.path === name)?.text ?? (await readText(absolute));
  const mark = raw.startsWith('\uFEFF') ? '\uFEFF' : '';
  const windows = raw.includes('\r\n');
  return {
    workspace: root,
    path: name,
    text: raw.slice(mark.length).replaceAll('\r\n', '\n'),
    asWritten: (text) => mark + (windows ? text.replaceAll('\n', '\r\n') : text),
  };
}

/** Reads a UTF-8 file. Throws `file-not-found`. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CoppiceError(
      'file-not-found',
      said`${path} can not be read.`,
      said`Check the path and its permissions.`,
      cause,
    );
  }
}
