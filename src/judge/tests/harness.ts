import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Harness files lie in `harness/`: beside the bundle when packaged, one folder up in a checkout. */
const FOLDERS = ['./harness/', '../harness/'];

/** Texts of files of `harness/`, by name: what a framework needs beside the tests inside the sandbox. */
export function harnessFiles(...names: string[]): Record<string, string> {
  const folder = FOLDERS.map((name) => fileURLToPath(new URL(name, import.meta.url))).find((path) => existsSync(path))!;
  return Object.fromEntries(names.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
}
