import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import type { Isolation, Report } from '../../core/report.ts';
import { said } from '../../core/said.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Framework } from '../tests/framework.ts';
import { type RunOptions, type TestRun, TestRunner } from '../tests/runner.ts';
import { SlotPool } from '../workspace/slot-pool.ts';
import { type Apart, apartOf, MOST_FILES } from './apart.ts';
import { failsAsBefore, isolationOf, type Pair, refused, unconfirmable, unconfirmed } from './isolation.ts';
import { Line } from './line.ts';

/** The tests wait for the candidate at each call. */
const TIMEOUT_FACTOR = 2;
/** The candidate waits for the tests, which may have to wait for a slot. */
const WORKER_MS = 60_000;

interface Parts {
  sandbox: Sandbox;
  /** Of the session's tests. */
  framework: Framework;
  slots: SlotPool;
  /** Where it makes folders of its own. */
  folder: string;
  /** The file that candidates replace, and what is in it. */
  path: string;
  original: string;
  /** The files of the tests. */
  files: readonly string[];
  /** Whether forks may be used. */
  forks: boolean;
}

interface Runners {
  apart: Apart;
  tests: TestRunner;
  worker: TestRunner;
}

/**
 * Runs tests once more in a sandbox that never loads the candidate, which is in another one: what it finds in its process are no
 * tests, no framework and no recorder. Each has a slot, and there is one line between them.
 */
export class IsolatedTests {
  readonly #parts: Parts;
  readonly #apart: Apart[] | undefined;
  #runners: Runners[] | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#apart = apartOf(parts.framework, parts.path, parts.files);
  }

  /**
   * @param first the report of the same text with the tests in its process
   * Rejects as the runner does.
   */
  async run(
    text: string,
    first: Report,
    options: Pick<RunOptions, 'baseline' | 'timeoutMs' | 'signal'>,
  ): Promise<Isolation> {
    if (first.verdict !== 'passed' && !failsAsBefore(first, options.baseline)) {
      return unconfirmed(said`it does not pass its tests`);
    }
    if (this.#parts.framework.decidesApart) return { kind: 'confirmed' };
    if (!this.#apart) return unconfirmable(said`tests of its framework are not run without what they test`);
    if (this.#apart.length > MOST_FILES) return unconfirmable(said`the tests are in more than ${MOST_FILES} files`);
    const refusal = this.#apart[0]?.refusal(text);
    if (refusal !== undefined) return unconfirmed(refusal);
    if (!this.#parts.sandbox.mounts) return unconfirmable(said`nothing here isolates one process from another`);
    const isolation = await this.#once(text, first, options);
    // What is said against a candidate is said twice.
    return isolation.kind === 'contradicted' ? this.#once(text, first, options) : isolation;
  }

  dispose(): void {
    for (const { tests, worker } of this.#runners ?? []) {
      tests.dispose();
      worker.dispose();
    }
  }

  /** One pair after the other, and no more once it can't be confirmed. */
  async #once(text: string, first: Report, options: Parameters<IsolatedTests['run']>[2]): Promise<Isolation> {
    this.#runners ??= this.#make();
    const pairs: Pair[] = [];
    for (const runners of this.#runners) {
      const pair = await this.#pair(runners, text, options);
      pairs.push(pair);
      if (refused(pair, this.#parts.original)) break;
    }
    return isolationOf(first, pairs, this.#parts.original);
  }

  async #pair(
    { apart, tests, worker }: Runners,
    text: string,
    { timeoutMs, signal }: Parameters<IsolatedTests['run']>[2],
  ): Promise<Pair> {
    const { path } = this.#parts;
    const line = new Line();
    const ending = new AbortController();
    let working: Promise<TestRun | undefined> = Promise.resolve(undefined);
    const startWorker = () =>
      worker
        .run({
          change: { path, text: apart.candidate(text) },
          timeoutMs: WORKER_MS,
          signal: AbortSignal.any([signal, ending.signal]),
          wire: line.connect,
        })
        // Ended because the tests have: all that it could say has been said.
        .catch(unlessCancelled)
        .finally(() => line.cut());
    try {
      const run = await tests.run({
        change: { path, text: apart.standIn(text) },
        timeoutMs: TIMEOUT_FACTOR * timeoutMs,
        signal,
        wire: (end) => {
          line.connect(end);
          working = startWorker();
        },
      });
      ending.abort();
      return { run, worker: await working };
    } finally {
      ending.abort();
      await working.catch(() => undefined);
    }
  }

  #make(): Runners[] {
    const { sandbox, slots, folder, forks } = this.#parts;
    const own = new SlotPool(join(folder, 'isolated'), slots.source, { width: slots.width, linkShared: false });
    const runner = (name: string, framework: Framework, pool: SlotPool) =>
      new TestRunner({ sandbox, framework, slots: pool, harness: join(folder, name), forks, guarded: [] });
    return this.#apart!.map((apart, n) => ({
      apart,
      tests: runner(`isolated-tests-${n}`, apart.tests, slots),
      worker: runner(`isolated-worker-${n}`, apart.worker, own),
    }));
  }
}

function unlessCancelled(thrown: unknown): TestRun | undefined {
  if (thrown instanceof CoppiceError && thrown.code === 'cancelled') return undefined;
  throw thrown;
}
