import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import type { Isolation, Report } from '../../core/report.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Framework } from '../tests/framework.ts';
import { type RunOptions, type TestRun, TestRunner } from '../tests/runner.ts';
import { SlotPool } from '../workspace/slot-pool.ts';
import { STAND_IN, withStandIn, worker } from './frameworks.ts';
import { failsAsBefore, isolationOf, unconfirmed } from './isolation.ts';
import { Line } from './line.ts';

/** The tests wait for the candidate at each call. */
const TIMEOUT_FACTOR = 2;
/** The candidate waits for the tests, which may have to wait for a slot. */
const WORKER_MS = 60_000;

/** Fixtures and base classes of tests are not called by them. */
const PART_OF_TESTS = /^(import|from)\s+(pytest|unittest)\b/m;

interface Parts {
  sandbox: Sandbox;
  /** Of the session's tests. */
  framework: Framework;
  slots: SlotPool;
  /** Where it makes folders of its own. */
  folder: string;
  /** The file that candidates replace. */
  path: string;
  /** The files of the tests. */
  files: readonly string[];
}

/**
 * Runs tests once more in a sandbox that never loads the candidate, which is in another one: what it finds in its process are no
 * tests, no framework and no recorder. Each has a slot, and there is one line between them.
 */
export class IsolatedTests {
  readonly #parts: Parts;
  #runners: { tests: TestRunner; worker: TestRunner } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
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
    const { framework, sandbox, path } = this.#parts;
    if (first.verdict !== 'passed' && !failsAsBefore(first, options.baseline)) {
      return unconfirmed('it does not pass its tests');
    }
    if (!framework.python) return unconfirmed('only unittest and pytest can be run without what they test');
    if (PART_OF_TESTS.test(text) || path.endsWith('conftest.py')) return unconfirmed('it is a part of the tests');
    if (!sandbox.mounts) return unconfirmed('nothing here isolates one process from another');
    const isolation = await this.#once(text, first, options);
    // What is said against a candidate is said twice.
    return isolation.kind === 'contradicted' ? this.#once(text, first, options) : isolation;
  }

  dispose(): void {
    this.#runners?.tests.dispose();
    this.#runners?.worker.dispose();
  }

  async #once(
    text: string,
    first: Report,
    { baseline, timeoutMs, signal }: Parameters<IsolatedTests['run']>[2],
  ): Promise<Isolation> {
    this.#runners ??= this.#make();
    const { tests, worker } = this.#runners;
    const { path } = this.#parts;
    const line = new Line();
    const ending = new AbortController();
    const working = worker
      .run({
        change: { path, text },
        timeoutMs: WORKER_MS,
        signal: AbortSignal.any([signal, ending.signal]),
        wire: line.connect,
      })
      // Ended because the tests have: all that it could say has been said.
      .catch(unlessCancelled)
      .finally(() => line.cut());
    try {
      const run = await tests.run({
        change: { path, text: STAND_IN },
        timeoutMs: TIMEOUT_FACTOR * timeoutMs,
        ...(baseline ? { baseline } : {}),
        signal,
        wire: line.connect,
      });
      ending.abort();
      return isolationOf(first, run, await working);
    } finally {
      ending.abort();
      await working.catch(() => undefined);
    }
  }

  #make() {
    const { sandbox, framework, slots, folder, files } = this.#parts;
    const own = new SlotPool(join(folder, 'isolated'), slots.source, { width: 1, linkShared: !sandbox.mounts });
    const runner = (harness: string, of: Framework, pool: SlotPool) =>
      new TestRunner({
        sandbox,
        framework: of,
        slots: pool,
        harness: join(folder, harness),
        forks: false,
        guarded: [],
      });
    return {
      tests: runner('isolated-tests', withStandIn(framework), slots),
      worker: runner('isolated-worker', worker(framework.python!, files), own),
    };
  }
}

function unlessCancelled(thrown: unknown): TestRun | undefined {
  if (thrown instanceof CoppiceError && thrown.code === 'cancelled') return undefined;
  throw thrown;
}
