import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { cancelled } from '../../core/errors.ts';
import type { Interruption } from '../../core/report.ts';
import { ENTERED, forkLimits, type Limits, PROCESSES, tasksOf } from './limits.ts';
import { keyed, OUTPUT_KEPT, type Outcome, watchLimits } from './run.ts';
import { type ConfinedCommand, limitBehind } from './running.ts';
import { Tail } from './tail.ts';
import { childrenOf, killNow } from './tree.ts';
import { INSIST_MS, start, treeWatch } from './tree-process.ts';

/** What the server says on descriptor 4, a line each (harness/coppice_forks.py). */
type Said = { ready: true } | { ended: number } | { marked: true };

const READY_MS = 20_000;
/** A killed fork that is not gone after so long takes its server along. */
const GONE_MS = 3_000;
/** A random UUID. */
const MARK_BYTES = 36;
const SIGKILL = 9;

/** The server ended or did not answer: what it was to run says nothing, and can be run without it. */
export class ForkServerLost extends Error {}

/** One descriptor of the server: a run's bytes go to its tail, and the mark after it ends them. */
class Channel {
  #tail = new Tail(0);
  #end = Buffer.alloc(0);
  #mark: Buffer | undefined;
  #marked: (() => void) | undefined;
  onData: (() => void) | undefined;

  constructor(stream: Readable) {
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      this.#tail.push(chunk);
      this.#end = Buffer.concat([this.#end, chunk]).subarray(-MARK_BYTES);
      this.onData?.();
      this.#look();
    });
  }

  begin(tail: Tail): void {
    this.#tail = tail;
    this.#end = Buffer.alloc(0);
    this.#mark = undefined;
  }

  until(mark: string): Promise<void> {
    this.#mark = Buffer.from(mark);
    const done = new Promise<void>((resolve) => {
      this.#marked = resolve;
    });
    this.#look();
    return done;
  }

  #look(): void {
    if (this.#mark && this.#end.equals(this.#mark)) this.#marked?.();
  }
}

/**
 * A confined process that has loaded what every run would load, and forks for each: the start of an interpreter and of a
 * test framework is paid once. Runs of one server come one after the other. A fork's outcome is what `runConfined` would
 * say of the same tests; nothing of it is left when it is told.
 */
export class ForkServer {
  readonly #child: ChildProcess;
  readonly #control: Duplex;
  readonly #output: Channel;
  readonly #errors: Channel;
  readonly #records: Channel;
  readonly #said: Said[] = [];
  #heard: (() => void) | undefined;
  #lost = false;

  private constructor(command: ConfinedCommand) {
    this.#child = start(command, tasksOf({ processes: PROCESSES }), 1);
    const [, out, errors, records, control] = this.#child.stdio as unknown as [
      null,
      Readable,
      Readable,
      Readable,
      Duplex,
    ];
    this.#control = control;
    this.#output = new Channel(out);
    this.#errors = new Channel(errors);
    this.#records = new Channel(records);
    const lose = () => {
      this.#lost = true;
      this.#heard?.();
    };
    this.#child.once('error', lose);
    this.#child.once('exit', lose);
    control.on('error', lose);
    createInterface({ input: control }).on('line', (line) => {
      this.#said.push(JSON.parse(line) as Said);
      this.#heard?.();
    });
  }

  /** Rejects with `ForkServerLost` where it does not come up, and with `cancelled`. */
  static async start(command: ConfinedCommand, signal: AbortSignal): Promise<ForkServer> {
    const server = new ForkServer(command);
    const end = () => server.dispose();
    signal.addEventListener('abort', end, { once: true });
    try {
      if (!('ready' in (await server.#next(READY_MS)))) throw new ForkServerLost('The fork server did not get ready.');
      // What it has said itself is of no run.
      await server.#mark();
      return server;
    } catch (thrown) {
      server.dispose();
      throw signal.aborted ? cancelled() : thrown;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** One run in a fork. Rejects with `cancelled`, and with `ForkServerLost`. */
  async run(limits: Limits, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) throw cancelled();
    const began = performance.now();
    const key = randomUUID();
    let interrupted: Interruption | undefined;
    let insisting: NodeJS.Timeout | undefined;
    let giveUp: NodeJS.Timeout | undefined;
    const interrupt = (reason: Interruption) => {
      if (interrupted) return;
      interrupted = reason;
      this.#killFork();
      insisting = setInterval(() => this.#killFork(), INSIST_MS);
      giveUp = setTimeout(() => this.dispose(), GONE_MS);
    };
    const output = new Tail(OUTPUT_KEPT);
    const records = new Tail(limits.outputBytes);
    for (const channel of this.#channels) {
      channel.begin(channel === this.#records ? records : output);
      channel.onData = () => {
        if (output.seen > limits.outputBytes || records.seen > limits.outputBytes) interrupt('output');
      };
    }
    const watch = watchLimits(
      treeWatch(() => this.#fork(), limits),
      limits.wallMs,
      interrupt,
    );
    const cancel = () => interrupt('cancelled');
    signal.addEventListener('abort', cancel, { once: true });
    try {
      this.#tell({ limits: forkLimits(limits), key });
      const said = await this.#next();
      if (!('ended' in said)) throw new ForkServerLost('said something else');
      const durationMs = performance.now() - began;
      clearInterval(insisting);
      clearTimeout(giveUp);
      // Nobody is left who could write: what comes before the mark is the fork's, and nothing comes after it.
      const mark = await this.#mark();
      if (interrupted === 'cancelled') throw cancelled();
      const exitCode = said.ended;
      const [printed, recorded] = [output, records].map((tail) => tail.text().replaceAll(mark, '')) as [string, string];
      if (!interrupted && !recorded.startsWith(`${ENTERED}\n`)) throw new ForkServerLost(printed);
      interrupted ??= limitBehind(exitCode, printed);
      return {
        exitCode,
        ...(interrupted ? { interrupted } : {}),
        durationMs,
        output: printed,
        records: keyed(recorded, key),
      };
    } catch (thrown) {
      if (interrupted === 'cancelled') throw cancelled();
      if (!interrupted) throw thrown;
      // The server had to go with its fork: what was seen stands.
      const durationMs = performance.now() - began;
      return {
        exitCode: 128 + SIGKILL,
        interrupted,
        durationMs,
        output: output.text(),
        records: keyed(records.text(), key),
      };
    } finally {
      watch[Symbol.dispose]();
      clearInterval(insisting);
      clearTimeout(giveUp);
      signal.removeEventListener('abort', cancel);
      for (const channel of this.#channels) channel.onData = undefined;
    }
  }

  dispose(): void {
    this.#lost = true;
    const pid = this.#child.pid;
    if (pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      // The namespace's first process, and with it everybody; then whoever waits for it.
      for (const first of childrenOf(pid)) killNow(first);
      killNow(-pid);
    }
    for (const stream of this.#child.stdio) stream?.destroy();
    this.#heard?.();
  }

  get #channels(): Channel[] {
    return [this.#output, this.#errors, this.#records];
  }

  /** A word that comes last on each channel. Waits until everything before it is there. */
  async #mark(): Promise<string> {
    const mark = randomUUID();
    this.#tell({ mark });
    await Promise.all([...this.#channels.map((channel) => channel.until(mark)), this.#next(GONE_MS)]);
    return mark;
  }

  /** The first process of the fork's namespace, as this machine numbers it: the kernel kills the others with it. */
  #fork(): number | undefined {
    const server = this.#child.pid === undefined ? undefined : childrenOf(this.#child.pid)[0];
    return server === undefined ? undefined : childrenOf(server)[0];
  }

  #killFork(): void {
    const pid = this.#fork();
    if (pid !== undefined) killNow(pid);
  }

  #tell(what: { limits: Record<string, number>; key: string } | { mark: string }): void {
    this.#control.write(`${JSON.stringify(what)}\n`);
  }

  async #next(withinMs?: number): Promise<Said> {
    const late = withinMs === undefined ? undefined : setTimeout(() => this.dispose(), withinMs);
    try {
      while (this.#said.length === 0) {
        if (this.#lost) throw new ForkServerLost('The fork server ended.');
        await new Promise<void>((resolve) => {
          this.#heard = resolve;
        });
      }
      return this.#said.shift()!;
    } finally {
      clearTimeout(late);
    }
  }
}
