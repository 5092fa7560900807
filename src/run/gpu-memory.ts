import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GpuAdapterInfo } from '../core/protocol.ts';

/** Metal lets a process use about so much of a Mac's memory (`recommendedMaxWorkingSetSize`). */
const APPLE_SHARE = 0.66;
/** Drivers of GPUs within a processor let them have half of the machine's. */
const SHARED_SHARE = 0.5;
const CARDS = '/sys/class/drm';

/** Bytes of memory that a GPU adapter can use. WebGPU does not tell, so undefined where nothing else does. */
export async function gpuMemory({ vendor, software }: GpuAdapterInfo, cards = CARDS): Promise<number | undefined> {
  if (software) return totalmem() * SHARED_SHARE;
  switch (vendor.toLowerCase()) {
    case 'nvidia':
      return nvidiaMemory();
    case 'amd':
      return cardMemory(cards);
    case 'apple':
      return totalmem() * APPLE_SHARE;
    case 'intel':
      return totalmem() * SHARED_SHARE;
    default:
      return undefined;
  }
}

/** Of several cards the largest: WebGPU was asked for the one of high performance. */
async function nvidiaMemory(): Promise<number | undefined> {
  try {
    const asked = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
    const { stdout } = await promisify(execFile)('nvidia-smi', asked, { timeout: 5000 });
    return largest(stdout.split('\n').map((line) => Number.parseInt(line, 10) * 2 ** 20));
  } catch {
    return undefined;
  }
}

async function cardMemory(cards: string): Promise<number | undefined> {
  const names = (await readdir(cards).catch((): string[] => [])).filter((name) => /^card\d+$/.test(name));
  const files = names.map((name) => join(cards, name, 'device', 'mem_info_vram_total'));
  return largest(
    (await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))).map(Number.parseFloat),
  );
}

function largest(sizes: number[]): number | undefined {
  const known = sizes.filter((size) => size > 0);
  return known.length === 0 ? undefined : Math.max(...known);
}
