import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Copier } from './copier.ts';
import { type Entry, listWorkspace, unreadable } from './listing.ts';
import { pathInside } from './path.ts';
import type { Source } from './slot.ts';

export interface Overlay {
  path: string;
  text: string;
}

/**
 * The workspace as it is now, unsaved editor buffers included, copied once: slots are made and restored from here,
 * so that saving a file during a run changes nothing for the candidates still to come. Files of the workspace are
 * only read. Throws `workspace-invalid`.
 */
export function takeSnapshot(workspace: string, into: string, overlays: readonly Overlay[]): Source {
  const entries = listWorkspace(workspace);
  mkdirSync(into, { recursive: true });
  const copier = new Copier();
  for (const entry of entries) {
    const at = join(into, entry.path);
    if (entry.kind === 'folder') mkdirSync(at);
    if (entry.kind !== 'file') continue;
    try {
      copier.copy(join(workspace, entry.path), at);
      chmodSync(at, 0o600);
    } catch (cause) {
      throw unreadable(workspace, cause);
    }
  }
  for (const overlay of overlays) {
    const path = pathInside(workspace, overlay.path);
    addFile(entries, path, overlay.text);
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), overlay.text);
  }
  return { root: into, entries, workspace };
}

/** Lists a file of an unsaved buffer, and the folders above it, where they are not listed yet; a link there becomes the file itself. */
export function addFile(entries: Entry[], path: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  const index = entries.findIndex((entry) => entry.path === path);
  if (index >= 0) {
    const entry = entries[index]!;
    entries[index] = { kind: 'file', path, bytes, mode: entry.kind === 'file' ? entry.mode : 0o644 };
    return;
  }
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    if (!entries.some((entry) => entry.path === folder)) entries.push({ kind: 'folder', path: folder, mode: 0o755 });
  }
  entries.push({ kind: 'file', path, bytes, mode: 0o644 });
}
