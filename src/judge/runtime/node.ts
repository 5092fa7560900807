import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import { findPrograms } from './program.ts';

export interface NodeRuntime {
  path: string;
  version: string;
  /** What it needs to see to start. */
  readable: string[];
  /** Flags without which it does not run TypeScript. */
  typescriptFlags: string[];
  env: Record<string, string>;
}

/**
 * The Node to run tests with: the first on PATH that will do, as in the project's own terminal, else the one the judge runs on.
 * Throws `runtime-missing`.
 */
export function findNode(options: { typescript: boolean } = { typescript: false }): NodeRuntime {
  const own = process.versions.electron === undefined ? [process.execPath] : [];
  const seen: string[] = [];
  for (const program of [...findPrograms('node'), ...own]) {
    const found = nodeBehind(program);
    if (!found) continue;
    const { path, version } = found;
    seen.push(version);
    const typescriptFlags = strippingFlags(version);
    if (options.typescript ? typescriptFlags : atLeast(version, 20, 0)) {
      return { path, version, readable: folderOf(path), typescriptFlags: typescriptFlags ?? [], env: {} };
    }
  }
  const message = missing(options.typescript, [...new Set(seen)].join(', '));
  throw new CoppiceError('runtime-missing', message, said`Install Node 24 and put it on PATH.`);
}

function missing(typescript: boolean, found: string): Said {
  if (typescript)
    return found === ''
      ? said`The tests need a Node that runs TypeScript (22.6 or later); none was found.`
      : said`The tests need a Node that runs TypeScript (22.6 or later); found ${found}.`;
  return found === ''
    ? said`The tests need Node 20 or later; none was found.`
    : said`The tests need Node 20 or later; found ${found}.`;
}

type Executable = Pick<NodeRuntime, 'path' | 'version'>;

const known = new Map<string, Executable | undefined>();

/** Undefined where it does not start. Each is asked once. */
function nodeBehind(program: string): Executable | undefined {
  if (realpathSync(program) === realpathSync(process.execPath)) {
    return { path: program, version: process.versions.node };
  }
  if (!known.has(program)) known.set(program, ask(program));
  return known.get(program);
}

/** What stands on PATH may be a script of a version manager, which a sandbox has not got: Node itself says where it is. */
function ask(program: string): Executable | undefined {
  try {
    const script = 'JSON.stringify({ path: process.execPath, version: process.versions.node })';
    return JSON.parse(execFileSync(program, ['-p', script], { encoding: 'utf8', timeout: 5000, stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}

/** Type stripping came behind a flag in 22.6 and without one in 22.18 and 23.6. */
function strippingFlags(version: string): string[] | undefined {
  if (atLeast(version, 23, 6) || (version.startsWith('22.') && atLeast(version, 22, 18))) return [];
  return atLeast(version, 22, 6) ? ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'] : undefined;
}

export function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** A Node installation is the folder above its `bin`; a binary that stands alone is only itself. */
function folderOf(path: string): string[] {
  const real = realpathSync(path);
  return basename(dirname(real)) === 'bin' ? [path, real, dirname(dirname(real))] : [path, real];
}
