import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Report } from '../../core/report.ts';
import { ForkServer, ForkServerLost } from '../process/fork-server.ts';
import { type Limits, limitsFor } from '../process/limits.ts';
import { type Outcome, runConfined } from '../process/run.ts';
import { CompiledCode } from '../runtime/compiled-code.ts';
import { type Cell, rootSeen, type Sandbox } from '../sandbox/sandbox.ts';
import { discard } from '../workspace/discard.ts';
import type { Slot } from '../workspace/slot.ts';
import type { SlotPool } from '../workspace/slot-pool.ts';
import { Builds } from './builds.ts';
import type { Framework, RunAgain } from './framework.ts';
import { type TestRecords, uncompiled } from './record.ts';
import { reportOf } from './report.ts';

export interface TestRun {
  report: Report;
  outcome: Outcome;
  records: TestRecords;
}

export interface RunOptions {
  /** Replaces one file; absent for the untouched workspace. */
  change?: { path: string; text: string };
  timeoutMs: number;
  baseline?: Report;
  signal: AbortSignal;
  onStart?: () => void;
  /** Gets descriptor 4 of the run, both ways, where it is no fork: forks have one only in pairs. */
  wire?: (wire: Duplex) => void;
}

/**
 * Runs the tests of one framework in the slots of a session: a candidate in a fork of the slot's server where the framework and
 * the sandbox have one, otherwise in a process that starts from nothing, which says the same.
 */
export class TestRunner {
  readonly #sandbox: Sandbox;
  readonly #framework: Framework;
  readonly #slots: SlotPool;
  /** As the tests see it too. */
  readonly #harness: string;
  /** Absent where nothing is compiled before the tests are run. */
  readonly #builds: Builds | undefined;
  /** Only where a candidate can't change what the next one would find. */
  readonly #compiled: CompiledCode | undefined;
  readonly #servers = new Map<Slot, { server: ForkServer; remade: number }>();
  #forks: boolean;
  /** Files that no run may change, but for those that the untouched workspace changes itself. */
  #guarded: readonly string[];
  #hasControl = false;

  /**
   * @param harness a folder of its own, for the harness files
   * @param forks false for every run from nothing
   * @param guarded the files that say what the tests are
   */
  constructor(parts: {
    sandbox: Sandbox;
    framework: Framework;
    slots: SlotPool;
    harness: string;
    forks: boolean;
    guarded: readonly string[];
  }) {
    this.#sandbox = parts.sandbox;
    this.#framework = parts.framework;
    this.#slots = parts.slots;
    this.#harness = parts.harness;
    this.#forks = parts.forks;
    const { sandbox, framework, harness, slots } = parts;
    const { build } = framework;
    this.#builds = build && new Builds({ sandbox, build, harness, width: slots.width });
    const keeps = parts.forks && sandbox.mounts && framework.runsInNode;
    this.#compiled = keeps ? new CompiledCode(`${harness}-compiled`) : undefined;
    this.#guarded = parts.guarded;
    mkdirSync(this.#harness, { recursive: true });
    for (const [name, text] of Object.entries(parts.framework.harness)) writeFileSync(join(this.#harness, name), text);
  }

  /** Rejects with `cancelled`, `sandbox-missing` or `tests-broken`; everything else is in the report. */
  async run({ change, timeoutMs, baseline, signal, onStart, wire }: RunOptions): Promise<TestRun> {
    const slot = await this.#slots.acquire(signal);
    try {
      onStart?.();
      const cell = this.#cell(slot);
      this.#prepare(slot, cell, change);
      const limits = limitsFor(timeoutMs, this.#slots.width, slot.root);
      const isForked = !wire || this.#framework.inPairs;
      const inFork = change && isForked && (await this.#runInFork(slot, cell, limits, signal, change));
      let { outcome, records } = inFork
        ? { outcome: inFork, records: this.#framework.read(inFork, true) }
        : await this.#runFromNothing(slot, cell, limits, signal, change, wire);
      const rewritten = slot.changed(this.#guarded);
      const again: RunAgain = (command, files) => this.#runAgain(slot, command, files, limits, signal);
      records = (await this.#framework.settle?.(outcome, records, again)) ?? records;
      if (!change) {
        this.#hasControl = records.control !== false;
        this.#guarded = this.#guarded.filter((path) => !rewritten.includes(path));
      }
      // Where it does not work on the untouched workspace it says nothing of a candidate.
      if (!this.#hasControl) delete records.control;
      return { report: reportOf(outcome, records, baseline, change ? rewritten : []), outcome, records };
    } finally {
      this.#slots.release(slot);
    }
  }

  /** Whether a server is there, which runs what comes in forks. */
  get hasForked(): boolean {
    return this.#servers.size > 0;
  }

  /** Ends the servers; their forks end with them. */
  dispose(): void {
    this.#forks = false;
    for (const { server } of this.#servers.values()) server.dispose();
    this.#servers.clear();
  }

  async #runFromNothing(
    slot: Slot,
    cell: Cell,
    limits: Limits,
    signal: AbortSignal,
    change: RunOptions['change'],
    wire: RunOptions['wire'],
  ): Promise<Omit<TestRun, 'report'>> {
    const isCandidate = change !== undefined;
    const build = await this.#builds?.run(cell, isCandidate, signal);
    if (build && (build.exitCode !== 0 || build.interrupted)) {
      return { outcome: build, records: uncompiled(build, this.#framework.build!) };
    }
    const { cell: testCell, built } = build ? this.#builds!.built(cell, build) : { cell, built: undefined };
    const root = rootSeen(this.#sandbox, cell);
    const command = this.#framework.command(root, this.#harness, built);
    const original = (path: string) => readFileSync(join(this.#slots.source.root, path), 'utf8');
    const compiled = change && this.#compiled?.prepare(basename(slot.root), change.text, () => original(change.path));
    const leave = !change && this.#compiled ? CompiledCode.environment(root) : {};
    const env = { ...command.env, ...leave, ...compiled?.env };
    const readable = [...testCell.readable, ...(compiled ? [compiled.folder] : [])];
    const confined = this.#sandbox.confine({ ...command, env }, { ...testCell, readable }, limits);
    const outcome = await runConfined(confined, limits, signal, wire);
    if (!change) this.#compiled?.learn(slot.root);
    return { outcome, records: this.#framework.read(outcome, isCandidate) };
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
    this.#slots.prepare(slot, cell.scratch, {});
    return runConfined(this.#sandbox.confine(command(folder), cell, limits), limits, signal);
  }

  /** Undefined where the tests must be run from nothing: now, since the server was lost, or always, since there is none. */
  async #runInFork(
    slot: Slot,
    cell: Cell,
    limits: Limits,
    signal: AbortSignal,
    change: RunOptions['change'],
  ): Promise<Outcome | undefined> {
    const kept = this.#servers.get(slot);
    // A server sees the folder that it was started with.
    if (kept && kept.remade !== slot.remade) this.#dropServer(slot);
    let server = this.#servers.get(slot)?.server;
    const isProven = server !== undefined;
    try {
      server ??= await this.#startServer(slot, cell, signal);
      return await server?.run(limits, signal);
    } catch (thrown) {
      if (!(thrown instanceof ForkServerLost)) throw thrown;
      // Where the first fork does not come up, no other will.
      if (!isProven) this.#forks = false;
      this.#dropServer(slot);
      // Whatever the one that was lost left behind.
      this.#prepare(slot, cell, change);
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
    else this.#servers.set(slot, { server, remade: slot.remade });
    return server;
  }

  #dropServer(slot: Slot): void {
    this.#servers.get(slot)?.server.dispose();
    this.#servers.delete(slot);
  }

  #cell(slot: Slot): Cell {
    return {
      slot: slot.root,
      workspace: this.#slots.source.workspace,
      shared: this.#slots.shared,
      // Compiled tests need no harness, and what lies there would tell a candidate how it is watched.
      readable: [...this.#framework.readable, ...(this.#builds ? [] : [this.#harness])],
      scratch: `${slot.root}-scratch`,
    };
  }

  #prepare(slot: Slot, cell: Cell, change: RunOptions['change']): void {
    const { files, subject } = this.#framework;
    const text = change && (subject?.(change.text) ?? change.text);
    this.#slots.prepare(slot, cell.scratch, { ...files, ...(change ? { [change.path]: text! } : {}) });
  }
}
