/** Packs the VSIX for one platform: `npm run package [-- TARGET]`, by default this machine's. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

/** The folder of npm's `webgpu` that holds Dawn for each target of the marketplace. */
const DAWN_FOLDERS: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-universal',
  'darwin-arm64': 'darwin-universal',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};

const target = process.argv[2] ?? `${process.platform}-${process.arch}`;
const dawn = DAWN_FOLDERS[target];
if (dawn === undefined) {
  console.error(
    `coppice: no GPU engine is packed for ${target}\n  Name one of: ${Object.keys(DAWN_FOLDERS).join(', ')}.`,
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'coppice-package-'));
try {
  const ignoreFile = join(folder, 'ignore');
  // Of npm's packages, which carry Dawn and koffi for every platform, only one of each is packed.
  const packed = [`!node_modules/webgpu/dist/${dawn}/**`, `!node_modules/@koromix/koffi-${target}/linux_*/koffi.node`];
  await writeFile(ignoreFile, `${await readFile('.vscodeignore', 'utf8')}${packed.join('\n')}\n`);
  const packagePath = `coppice-${target}.vsix`;
  await createVSIX({ target, packagePath, ignoreFile, allowMissingRepository: true, rewriteRelativeLinks: false });
} finally {
  await rm(folder, { recursive: true });
}
