import type { ProgramLimits } from '../../core/protocol.ts';
import { type Said, said } from '../../core/said.ts';
import type { Outcome } from '../process/run.ts';
import type { Launch } from '../runtime/launch.ts';
import { findNode } from '../runtime/node.ts';
import { MESSAGE_LENGTH } from './cases.ts';
import type { Framework } from './framework.ts';
import { harnessFiles } from './harness.ts';
import { jsonLines } from './json-lines.ts';

const RUNNER = 'coppice-samples.mjs';
const DEFAULT_LIMIT_MS = 2_000;
/** The clock of a program may show so many times what its processor time may be, and a moment more. */
const WALL_FACTOR = 3;
const WALL_EXTRA_MS = 1_000;
/** For compiling, and for starting the runner. */
const EXTRA_MS = 20_000;
const MOST_MS = 10 * 60_000;
const MIB = 1024 ** 2;

/** What the runner tells of one start of the program. */
export interface Ran {
  exitCode: number | null;
  signal: string | null;
  ended?: 'time' | 'memory' | 'output' | 'untried' | 'itself';
  ms: number;
  output: string;
  errors: string;
}

export type RunRecord =
  | { event: 'start'; id: string }
  | ({ event: 'output'; index: number } & Ran)
  | ({ event: 'compiled' } & Ran)
  | { event: 'end' };

export interface ProgramRunOptions extends ProgramLimits {
  /** What one run may write. */
  outputBytes?: number;
  /** The program finds its input in an argument as well. */
  asArgument?: boolean;
}

/**
 * A whole program, started once for each input, as far as a framework says how it is run. What comes of it is in the records,
 * which `runsIn` reads.
 *
 * @param path of the program in the workspace
 */
export function programRuns(
  launch: Launch,
  path: string,
  inputs: readonly string[],
  { timeLimitMs = DEFAULT_LIMIT_MS, memoryLimitMb, outputBytes, asArgument }: ProgramRunOptions,
): Pick<Framework, 'readable' | 'harness' | 'command'> & { timeoutMs: number } {
  const node = findNode({ typescript: /\.[cm]?tsx?$/.test(path) });
  const names = inputs.map((_, index) => `input-${index + 1}`);
  const wallLimitMs = WALL_FACTOR * timeLimitMs + WALL_EXTRA_MS;
  const limits = {
    ...{ timeLimitMs, wallLimitMs },
    ...(memoryLimitMb === undefined ? {} : { memoryLimitBytes: memoryLimitMb * MIB }),
    ...(outputBytes === undefined ? {} : { outputBytes }),
    ...(asArgument ? { asArgument } : {}),
  };
  return {
    readable: [...new Set([...node.readable, ...launch.readable])],
    timeoutMs: Math.min(MOST_MS, EXTRA_MS + inputs.length * wallLimitMs),
    harness: {
      ...harnessFiles(RUNNER, 'coppice-records.cjs'),
      ...Object.fromEntries(inputs.map((input, index) => [names[index]!, input])),
    },
    command: (root, harness) => ({
      argv: [
        ...[node.path, `${harness}/${RUNNER}`, JSON.stringify({ ...launch.command(`${root}/${path}`), ...limits })],
        ...names.map((name) => `${harness}/${name}`),
      ],
      env: { ...node.env, ...launch.env },
    }),
  };
}

/** The lines carry the key of the run, which no program that is run has seen. */
export function runsIn({ records }: Outcome): RunRecord[] {
  return jsonLines(records) as RunRecord[];
}

/** Why a run gave no answer, in words; undefined where the program ended by itself and well. */
export function runtimeError(
  { exitCode, signal, ended, errors }: Ran,
  { timeLimitMs = DEFAULT_LIMIT_MS, memoryLimitMb }: ProgramLimits,
): Said | undefined {
  switch (ended) {
    case 'time':
      return said`time limit of ${timeLimitMs} ms exceeded`;
    case 'memory':
      return said`memory limit of ${memoryLimitMb ?? 0} MB exceeded`;
    case 'output':
      return said`output limit exceeded`;
    case 'untried':
      return said`not run, since too many others ran out of time`;
  }
  if (exitCode === 0) return undefined;
  const lines = errors.trimEnd().split('\n');
  // Python names the error in the last line, Node above the stack.
  const gist = lines.findLast((line) => /^(\w+\.)*\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? '';
  const how = signal ?? said`exit code ${String(exitCode)}`;
  if (gist === '') return said`runtime error: ${how}`;
  return said`runtime error: ${how}: ${gist.slice(0, MESSAGE_LENGTH)}`;
}

export function compileError({ errors }: Ran): Said {
  const first = errors.split('\n').find((line) => /\berror\b/i.test(line)) ?? errors.trim();
  return said`does not compile: ${first.slice(0, MESSAGE_LENGTH)}`;
}
