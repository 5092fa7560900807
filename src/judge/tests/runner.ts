import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoppiceError, cancelled } from '../../core/errors.ts';
import type { Report } from '../../core/report.ts';
import { ForkServer, ForkServerLost } from '../process/fork-server.ts';
import { type Limits, limitsFor } from '../process/limits.ts';
import { type Outcome, runConfined } from '../process/run.ts';
import { type Cell, rootSeen, type Sandbox } from '../sandbox/sandbox.ts';
import { discard } from '../workspace/discard.ts';
import { Slot, type Source } from '../workspace/slot.ts';
import type { Framework, RunAgain } from './framework.ts';
import type { TestRecords } from './record.ts';
import { reportOf } from './report.ts';

export interface TestRun {
  report: Report;
  outcome: Outcome;
  records: TestRecords;
}

interface RunOptions {
  /** Replaces one file; absent for the untouched workspace. */
  change?: { path: string; text: string };
  timeoutMs: number;
  baseline?: Report;
  signal: AbortSignal;
  onStart?: () => void;
}

/**
 * Runs the tests in slots, at most `width` at once, the others in order of arrival: a candidate in a fork of the slot's server
 * where the framework and the sandbox have one, otherwise in a process that starts from nothing, which says the same.
 */
export class TestRunner {
  readonly #sandbox: Sandbox;
  readonly #framework: Framework;
  readonly #source: Source;
  readonly #folder: string;
  readonly #width: number;
  readonly #free: Slot[] = [];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  readonly #servers = new Map<Slot, ForkServer>();
  #forks: boolean;
  #hasControl = false;
  #made = 0;

  /**
   * @param folder of the session's own, for slots and the harness
   * @param forks false for every run from nothing
   */
  constructor(parts: {
    sandbox: Sandbox;
    framework: Framework;
    source: Source;
    folder: string;
    width: number;
    forks: boolean;
  }) {
    this.#sandbox = parts.sandbox;
    this.#framework = parts.framework;
    this.#source = parts.source;
    this.#folder = parts.folder;
    this.#width = parts.width;
    this.#forks = parts.forks;
    mkdirSync(this.#harness, { recursive: true });
    for (const [name, text] of Object.entries(parts.framework.harness)) writeFileSync(join(this.#harness, name), text);
  }

  /** Rejects with `cancelled`, `sandbox-missing` or `tests-broken`; everything else is in the report. */
  async run({ change, timeoutMs, baseline, signal, onStart }: RunOptions): Promise<TestRun> {
    const slot = await this.#acquire(signal);
    try {
      onStart?.();
      const cell = this.#cell(slot);
      this.#prepare(slot, cell, change);
      const limits = limitsFor(timeoutMs, this.#width);
      const inFork = change && (await this.#runInFork(slot, cell, limits, signal));
      if (inFork === undefined && change) this.#prepare(slot, cell, change);
      const outcome = inFork ?? (await this.#runFromNothing(cell, limits, signal));
      let records = this.#framework.read(outcome);
      const again: RunAgain = (command, files) => this.#runAgain(slot, command, files, limits, signal);
      records = (await this.#framework.settle?.(outcome, records, again)) ?? records;
      if (!change) this.#hasControl = records.control === true;
      // Where it does not work on the untouched workspace it says nothing of a candidate.
      if (!this.#hasControl) delete records.control;
      return { report: reportOf(outcome, records, baseline), outcome, records };
    } finally {
      this.#release(slot);
    }
  }

  /** Ends the servers; their forks end with them. */
  dispose(): void {
    this.#forks = false;
    for (const server of this.#servers.values()) server.dispose();
    this.#servers.clear();
  }

  #runFromNothing(cell: Cell, limits: Limits, signal: AbortSignal): Promise<Outcome> {
    const command = this.#framework.command(rootSeen(this.#sandbox, cell), this.#harness);
    return runConfined(this.#sandbox.confine(command, cell, limits), limits, signal);
  }

  async #runAgain(
    slot: Slot,
    command: Parameters<RunAgain>[0],
    files: Record<string, string>,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const folder = `${slot.root}-again`;
    discard(folder);
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const cell = { ...this.#cell(slot), readable: [...this.#framework.readable, folder] };
    this.#prepare(slot, cell, undefined);
    return runConfined(this.#sandbox.confine(command(folder), cell, limits), limits, signal);
  }

  /** Undefined where the tests must be run from nothing: now, since the server was lost, or always, since there is none. */
  async #runInFork(slot: Slot, cell: Cell, limits: Limits, signal: AbortSignal): Promise<Outcome | undefined> {
    let server = this.#servers.get(slot);
    const isProven = server !== undefined;
    try {
      server ??= await this.#startServer(slot, cell, signal);
      return await server?.run(limits, signal);
    } catch (thrown) {
      if (!(thrown instanceof ForkServerLost)) throw thrown;
      // Where the first fork does not come up, no other will.
      if (!isProven) this.#forks = false;
      this.#dropServer(slot);
      return undefined;
    } finally {
      if (server?.isLost) this.#dropServer(slot);
    }
  }

  async #startServer(slot: Slot, cell: Cell, signal: AbortSignal): Promise<ForkServer | undefined> {
    const confinement = this.#sandbox.forks;
    if (!this.#forks || !confinement) return undefined;
    const command = this.#framework.forking?.(rootSeen(this.#sandbox, cell), this.#harness, confinement);
    if (!command) return undefined;
    const scratch = `${slot.root}-server`;
    mkdirSync(scratch, { recursive: true });
    const server = await ForkServer.start(confinement.confine(command, { ...cell, scratch }), signal);
    // Ended while it started: nobody would end it any more.
    if (!this.#forks) server.dispose();
    else this.#servers.set(slot, server);
    return server;
  }

  #dropServer(slot: Slot): void {
    this.#servers.get(slot)?.dispose();
    this.#servers.delete(slot);
  }

  get #harness(): string {
    return join(this.#folder, 'harness');
  }

  #cell(slot: Slot): Cell {
    const shared = this.#source.entries.filter((entry) => entry.kind === 'shared').map((entry) => entry.path);
    return {
      slot: slot.root,
      workspace: this.#source.workspace,
      shared,
      readable: [...this.#framework.readable, this.#harness],
      scratch: `${slot.root}-scratch`,
    };
  }

  /** What the last run left is undone now and not after it, so that a cancelled one answers at once. */
  #prepare(slot: Slot, cell: Cell, change: RunOptions['change']): void {
    try {
      // A server sees the folder that it was started with.
      if (slot.restore()) this.#dropServer(slot);
      discard(cell.scratch);
      mkdirSync(cell.scratch);
      if (change) slot.write(change.path, change.text);
    } catch (cause) {
      throw new CoppiceError(
        'workspace-invalid',
        'The private copy of the workspace vanished or cannot be written.',
        'Check the free space of the temporary folder, and run again.',
        cause,
      );
    }
  }

  #acquire(signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) return Promise.reject(cancelled());
    const free = this.#free.pop();
    if (free) return Promise.resolve(free);
    if (this.#made < this.#width) {
      const root = join(this.#folder, `slot-${this.#made}`);
      this.#made++;
      return Promise.resolve(new Slot(root, this.#source, { linkShared: !this.#sandbox.mounts }));
    }
    return new Promise((resolve, reject) => {
      const take = (slot: Slot) => {
        signal.removeEventListener('abort', leave);
        resolve(slot);
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(cancelled());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(take);
    });
  }

  #release(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.#free.push(slot);
  }
}
