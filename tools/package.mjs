/**
 * Packs the VSIX for one platform: `npm run package [-- TARGET]`, by default this machine's; `-- all` packs each.
 *
 * It is put together in a folder of its own, with Dawn and koffi for that platform alone and a Node for engine and judge: the
 * extension host of the desktop is Electron, which refuses the buffers that GPU memory is mapped through.
 */
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from './build.mjs';
import { cached } from './setup/cache.mjs';
import { NODE_PACKAGES, nodeIn } from './setup/node24.mjs';
import { installPackage, npm } from './setup/npm.mjs';

/** The folder of npm's `webgpu` that holds Dawn for each target of the marketplace. */
const DAWN_FOLDERS = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-universal',
  'darwin-arm64': 'darwin-universal',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};
const TARGETS = Object.keys(DAWN_FOLDERS);

/** What is not in a bundle. .vscodeignore says which of their files are packed. */
const PACKAGES = ['webgpu', 'koffi'];
const CONTENTS = [
  ...['dist', 'media', 'examples', 'models/sprout', 'l10n', 'package.nls.json', 'package.nls.de.json'],
  ...['README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'],
];

const asked = process.argv[2] ?? `${process.platform}-${process.arch}`;
const targets = TARGETS.filter((target) => asked === 'all' || asked === target);
if (targets.length === 0) {
  console.error(`coppice: nothing is packed for ${asked}\n  Name one of: ${TARGETS.join(', ')}, all.`);
  process.exit(2);
}
await build();
for (const target of targets) {
  const vsix = resolve(`coppice-${target}.vsix`);
  await pack(target, vsix);
  console.error(`${target}: ${((await stat(vsix)).size / 1e6).toFixed(1)} MB`);
}

async function pack(target, packagePath) {
  const folder = await mkdtemp(join(tmpdir(), 'coppice-package-'));
  try {
    for (const path of CONTENTS) await cp(path, join(folder, path), { recursive: true });
    await addPackages(folder, target);
    await addNode(folder, target);
    await writeFile(join(folder, '.vscodeignore'), `!node_modules/webgpu/dist/${DAWN_FOLDERS[target]}/**\n`, {
      flag: 'a',
    });
    await createVSIX({ cwd: folder, target, packagePath, allowMissingRepository: true, rewriteRelativeLinks: false });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A manifest that depends on nothing but what is not bundled, and that installed for the target. */
async function addPackages(folder, target) {
  const { scripts, devDependencies, optionalDependencies, ...manifest } = JSON.parse(
    await readFile('package.json', 'utf8'),
  );
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const dependencies = Object.fromEntries(
    PACKAGES.map((name) => [name, lock.packages[`node_modules/${name}`].version]),
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }, undefined, 2));
  const [os, cpu] = target.split('-');
  await npm(folder, 'install', '--no-package-lock', '--os', os, '--cpu', cpu);
}

async function addNode(folder, target) {
  const runtime = join(folder, 'runtime');
  await mkdir(runtime);
  const executable = nodeIn(await nodeFor(target), NODE_PACKAGES[target], target.split('-')[0]);
  await copyFile(executable, join(runtime, basename(executable)));
  // The packages for Windows lack it.
  const licensed = nodeIn(await nodeFor('linux-x64'), NODE_PACKAGES['linux-x64'], 'linux');
  await copyFile(join(licensed, '..', '..', 'LICENSE'), join(runtime, 'LICENSE'));
}

/** The folder in which the registry's Node for a platform is installed. */
function nodeFor(target) {
  const spec = NODE_PACKAGES[target];
  const version = spec.slice(spec.lastIndexOf('@') + 1);
  // This machine's lies there already where the tools needed one.
  const own = target === `${process.platform}-${process.arch}`;
  const name = own ? `node-${version}` : `node-${version}-${target}`;
  return cached(name, `Node ${version} for ${target}`, (draft) =>
    // Else npm refuses what is for another platform.
    installPackage(draft, spec, '--force'),
  );
}
