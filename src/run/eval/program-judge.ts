import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import type { Program } from '../../core/eval/problem.ts';
import type { JudgeOptions, JudgeRequest, JudgeResults, SandboxBackend } from '../../core/protocol.ts';
import type { Isolation, Report } from '../../core/report.ts';
import type { JudgeClient } from '../judge-client.ts';

const FILE = 'program.json';
/** How often one program may take the judge down with it before that counts as the program's own fault. */
const RESTARTS = 2;
/** Programs that wait in the judge for each that runs there: enough that no slot ever waits. */
const AHEAD = 4;

export type ProgramLimits = Pick<JudgeOptions, 'slots' | 'timeoutMs' | 'allowUnsandboxed'>;

/**
 * Runs programs of any number of problems in one session of the judge, on a workspace that holds nothing but the program, so
 * that a started Python serves them all. A judge that died is opened again.
 */
export class ProgramJudge {
  readonly #judge: JudgeClient;
  readonly #options: JudgeOptions;
  readonly #signal: AbortSignal;
  readonly #onRestart: (error: CoppiceError) => void;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #session: Promise<JudgeResults['open']>;

  private constructor(
    judge: JudgeClient,
    options: JudgeOptions,
    signal: AbortSignal,
    onRestart: (error: CoppiceError) => void,
  ) {
    this.#judge = judge;
    this.#options = options;
    this.#signal = signal;
    this.#onRestart = onRestart;
    this.#session = this.#open();
  }

  static async open(
    judge: JudgeClient,
    limits: ProgramLimits,
    { signal, onRestart }: { signal: AbortSignal; onRestart: (error: CoppiceError) => void },
  ): Promise<ProgramJudge> {
    const workspace = await mkdtemp(join(tmpdir(), 'coppice-eval-'));
    try {
      const nothing: Program = { code: '', tests: [] };
      await writeFile(join(workspace, FILE), JSON.stringify(nothing));
      const options: JudgeOptions = { workspace, path: FILE, tests: { kind: 'program' }, overlays: [], ...limits };
      const programs = new ProgramJudge(judge, options, signal, onRestart);
      await programs.#session;
      return programs;
    } catch (thrown) {
      await rm(workspace, { recursive: true, force: true });
      throw thrown;
    }
  }

  async settings(): Promise<{ sandbox: SandboxBackend; slots: number; timeoutMs: number }> {
    const { sandbox, slots, timeoutMs } = await this.#session;
    return { sandbox, slots, timeoutMs };
  }

  /** Rejects as the judge does. */
  async report(id: string, program: Program): Promise<Report> {
    const candidate = { id, text: JSON.stringify(program) };
    const { report } = await this.#inTurn((session) => ({ kind: 'judge', session, candidate }));
    return report;
  }

  /** What the tests of a program that passed say of it from a process of their own. Rejects as the judge does. */
  async isolation(program: Program): Promise<Isolation> {
    const text = JSON.stringify(program);
    return (await this.#inTurn((session) => ({ kind: 'isolate', session, text }))).isolation;
  }

  /** Ends what runs. Never throws, and nobody has to wait for the slots to be cleared. */
  close(): void {
    rmSync(this.#options.workspace, { recursive: true, force: true });
    this.#session
      .then(({ session }) => this.#judge.call({ kind: 'close', session }))
      // A judge that is gone has nothing to give back.
      .catch(() => undefined);
  }

  #open(): Promise<JudgeResults['open']> {
    const session = this.#judge.call({ kind: 'open', options: this.#options }, { signal: this.#signal });
    // Whoever awaits it sees the failure; until then it is not an unhandled one.
    session.catch(() => undefined);
    return session;
  }

  async #enter(): Promise<void> {
    const { slots } = await this.#session;
    while (this.#running >= slots * AHEAD) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
  }

  async #inTurn<K extends 'judge' | 'isolate'>(
    request: (session: string) => Extract<JudgeRequest, { kind: K }>,
  ): Promise<JudgeResults[K]> {
    await this.#enter();
    try {
      return await this.#ask(request);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #ask<K extends 'judge' | 'isolate'>(
    request: (session: string) => Extract<JudgeRequest, { kind: K }>,
  ): Promise<JudgeResults[K]> {
    for (let restarts = 0; ; restarts++) {
      const session = this.#session;
      try {
        return await this.#judge.call(request((await session).session), { signal: this.#signal });
      } catch (error) {
        const crashed = error instanceof CoppiceError && error.code === 'judge-crashed';
        if (!crashed || restarts === RESTARTS || this.#signal.aborted) throw error;
        if (session === this.#session) {
          this.#onRestart(error);
          this.#session = this.#open();
        }
      }
    }
  }
}
