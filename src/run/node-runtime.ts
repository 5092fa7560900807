import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CoppiceError } from '../core/errors.ts';
import { said } from '../core/said.ts';

/** A plain Node. Electron's own does not do: it refuses the external buffers that GPU memory is mapped through. */
export interface NodeRuntime {
  path: string;
  version: string;
}

/** Bundles run on any Node since 20; sources need one that strips types without a flag. */
const OLDEST = { bundle: [20, 0], sources: [22, 18] } as const;

/** Lies beside `dist` in the extension's package. */
const PACKED = fileURLToPath(
  new URL(process.platform === 'win32' ? '../runtime/node.exe' : '../runtime/node', import.meta.url),
);

/**
 * The Node that engine and judge run on: the configured one, else the one that runs this, else the one that the extension brings,
 * else `node` on the PATH. Throws `runtime-missing` when there is none or it is too old.
 */
export async function findNode(needs: keyof typeof OLDEST, configured?: string): Promise<NodeRuntime> {
  const runtime =
    configured === undefined && process.versions.electron === undefined
      ? { path: process.execPath, version: process.versions.node }
      : await probe(configured ?? (existsSync(PACKED) ? PACKED : 'node'));
  const [major, minor] = OLDEST[needs];
  const [foundMajor = 0, foundMinor = 0] = runtime.version.split('.').map(Number);
  if (foundMajor > major || (foundMajor === major && foundMinor >= minor)) return runtime;
  throw new CoppiceError(
    'runtime-missing',
    said`Node ${runtime.version} at ${runtime.path} is too old for Coppice.`,
    said`Install Node ${major}.${minor} or newer, or set the path of one.`,
  );
}

async function probe(path: string): Promise<NodeRuntime> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    return { path, version: stdout.trim().replace(/^v/, '') };
  } catch (cause) {
    throw new CoppiceError(
      'runtime-missing',
      said`No Node could be started as "${path}".`,
      said`Install Node 20 or newer, or set the path of one.`,
      cause,
    );
  }
}
