import { join } from 'node:path';
import { isExecutable } from '../runtime/program.ts';
import { realPathOf } from '../workspace/path.ts';
import { marked } from './limited.ts';
import type { Cell, Sandbox } from './sandbox.ts';
import { showable } from './system.ts';

/** What programs need of macOS, read-only. Homebrew keeps what compilers and interpreters are linked with in two of them. */
const FOLDERS = [
  ...['/bin', '/sbin', '/usr', '/System', '/Library/Apple', '/Library/Developer', '/Library/Frameworks'],
  ...['/Applications/Xcode.app', '/opt/homebrew/opt', '/opt/homebrew/Cellar', '/opt/homebrew/lib', '/nix/store'],
  ...['/private/var/db/dyld', '/private/var/db/timezone', '/private/etc/ssl'],
];
const FILES = [
  // Where a program is that asks for its own path.
  '/',
  ...['hosts', 'localtime', 'passwd', 'protocols', 'services', 'shells'].map((name) => `/private/etc/${name}`),
  ...['/private/var/select/sh', '/private/var/select/developer_dir', '/private/var/db/xcode_select_link'],
  ...['/dev/autofs_nowait', '/dev/random', '/dev/urandom'],
];
const DEVICES = ['/dev/null', '/dev/zero', '/dev/dtracehelper'];

/**
 * Seatbelt, through the program that every Mac has; deprecated since 2016, and what browsers, Bazel and Nix use all the same.
 * Undefined where it is not there.
 *
 * This back end was written from the profiles of others (Nix's `sandbox-defaults.sb`, Codex's `seatbelt_base_policy.sbpl`) and
 * has not been run on a Mac: the attack that chooses a back end decides whether it is used.
 *
 * @param program for tests
 */
export function seatbelt(program = '/usr/bin/sandbox-exec'): Sandbox | undefined {
  if (!isExecutable(program)) return undefined;
  return {
    backend: 'seatbelt',
    description:
      'Seatbelt: tests write only to a private copy of the workspace, read neither the home folder nor other files of yours, ' +
      'reach no processes outside, and have no network, not even one of their own. It does not limit memory or the number of ' +
      'processes, and one that leaves its group may outlive the tests.',
    mounts: false,
    filtersCalls: false,
    confine(command, cell, limits) {
      const run = marked(command, cell, limits);
      return { ...run, argv: [program, '-p', profileOf(cell), ...run.argv] };
    },
  };
}

/** The profile of a run. Seatbelt goes by where a path really is: `/tmp` is a link on a Mac. */
export function profileOf(cell: Cell): string {
  const real = (paths: readonly string[]) => [...new Set(paths.map((path) => realPathOf(path) ?? path))];
  const shared = cell.shared.map((path) => join(cell.workspace, path));
  const cache = cell.cache ? [cell.cache.folder] : [];
  const writable = real([cell.slot, cell.scratch, ...(cell.cache?.writable ? cache : [])]);
  const readable = real([...FOLDERS, ...showable(cell.readable, cell.workspace), ...shared, ...cache, ...writable]);
  const below = (paths: readonly string[]) => paths.map((path) => `(subpath ${quoted(path)})`);
  const exactly = (paths: readonly string[]) => paths.map((path) => `(literal ${quoted(path)})`);
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-exec process-fork)',
    '(allow signal process-info* (target same-sandbox))',
    '(allow sysctl-read)',
    // How many processors there are; semaphores and memory that processes share; who the user is.
    '(allow mach-host*)',
    '(allow ipc-posix-sem ipc-posix-shm*)',
    '(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))',
    // That a file exists and how large it is, but not what is in it: without, no path can be followed.
    '(allow file-read-metadata)',
    `(allow file-read* file-map-executable ${[...below(readable), ...exactly(FILES)].join(' ')})`,
    `(allow file-read* file-write* file-ioctl ${exactly(DEVICES).join(' ')})`,
    '(allow file-read* file-write* (subpath "/dev/fd"))',
    `(allow file-write* ${below(writable).join(' ')})`,
    '(deny file-write-setugid)',
  ].join('\n');
}

/** A string of the profile's language. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
