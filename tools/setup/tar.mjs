import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';

const BLOCK = 512;

/**
 * Unpacks a POSIX ustar archive: folders, regular files and symbolic links, with their permissions. Entries that
 * would land outside `folder` are refused.
 *
 * @param {Buffer} archive
 */
export async function unpackTar(archive, folder) {
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK);
    const field = (start, length) => {
      const raw = header.subarray(start, start + length);
      const end = raw.indexOf(0);
      return raw.toString('utf8', 0, end < 0 ? length : end).trim();
    };
    const size = Number.parseInt(field(124, 12) || '0', 8);
    const name = normalize([field(345, 155), field(0, 100)].filter(Boolean).join('/'));
    if (name.startsWith('..') || name.startsWith(sep)) throw new Error(`The archive entry ${name} leads outside.`);
    const target = join(folder, name);
    const body = archive.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    switch (field(156, 1)) {
      case '5':
        await mkdir(target, { recursive: true });
        break;
      case '':
      case '0':
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, body);
        await chmod(target, Number.parseInt(field(100, 8), 8) & 0o777);
        break;
      case '2':
        await mkdir(dirname(target), { recursive: true });
        await symlink(field(157, 100), target);
        break;
      default: // Metadata of other archivers.
    }
  }
}
