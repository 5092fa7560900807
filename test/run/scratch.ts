import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

/** A folder with these files, gone when the test file is done. */
export function scratchFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-scratch-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of one of the example projects. */
export function exampleProject(name: 'python' | 'typescript'): string {
  const folder = scratchFolder();
  cpSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), folder, { recursive: true });
  return folder;
}
