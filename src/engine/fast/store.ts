import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProductRates } from '../../core/protocol.ts';
import { cacheFolder } from '../cache-folder.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { kernelsDigest } from '../gpu/kernel.ts';
import type { Heads } from '../weights/config.ts';
import type { Folds } from './folds.ts';
import type { Way } from './matmul.ts';
import type { Measured } from './tuning.ts';

/** Counts up when the kernels change so much that old measurements mislead. */
const VERSION = 5;

interface Stored {
  adapter: string;
  measured: [key: string, found: { way: unknown; us: number }][];
  best?: ProductRates;
  /** Which nodes pay for being shared, by the shape of the heads. */
  folds?: Record<string, unknown>;
  /** The kernels with which the fast tier's self-test has passed. */
  provenKernels?: string;
}

/**
 * What was measured on this GPU adapter and driver, kept in Coppice's cache folder. A file that can't be read or written only
 * means that it is measured again.
 */
export class TuningStore {
  readonly #path: string;
  readonly #adapter: string;

  constructor(gpu: Gpu, folder = cacheFolder()) {
    const { vendor, device, description, backend } = gpu.info;
    // The description names the driver's version.
    this.#adapter = [vendor, device, description, backend, JSON.stringify(gpu.abilities)].join(' | ');
    const name = createHash('sha256').update(this.#adapter).digest('hex').slice(0, 16);
    this.#path = join(folder, `tuning-${VERSION}`, `${name}.json`);
  }

  async read(): Promise<{ measured: Measured; best?: ProductRates }> {
    const { measured, best } = await this.#load();
    const ways = measured.filter(([, found]) => isWay(found?.way));
    return { measured: new Map(ways) as Measured, ...(best ? { best } : {}) };
  }

  /** Adds to what is there; the best rates ever seen stay. */
  async add(measured: Measured, rates?: ProductRates): Promise<void> {
    const old = await this.#load();
    const most = (key: keyof ProductRates) => Math.max(rates?.[key] ?? 0, old.best?.[key] ?? 0);
    const best = rates || old.best ? { teraflops: most('teraflops'), terabytes: most('terabytes') } : undefined;
    await this.#save({ ...old, measured: [...new Map([...old.measured, ...measured])], ...(best ? { best } : {}) });
  }

  /** Which nodes pay for being shared with such heads, where that was measured. */
  async folds(heads: Heads): Promise<Folds | undefined> {
    const found = (await this.#load()).folds?.[shapeOf(heads)];
    const isFold = (entry: unknown) =>
      Array.isArray(entry) && entry.length === 2 && entry.every((number) => Number.isInteger(number));
    return Array.isArray(found) && found.every(isFold) ? (found as unknown as Folds) : undefined;
  }

  async addFolds(heads: Heads, folds: Folds): Promise<void> {
    const old = await this.#load();
    await this.#save({ ...old, folds: { ...old.folds, [shapeOf(heads)]: folds } });
  }

  async #save(stored: Stored): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      // Whole or not at all, also with two engines at once.
      const part = `${this.#path}.${process.pid}`;
      await writeFile(part, JSON.stringify(stored));
      await rename(part, this.#path);
    } catch {
      // A cache folder that can't be written to costs time, nothing else.
    }
  }

  /** Whether the fast tier's self-test has passed here, with this driver and these kernels. */
  async isProven(): Promise<boolean> {
    return (await this.#load()).provenKernels === kernelsDigest();
  }

  async prove(): Promise<void> {
    await this.#save({ ...(await this.#load()), provenKernels: kernelsDigest() });
  }

  async #load(): Promise<Stored> {
    const empty = { adapter: this.#adapter, measured: [] };
    try {
      const stored = JSON.parse(await readFile(this.#path, 'utf8')) as Stored;
      return stored.adapter === this.#adapter && Array.isArray(stored.measured) ? stored : empty;
    } catch {
      return empty;
    }
  }
}

function shapeOf({ heads, kvHeads, headWidth }: Heads): string {
  return `${heads}/${kvHeads} x ${headWidth}`;
}

/** Whether it has the numbers of a way: the file may be of another version, or broken. */
function isWay(value: unknown): value is Way {
  const way = value as Way | undefined;
  switch (way?.kind) {
    case 'tile':
      return numbers(way, 'splits') && isTile(way.tile);
    case 'vector':
      return numbers(way, 'rows', 'parts', 'owners', 'rounds', 'unroll');
    default:
      return false;
  }
}

function isTile(tile: object | undefined): boolean {
  if (!tile || !numbers(tile, 'BM', 'BN', 'BK')) return false;
  return 'TM' in tile
    ? numbers(tile, 'TM', 'TN') && typeof (tile as { wide?: unknown }).wide === 'boolean'
    : numbers(tile, 'WM', 'WN');
}

function numbers(of: object, ...names: string[]): boolean {
  return names.every((name) => Number.isInteger((of as Record<string, unknown>)[name]));
}
