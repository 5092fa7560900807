/**
 * `npm run -s bench -- gguf [--library LIBRARIES] [--types Q4_K,Q8_0] [--json]`: Sprout as a GGUF file of each type, quantised
 * by llama.cpp: our logits beside its own on the processor, and our tokens beside its own.
 *
 * LIBRARIES is the folder of libllama and the ggml libraries; by default that of bench/peers, once `npm install
 * --ignore-scripts` has run there. Needs python3. Exit code 1 where a type misses the bar of issue 5.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { CoppiceError } from '../src/core/errors.ts';
import type { GpuAdapterInfo } from '../src/core/protocol.ts';
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { LoadedModel } from '../src/engine/loaded-model.ts';
import { readModel, readModelFolder, readTokenizer } from '../src/engine/weights/model-source.ts';
import { compared, logitsOf, type Sequence } from '../test/engine/model-logits.ts';
import { SPROUT, sproutGguf } from '../test/engine/weights/sprout-gguf.ts';
import { sproutSequences } from './gguf/sequences.ts';
import { adapterName, machineFacts, versions } from './harness.ts';

const LIBRARIES = 'peers/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64';
const SCRIPT = fileURLToPath(new URL('peers/gguf_logits.py', import.meta.url));
/** F32 first: the others are made from it. The last is the usual mixture of Q4_K and Q6_K. */
const TYPES = [
  ...['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q4_K', 'Q5_K', 'Q6_K', 'IQ4_NL', 'Q4_K_M'],
];
/** How llama.cpp ran it: see peers/gguf_logits.py. */
const WAYS = ['decoded', 'rounded', 'exact', 'default'] as const;
/** Of issue 5, for the same weights in the same arithmetic. */
const BAR = { agreement: 0.99, divergence: 1e-3 };
const LIMIT_MS = 120_000;

interface Row {
  type: string;
  way: (typeof WAYS)[number];
  positions: number;
  /** Share of the positions where both find the same token most likely. */
  agreement: number;
  meanDivergence: number;
  greatestDivergence: number;
  greatestDifference: number;
  /** How far llama.cpp, run so, is from itself with the blocks decoded before. */
  theirOwnMeanDivergence: number;
}

const folder = await mkdtemp(join(tmpdir(), 'coppice-gguf-'));
try {
  await main();
} catch (thrown) {
  const { message, remedy } = CoppiceError.wrap(thrown);
  console.error(`gguf: ${message}\n  ${remedy}`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { library: { type: 'string' }, types: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { library = fileURLToPath(new URL(LIBRARIES, import.meta.url)), types } = values;
  const wanted = types?.split(',') ?? TYPES;
  const unknown = wanted.find((type) => !TYPES.includes(type));
  if (unknown !== undefined)
    throw new CoppiceError('usage', `There is no type ${unknown} here.`, `Name some of ${TYPES.join(',')}.`);
  const chosen = TYPES.filter((type) => type === 'F32' || wanted.includes(type));
  const began = performance.now();
  const machine = machineFacts();
  const gpu = await Gpu.open();
  try {
    await writeFile(join(folder, 'F32.gguf'), await sproutGguf('F32'));
    const { sequences, texts } = await asked(gpu);
    await writeFile(join(folder, 'asked.json'), JSON.stringify({ sequences, texts }));
    const rows: Row[] = [];
    for (const type of chosen) rows.push(...(await rowsOf(type, sequences, { gpu, library })));
    const result = {
      ...{ bench: 'gguf', machine, versions: versions(), gpuAdapter: gpu.info, sequences: sequences.length, rows },
      ...{ texts: await tokensAgree(texts), bar: BAR, seconds: Math.round((performance.now() - began) / 1000) },
    };
    console.log(values.json ? JSON.stringify(result) : table(result));
    if (!rows.every(isPassed) || result.texts.same < result.texts.count) process.exitCode = 1;
  } finally {
    gpu.dispose();
  }
}

/** Only decoded, both compute the same: what llama.cpp loses by integer activations is not ours. */
function isPassed({ way, agreement, meanDivergence }: Row): boolean {
  return way !== 'decoded' || (agreement >= BAR.agreement && meanDivergence <= BAR.divergence);
}

async function asked(gpu: Gpu) {
  const source = await readModelFolder(SPROUT);
  const model = await LoadedModel.load(gpu, source, { tier: 'portable' });
  try {
    return await sproutSequences(source, model.decoder);
  } finally {
    model.dispose();
  }
}

async function rowsOf(type: string, sequences: Sequence[], on: { gpu: Gpu; library: string }): Promise<Row[]> {
  console.error(`gguf: ${type}`);
  const script = [SCRIPT, '--library', on.library, '--type', type, folder];
  const { status } = spawnSync('python3', script, { stdio: ['ignore', 'inherit', 'inherit'], timeout: LIMIT_MS });
  if (status !== 0) {
    const remedy = `Run \`npm install --ignore-scripts\` in bench/peers, or name its folder with --library.`;
    throw new CoppiceError('runtime-missing', `llama.cpp could not be asked about ${type}.`, remedy);
  }
  const path = join(folder, `${type}.gguf`);
  const ours = await logitsOf(on.gpu, path, sequences);
  const rows: Row[] = [];
  let decoded: Float32Array[] | undefined;
  for (const way of WAYS) {
    const theirs = await readRows(join(folder, `${type}.${way}`), ours[0]!.length);
    decoded ??= theirs;
    const each = ours.map((got, i) => compared(theirs[i]!, got));
    rows.push({
      ...{ type, way, positions: each.length },
      agreement: each.filter(({ below }) => below === 0).length / each.length,
      meanDivergence: mean(each.map(({ divergence }) => divergence)),
      greatestDivergence: Math.max(...each.map(({ divergence }) => divergence)),
      greatestDifference: Math.max(...each.map(({ difference }) => difference)),
      theirOwnMeanDivergence: mean(theirs.map((row, i) => compared(row, decoded![i]!).divergence)),
    });
  }
  if (type !== 'F32') await rm(path);
  return rows;
}

async function readRows(file: string, width: number): Promise<Float32Array[]> {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  await rm(file);
  const all = new Float32Array(buffer, byteOffset, byteLength / 4);
  return Array.from({ length: all.length / width }, (_, i) => all.subarray(i * width, (i + 1) * width));
}

function mean(numbers: number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** How many of the texts have the same ids by tokenizer.json, by the metadata of the file, and in llama.cpp. */
async function tokensAgree(texts: string[]): Promise<{ count: number; same: number }> {
  const theirs = JSON.parse(await readFile(join(folder, 'tokens.json'), 'utf8')) as number[][];
  const [own, rebuilt] = [await readTokenizer(SPROUT), (await readModel(join(folder, 'F32.gguf'))).tokenizer];
  const isSame = (text: string, i: number) =>
    [own!, rebuilt!].every((tokenizer) => isDeepStrictEqual(tokenizer.encode(text, true), theirs[i]));
  return { count: texts.length, same: texts.filter(isSame).length };
}

interface Shown {
  gpuAdapter: GpuAdapterInfo;
  texts: { count: number; same: number };
  sequences: number;
  rows: Row[];
  seconds: number;
}

function table({ gpuAdapter, texts, sequences, rows, seconds }: Shown): string {
  const cells = rows.map((row) => [
    ...[row.type, row.way, `${(row.agreement * 100).toFixed(2)} %`],
    ...[row.meanDivergence, row.greatestDivergence, row.greatestDifference, row.theirOwnMeanDivergence].map((value) =>
      value.toExponential(1),
    ),
  ]);
  const heads = ['type', 'llama.cpp', 'top-1', 'mean KL', 'greatest KL', 'greatest difference', 'its own KL'];
  return [
    `${rows[0]!.positions} positions of ${sequences} sequences on ${adapterName(gpuAdapter)}; ${seconds} s`,
    `the same ids by tokenizer.json, by the file and in llama.cpp: ${texts.same} of ${texts.count} texts`,
    '',
    ...[heads, heads.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`),
  ].join('\n');
}
