import { stat } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_SAMPLING, type Sampling } from '../core/candidate.ts';
import { CoppiceError } from '../core/errors.ts';
import { type JudgeOptions, WEIGHT_TYPES, type WeightType } from '../core/protocol.ts';
import { EMBEDDED_MODEL } from '../run/shelf/embedded-model.ts';
import { readText } from '../run/source-file.ts';
import type { FunctionPlace } from '../syntax/syntax.ts';

export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    if (/^\d+$/.test(value) && Number(value) >= least) return Number(value);
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

function numberBetween(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== '' && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

function lineAndColumn(value: string): FunctionPlace {
  const [, line, column] = /^(\d+)(?::(\d+))?$/.exec(value) ?? [];
  if (line === undefined || line === '0') throw new InvalidArgumentError('It must be LINE:COL, both from 1.');
  return { line: Number(line), column: Math.max(1, Number(column ?? 1)) };
}

export interface SamplingOptions {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  seed: number;
}

/** The options that say how tokens are drawn. */
export function withSampling(command: Command, defaults: Sampling = DEFAULT_SAMPLING): Command {
  return command
    .option('--temperature <x>', '0 is greedy', numberBetween(0, 10), defaults.temperature)
    .option('--top-k <k>', 'keep the k most likely tokens; 0 keeps all', wholeNumber(0), defaults.topK)
    .option('--top-p <x>', 'keep the most likely tokens up to this probability', numberBetween(0, 1), defaults.topP)
    .option('--min-p <x>', 'drop tokens below this fraction of the best', numberBetween(0, 1), defaults.minP)
    .option('--seed <s>', 'the same seed grows the same candidates', wholeNumber(0), defaults.seed);
}

export function samplingOf({ temperature, topK, topP, minP, seed }: SamplingOptions): Sampling {
  return { temperature, topK, topP, minP, seed };
}

/** What names a model. */
export const WHICH_MODEL = 'a model of the shelf, a folder or a .gguf file';

export interface ModelOptions {
  model: string;
  weights?: WeightType;
}

/** The options that say which model, and how its weights are kept. */
export function withModel(command: Command): Command {
  return command
    .option('--model <m>', WHICH_MODEL, EMBEDDED_MODEL)
    .addOption(
      new Option('--weights <type>', 'how weights are kept on the GPU; integers need its fast tier').choices(
        WEIGHT_TYPES,
      ),
    );
}

export function weightsOf({ weights }: ModelOptions): { weights?: WeightType } {
  return weights === undefined ? {} : { weights };
}

export interface ContextOptions {
  without?: string[];
  contextTokens?: number;
}

/** The options that say what the model is shown of the workspace. */
export function withContext(command: Command): Command {
  return command
    .option(
      '--without <id>',
      'a piece of the prompt to switch off, by the id that `coppice tree` prints; may be given again',
      (id: string, others: string[] = []) => [...others, id],
    )
    .option(
      '--context-tokens <t>',
      'how many tokens of other files the model is shown at most (default: by its size, and none for sprout)',
      wholeNumber(0),
    );
}

export function contextOf({ without, contextTokens }: ContextOptions): ContextOptions {
  return { ...(without ? { without } : {}), ...(contextTokens === undefined ? {} : { contextTokens }) };
}

export interface PlaceOptions {
  symbol?: string;
  at?: FunctionPlace;
}

/** The options that say which function is meant. */
export function withPlace(command: Command): Command {
  return command
    .addOption(new Option('--symbol <name>', 'the function, as NAME or CLASS.NAME').conflicts('at'))
    .addOption(new Option('--at <line:col>', 'the function around this position').argParser(lineAndColumn));
}

export function placeOf({ symbol, at }: PlaceOptions): { place?: FunctionPlace } {
  if (at) return { place: at };
  return symbol === undefined ? {} : { place: { symbol } };
}

export interface LimitOptions {
  allowUnsandboxed?: boolean;
  slots?: number;
  timeout?: number;
}

export interface TestOptions extends LimitOptions {
  tests: string;
  observe: boolean;
  confirm: boolean;
  expect?: string[];
}

/** The options that say how candidates are tested. */
export function withTests(command: Command): Command {
  return withLimits(
    command
      .option('--tests <cmd>', 'a shell command, "auto" to find tests, or "none"', 'auto')
      .option('--expect <call>', 'what you know: "f(1) == 2"; those that disagree go down (repeatable)', collected)
      .option('--no-observe', 'do not run candidates that pass on inputs of our own')
      .option('--no-confirm', "do not run the best candidate once more, and on the project's other tests"),
  );
}

/** The options that say what testing one candidate may take. */
export function withLimits(command: Command): Command {
  return command
    .option('--slots <w>', 'how many candidates are tested at once', wholeNumber(1))
    .option('--timeout <ms>', 'wall clock for the tests of one candidate', wholeNumber(1))
    .option('--allow-unsandboxed', 'run tests even where nothing isolates them');
}

export function testsOf(value: string): JudgeOptions['tests'] {
  if (value === 'auto' || value === 'none') return { kind: value };
  return { kind: 'command', command: value };
}

/** An option that may be given several times. One that takes several values would swallow the arguments behind it. */
export function collected(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function judgeLimits({ allowUnsandboxed, slots, timeout }: LimitOptions) {
  return {
    allowUnsandboxed: allowUnsandboxed === true,
    ...(slots === undefined ? {} : { slots }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

/** What is asked of candidates beside the tests. */
export function observingOf({ observe, confirm, expect }: TestOptions) {
  return { observe, confirm, ...(expect === undefined ? {} : { expectations: expect }) };
}

/** `-` is standard input, `@FILE` the content of a file, anything else stands for itself. */
export async function textArgument(value: string): Promise<string> {
  if (value === '-') return readAll(process.stdin);
  return value.startsWith('@') ? readText(value.slice(1)) : value;
}

/** The object of a JSON file. Throws `usage` when it is not JSON, or longer than `longest` bytes. */
export async function readJson(path: string, longest = Number.POSITIVE_INFINITY): Promise<unknown> {
  const isTooLong = await stat(path).then(
    ({ size }) => size > longest,
    () => false,
  );
  if (isTooLong) throw new CoppiceError('usage', `${path} is longer than ${longest} bytes.`, 'Check the file.');
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CoppiceError('usage', `${path} is not JSON.`, 'Check the file.', cause);
  }
}
