import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isInside, realPathOf } from '../workspace/path.ts';

/** What every program needs of the system, read-only. Everything else on the machine stays out of sight. */
const FOLDERS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/run/current-system'];

/** The part of /etc that the loader, name look-up, locales and TLS libraries read. No shadow file, no host keys. */
const SETTINGS = [
  'alternatives',
  'ca-certificates.conf',
  'group',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'ld-musl-x86_64.path',
  'locale.conf',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'pki/tls/certs',
  'ssl/certs',
  'ssl/openssl.cnf',
  'timezone',
].map((name) => `/etc/${name}`);

/** Present parts of the system, as they are to be recreated: `/lib` may be a link into `/usr`. */
export function systemParts(): (
  | { kind: 'folder' | 'file'; path: string }
  | { kind: 'link'; path: string; target: string }
)[] {
  return [...FOLDERS, ...SETTINGS]
    .filter((path) => existsSync(path))
    .map((path) =>
      FOLDERS.includes(path) && lstatSync(path).isSymbolicLink()
        ? { kind: 'link', path, target: readlinkSync(path) }
        : { kind: statSync(path).isFile() ? 'file' : 'folder', path },
    );
}

/**
 * The paths among these that a sandbox may show: existing, outside the system folders, none twice, and none that
 * would show the user's home, the workspace or the whole machine with it.
 */
export function showable(paths: readonly string[], workspace: string): string[] {
  const private_ = [realPathOf(homedir()) ?? homedir(), workspace];
  const real = paths.flatMap((path) => (realPathOf(path) ? [path, realPathOf(path)!] : []));
  return [...new Set(real)]
    .filter((path) => !FOLDERS.some((folder) => isInside(folder, path)))
    .filter((path) => !isInside(workspace, path) && !private_.some((folder) => isInside(path, folder)))
    .sort()
    .filter((path, index, all) => !all.slice(0, index).some((above) => isInside(above, path)));
}
