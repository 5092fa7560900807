import type { Duplex, Readable } from 'node:stream';
import { CoppiceError } from '../../core/errors.ts';
import type { Interruption } from '../../core/report.ts';
import { said } from '../../core/said.ts';
import { DOCTOR } from '../../core/ways.ts';

/** A process ready to start: everything it may see and do is already part of its arguments. */
export interface ConfinedCommand {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  /**
   * `namespace`: its child is the first process of a process-id namespace, and the kernel kills the rest with it.
   * `tree`: processes are found by parentage and by the mark, an entry of their environment.
   * `job`: a job object of Windows holds them together and keeps the limits.
   */
  kill: { kind: 'namespace' } | { kind: 'tree'; mark: string } | { kind: 'job' };
}

/** A confined command that was started. */
export interface Running {
  /** What it prints, on both streams. */
  readonly output: readonly Readable[];
  /** Descriptor 3. */
  readonly records: Duplex;
  /** Descriptor 4, where it was asked for. */
  readonly wire?: Duplex;
  /** True where it can't run outside of its sandbox; else it says on descriptor 3 that it is inside. */
  readonly entered: boolean;
  /** The limit that all of it together exceeds now. */
  exceeded(): Interruption | undefined;
  kill(): void;
  /** The exit code, once the streams are drained and no process of it is left. Rejects where it could not be started. */
  ended(interrupted: () => boolean): Promise<number>;
  /** Which limit a self-inflicted end betrays, if one does. */
  limitBehind(exitCode: number, output: string): Interruption | undefined;
}

/** How long output may still arrive after the end. */
export const DRAIN_MS = 250;
const SIGXCPU = 24;

/** `Running.limitBehind` where signals end processes. */
export function limitBehind(exitCode: number, output: string): Interruption | undefined {
  if (exitCode === 128 + SIGXCPU) return 'cpu';
  return exitCode > 128 && outOfMemory(output) ? 'memory' : undefined;
}

/** Whether Node says so at its end. */
export function outOfMemory(output: string): boolean {
  return /heap out of memory|Array buffer allocation failed|V8.*[Oo]ut of memory/.test(output);
}

export function notStarted(program: string, cause: unknown): CoppiceError {
  return new CoppiceError(
    'tests-broken',
    said`The tests could not be started: ${program} did not run.`,
    said`Check the test command, and ${DOCTOR} for the runtimes found.`,
    cause,
  );
}

/** @param why in the words of what was to set the sandbox up */
export function notInside(why: unknown): CoppiceError {
  return new CoppiceError(
    'sandbox-missing',
    said`The sandbox could not be set up for the tests.`,
    said`Run ${DOCTOR} to see what stands in its way.`,
    why instanceof Error ? why.message : why,
  );
}
