import { CoppiceError } from '../errors.ts';
import type { Sample, SampleTests } from '../protocol.ts';
import { type Said, said } from '../said.ts';

/**
 * A problem of a programming contest, as Competitive Companion sends it: a whole program reads its input on standard input
 * and writes its output. The statement is no part of that. https://github.com/jmerle/competitive-companion
 */
export interface ContestProblem {
  name: string;
  /** The contest it is from; empty where that is not said. */
  group: string;
  /** Empty where there is none. */
  url: string;
  samples: Sample[];
  /** Each input begins with the number of its cases. */
  manyCases: boolean;
  timeLimitMs?: number;
  memoryLimitMb?: number;
}

/** No file or message with a problem is longer, in bytes. */
export const LONGEST_PROBLEM = 16 * 1024 ** 2;
const MOST_SAMPLES = 100;
const LONGEST_SAMPLE = 1024 ** 2;
const LONGEST_NAME = 200;
const LONGEST_URL = 2000;

/** Below these a limit would measure how long an interpreter takes to start, and what it needs for itself. */
const LEAST_TIME_MS = 1_000;
const LEAST_MEMORY_MB = 64;
/** No judge gives more; a problem that says so must not keep this machine busy. */
const MOST_TIME_MS = 60_000;
const TOLERANCE = 1e-6;

/**
 * Checks a problem that came from anywhere. Throws `problem-invalid` where it is none, and `problem-unsupported` for one that
 * samples can't decide.
 */
export function contestProblem(value: unknown): ContestProblem {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(said`This is no problem of a contest: it is not a JSON object.`);
  const { name, group, url, interactive, input, output, tests, testType, timeLimit, memoryLimit } = value as Record<
    string,
    unknown
  >;
  const title = oneLine(name, LONGEST_NAME) || 'Problem';
  if (interactive === true) {
    throw unsupported(
      said`${title} is interactive: its program talks to another one, and samples can not decide that.`,
    );
  }
  refuseFile(input, 'stdin', (file) =>
    file === ''
      ? said`${title} reads its input from a file and not stdin.`
      : said`${title} reads its input from a file (${file}) and not stdin.`,
  );
  refuseFile(output, 'stdout', (file) =>
    file === ''
      ? said`${title} writes its output to a file and not stdout.`
      : said`${title} writes its output to a file (${file}) and not stdout.`,
  );
  const address = oneLine(url, LONGEST_URL);
  return {
    name: title,
    group: oneLine(group, LONGEST_NAME),
    url: /^https?:\/\/\S+$/.test(address) ? address : '',
    samples: samplesIn(tests),
    manyCases: testType === 'multiNumber',
    ...(timeLimit === undefined || timeLimit === null ? {} : { timeLimitMs: positive(timeLimit, 'timeLimit') }),
    ...(memoryLimit === undefined || memoryLimit === null
      ? {}
      : { memoryLimitMb: positive(memoryLimit, 'memoryLimit') }),
  };
}

/** A list of `{"input", "output"}`, bounded. Throws `problem-invalid`. */
export function samplesIn(tests: unknown): Sample[] {
  if (!Array.isArray(tests) || tests.length === 0)
    throw invalid(said`This is no problem of a contest: "tests" is no list of samples.`);
  if (tests.length > MOST_SAMPLES)
    throw invalid(said`This is no problem of a contest: it has more than ${MOST_SAMPLES} samples.`);
  return tests.map((sample, index): Sample => {
    const { input, output } = (sample ?? {}) as Record<string, unknown>;
    if (typeof input !== 'string' || typeof output !== 'string') {
      throw invalid(
        said`This is no problem of a contest: sample ${index + 1} has no "input" and "output" that are texts.`,
      );
    }
    if (input.length > LONGEST_SAMPLE || output.length > LONGEST_SAMPLE) {
      throw invalid(
        said`This is no problem of a contest: sample ${index + 1} is longer than ${LONGEST_SAMPLE} characters.`,
      );
    }
    return { input: input.replaceAll('\r\n', '\n'), output: output.replaceAll('\r\n', '\n') };
  });
}

/** How programs for it are judged. Where the answers have fractions, theirs may differ in the last digits. */
export function sampleTests({ samples, timeLimitMs, memoryLimitMb }: ContestProblem): SampleTests {
  const hasFractions = samples.some(({ output }) => /(^|\s)[+-]?\d*\.\d+(\s|$)/.test(output));
  return {
    samples,
    ...(hasFractions ? { compare: { kind: 'numbers', tolerance: TOLERANCE } } : {}),
    ...(timeLimitMs === undefined ? {} : { timeLimitMs: Math.min(MOST_TIME_MS, Math.max(LEAST_TIME_MS, timeLimitMs)) }),
    ...(memoryLimitMb === undefined ? {} : { memoryLimitMb: Math.max(LEAST_MEMORY_MB, memoryLimitMb) }),
  };
}

/** The problem as Competitive Companion would send it, for a file that people read. */
export function problemText({ name, group, url, samples, manyCases, timeLimitMs, memoryLimitMb }: ContestProblem) {
  const fields = {
    ...{ name, group, url, interactive: false },
    ...(timeLimitMs === undefined ? {} : { timeLimit: timeLimitMs }),
    ...(memoryLimitMb === undefined ? {} : { memoryLimit: memoryLimitMb }),
    ...{ testType: manyCases ? 'multiNumber' : 'single', tests: samples },
    ...{ input: { type: 'stdin' }, output: { type: 'stdout' } },
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function refuseFile(way: unknown, standard: string, refusal: (file: string) => Said): void {
  const { type, fileName, pattern } = (way ?? {}) as Record<string, unknown>;
  if (type === undefined || type === standard) return;
  throw unsupported(refusal(oneLine(fileName ?? pattern, LONGEST_NAME)));
}

/** White space and control characters are one blank: what a name is shown in has one line. */
function oneLine(value: unknown, longest: number): string {
  if (typeof value !== 'string') return '';
  return value
    .slice(0, 4 * longest)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longest);
}

function positive(value: unknown, field: string): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw invalid(said`This is no problem of a contest: "${field}" is not a positive number.`);
}

function invalid(message: Said): CoppiceError {
  return new CoppiceError(
    'problem-invalid',
    message,
    said`Give a problem as Competitive Companion sends it: {"name": "...", "tests": [{"input": "...", "output": "..."}]}.`,
  );
}

function unsupported(message: Said): CoppiceError {
  return new CoppiceError(
    'problem-unsupported',
    message,
    said`Choose a problem whose program reads standard input and writes standard output.`,
  );
}
