import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { CoppiceError } from '../src/core/errors.ts';
import type { GpuAdapterInfo } from '../src/core/protocol.ts';

/** A list of whole numbers that a benchmark goes through, with what suits a software adapter and a real GPU. */
export interface Size {
  about: string;
  software: number[];
  hardware: number[];
}

export interface Benchmark<S extends string = string> {
  about: string;
  /** Each is an option of the same name. */
  sizes: Record<S, Size>;
  /** Options that are no numbers, with what they are about. */
  texts?: Record<string, string>;
  /** @throws CoppiceError when a result is wrong, before anything is timed */
  run(bench: Bench<S>): Promise<void>;
}

/** What was measured several times. Names carry their unit: `stepMs`, `tokensPerSecond`. */
export interface Figure {
  median: number;
  /** From the lower to the upper quartile, as a share of the median. */
  spread: number;
  samples: number[];
}

export interface Row {
  /** The sizes that this row is about. */
  of: Record<string, number | string>;
  figures: Record<string, Figure>;
}

/** The worst result against the reference; what `error` counts is said in `against`. */
export interface Check {
  against: string;
  error: number;
  tolerance: number;
}

export interface BenchResult {
  bench: string;
  machine: ReturnType<typeof machineFacts> & { loadAfter: number };
  versions: ReturnType<typeof versions>;
  gpuAdapter: GpuAdapterInfo | null;
  settings: Record<string, number | number[] | string>;
  check: Check;
  rows: Row[];
  /** Rows that there was no time for. */
  leftOut: Row['of'][];
  seconds: number;
}

export interface BenchOptions {
  /** Sizes that replace the benchmark's own. */
  given: Record<string, number[]>;
  texts?: Record<string, string>;
  /** How long each row is sampled, in seconds. */
  perRow: number;
  /** After so many seconds no further row is begun, so that a slow machine comes to an end too. */
  limit: number;
  /** Takes a line about the progress. */
  note(text: string): void;
}

const SAMPLES = { least: 3, most: 25 };

/** One run of one benchmark: its sizes, its check, its rows. */
export class Bench<S extends string = string> {
  readonly #name: string;
  readonly #benchmark: Benchmark<S>;
  readonly #options: BenchOptions;
  readonly #start = performance.now();
  readonly #machine = machineFacts();
  readonly #rows: Row[] = [];
  readonly #leftOut: Row['of'][] = [];
  #gpuAdapter: GpuAdapterInfo | null = null;
  #sizes: Record<string, number[]> = {};
  #check: Check | undefined;

  constructor(name: string, benchmark: Benchmark<S>, options: BenchOptions) {
    this.#name = name;
    this.#benchmark = benchmark;
    this.#options = options;
  }

  note(text: string): void {
    this.#options.note(text);
  }

  /** What an option that is no number was given. */
  text(name: string): string | undefined {
    return this.#options.texts?.[name];
  }

  /** The sizes for this GPU adapter; null where none takes part. */
  on(gpuAdapter: GpuAdapterInfo | null): Record<S, number[]> {
    this.#gpuAdapter = gpuAdapter;
    const suited = gpuAdapter && !gpuAdapter.software ? 'hardware' : 'software';
    const sizes = Object.entries<Size>(this.#benchmark.sizes).map(([name, size]): [string, number[]] => [
      name,
      this.#options.given[name] ?? size[suited],
    ]);
    this.#sizes = Object.fromEntries(sizes);
    return this.#sizes as Record<S, number[]>;
  }

  /** Remembers the worst error. @throws CoppiceError when it is above the tolerance, or not a number */
  check(against: string, error: number, tolerance: number): void {
    if (!(error <= tolerance)) {
      throw new CoppiceError(
        'internal',
        `The result of ${this.#name} is off by ${error} (${against}); ${tolerance} is allowed. Nothing was timed.`,
        'Run `coppice doctor`: its self-test names the part that fails.',
      );
    }
    if (!this.#check || error >= this.#check.error) this.#check = { against, error, tolerance };
  }

  /** Adds a row: `work` gives one sample of each figure, and is repeated for as long as a row may take. */
  async measure(of: Row['of'], work: () => Promise<Record<string, number>>, { least, most } = SAMPLES): Promise<void> {
    if (!this.#check) throw new Error('A benchmark checks its result before it times it.');
    if (this.#rows.length > 0 && this.#isOver()) {
      this.#leftOut.push(of);
      this.note(`${sizesText(of)}: left out, see --limit`);
      return;
    }
    const started = performance.now();
    const samples: Record<string, number>[] = [];
    const isEnough = () => samples.length >= least && performance.now() - started >= this.#options.perRow * 1000;
    do samples.push(await work());
    while (samples.length < most && !isEnough() && !this.#isOver());
    const names = new Set(samples.flatMap(Object.keys));
    const figures = Object.fromEntries(
      [...names].map((name) => [name, figure(samples.flatMap((sample) => sample[name] ?? []))]),
    );
    this.#rows.push({ of, figures });
    const shownFigures = Object.entries(figures).map(([name, value]) => `${name} ${shown(value)}`);
    this.note(`${sizesText(of)}: ${shownFigures.join(', ')}; ${samples.length} samples`);
  }

  result(): BenchResult {
    if (!this.#check) throw new Error('A benchmark checks its result before it times it.');
    return {
      bench: this.#name,
      machine: { ...this.#machine, loadAfter: load() },
      versions: versions(),
      gpuAdapter: this.#gpuAdapter,
      settings: { ...this.#sizes, ...this.#options.texts, secondsPerRow: this.#options.perRow },
      check: this.#check,
      rows: this.#rows,
      leftOut: this.#leftOut,
      seconds: rounded((performance.now() - this.#start) / 1000),
    };
  }

  #isOver(): boolean {
    return performance.now() - this.#start > this.#options.limit * 1000;
  }
}

export function figure(samples: number[]): Figure {
  const sorted = samples.toSorted((a, b) => a - b);
  /** Between neighbours in proportion. */
  const quantile = (share: number) => {
    const at = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
    return below + (at % 1) * (above - below);
  };
  const median = quantile(0.5);
  const spread = median === 0 ? 0 : (quantile(0.75) - quantile(0.25)) / median;
  return { median: rounded(median), spread: rounded(spread), samples: samples.map(rounded) };
}

/** For people: what was checked, then one line a row with medians and, in brackets, their spread. */
export function table({ bench, machine, gpuAdapter, check, rows, leftOut, seconds }: BenchResult): string {
  const heads = [...new Set(rows.flatMap(({ of, figures }) => [...Object.keys(of), ...Object.keys(figures)]))];
  const cell = ({ of, figures }: Row, head: string) => (figures[head] ? shown(figures[head]) : String(of[head] ?? ''));
  const lines = [heads, ...rows.map((row) => heads.map((head) => cell(row, head)))];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const load = `load ${machine.loadBefore} to ${machine.loadAfter}`;
  return [
    `${bench} on ${adapterName(gpuAdapter)}; ${machine.cores} cores of ${machine.cpu}, ${load}; ${seconds} s`,
    `checked: ${check.against}: ${check.error.toPrecision(2)}, at most ${check.tolerance}`,
    '',
    ...lines.map((line) => line.map((text, column) => text.padStart(widths[column]!)).join('  ')),
    ...(leftOut.length > 0 ? [`left out for lack of time: ${leftOut.map(sizesText).join('; ')}`] : []),
  ].join('\n');
}

export function adapterName(gpuAdapter: GpuAdapterInfo | null): string {
  if (!gpuAdapter) return 'no GPU adapter';
  const { description, device, vendor, software } = gpuAdapter;
  return `${description || device || vendor}${software ? ' (software)' : ''}`;
}

function sizesText(of: Row['of']): string {
  return Object.entries(of)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function shown({ median, spread, samples }: Figure): string {
  return samples.length > 1 ? `${median} (${Math.round(100 * spread)}%)` : String(median);
}

export function machineFacts() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: rounded(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()} ${release()}`,
    /** Processes that wanted a core in the minute before: what else ran here. */
    loadBefore: load(),
  };
}

function load(): number {
  return rounded(loadavg()[0]!);
}

export function versions() {
  const require = createRequire(import.meta.url);
  return {
    coppice: (require('../package.json') as { version: string }).version,
    commit: commit(),
    node: process.version,
    webgpu: (require('webgpu/package.json') as { version: string }).version,
  };
}

/** Null outside a checkout. */
function commit(): string | null {
  try {
    const git = ['describe', '--always', '--dirty'];
    return execFileSync('git', git, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** Four significant digits: no timing here is known better. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
