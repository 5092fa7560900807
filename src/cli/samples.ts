import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Comparison } from '../core/compare-output.ts';
import { contestProblem, LONGEST_PROBLEM, samplesIn, sampleTests } from '../core/contest/problem.ts';
import type { SampleTests } from '../core/protocol.ts';
import { readJson } from './options.ts';

export interface ComparisonOptions {
  compare?: NonNullable<SampleTests['compare']>;
  checker?: string;
  run?: string;
}

export interface SampleOptions extends ComparisonOptions {
  samples?: string;
}

/** The options for whole programs, which are judged by what they write. */
export function withSamples(command: Command): Command {
  return withComparison(
    command.addOption(
      new Option(
        '--samples <json>',
        'the file is a program: [{"input", "output"}], or a problem as Competitive Companion sends it',
      ).conflicts('tests'),
    ),
  );
}

/** The options that say how a program is started, and what is right. */
export function withComparison(command: Command): Command {
  return command
    .option('--compare <how>', 'tokens, exact, or numbers:TOLERANCE, for the output of samples', comparison)
    .addOption(
      new Option('--checker <cmd>', 'decides about each output: CMD INPUT OUTPUT ANSWER exits 0').conflicts('compare'),
    )
    .option('--run <cmd>', 'how the program is started, with {file} for its path');
}

export function comparison(value: string): Comparison {
  if (value === 'tokens' || value === 'exact') return { kind: value };
  const [, tolerance = '1e-6'] = /^numbers(?::(.+))?$/.exec(value) ?? [undefined, 'none'];
  if (Number(tolerance) >= 0) return { kind: 'numbers', tolerance: Number(tolerance) };
  throw new InvalidArgumentError('It must be tokens, exact or numbers:TOLERANCE, for example numbers:1e-6.');
}

export function comparisonOf({ compare, checker, run }: ComparisonOptions): Partial<SampleTests> {
  return {
    ...(checker === undefined ? {} : { compare: { kind: 'checker', command: checker } }),
    ...(compare ? { compare } : {}),
    ...(run === undefined ? {} : { run }),
  };
}

/** Throws `problem-invalid` where the file holds no samples, and `problem-unsupported` where they can't decide. */
export async function samplesOf(options: SampleOptions): Promise<SampleTests> {
  const value = await readJson(options.samples!, LONGEST_PROBLEM);
  const tests = Array.isArray(value) ? { samples: samplesIn(value) } : sampleTests(contestProblem(value));
  return { ...tests, ...comparisonOf(options) };
}
