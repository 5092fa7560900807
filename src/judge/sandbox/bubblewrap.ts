import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { EXPENDABLE, limitScript } from '../process/limits.ts';
import { findProgram } from '../runtime/program.ts';
import { CACHE, type Cell, cleanEnvironment, filterWords, type Sandbox, type TestCommand } from './sandbox.ts';
import type { CallFilter } from './seccomp/installation.ts';
import { showable, systemParts } from './system.ts';

const FILTER_AT = '9';
const TEMP_BYTES = 256 * 1024 ** 2;
/**
 * To make namespaces and mounts, to drop the bounding set, to forbid further namespaces of users, and to become the user who
 * runs the tests (since Linux 5.12 that takes CAP_SETFCAP).
 */
const FORK_RIGHTS = ['CAP_SYS_ADMIN', 'CAP_SETPCAP', 'CAP_SYS_RESOURCE', 'CAP_SETFCAP'];

/** Bubblewrap, 0.8.0 or later by what it offers. Undefined where it is not installed. */
export function bubblewrap(filter?: CallFilter): Sandbox | undefined {
  const program = findProgram('bwrap');
  if (!program) return undefined;
  const help = spawnSync(program, ['--help'], { encoding: 'utf8', timeout: 5000 });
  if (help.error || help.status !== 0) return undefined;
  const offers = (option: string) => help.stdout.includes(`${option} `);
  const sized = offers('--size') ? ['--size', String(TEMP_BYTES)] : [];
  const noNesting = offers('--disable-userns') ? ['--disable-userns'] : [];

  /** @param rights what is said of users and capabilities */
  const argvOf = (rights: string[], cell: Cell, inner: string[], folder = '') => {
    const bind = (option: string, from: string, to = from) => [option, from, to];
    return [
      program,
      ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts'],
      ...['--unshare-cgroup-try', '--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL'],
      ...rights,
      ...systemParts().flatMap((part) =>
        part.kind === 'link' ? ['--symlink', part.target, part.path] : bind('--ro-bind', part.path),
      ),
      ...['--proc', '/proc', '--remount-ro', '/proc'],
      ...['--dev', '/dev', ...sized, '--tmpfs', '/dev/shm'],
      ...[...sized, '--tmpfs', '/tmp', '--dir', '/tmp/home', '--dir', '/var', '--symlink', '/tmp', '/var/tmp'],
      ...showable(cell.readable, cell.workspace).flatMap((path) => bind('--ro-bind', path)),
      ...(cell.cache ? bind(cell.cache.writable ? '--bind' : '--ro-bind', cell.cache.folder, CACHE) : []),
      ...bind('--bind', cell.slot, cell.workspace),
      ...cell.shared.flatMap((path) => bind('--ro-bind', join(cell.workspace, path))),
      ...['--remount-ro', '/', '--chdir', join(cell.workspace, folder), '--', ...inner],
    ];
  };
  /** Through a shell, which opens the descriptor that bubblewrap reads the filter from. */
  const started = (argv: string[]) => {
    const inShell = (script: string, ...args: string[]) => ['/bin/sh', '-c', `${EXPENDABLE}; exec ${script}`, ...args];
    if (!filter) return inShell('"$0" "$@"', ...argv);
    const [program, ...options] = argv;
    return inShell(`"$@" ${FILTER_AT}<"$0"`, filter.file, program!, '--seccomp', FILTER_AT, ...options);
  };
  const environmentOf = (command: TestCommand) => ({ ...cleanEnvironment('/tmp/home', '/tmp'), ...command.env });

  return {
    backend: 'bubblewrap',
    description:
      'bubblewrap: own user, process, network, IPC and mount namespaces; ' +
      `the workspace is a private copy, the home folder is hidden, there is no network; ${filterWords(filter)}.`,
    mounts: true,
    filtersCalls: filter !== undefined,
    confine(command, cell, limits) {
      const limited = ['/bin/sh', '-c', limitScript(limits, { ownUserNamespace: true }), 'sh', ...command.argv];
      const argv = started(argvOf(noNesting, cell, limited, command.folder));
      return { argv, cwd: '/', env: environmentOf(command), kill: { kind: 'namespace' } };
    },
    forks: {
      uid: process.getuid!(),
      gid: process.getgid!(),
      ...(filter ? { filter: filter.text } : {}),
      confine(command, cell) {
        // As another user than root bubblewrap would go on into a second user namespace, where its mounts are locked.
        const rights = ['--uid', '0', '--gid', '0', ...FORK_RIGHTS.flatMap((right) => ['--cap-add', right])];
        const argv = argvOf(rights, cell, command.argv, command.folder);
        return { argv, cwd: '/', env: environmentOf(command), kill: { kind: 'namespace' } };
      },
    },
  };
}
