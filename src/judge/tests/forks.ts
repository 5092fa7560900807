const SERVER = 'coppice_forks.py';

/** What a fork runs: as `python -m name` or as `python name` would. */
interface Program {
  kind: 'module' | 'script';
  name: string;
  args: string[];
}

/** What the harness folder of a framework for Python must hold, beside the framework's own. */
export const PYTHON_HARNESS = [SERVER, 'coppice_guard.py', 'coppice_records.py'];

/** The arguments of Python for a server whose forks run `program` as this user. */
export function forksArguments(
  harness: string,
  root: string,
  { uid, gid }: { uid: number; gid: number },
  { kind, name, args }: Program,
): string[] {
  return [`${harness}/${SERVER}`, String(uid), String(gid), root, kind, name, ...args];
}
