import type { PythonRuntime } from '../runtime/python.ts';
import type { ForkRights } from '../sandbox/sandbox.ts';
import type { Framework } from './framework.ts';
import { harnessFiles } from './harness.ts';

const SERVER = 'coppice_forks.py';
/** What the harness folder of a framework for Python must hold, beside the framework's own. */
export const PYTHON_HARNESS = [SERVER, 'coppice_guard.py', 'coppice_modules.py', 'coppice_records.py'];

/** What a fork runs: as `python -m name` or as `python name` would, for `pair` beside another that works for it (coppice_worker.py). */
interface ForkedProgram {
  kind: 'module' | 'script' | 'pair';
  name: string;
  args: string[];
}

/** The arguments of Python for a server whose forks run `program` with these rights. */
export function forksArguments(
  harness: string,
  root: string,
  { uid, gid, filter = '' }: ForkRights,
  { kind, name, args }: ForkedProgram,
): string[] {
  return [`${harness}/${SERVER}`, String(uid), String(gid), filter, root, kind, name, ...args];
}

/**
 * A script of the harness, run from nothing or in forks of a server.
 *
 * @param loaded modules that the server imports before it forks
 * @param inPairs whether each fork has a worker beside it
 */
export function pythonScript(
  python: PythonRuntime,
  script: string,
  args: (root: string) => string[],
  { loaded = [], inPairs = false }: { loaded?: readonly string[]; inPairs?: boolean } = {},
): Pick<Framework, 'readable' | 'harness' | 'command'> & Required<Pick<Framework, 'forking'>> {
  return {
    readable: python.readable,
    harness: harnessFiles(script, ...PYTHON_HARNESS),
    command: (root, harness) => ({ argv: [python.path, `${harness}/${script}`, ...args(root)], env: python.env }),
    forking: (root, harness, rights) => {
      const kind = inPairs ? ('pair' as const) : ('script' as const);
      const program = { kind, name: `${harness}/${script}`, args: args(root) };
      const env = { ...python.env, ...(loaded.length === 0 ? {} : { COPPICE_LOAD: loaded.join(' ') }) };
      return { argv: [python.path, ...forksArguments(harness, root, rights, program)], env };
    },
  };
}
