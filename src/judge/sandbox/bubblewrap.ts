import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { limitScript } from '../process/limits.ts';
import { findProgram } from '../runtime/program.ts';
import { cleanEnvironment, type Sandbox } from './sandbox.ts';
import { kernelSettings, showable, systemParts } from './system.ts';

const TEMP_BYTES = 256 * 1024 ** 2;

/** Bubblewrap, 0.8.0 or later by what it offers. Undefined where it is not installed. */
export function bubblewrap(): Sandbox | undefined {
  const program = findProgram('bwrap');
  if (!program) return undefined;
  const help = spawnSync(program, ['--help'], { encoding: 'utf8', timeout: 5000 });
  if (help.error || help.status !== 0) return undefined;
  const offers = (option: string) => help.stdout.includes(`${option} `);
  const sized = offers('--size') ? ['--size', String(TEMP_BYTES)] : [];
  const noNesting = offers('--disable-userns') ? ['--disable-userns'] : [];

  return {
    backend: 'bubblewrap',
    description:
      'bubblewrap: own user, process, network, IPC and mount namespaces; ' +
      'the workspace is a private copy, the home folder is hidden, there is no network.',
    mounts: true,
    confine(command, cell, limits) {
      const bind = (option: string, from: string, to = from) => [option, from, to];
      const env = { ...cleanEnvironment('/tmp/home', '/tmp'), ...command.env };
      const argv = [
        program,
        ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts'],
        ...['--unshare-cgroup-try', '--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL'],
        ...noNesting,
        ...systemParts().flatMap((part) =>
          part.kind === 'link' ? ['--symlink', part.target, part.path] : bind('--ro-bind', part.path),
        ),
        ...['--proc', '/proc', ...kernelSettings().flatMap((path) => bind('--ro-bind', path))],
        ...['--dev', '/dev', ...sized, '--tmpfs', '/dev/shm'],
        ...[...sized, '--tmpfs', '/tmp', '--dir', '/tmp/home', '--dir', '/var', '--symlink', '/tmp', '/var/tmp'],
        ...showable(cell.readable, cell.workspace).flatMap((path) => bind('--ro-bind', path)),
        ...bind('--bind', cell.slot, cell.workspace),
        ...cell.shared.flatMap((path) => bind('--ro-bind', join(cell.workspace, path))),
        ...['--remount-ro', '/', '--chdir', cell.workspace],
        ...['--', '/bin/sh', '-c', limitScript(limits, { ownUserNamespace: true }), 'sh', ...command.argv],
      ];
      return { argv, cwd: '/', env, kill: { kind: 'namespace' } };
    },
  };
}
