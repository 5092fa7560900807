import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setPriority } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { CoppiceError, cancelled } from '../../core/errors.ts';
import type { Interruption } from '../../core/report.ts';
import { ControlGroup } from './control-group.ts';
import { diskWatch } from './disk.ts';
import { ENTERED, type Limits, tasksOf } from './limits.ts';
import { Tail } from './tail.ts';
import { childrenOf, killNow, markedBy, memoryOf, signalNow, treeOf } from './tree.ts';

/** A process ready to start: everything it may see and do is already part of its arguments. */
export interface ConfinedCommand {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  /**
   * `namespace`: its child is the first process of a process-id namespace, and the kernel kills the rest with it.
   * `tree`: processes are found by parentage and by the mark, an entry of their environment.
   */
  kill: { kind: 'namespace' } | { kind: 'tree'; mark: string };
}

export interface Outcome {
  /** 128 + n when signal n ended it. */
  exitCode: number;
  interrupted?: Interruption;
  durationMs: number;
  /** The end of what it printed on stdout and stderr. */
  output: string;
  /** What the test harness wrote to descriptor 3 behind the key of the run: one JSON record a line. */
  records: string;
}

export const OUTPUT_KEPT = 1024 ** 2;
const WATCH_MS = 25;
/** How long output may still arrive after the end. */
const DRAIN_MS = 250;
export const INSIST_MS = 100;
const MOST_SWEEPS = 20;
/** The kernel does not count the processes of root: there, nothing but this keeps a fork bomb from slowing the judge. */
const NICE = process.getuid?.() === 0 ? 19 : 5;
const SIGXCPU = 24;
const SIGKILL = 9;

/**
 * Runs a confined command to its end and returns when nothing of it is left. Exceeding a limit is an outcome;
 * `signal` rejects with `cancelled`; a command that can't be started rejects with `tests-broken`.
 *
 * @param wire gets descriptor 4, both ways; nobody else reads it
 */
export async function runConfined(
  command: ConfinedCommand,
  limits: Limits,
  signal?: AbortSignal,
  wire?: (wire: Duplex) => void,
): Promise<Outcome> {
  if (signal?.aborted) throw cancelled();
  const started = performance.now();
  const child = start(command, tasksOf(limits), wire ? 1 : 0);
  const key = randomUUID();
  (child.stdio[3] as Duplex).write(`${key}\n`);
  wire?.((child.stdio as unknown[])[4] as Duplex);
  const output = new Tail(OUTPUT_KEPT);
  const records = new Tail(limits.outputBytes);
  let entered = false;
  let interrupted: Interruption | undefined;
  const interrupt = (reason: Interruption) => {
    if (interrupted) return;
    interrupted = reason;
    kill(child, command);
  };

  for (const [stream, into] of [
    [child.stdout, output],
    [child.stderr, output],
    [child.stdio[3], records],
  ] as [Readable, Tail][]) {
    stream.on('data', (chunk: Buffer) => {
      if (into === records && into.seen === 0) entered = chunk.toString('latin1').startsWith(`${ENTERED}\n`);
      into.push(chunk);
      if (into.seen > limits.outputBytes) interrupt('output');
    });
    stream.on('error', () => {});
  }
  const watch = watchLimits(() => child.pid, limits, interrupt);
  const cancel = () => interrupt('cancelled');
  signal?.addEventListener('abort', cancel, { once: true });

  try {
    const exitCode = await ended(child, command, () => interrupted !== undefined);
    // A busy event loop comes to its timers before it reads what is there.
    for (let seen = -1; seen !== output.seen + records.seen; ) {
      seen = output.seen + records.seen;
      await nextTurn();
    }
    if (interrupted === 'cancelled') throw cancelled();
    if (!interrupted && !entered) throw notEntered(exitCode, output.text());
    interrupted ??= limitBehind(exitCode, output.text());
    return {
      exitCode,
      ...(interrupted ? { interrupted } : {}),
      durationMs: performance.now() - started,
      output: output.text(),
      records: keyed(records.text(), key),
    };
  } finally {
    watch[Symbol.dispose]();
    signal?.removeEventListener('abort', cancel);
    for (const stream of child.stdio) stream?.destroy();
  }
}

/** The lines behind the key, without it. Whatever else wrote to that descriptor does not know it. */
export function keyed(records: string, key: string): string {
  const lines = records.split('\n').filter((line) => line.startsWith(`${key} `));
  return lines.map((line) => line.slice(key.length + 1)).join('\n');
}

/** Interrupts when a process and everything below it exceed the time, the memory or the number that they may have. */
export function watchLimits(
  root: () => number | undefined,
  limits: Limits,
  interrupt: (reason: Interruption) => void,
): Disposable {
  const fills = limits.disk && diskWatch(limits.disk.folder, limits.disk.bytes);
  const wall = setTimeout(interrupt, limits.wallMs, 'wall-clock');
  const watch = setInterval(() => {
    const pid = root();
    if (pid === undefined) return;
    // Counting stops one above the limit, so that a fork bomb does not make its own detection slow.
    const tree = treeOf(pid, limits.processes + 1);
    if (tree.length > limits.processes) interrupt('processes');
    else if (memoryOf(tree) > limits.memoryBytes) interrupt('memory');
    else if (fills?.(tree)) interrupt('disk');
  }, WATCH_MS);
  return {
    [Symbol.dispose]() {
      clearTimeout(wall);
      clearInterval(watch);
    },
  };
}

/**
 * @param tasks what the kernel lets it start in all
 * @param more descriptors are open beyond 3, both ways
 */
export function start(command: ConfinedCommand, tasks: number, more = 0): ChildProcess {
  const group = ControlGroup.make(tasks);
  const [program, ...args] = group?.enter(command.argv) ?? command.argv;
  try {
    // `detached` gives it a process group of its own, which can be killed as one.
    const child = spawn(program!, args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...Array<'pipe'>(more).fill('pipe')],
    });
    if (child.pid !== undefined) comeAfterOthers(child.pid);
    child.once(child.pid === undefined ? 'error' : 'exit', () => group?.dispose());
    return child;
  } catch (cause) {
    group?.dispose();
    throw notStarted(program!, cause);
  }
}

/** The editor and the judge itself come first: a fork bomb must not keep them from noticing. */
function comeAfterOthers(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already.
  }
}

/** The exit code, once the streams are drained and no process is left. */
async function ended(child: ChildProcess, command: ConfinedCommand, interrupted: () => boolean): Promise<number> {
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(command.argv[0]!, cause)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGXCPU' ? SIGXCPU : SIGKILL)));
  });
  if (command.kill.kind === 'tree') {
    const { mark } = command.kill;
    // A killed process takes a moment to die.
    for (let round = 0; round < MOST_SWEEPS && sweep(mark) > 0; round++) await pause(5 * round);
  }
  // What it wrote is still in the pipes; a survivor that holds them open must not hold the judge.
  await Promise.race([closed, pause(interrupted() ? 0 : DRAIN_MS, undefined, { ref: false })]);
  return exitCode;
}

function kill(child: ChildProcess, command: ConfinedCommand): void {
  const pid = child.pid;
  if (pid === undefined) return;
  if (command.kill.kind === 'tree') {
    // The group dies in one stroke, which a fork bomb can't outrun; then whoever left the group.
    killNow(-pid);
    sweep(command.kill.mark);
    return;
  }
  // It has ended, and its namespace with it: nobody would tell the strikes to stop.
  if (child.exitCode !== null || child.signalCode !== null) return;
  // The namespace's first process, and not the one that waits for it: then `exit` comes after the last one is dead.
  const strike = () => {
    const first = childrenOf(pid);
    if (first.length === 0) killNow(-pid);
    for (const child of first) killNow(child);
  };
  strike();
  const insist = setInterval(strike, INSIST_MS);
  child.once('exit', () => clearInterval(insist));
}

/**
 * Without a namespace: stops all that carry the mark, so that none can fork any more, and then kills them. Returns
 * how many there were.
 */
function sweep(mark: string): number {
  const stopped = new Set<number>();
  for (let round = 0; round < MOST_SWEEPS; round++) {
    const fresh = markedBy(mark).filter((pid) => pid !== process.pid && !stopped.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      signalNow(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  }
  for (const pid of stopped) killNow(pid);
  return stopped.size;
}

/** Which limit a self-inflicted end betrays, if one does. */
export function limitBehind(exitCode: number, output: string): Interruption | undefined {
  if (exitCode === 128 + SIGXCPU) return 'cpu';
  if (exitCode > 128 && /heap out of memory|Array buffer allocation failed|V8.*[Oo]ut of memory/.test(output)) {
    return 'memory';
  }
  return undefined;
}

function notEntered(exitCode: number, output: string): CoppiceError {
  return new CoppiceError(
    'sandbox-missing',
    'The sandbox could not be set up for the tests.',
    'Run `coppice doctor` to see what stands in its way.',
    output.trim().split('\n').at(-1) || `exit code ${exitCode}`,
  );
}

function notStarted(program: string, cause: unknown): CoppiceError {
  return new CoppiceError(
    'tests-broken',
    `The tests could not be started: ${program} did not run.`,
    'Check the test command, and `coppice doctor` for the runtimes found.',
    cause,
  );
}
