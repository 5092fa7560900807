/**
 * The main job on the projects of `examples/`: grows candidates for every function that is not written yet, through the
 * built command line, and says which ones the tests let pass. `npm run demo [-- -n 64 ...]` hands options on to it.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { adapterName } from '../src/core/adapter-name.ts';
import type { ErrorData } from '../src/core/errors.ts';
import { languageOf } from '../src/core/language.ts';
import type { RunResult } from '../src/run/run-result.ts';
import { Syntax } from '../src/syntax/syntax.ts';

const FILES = ['examples/python/words.py', 'examples/typescript/src/numbers.ts'];
const SEED = 1;
/** Two thirds: the embedded model is small, and says so. */
const NEEDED_SHARE = 2 / 3;
const LIMIT_MS = 5 * 60_000;

type Outcome =
  | { kind: 'ranked'; passed: number; result: RunResult }
  | { kind: 'skipped'; reason: string }
  | { kind: 'failed'; reason: string };

interface Row {
  file: string;
  symbol: string;
  outcome: Outcome;
  seconds: number;
}

async function main(options: string[]): Promise<number> {
  const started = performance.now();
  const syntax = await Syntax.load();
  const targets = FILES.flatMap((file) =>
    syntax
      .functions(languageOf(file)!, readFileSync(file, 'utf8'))
      .filter(({ isStub }) => isStub)
      .map(({ name }) => ({ file, symbol: name })),
  );
  const rows: Row[] = [];
  for (const { file, symbol } of targets) {
    const before = performance.now();
    const outcome = await grow(file, symbol, options);
    rows.push({ file, symbol, outcome, seconds: (performance.now() - before) / 1000 });
    console.error(`${symbol}: ${sentence(outcome)}\n`);
  }
  const seconds = (performance.now() - started) / 1000;
  return conclude(rows, seconds);
}

async function grow(file: string, symbol: string, options: string[]): Promise<Outcome> {
  const args = ['dist/cli.mjs', 'grow', file, '--symbol', symbol, '--seed', String(SEED), ...options, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: LIMIT_MS });
  const answer = JSON.parse((await text(child.stdout)) || '{}') as RunResult | { error?: ErrorData };
  if ('ranking' in answer) {
    const passing = answer.ranking.filter(({ report }) => report.verdict === 'passed');
    return { kind: 'ranked', passed: passing.reduce((sum, { count }) => sum + count, 0), result: answer };
  }
  if (answer.error?.code === 'runtime-missing') return { kind: 'skipped', reason: answer.error.message };
  const { error } = answer;
  return { kind: 'failed', reason: error ? `${error.message} ${error.remedy}` : 'The command ended without a result.' };
}

function sentence(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ranked':
      return `${outcome.passed} of ${outcome.result.run.candidates} candidates pass the tests`;
    case 'skipped':
      return `skipped: ${outcome.reason}`;
    case 'failed':
      return `failed: ${outcome.reason}`;
  }
}

function conclude(rows: Row[], seconds: number): number {
  const width = Math.max(...rows.map(({ symbol }) => symbol.length));
  for (const { symbol, outcome, seconds: took } of rows) {
    const mark = outcome.kind === 'ranked' ? (outcome.passed > 0 ? 'solved' : 'open  ') : outcome.kind.padEnd(6);
    console.log(`${mark}  ${symbol.padEnd(width)}  ${sentence(outcome)} (${took.toFixed(1)} s)`);
  }
  for (const { symbol, outcome } of rows) {
    if (outcome.kind !== 'ranked' || outcome.passed === 0) continue;
    const added = outcome.result.ranking[0]!.diff.split('\n').filter((line) => /^\+(?!\+\+ )/.test(line));
    console.log(
      `\n${symbol}, the best of ${outcome.result.run.candidates}:\n${added.map((line) => line.slice(1)).join('\n')}`,
    );
  }
  const tried = rows.filter(({ outcome }) => outcome.kind !== 'skipped');
  const solved = tried.filter(({ outcome }) => outcome.kind === 'ranked' && outcome.passed > 0);
  const first = rows.map(({ outcome }) => outcome).find((outcome) => outcome.kind === 'ranked');
  const where = first ? ` with ${first.result.run.model} on ${adapterName(first.result.run.gpuAdapter)}` : '';
  console.log(
    `\n${solved.length} of ${tried.length} functions solved in ${seconds.toFixed(0)} s${where}, seed ${SEED}.`,
  );
  return tried.length > 0 && solved.length >= tried.length * NEEDED_SHARE ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
