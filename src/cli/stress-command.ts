import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import type { Comparison } from '../core/compare-output.ts';
import { contestProblem, LONGEST_PROBLEM, samplesIn, sampleTests } from '../core/contest/problem.ts';
import { CoppiceError } from '../core/errors.ts';
import { readText } from '../run/source-file.ts';
import { type StressDifference, type StressProgram, type StressResult, stress } from '../run/stress.ts';
import type { Action, CommandContext, Outcome } from './command.ts';
import { EXIT } from './exit-code.ts';
import { judgeLimits, type LimitOptions, readJson, wholeNumber, withLimits } from './options.ts';
import { seconds } from './run-summary.ts';
import { comparison } from './samples.ts';
import type { Terminal } from './terminal.ts';

interface StressOptions extends LimitOptions {
  samples?: string;
  generator?: string;
  tries: number;
  seconds: number;
  seed: number;
  compare?: Comparison;
}

const MOST_SHOWN = 2_000;

export function stressCommand(program: Command, action: Action): void {
  const command = program
    .command('stress')
    .summary('look for an input on which two programs differ')
    .description(
      'Runs a program and one that is surely right on many inputs, and looks for the smallest on which they differ. Exits with 0 where there is none.',
    )
    .argument('<solution>', 'the program in question')
    .argument('<reference>', 'one that gives the right answers, however slowly')
    .option('--samples <json>', 'a problem, or [{"input", "output"}]: inputs are made like its samples')
    .option('--generator <file>', 'a program that writes an input for the number in its argument')
    .option('--tries <n>', 'how many inputs', wholeNumber(1), 500)
    .option('--seconds <s>', 'how long it may take', wholeNumber(1), 60)
    .option('--seed <seed>', 'the first number for the generator, or for inputs like the samples', wholeNumber(0), 1)
    .option('--compare <how>', 'tokens, exact, or numbers:TOLERANCE', comparison);
  withLimits(command).option('--json', 'print one JSON object').action(action(run));
}

async function run(
  { terminal, judge, signal }: CommandContext,
  solution: string,
  reference: string,
  options: StressOptions,
): Promise<Outcome> {
  if (options.samples === undefined && options.generator === undefined) {
    throw new CoppiceError('usage', 'Nothing says what inputs look like.', 'Give --samples or --generator.');
  }
  const problem = options.samples === undefined ? undefined : await problemIn(options.samples);
  const { timeLimitMs, memoryLimitMb } = problem ? sampleTests(problem) : {};
  const { allowUnsandboxed, timeoutMs } = judgeLimits(options);
  const limitMs = timeoutMs ?? timeLimitMs;
  const result = await stress(
    {
      ...{ solution: await programIn(solution), reference: await programIn(reference) },
      ...(options.generator === undefined ? {} : { generator: await programIn(options.generator) }),
      ...(problem ? { problem } : {}),
      ...{ tries: options.tries, timeMs: 1000 * options.seconds, seed: options.seed },
      ...(options.compare ? { compare: options.compare } : {}),
      limits: {
        ...(limitMs === undefined ? {} : { timeLimitMs: limitMs }),
        ...(memoryLimitMb === undefined ? {} : { memoryLimitMb }),
      },
      allowUnsandboxed,
    },
    judge,
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'tried') terminal.status(`${event.tried} inputs tried`);
        else terminal.note(`input ${event.tried}: they differ, ${event.difference.input.length} characters`);
      },
    },
  );
  return {
    json: result,
    human: () => summary(result, terminal),
    exitCode: result.difference ? EXIT.nothingPassed : EXIT.found,
  };
}

async function problemIn(path: string) {
  const value = await readJson(path, LONGEST_PROBLEM);
  return contestProblem(Array.isArray(value) ? { tests: samplesIn(value) } : value);
}

async function programIn(path: string): Promise<StressProgram> {
  return { name: basename(path), text: await readText(path), extension: extname(path) };
}

function summary({ run, difference }: StressResult, terminal: Terminal): string {
  const refused = run.refused > 0 ? `, of which ${run.reference} refused ${run.refused}` : '';
  const tried = `${run.tried} inputs in ${seconds(run.timings.totalMs)}${refused}`;
  if (!difference) {
    const early = run.timeUp ? ' The time was up before all had been tried.' : '';
    return `${terminal.paint('bold', `${run.solution} and ${run.reference} agree`)} on ${tried}.${early}`;
  }
  return [...shown(run, difference, terminal), '', `The smallest of ${tried}.`].join('\n');
}

function shown(run: StressResult['run'], { input, expected, output, why }: StressDifference, terminal: Terminal) {
  const part = (title: string, text: string) => [terminal.paint('dim', title), cut(text)];
  return [
    terminal.paint('bold', `${run.solution} and ${run.reference} differ: ${why}`),
    ...part('input', input),
    ...part(run.reference, expected),
    ...part(run.solution, output === '' ? '(nothing)' : output),
  ];
}

function cut(text: string): string {
  const all = text.trimEnd();
  return all.length <= MOST_SHOWN ? all : `${all.slice(0, MOST_SHOWN)}… (${all.length} characters, --json has them)`;
}
