import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** Installs the packages of the lock file where one is missing or of another version. */
export async function packages(checkout) {
  if (await installed(checkout)) return;
  console.error('setup: installing the packages of package-lock.json');
  await npm(checkout, 'ci');
}

/** npm records what it installed in a hidden lock file. Optional packages of other platforms are missing rightly. */
async function installed(checkout) {
  const wanted = await lockedPackages(join(checkout, 'package-lock.json'));
  const present = await lockedPackages(join(checkout, 'node_modules', '.package-lock.json')).catch(() => ({}));
  return Object.entries(wanted)
    .filter(([path, { optional }]) => path !== '' && !optional)
    .every(([path, { version }]) => present[path]?.version === version);
}

async function lockedPackages(path) {
  return JSON.parse(await readFile(path, 'utf8')).packages;
}
