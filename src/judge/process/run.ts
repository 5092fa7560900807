import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled } from '../../core/errors.ts';
import type { Interruption } from '../../core/report.ts';
import { ENTERED, type Limits } from './limits.ts';
import { type ConfinedCommand, notInside, type Running } from './running.ts';
import { Tail } from './tail.ts';
import { startTree } from './tree-process.ts';
import { startInJob } from './windows/job-process.ts';

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
  const more = wire ? 1 : 0;
  const isJob = command.kill.kind === 'job';
  const running = isJob ? await startInJob(command, limits, more) : startTree(command, limits, more);
  const key = randomUUID();
  running.records.write(`${key}\n`);
  if (running.wire) wire?.(running.wire);
  const output = new Tail(OUTPUT_KEPT);
  const records = new Tail(limits.outputBytes);
  let { entered } = running;
  let interrupted: Interruption | undefined;
  const interrupt = (reason: Interruption) => {
    if (interrupted) return;
    interrupted = reason;
    running.kill();
  };

  const streams = [...running.output, running.records];
  for (const stream of streams) {
    const into = stream === running.records ? records : output;
    stream.on('data', (chunk: Buffer) => {
      if (into === records && into.seen === 0) entered ||= chunk.toString('latin1').startsWith(`${ENTERED}\n`);
      into.push(chunk);
      if (into.seen > limits.outputBytes) interrupt('output');
    });
    stream.on('error', () => {});
  }
  const watch = watchLimits(running.exceeded, limits.wallMs, interrupt);
  const cancel = () => interrupt('cancelled');
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();

  try {
    const exitCode = await running.ended(() => interrupted !== undefined);
    // A busy event loop comes to its timers before it reads what is there.
    for (let seen = -1; seen !== output.seen + records.seen; ) {
      seen = output.seen + records.seen;
      await nextTurn();
    }
    if (interrupted === 'cancelled') throw cancelled();
    if (!interrupted && !entered) throw notInside(output.text().trim().split('\n').at(-1) || `exit code ${exitCode}`);
    interrupted ??= running.limitBehind(exitCode, output.text());
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
    for (const stream of [...streams, running.wire]) stream?.destroy();
  }
}

/** The lines behind the key, without it. Whatever else wrote to that descriptor does not know it. */
export function keyed(records: string, key: string): string {
  const lines = records.split('\n').filter((line) => line.startsWith(`${key} `));
  return lines.map((line) => line.slice(key.length + 1)).join('\n');
}

/** Interrupts when the time is over or a limit is exceeded. */
export function watchLimits(
  exceeded: Running['exceeded'],
  wallMs: number,
  interrupt: (reason: Interruption) => void,
): Disposable {
  const wall = setTimeout(interrupt, wallMs, 'wall-clock');
  const watch = setInterval(() => {
    const reason = exceeded();
    if (reason) interrupt(reason);
  }, WATCH_MS);
  return {
    [Symbol.dispose]() {
      clearTimeout(wall);
      clearInterval(watch);
    },
  };
}
