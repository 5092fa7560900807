/**
 * `node bench/shapes-table.ts FOLDER[,FOLDER] [CHART.svg]`: the figures of tools/gpu/compare.sh as one table, ours beside the peers',
 * and as a chart of tokens per second over prefix lengths. What a folder does not have is taken from the next.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart, type Series } from './shapes-chart.ts';

interface Entry {
  /** Tokens per second: median, and the lowest and highest sample. */
  median: number;
  min: number;
  max: number;
}

interface Reported {
  shape?: string;
  settings?: { weights: string };
  rows: {
    of: { mode: string; N: number; P: number };
    figures?: Record<string, { median: number; min: number; max: number }>;
    error?: string;
  }[];
}

interface Roofline {
  settings: Record<'L' | 'H' | 'K' | 'd', number>;
  rows: {
    of: { what: string; name?: string; M?: number; out?: number; in?: number };
    figures: Record<string, { median: number }>;
  }[];
}

const PREFIXES = [512, 1024, 4096, 16384];
const CANDIDATES = [1, 32, 256, 1024];
/** Tokens of its own that every candidate has. */
const OWN = 64;

const [names = '.', svg] = process.argv.slice(2);
const folders = names.split(',');

function read<T = Reported>(file: string): T | undefined {
  const path = folders.map((folder) => join(folder, file)).find(existsSync);
  return path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as T);
}

/** Our own runs at other shapes and weights. */
const OTHERS = ['int4.json', '7b-int4.json', '7b.json', '0.5b.json'];

/** The two-level tree of tools/gpu/compare.sh: candidates, shared tokens, and candidates that one level has room for. */
const LEVELS = { N: 1024, P: 2400, inRoom: 254 };

/** Rows by who, mode, N and P. */
function collect(): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const [who, file] of [
    ['coppice', 'shapes.json'],
    ['torch', 'torch-1.5b.json'],
    ['llama', 'llama-f16.json'],
  ] as const) {
    for (const { of, figures } of read(file)?.rows ?? []) {
      const time = figures?.stepMs ?? figures?.prefillMs;
      if (!time) continue;
      found.set(`${who} ${of.mode} ${of.N} ${of.mode === 'none' ? 0 : of.P}`, entryOf(of, time));
    }
  }
  return found;
}

function entryOf({ mode, N, P }: { mode: string; N: number; P: number }, ms: Entry): Entry {
  const rate = (each: number) => (1000 * (mode === 'prefill' ? P : N)) / each;
  return { median: rate(ms.median), min: rate(ms.max), max: rate(ms.min) };
}

function shownEntry({ median, min, max }: Entry): string {
  const round = (value: number) => Math.round(value).toLocaleString('en-US');
  return `${round(median)} (${round(min)}-${round(max)})`;
}

/**
 * Tokens per second of a step that reads every byte at the card's measured bandwidth and multiplies at cuBLAS's measured rate,
 * whichever takes longer, for each product and for attention.
 */
function rooflineOf(N: number, P: number): number | undefined {
  const roofline = read<Roofline>('roofline.json');
  if (!roofline) return undefined;
  const { L, H, K, d } = roofline.settings;
  const bandwidth = Math.max(...roofline.rows.map(({ figures }) => figures.terabytesPerSecond?.median ?? 0)) * 1e12;
  const products = roofline.rows.filter(({ of }) => of.what === 'matrix product' && of.name !== 'square');
  const rateOf = (name: string) =>
    Math.max(
      ...products.filter(({ of }) => of.name === name && of.M === N).map(({ figures }) => figures.teraflops!.median),
    ) * 1e12;
  let seconds = 0;
  for (const name of new Set(products.map(({ of }) => of.name!))) {
    const { out, in: depth } = products.find(({ of }) => of.name === name)!.of as { out: number; in: number };
    // cuBLAS was not timed at one row, where weights alone count.
    const multiplying = N === 1 ? 0 : (2 * N * out * depth) / rateOf(name);
    seconds += (name === 'head' ? 1 : L) * Math.max(multiplying, (2 * out * depth) / bandwidth);
  }
  const best = Math.max(...products.map(({ figures }) => figures.teraflops!.median)) * 1e12;
  const keyValueBytes = 4 * K * d * (P + N * OWN);
  seconds += L * Math.max(keyValueBytes / bandwidth, (4 * N * H * d * (P + OWN)) / best);
  return N / seconds;
}

const entries = collect();
const shown = (key: string) => {
  const entry = entries.get(key);
  return entry ? shownEntry(entry) : '';
};
const heads = [
  'N',
  'P',
  'Coppice',
  'sharing off',
  'reproducible',
  'no attention',
  'llama.cpp',
  'PyTorch naive',
  'PyTorch Hydragen',
  'PyTorch, no attention',
  'roofline',
];
const lines = [heads, heads.map(() => '---')];
for (const N of CANDIDATES) {
  for (const P of PREFIXES) {
    const cells = [
      ...['tree', 'copies', 'reproducible'].map((mode) => shown(`coppice ${mode} ${N} ${P}`)),
      shown(`coppice none ${N} 0`),
      shown(`llama unified ${N} ${P}`),
      ...['naive', 'hydragen'].map((mode) => shown(`torch ${mode} ${N} ${P}`)),
      shown(`torch none ${N} 0`),
      Math.round(rooflineOf(N, P) ?? 0).toLocaleString('en-US'),
    ];
    if (cells.some((cell, i) => cell !== '' && ![3, 7, 8].includes(i))) lines.push([String(N), String(P), ...cells]);
  }
}
lines.push([
  'prefill',
  '4096',
  shown('coppice prefill 1 4096'),
  '',
  '',
  '',
  shown('llama prefill 1 4096'),
  '',
  shown('torch prefill 1 4096'),
  '',
  '',
]);
console.log(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));

console.log('\n| shape | weights | N | P | Coppice |\n| --- | --- | --- | --- | --- |');
for (const file of OTHERS) {
  const reported = read(file);
  for (const { of, figures } of reported?.rows ?? []) {
    const entry = figures?.stepMs && entryOf(of, figures.stepMs);
    if (!entry) continue;
    const cells = [reported?.shape, reported?.settings?.weights.replace(', random', ''), of.N, of.P, shownEntry(entry)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const { N, P, inRoom } = LEVELS;
const [levels, flat, fewer] = [`levels ${N} ${P}`, `flat ${N} ${P}`, `flat ${inRoom} ${P}`].map((key) =>
  entries.get(`coppice ${key}`),
);
if (levels && flat && fewer) {
  const times = (factor: number) => `${factor.toFixed(2)} times`;
  console.log(
    `\nTwo levels: ${shownEntry(levels)} tok/s; one level in the same memory, ${inRoom} candidates at a time: ${shownEntry(fewer)}, ` +
      `so two are ${times(levels.median / fewer.median)} as fast. At ${N} candidates one level: ${shownEntry(flat)}; the kernel's ` +
      `share is ${times(levels.median / flat.median)}, the larger batch's ${times(flat.median / fewer.median)}.`,
  );
}

if (svg) {
  const series = (name: string, key: (N: number, P: number) => string): Series => ({
    name,
    points: (N) => PREFIXES.map((P): [number, number | undefined] => [P, entries.get(key(N, P))?.median]),
  });
  const panels = [32, 256, 1024];
  writeFileSync(
    svg,
    chart(panels, [
      series('Coppice', (N, P) => `coppice tree ${N} ${P}`),
      series('Coppice, sharing off', (N, P) => `coppice copies ${N} ${P}`),
      series('Coppice without attention', (N) => `coppice none ${N} 0`),
      series('PyTorch Hydragen, CUDA', (N, P) => `torch hydragen ${N} ${P}`),
      series('llama.cpp, Vulkan', (N, P) => `llama unified ${N} ${P}`),
    ]),
  );
}
