import { join } from 'node:path';
import { EXPENDABLE, limitScript } from '../process/limits.ts';
import type { ConfinedCommand } from '../process/running.ts';
import { findProgram } from '../runtime/program.ts';
import { CACHE, type Cell, cleanEnvironment, filterWords, type Sandbox, type TestCommand } from './sandbox.ts';
import type { CallFilter } from './seccomp/installation.ts';
import { showable, systemParts } from './system.ts';

/**
 * Builds a root of its own inside fresh namespaces and enters it. Reads a list of `action source target` lines.
 *
 * - Every mount below a bound folder is made read-only one by one: a remount does not reach submounts before
 *   util-linux 2.39. `nosuid,nodev` are named because a user namespace may not drop them.
 * - /proc is read-only: by its files a process changes the memory of others, and for one that is root outside, the
 *   machine's settings.
 * - Nested user namespaces are turned off, then all capabilities are dropped: with them, the read-only mounts could
 *   be undone.
 */
const ENTER = `
set -e
plan=$1; root=$2; folder=$3; limits=$4; entrance=$5; shift 5  # without limits, a fork server: it keeps its rights
inner=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin
readonly_below() {
  while read -r _ _ _ _ point _; do
    case $point in *\\\\*) point=$(printf '%b' "$point") ;; esac
    case $point in "$1"|"$1"/*)
      mount -o remount,bind,ro,nosuid,nodev "$point" || mount -o remount,bind,ro,nosuid,nodev,noexec "$point" ;;
    esac
  done < /proc/self/mountinfo
}
target() {
  if [ -d "$1" ]; then [ -d "$2" ] || mkdir -p "$2"; else [ -e "$2" ] || { mkdir -p "\${2%/*}"; : > "$2"; }; fi
}
umask 022
[ -z "$limits" ] || ${EXPENDABLE}
mount -t tmpfs -o size=64m,mode=755,nosuid,nodev tmpfs "$root"
printf '%s\\n' "$plan" | while IFS='	' read -r action from to; do
  case $action in
    link) ln -s "$from" "$root$to" ;;
    program) cp -- "$from" "$root$to" ;;  # a copy may be executed wherever it lay
    copy) cp -L --parents $from "$root" ;;
    read) target "$from" "$root$to"; mount --rbind "$from" "$root$to"; readonly_below "$root$to" ;;
    write) target "$from" "$root$to"; mount --bind "$from" "$root$to" ;;
    memory) mkdir -p "$root$to"; mount -t tmpfs -o "size=256m,mode=1777,nosuid,nodev" tmpfs "$root$to" ;;
    folder) mkdir -p "$root$to" ;;
    device) : > "$root$to"; mount --bind "$from" "$root$to" ;;
    processes)
      mkdir -p "$root/proc"; mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
      mount -o remount,bind,ro,nosuid,nodev,noexec "$root/proc" ;;
  esac
done
ip link set lo up 2>/dev/null || :
[ -z "$limits" ] || echo 0 2>/dev/null > /proc/sys/user/max_user_namespaces || :
cd "$root"
mkdir -p .old
pivot_root . .old
umount -l /.old
rmdir /.old
mount -o remount,bind,ro,nosuid,nodev /
cd "$folder"
set +e
confine=$(command -v setpriv)
PATH=$inner
[ -n "$limits" ] || exec "$confine" --no-new-privs -- "$@"
exec "$confine" --no-new-privs --bounding-set=-all --inh-caps=-all -- $entrance /bin/sh -c "$limits" sh "$@"
`;

const ENTRANCE = '/.entrance';

/** The namespaces of the kernel through util-linux, which nearly every Linux has. Undefined where it is missing. */
export function namespaces(filter?: CallFilter): Sandbox | undefined {
  const unshare = findProgram('unshare');
  const setpriv = findProgram('setpriv');
  if (!unshare || !setpriv || !findProgram('mount') || !findProgram('pivot_root')) return undefined;

  /** @param limits a script that runs its arguments under limits; empty for a fork server, which filters for its forks */
  const entering = (command: TestCommand, cell: Cell, limits: string): ConfinedCommand => {
    const entrance = filter && limits !== '' ? filter.entrance : undefined;
    const line = (action: string, from: string, to = from) => [action, from, to].join('\t');
    const system = systemParts();
    const plan = [
      ...system.flatMap((part) => (part.kind === 'link' ? [line('link', part.target, part.path)] : [])),
      ...system.flatMap((part) => (part.kind === 'folder' ? [line('read', part.path)] : [])),
      // One program copies them all; two for each of them took 30 ms more.
      line('copy', system.flatMap((part) => (part.kind === 'file' ? [part.path] : [])).join(' ')),
      ...(entrance === undefined ? [] : [line('program', entrance, ENTRANCE)]),
      line('processes', '/proc'),
      line('folder', '/dev'),
      ...['null', 'zero', 'full', 'random', 'urandom'].map((name) => line('device', `/dev/${name}`)),
      line('link', '/proc/self/fd', '/dev/fd'),
      line('memory', '/dev/shm'),
      line('memory', '/tmp'),
      line('folder', '/tmp/home'),
      line('folder', '/var'),
      line('link', '/tmp', '/var/tmp'),
      ...showable(cell.readable, cell.workspace).map((path) => line('read', path)),
      ...(cell.cache ? [line(cell.cache.writable ? 'write' : 'read', cell.cache.folder, CACHE)] : []),
      line('write', cell.slot, cell.workspace),
      ...cell.shared.map((path) => line('read', join(cell.workspace, path))),
    ].join('\n');
    const folder = join(cell.workspace, command.folder ?? '');
    const argv = [
      // `unshare` kills what it started when it dies; this kills `unshare` when the judge dies.
      ...[setpriv, '--pdeathsig', 'KILL', '--'],
      ...[unshare, '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child=SIGKILL'],
      ...['--net', '--ipc', '--uts', '--propagation', 'private', '--'],
      ...['/bin/sh', '-c', ENTER, 'sh', plan, cell.scratch, folder, limits],
      ...[entrance === undefined ? '' : ENTRANCE, ...command.argv],
    ];
    const env = { ...cleanEnvironment('/tmp/home', '/tmp'), ...command.env };
    return { argv, cwd: '/', env, kill: { kind: 'namespace' } };
  };

  return {
    backend: 'namespaces',
    description:
      'Linux namespaces through util-linux: own user, process, network, IPC and mount namespaces; ' +
      `the workspace is a private copy, the home folder is hidden, there is no network; ${filterWords(filter)}.`,
    mounts: true,
    filtersCalls: filter !== undefined,
    confine: (command, cell, limits) => entering(command, cell, limitScript(limits, { ownUserNamespace: true })),
    forks: {
      ...{ uid: 0, gid: 0, ...(filter ? { filter: filter.text } : {}) },
      confine: (command, cell) => entering(command, cell, ''),
    },
  };
}
