import { type Command, InvalidArgumentError, Option } from 'commander';
import { CoppiceError } from '../core/errors.ts';
import type { Sample, SampleTests } from '../core/protocol.ts';
import { readJson } from './options.ts';

export interface SampleOptions {
  samples?: string;
  compare?: NonNullable<SampleTests['compare']>;
  checker?: string;
  run?: string;
}

/** The options for whole programs, which are judged by what they write. */
export function withSamples(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--samples <json>',
        'the file is a program: [{"input", "output"}], or a problem as Competitive Companion sends it',
      ).conflicts('tests'),
    )
    .option('--compare <how>', 'tokens, exact, or numbers:TOLERANCE, for the output of samples', comparison)
    .addOption(
      new Option('--checker <cmd>', 'decides about each output: CMD INPUT OUTPUT ANSWER exits 0').conflicts('compare'),
    )
    .option('--run <cmd>', 'how the program is started, with {file} for its path');
}

function comparison(value: string): SampleOptions['compare'] {
  if (value === 'tokens' || value === 'exact') return { kind: value };
  const [, tolerance = '1e-6'] = /^numbers(?::(.+))?$/.exec(value) ?? [undefined, 'none'];
  if (Number(tolerance) >= 0) return { kind: 'numbers', tolerance: Number(tolerance) };
  throw new InvalidArgumentError('It must be tokens, exact or numbers:TOLERANCE, for example numbers:1e-6.');
}

/** Throws `usage` where the file holds no samples. */
export async function samplesOf({ samples: path, compare, checker, run }: SampleOptions): Promise<SampleTests> {
  const value = await readJson(path!);
  const { tests = value, timeLimit } = (value ?? {}) as { tests?: unknown; timeLimit?: unknown };
  const invalid = new CoppiceError(
    'usage',
    `${path} holds no samples.`,
    'Give a list of {"input": "...", "output": "..."}, or a problem as Competitive Companion sends it.',
  );
  if (!Array.isArray(tests) || tests.length === 0) throw invalid;
  const samples = tests.map((sample): Sample => {
    const { input, output } = (sample ?? {}) as Record<string, unknown>;
    if (typeof input !== 'string' || typeof output !== 'string') throw invalid;
    return { input, output };
  });
  return {
    samples,
    ...(checker === undefined ? {} : { compare: { kind: 'checker', command: checker } }),
    ...(compare ? { compare } : {}),
    ...(run === undefined ? {} : { run }),
    ...(typeof timeLimit === 'number' && timeLimit > 0 ? { timeLimitMs: timeLimit } : {}),
  };
}
