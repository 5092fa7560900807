/**
 * `npm run bench -- NAME [--json] [--SIZE n,n,...] [--seconds s] [--limit s]`: checks a result, then times it. `sprout`
 * tells how well the model does, `selection` how often the best of a ranking is right, `soak` what thousands of candidates
 * leave behind, `shapes` how fast the fast tier is beside its peers, `gguf` how near llama.cpp the logits of model files are;
 * they have options of their own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, exitCodeOf } from '../src/cli/exit-code.ts';
import { CoppiceError } from '../src/core/errors.ts';
import { Bench, type Benchmark, table } from './harness.ts';

/** Loaded when they are run: some open the GPU's library. */
const BENCHMARKS: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  gemm: () => import('./gemm.ts'),
  attention: () => import('./attention.ts'),
  decode: () => import('./decode.ts'),
  prefill: () => import('./prefill.ts'),
  sharing: () => import('./sharing.ts'),
  sample: () => import('./sample.ts'),
  judge: () => import('./judge.ts'),
  grow: () => import('./grow.ts'),
  load: () => import('./load.ts'),
};

/** Programs with options of their own. */
const SCRIPTS = ['gguf', 'selection', 'shapes', 'soak', 'sprout'];

const SECONDS = { perRow: 2, limit: 50 };

async function main([name = '', ...args]: string[]): Promise<number> {
  if (SCRIPTS.includes(name)) return runScript(name, args);
  const load = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (!load) {
    const names = [...Object.keys(BENCHMARKS), ...SCRIPTS].join(', ');
    throw new CoppiceError('usage', `There is no benchmark "${name}".`, `Name one of: ${names}.`);
  }
  const { benchmark } = await load();
  const { json, help, ...options } = optionsOf(benchmark, args);
  if (help) {
    console.log(usage(name, benchmark));
    return EXIT.found;
  }
  const bench = new Bench(name, benchmark, { ...options, note: (text) => console.error(`${name}: ${text}`) });
  await benchmark.run(bench);
  console.log(json ? JSON.stringify(bench.result()) : table(bench.result()));
  return EXIT.found;
}

async function runScript(name: string, args: string[]): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? EXIT.environment;
}

function optionsOf({ sizes, texts = {} }: Benchmark, args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const lists = Object.fromEntries([...Object.keys(sizes), ...Object.keys(texts)].map((option) => [option, text]));
  try {
    const { values } = parseArgs({ args, options: { ...lists, json: flag, help: flag, seconds: text, limit: text } });
    const { json, help, seconds = SECONDS.perRow, limit = SECONDS.limit, ...given } = values;
    const isText = ([option]: [string, unknown]) => Object.hasOwn(texts, option);
    const wanted = Object.entries(given)
      .filter((option) => !isText(option))
      .map(([size, list]): [string, number[]] => [size, numbersOf(size, list, Number.isSafeInteger, 1)]);
    const words = Object.entries(given).filter(isText) as [string, string][];
    return {
      ...{ json, help, given: Object.fromEntries(wanted), texts: Object.fromEntries(words) },
      perRow: numbersOf('seconds', seconds, Number.isFinite, 0)[0]!,
      limit: numbersOf('limit', limit, Number.isFinite, 0)[0]!,
    };
  } catch (error) {
    const names = [...Object.keys(sizes), ...Object.keys(texts), 'seconds', 'limit', 'json', 'help'].map(
      (option) => `--${option}`,
    );
    throw new CoppiceError('usage', `${(error as Error).message}.`, `The options are ${names.join(', ')}.`);
  }
}

function numbersOf(name: string, list: unknown, isNumber: (n: unknown) => boolean, least: number): number[] {
  const numbers = String(list).split(',').map(Number);
  if (numbers.every((n) => isNumber(n) && n >= least)) return numbers;
  throw new Error(`--${name} ${list} is not a number of at least ${least}, nor some of them joined by commas`);
}

function usage(name: string, { about, sizes, texts = {} }: Benchmark): string {
  const lines = Object.entries(sizes).map(
    ([size, { about, software, hardware }]) =>
      `  --${size} n,n,...  ${about}; default ${software} (software adapter), ${hardware} (GPU)`,
  );
  return [
    `npm run bench -- ${name} [options]: ${about}`,
    ...lines,
    ...Object.entries(texts).map(([option, about]) => `  --${option}  ${about}`),
    `  --seconds s  how long each row is sampled; default ${SECONDS.perRow}`,
    `  --limit s  after so long no further row is begun; default ${SECONDS.limit}`,
    '  --json  one JSON object on standard output',
  ].join('\n');
}

const args = process.argv.slice(2);
try {
  process.exitCode = await main(args);
} catch (thrown) {
  const error = CoppiceError.wrap(thrown);
  if (args.includes('--json')) console.log(JSON.stringify({ error }));
  console.error(`coppice: ${error.message}\n  ${error.remedy}`);
  process.exitCode = exitCodeOf(error.code);
}
