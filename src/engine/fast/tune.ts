import { throwIfCancelled } from '../../core/errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, record } from '../gpu/kernel.ts';
import type { ModelConfig } from '../weights/config.ts';
import { halfToFloat } from '../weights/half.ts';
import type { PaddedMatrix, Parameters } from '../weights/parameters.ts';
import {
  fitsKept,
  isActivated,
  isInteger,
  type Matmul,
  type Output,
  pitchOf,
  type Way,
  wayName,
  waysFor,
  wholeTiles,
} from './matmul.ts';
import { type Measured, tuningKey } from './tuning.ts';

/** A reading is about so long, so that clocks are up and one dispatch more or less does not matter. */
const READING_MS = 2;
const MOST_DISPATCHES = 64;
/** After so long without work the clocks are down, and after so much work they are up. */
const IDLE_MS = 10;
const WARM_UP_MS = 600;
const WARM_UP_BATCH_MS = 8;
/** Two readings that differ by less agree. */
const AGREEMENT = 0.03;
const MOST_READINGS = 6;
/** Columns of one row that ways are compared on before they are timed, and how far apart they may be, relative. */
const COMPARED = 512;
const AGREEING = 2e-2;
/** A way this much slower than the best at its first reading is not measured further. */
const HOPELESS = 1.4;
/** So close to the best alone, and so many, ways are tried in a whole pass. */
const CLOSE = 1.25;
const MOST_CLOSE = 4;
/** A pass that is this much quicker is quicker. */
const QUICKER = 0.997;
/** Readings of a pass, of which the quickest counts, and how long one is at least. */
const PASS_READINGS = 5;
const PASS_READING_MS = 6;

export interface TuneOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  /** Products that were measured before. */
  isKnown?: (key: string) => boolean;
}

/** A product of so many rows, and the ways that are quickest for it when timed alone, the best first. */
export interface Contest {
  key: string;
  rows: number;
  ways: { way: Way; us: number }[];
}

interface Products {
  w: PaddedMatrix[];
  output: Output;
  /** Products of few rows norm for themselves. */
  norm?: ModelConfig['norm'];
}

/** Numbers of rows: of decode steps, and of passes over a prompt, which make no logits to speak of. */
export interface RowCounts {
  steps: number[];
  prompt: number[];
}

/**
 * Times every way of every product of the model for these numbers of rows. Weights of all layers take turns, so that they come
 * from memory as they do in a pass.
 */
export async function tune(
  gpu: Gpu,
  matmul: Matmul,
  { norm, activation }: Pick<ModelConfig, 'norm' | 'activation'>,
  { layers, head }: Parameters,
  { steps, prompt }: RowCounts,
  options: TuneOptions = {},
): Promise<Contest[]> {
  const layered: Products[] = [
    { w: layers.map(({ qkv }) => qkv), output: 'partial', norm },
    { w: layers.map(({ output }) => output), output: 'partial' },
    { w: layers.map(({ gateUp }) => gateUp), output: activation, norm },
    { w: layers.map(({ down }) => down), output: 'partial' },
  ];
  const logits: Products = { w: [head], output: 'whole' };
  const contests: Contest[] = [];
  const clock = new GpuClock(gpu);
  // The most work first: it brings the clocks up, and its own order is the least shaken by that.
  const jobs = [
    ...layered.flatMap((product) => [...steps, ...prompt].map((rows) => ({ ...product, rows }))),
    ...steps.map((rows) => ({ ...logits, rows })),
  ].sort((a, b) => b.rows * b.w[0]!.paddedRows * b.w[0]!.pitch - a.rows * a.w[0]!.paddedRows * a.w[0]!.pitch);
  try {
    for (const [done, { rows, ...product }] of jobs.entries()) {
      const { w, output } = product;
      throwIfCancelled(options.signal);
      options.onProgress?.(done, jobs.length);
      const key = tuningKey(w[0]!, rows, output);
      if (contests.some((known) => known.key === key) || options.isKnown?.(key)) continue;
      const ways = await quickest(gpu, matmul, clock, product, rows);
      if (ways.length > 0) contests.push({ key, rows, ways });
    }
    return contests;
  } finally {
    clock.dispose();
  }
}

/** The quickest ways when timed alone. */
export function firsts(contests: Contest[]): Measured {
  return new Map(contests.map(({ key, ways }) => [key, ways[0]!]));
}

/**
 * Decides between ways that are about as quick alone by what a whole pass takes: there each kernel's instructions come anew,
 * and its operands from where the kernel before has left them.
 */
export async function decide(
  contests: Contest[],
  passUs: (taken: Measured) => Promise<number>,
  signal?: AbortSignal,
): Promise<Measured> {
  const decided = firsts(contests);
  if (contests.every(({ ways }) => ways.length === 1)) return decided;
  let least = await passUs(decided);
  for (const { key, ways } of contests) {
    for (const other of ways.slice(1)) {
      throwIfCancelled(signal);
      const us = await passUs(new Map([...decided, [key, other]]));
      if (us >= least * QUICKER) continue;
      least = us;
      decided.set(key, other);
    }
  }
  return decided;
}

async function quickest(gpu: Gpu, matmul: Matmul, clock: GpuClock, { w, output, norm: kind }: Products, rows: number) {
  const [first] = w;
  const padded = wholeTiles(rows);
  const pitch = pitchOf(first!, output);
  const ways = waysFor(gpu, first!, rows, output);
  const mostSplits = Math.max(1, ...ways.map((way) => (way.kind === 'tile' ? way.splits : 1)));
  const x = gpu.buffer('tuning x', padded * first!.pitch * 2);
  // The values do not matter, but zeros are quicker than what a model computes.
  fillWithNoise(gpu, x);
  const y = gpu.buffer('tuning y', padded * pitch * (isActivated(output) ? 2 : 4 * mostSplits));
  const [stream, after] = ['stream', 'stream after'].map((label) => gpu.buffer(label, rows * first!.pitch * 4)) as [
    GPUBuffer,
    GPUBuffer,
  ];
  const xScales = gpu.upload('tuning scales', new Float32Array(padded).fill(1 / 127));
  const norm = { kind: kind ?? 'rms', width: first!.columns, epsilon: 1e-6, pitch: first!.pitch };
  const norms = (way: Way) => way.kind === 'vector' && kind !== undefined && fitsKept(gpu, rows, norm.pitch);
  try {
    const compiled = await Promise.allSettled(
      ways.map((way) => matmul.compile(way, output, { isBiased: false, w: first!, ...(norms(way) ? { norm } : {}) })),
    );
    const candidates = await Promise.all(
      // A variant that does not compile here is none.
      ways
        .filter((_, i) => compiled[i]!.status === 'fulfilled')
        .map(async (way) => {
          const count = way.kind === 'tile' ? Math.ceil(rows / way.tile.BM) * way.tile.BM : rows;
          const dispatches = w.map((each) => {
            const product = { w: each, bias: undefined, y, output, pitch };
            if (way.kind === 'tile' || !norms(way)) return matmul.prepare(way, { ...product, x, xScales, rows: count });
            const taken = { buffer: x, bias: undefined, pitch: 0 };
            return matmul.prepareNormed(way, product, { shape: norm, stream, product: taken, gain: x, after });
          });
          const splits = way.kind === 'tile' ? way.splits : 1;
          return { way, splits, stride: count * pitch, dispatches: await Promise.all(dispatches) };
        }),
    );
    const right = await agreeing(candidates, async ({ way, splits, stride, dispatches: [dispatch] }) => {
      const columns = await firstColumns(gpu, dispatch!, y, { output, splits, stride, pitch });
      // Integers take what is in x for something else.
      return { columns, kind: norms(way) ? 'normed' : isInteger(way, first!) ? 'integer' : 'plain' };
    });
    if (!right[0]) return [];
    await clock.warmUp(right[0].dispatches);
    const timed: Contest['ways'] = [];
    let best = Number.POSITIVE_INFINITY;
    for (const { way, dispatches } of right) {
      const us = await clock.time(dispatches, best);
      timed.push({ way, us });
      best = Math.min(best, us);
    }
    return timed
      .filter(({ us }) => us <= CLOSE * best)
      .sort((a, b) => a.us - b.us)
      .slice(0, MOST_CLOSE);
  } finally {
    for (const buffer of [x, xScales, y, stream, after]) buffer.destroy();
  }
}

/** The first columns of the first row that a dispatch computes, its splits added up. */
async function firstColumns(
  gpu: Gpu,
  dispatch: Dispatch,
  y: GPUBuffer,
  { output, splits, stride, pitch }: { output: Output; splits: number; stride: number; pitch: number },
): Promise<Float64Array> {
  gpu.submit((encoder) => {
    // What an earlier way has left would pass for a result.
    encoder.clearBuffer(y);
    const pass = encoder.beginComputePass();
    record(pass, [dispatch]);
    pass.end();
  });
  const count = Math.min(COMPARED, pitch);
  if (isActivated(output)) return Float64Array.from(new Uint16Array(await gpu.read(y, count * 2)), halfToFloat);
  const sums = new Float64Array(count);
  for (let s = 0; s < splits; s++) {
    (await gpu.readFloats(y, count, s * stride * 4)).forEach((value, i) => {
      sums[i]! += value;
    });
  }
  return sums;
}

/** The candidates of each kind whose results most of their kind agree with: a way that computes something else is none. */
export async function agreeing<T>(
  candidates: T[],
  resultOf: (candidate: T) => Promise<{ columns: Float64Array; kind: string }>,
): Promise<T[]> {
  const results: { columns: Float64Array; kind: string }[] = [];
  for (const candidate of candidates) results.push(await resultOf(candidate));
  const friends = results.map(({ columns, kind }) =>
    results.filter((other) => other.kind === kind && agree(columns, other.columns)),
  );
  return candidates.filter((_, i) => {
    const most = Math.max(...results.map(({ kind }, j) => (kind === results[i]!.kind ? friends[j]!.length : 0)));
    return friends[i]!.length === most;
  });
}

function agree(a: Float64Array, b: Float64Array): boolean {
  const size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return size > 0 && a.every((value, i) => Math.abs(value - b[i]!) <= AGREEING * size);
}

/** Times dispatches on the GPU: by timestamps where there are some, else by the wall. */
export class GpuClock {
  readonly #gpu: Gpu;
  readonly #query: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  #lastReading = 0;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    if (!gpu.abilities.timestamps) return;
    this.#query = gpu.device.createQuerySet({ type: 'timestamp', count: 2 });
    const { QUERY_RESOLVE, COPY_SRC } = GPUBufferUsage;
    this.#resolved = gpu.device.createBuffer({ label: 'timestamps', size: 16, usage: QUERY_RESOLVE | COPY_SRC });
  }

  /** Keeps the GPU busy until its clocks are up: while pipelines compile they fall to a fifth. */
  async warmUp(dispatches: Dispatch[]): Promise<void> {
    const until = performance.now() + (this.#lastReading > performance.now() - IDLE_MS ? 0 : WARM_UP_MS);
    let count = dispatches.length;
    while (performance.now() < until) {
      const us = await this.#read(dispatches, count);
      count = Math.max(1, Math.min(2048, Math.round((WARM_UP_BATCH_MS * 1000) / us)));
    }
  }

  /** Microseconds of one dispatch, once two readings agree; the first reading if that is hopeless beside `best`. */
  async time(dispatches: Dispatch[], best = Number.POSITIVE_INFINITY): Promise<number> {
    let count = Math.min(dispatches.length, 4);
    let us = await this.#read(dispatches, count);
    if (us > 4 * best) return us;
    count = Math.max(2, Math.min(MOST_DISPATCHES, Math.round((READING_MS * 1000) / us)));
    let last = Number.POSITIVE_INFINITY;
    for (let reading = 0; reading < MOST_READINGS; reading++) {
      us = await this.#read(dispatches, count);
      if (Math.abs(us - last) < AGREEMENT * us || (reading > 0 && us > HOPELESS * best)) break;
      last = us;
    }
    return us;
  }

  /** Microseconds of all dispatches, one after the other. */
  async timePass(dispatches: Dispatch[]): Promise<number> {
    const all = dispatches.length;
    let least = all * (await this.#read(dispatches, all));
    const times = Math.ceil((PASS_READING_MS * 1000) / least);
    for (let reading = 0; reading < PASS_READINGS; reading++) {
      least = Math.min(least, all * (await this.#read(dispatches, times * all)));
    }
    return least;
  }

  async #read(dispatches: Dispatch[], count: number): Promise<number> {
    const some = Array.from({ length: count }, (_, i) => dispatches[i % dispatches.length]!);
    const [query, resolved] = [this.#query, this.#resolved];
    const start = performance.now();
    this.#gpu.submit((encoder) => {
      const pass = encoder.beginComputePass(
        query && { timestampWrites: { querySet: query, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } },
      );
      record(pass, some);
      pass.end();
      if (query && resolved) encoder.resolveQuerySet(query, 0, 2, resolved, 0);
    });
    if (!resolved) {
      await this.#gpu.settle();
      return ((performance.now() - start) * 1000) / count;
    }
    this.#lastReading = performance.now();
    const [begin, end] = new BigUint64Array(await this.#gpu.read(resolved, 16));
    return Number(end! - begin!) / 1000 / count;
  }

  dispose(): void {
    this.#query?.destroy();
    this.#resolved?.destroy();
  }
}

/** Halves of both signs and middling size. */
export function fillWithNoise(gpu: Gpu, buffer: GPUBuffer): void {
  const noise = Uint16Array.from(
    { length: 1 << 18 },
    () => Math.floor(Math.random() * 0x800) + 0x3400 + (Math.random() < 0.5 ? 0x8000 : 0),
  );
  for (let at = 0; at < buffer.size; at += noise.byteLength) {
    gpu.write(buffer, new Uint8Array(noise.buffer, 0, Math.min(noise.byteLength, buffer.size - at)), at);
  }
}

/** For people: each product's way and how long it takes. */
export function tuningLines(measured: Measured): string[] {
  return [...measured].map(([key, { way, us }]) => `${key}: ${wayName(way)}, ${us.toFixed(1)} us`);
}
