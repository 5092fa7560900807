import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const isWindows = process.platform === 'win32';
const windows = process.env.SystemRoot ?? 'C:\\Windows';

/** Folders that hold system programs, of which some are often missing from a user's PATH. */
export const SYSTEM_FOLDERS = isWindows
  ? [join(windows, 'System32'), windows]
  : ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** The endings that make a file a program, where the system has no right to execute: PATHEXT lists them. */
const PROGRAM_ENDINGS = '.COM;.EXE;.BAT;.CMD';

/** The absolute path of a program on PATH; undefined when it is not there. */
export function findProgram(name: string): string | undefined {
  return findPrograms(name)[0];
}

/** Every program of this name on PATH, in its order. */
export function findPrograms(name: string): string[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS].filter((each) => isAbsolute(each));
  const names = isWindows ? programNames(name, process.env.PATHEXT) : [name];
  return [...new Set(folders)].flatMap((folder) => names.map((each) => join(folder, each))).filter(isExecutable);
}

/** The files that Windows takes for a program of this name, in its order. */
export function programNames(name: string, endings = PROGRAM_ENDINGS): string[] {
  const known = endings
    .split(';')
    .map((ending) => ending.trim().toLowerCase())
    .filter((ending) => /^\.\w+$/.test(ending));
  const isWhole = known.some((ending) => name.toLowerCase().endsWith(ending));
  return isWhole ? [name] : known.map((ending) => `${name}${ending}`);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
