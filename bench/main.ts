/** `npm run bench -- NAME [--json] [--SIZE n,n,...] [--seconds s]`: checks a result, then times it. */
import { parseArgs } from 'node:util';
import { exitCodeOf } from '../src/cli/exit-code.ts';
import { CoppiceError } from '../src/core/errors.ts';
import { Bench, type Benchmark, table } from './harness.ts';

/** Loaded when they are run: some open the GPU's library. */
const BENCHMARKS: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  gemm: () => import('./gemm.ts'),
  attention: () => import('./attention.ts'),
  decode: () => import('./decode.ts'),
  prefill: () => import('./prefill.ts'),
  sample: () => import('./sample.ts'),
  judge: () => import('./judge.ts'),
  grow: () => import('./grow.ts'),
  load: () => import('./load.ts'),
};

const SECONDS_PER_ROW = 2;

async function main([name = '', ...args]: string[]): Promise<void> {
  const load = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (!load) {
    const names = Object.keys(BENCHMARKS).join(', ');
    throw new CoppiceError('usage', `There is no benchmark "${name}".`, `Name one of: ${names}.`);
  }
  const { benchmark } = await load();
  const { json, help, seconds, given } = optionsOf(benchmark, args);
  if (help) {
    console.log(usage(name, benchmark));
    return;
  }
  const bench = new Bench(name, benchmark, { given, seconds, note: (text) => console.error(`${name}: ${text}`) });
  await benchmark.run(bench);
  console.log(json ? JSON.stringify(bench.result()) : table(bench.result()));
}

function optionsOf({ sizes }: Benchmark, args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const lists = Object.fromEntries(Object.keys(sizes).map((size) => [size, text]));
  try {
    const { values } = parseArgs({ args, options: { ...lists, json: flag, help: flag, seconds: text } });
    const { json, help, seconds = SECONDS_PER_ROW, ...given } = values;
    const wanted = Object.entries(given).map(([size, list]): [string, number[]] => [
      size,
      wholeNumbers(size, String(list)),
    ]);
    if (!(Number(seconds) >= 0)) throw new Error('--seconds must be a number of at least 0');
    return { json, help, seconds: Number(seconds), given: Object.fromEntries(wanted) };
  } catch (error) {
    const remedy = `The options are --json, --seconds, ${Object.keys(sizes)
      .map((size) => `--${size}`)
      .join(', ')}; see --help.`;
    throw new CoppiceError('usage', `${(error as Error).message}.`, remedy);
  }
}

function wholeNumbers(size: string, list: string): number[] {
  const numbers = list.split(',').map(Number);
  if (numbers.every((n) => Number.isSafeInteger(n) && n > 0)) return numbers;
  throw new Error(`--${size} must be whole numbers of at least 1, joined by commas`);
}

function usage(name: string, { about, sizes }: Benchmark): string {
  const lines = Object.entries(sizes).map(
    ([size, { about, software, hardware }]) =>
      `  --${size} n,n,...  ${about}; default ${software} (software adapter), ${hardware} (GPU)`,
  );
  return [
    `npm run bench -- ${name} [options]: ${about}`,
    ...lines,
    `  --seconds s  how long each row is sampled; default ${SECONDS_PER_ROW}`,
    '  --json  one JSON object on standard output',
  ].join('\n');
}

const args = process.argv.slice(2);
try {
  await main(args);
} catch (thrown) {
  const error = CoppiceError.wrap(thrown);
  if (args.includes('--json')) console.log(JSON.stringify({ error }));
  console.error(`coppice: ${error.message}\n  ${error.remedy}`);
  process.exitCode = exitCodeOf(error.code);
}
