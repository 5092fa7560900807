import { statfs } from 'node:fs/promises';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';

/** Left free for everything else. */
const RESERVE = 256 * 2 ** 20;

/** Bytes that can still be written to the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @throws CoppiceError `disk-full` where `wanted` bytes more would not fit */
export function requireSpace(folder: string, wanted: number, free: number): void {
  if (wanted + RESERVE <= free) return;
  throw new CoppiceError(
    'disk-full',
    said`${gigabytes(wanted)} are to be downloaded to ${folder}, where ${gigabytes(free)} are free.`,
    said`Free ${gigabytes(wanted + RESERVE - free)}, or set COPPICE_CACHE to a folder on another disk.`,
  );
}

/** What the disk refuses, by what can be done about it. */
export function onDisk(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    const remedy = said`Free some space, or set COPPICE_CACHE to a folder on another disk. What was downloaded is kept.`;
    throw new CoppiceError('disk-full', said`The disk is full.`, remedy, error);
  }
  throw new CoppiceError(
    'disk-unwritable',
    said`The folder of downloaded models can't be written: ${error.message}.`,
    said`Check its permissions, or set COPPICE_CACHE to another folder.`,
    error,
  );
}

function gigabytes(bytes: number): string {
  return `${(Math.max(0, bytes) / 1e9).toFixed(bytes < 1e8 ? 2 : 1)} GB`;
}
