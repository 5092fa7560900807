import { CoppiceError } from '../../core/errors.ts';
import type { CaseResult, OtherTestsReport, Report } from '../../core/report.ts';
import type { RunOptions, TestRunner } from './runner.ts';

const MOST_MS = 20_000;
const LEAST_MS = 5_000;
const FACTOR = 3;

/** The tests, once they have been run on the untouched workspace. */
interface Ready {
  runner: TestRunner;
  baseline: Report;
}

/**
 * The tests of the project that do not concern the candidates' file. They are run on the best candidates only, to see whether
 * something else breaks; on the untouched workspace once, and nothing is looked for before somebody asks.
 */
export class OtherTests {
  readonly #make: () => TestRunner | undefined;
  #ready: Promise<Ready | undefined> | undefined;
  #runner: TestRunner | undefined;

  /** @param make undefined where there are none */
  constructor(make: () => TestRunner | undefined) {
    this.#make = make;
  }

  /** Undefined where they can't be run on the untouched workspace in time. Rejects as the runner does. */
  async run(change: NonNullable<RunOptions['change']>, signal: AbortSignal): Promise<OtherTestsReport | undefined> {
    this.#ready ??= this.#prepare(signal);
    const ready = await this.#ready.catch((thrown) => {
      // Whoever asks next may have more patience.
      this.#ready = undefined;
      throw thrown;
    });
    if (!ready) return undefined;
    const { runner, baseline } = ready;
    const timeoutMs = Math.min(MOST_MS, Math.max(LEAST_MS, FACTOR * baseline.durationMs));
    const { report } = await runner.run({ change, timeoutMs, baseline, signal });
    const before = new Map(baseline.cases.map(({ id, status }) => [id, status]));
    const isBroken = ({ id, status, ofRun }: CaseResult) =>
      (status === 'failed' || status === 'error') && (ofRun ? !before.has(id) : before.get(id) === 'passed');
    const broken = report.cases.filter(isBroken);
    return { ran: report.cases.length, broken, durationMs: report.durationMs };
  }

  dispose(): void {
    this.#runner?.dispose();
  }

  async #prepare(signal: AbortSignal): Promise<Ready | undefined> {
    try {
      this.#runner ??= this.#make();
    } catch (thrown) {
      // What these tests need is not here; the candidate's own are run without it.
      if (thrown instanceof CoppiceError && thrown.code === 'runtime-missing') return undefined;
      throw thrown;
    }
    if (!this.#runner) return undefined;
    const { report } = await this.#runner.run({ timeoutMs: MOST_MS, signal });
    return report.passed === 0 || report.interrupted ? undefined : { runner: this.#runner, baseline: report };
  }
}
