import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Folders that hold system programs and are often missing from a user's PATH. */
const SYSTEM = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** The absolute path of a program on PATH; undefined when it is not there. */
export function findProgram(name: string): string | undefined {
  return findPrograms(name)[0];
}

/** Every program of this name on PATH, in its order. */
export function findPrograms(name: string): string[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM].filter((folder) => isAbsolute(folder));
  return [...new Set(folders)].map((folder) => join(folder, name)).filter(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
