import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { findPrograms, isExecutable } from './program.ts';

export interface PythonRuntime {
  /** The interpreter itself, behind any version manager's shim; in a virtual environment, the environment's. */
  path: string;
  version: string;
  /** Where it looks for modules, its installation and its user packages. */
  readable: string[];
  /** The versions of what it can import. */
  pytest?: string;
  hypothesis?: string;
  env: Record<string, string>;
}

/** Where a virtual environment has its interpreter. */
const IN_ENVIRONMENT = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/** Prints what a Python is. The current folder leaves the path first: a module of the project is not ours to run. */
const DESCRIBE = `
import sys
sys.path[:] = [p for p in sys.path if p]
import json, os, site
def version(name):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return None
paths = [p for p in sys.path if os.path.isdir(p)]
print(json.dumps({
    'path': sys.executable,
    'version': '.'.join(map(str, sys.version_info[:3])),
    'readable': [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix] + paths
    + [sys.executable, os.path.realpath(sys.executable)],
    'pytest': version('pytest'),
    'hypothesis': version('hypothesis'),
    'userBase': site.getuserbase(),
}))
`;

/**
 * The Python of a workspace: its virtual environment first, then python3 and python on PATH; without a workspace, only
 * those on PATH. With `pytest`, the first that can import it. Throws `runtime-missing`.
 */
export function findPython(
  workspace: string | undefined,
  options: { pytest: boolean } = { pytest: false },
): PythonRuntime {
  const found: PythonRuntime[] = [];
  for (const program of candidates(workspace)) {
    const runtime = describe(program, workspace);
    if (!runtime) continue;
    if (!options.pytest || runtime.pytest !== undefined) return runtime;
    found.push(runtime);
  }
  const first = found[0];
  throw first
    ? new CoppiceError(
        'runtime-missing',
        said`The tests are written for pytest, and ${first.path} has no pytest.`,
        said`Install it there: ${first.path} -m pip install pytest`,
      )
    : new CoppiceError(
        'runtime-missing',
        said`The tests need Python, and none was found.`,
        said`Install Python 3.8 or later, or make a virtual environment named .venv in the workspace.`,
      );
}

function candidates(workspace: string | undefined): string[] {
  const environments = workspace === undefined ? [] : environmentsOf(workspace);
  // `py` starts the newest that is installed on Windows, whether it is on PATH or not.
  const names = ['python3', 'python', ...(process.platform === 'win32' ? ['py'] : [])];
  return [...new Set([...environments, ...names.flatMap(findPrograms)])];
}

/** The interpreters of the virtual environments directly in a workspace. */
function environmentsOf(workspace: string): string[] {
  return readdirSync(workspace, { withFileTypes: true })
    .filter((item) => item.isDirectory() || item.isSymbolicLink())
    .map((item) => join(workspace, item.name))
    .filter((folder) => isExecutable(join(folder, ...IN_ENVIRONMENT)) && isFileIn(folder, 'pyvenv.cfg'))
    .map((folder) => join(folder, ...IN_ENVIRONMENT))
    .sort();
}

function isFileIn(folder: string, name: string): boolean {
  return readdirSync(folder).includes(name);
}

function describe(program: string, workspace: string | undefined): PythonRuntime | undefined {
  try {
    // In the workspace, since version managers choose by folder.
    const options = { cwd: workspace ?? homedir(), encoding: 'utf8', timeout: 10_000, stdio: 'pipe' } as const;
    const { path, version, readable, pytest, hypothesis, userBase } = JSON.parse(
      execFileSync(program, ['-c', DESCRIBE], options),
    );
    if (Number(version.split('.')[0]) < 3) return undefined;
    return {
      path,
      version,
      readable,
      ...(pytest === null ? {} : { pytest }),
      ...(hypothesis === null ? {} : { hypothesis }),
      // Bytecode caches go by size and second: a candidate would run the code of the one before it.
      env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0', PYTHONUSERBASE: userBase, PYTHONUNBUFFERED: '1' },
    };
  } catch {
    return undefined;
  }
}
