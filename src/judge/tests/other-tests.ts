import type { OtherTestsReport, Report } from '../../core/report.ts';
import { type RunOptions, TestRunner } from './runner.ts';

/** Longer than for a candidate's own tests, since few candidates get here. */
const MOST_MS = 20_000;
const LEAST_MS = 5_000;
const FACTOR = 3;

/**
 * The tests of the project that do not concern the candidates' file. They are run on the best candidates only, to see whether
 * something else breaks; on the untouched workspace once, and not before somebody asks.
 */
export class OtherTests {
  readonly #runner: TestRunner;
  #baseline: Promise<Report | undefined> | undefined;

  constructor(parts: ConstructorParameters<typeof TestRunner>[0]) {
    this.#runner = new TestRunner(parts);
  }

  /** Undefined where they can't be run on the untouched workspace in time. Rejects as the runner does. */
  async run(change: NonNullable<RunOptions['change']>, signal: AbortSignal): Promise<OtherTestsReport | undefined> {
    this.#baseline ??= this.#runBaseline(signal);
    const baseline = await this.#baseline.catch((thrown) => {
      // Whoever asks next may have more patience.
      this.#baseline = undefined;
      throw thrown;
    });
    if (!baseline) return undefined;
    const timeoutMs = Math.min(MOST_MS, Math.max(LEAST_MS, FACTOR * baseline.durationMs));
    const { report } = await this.#runner.run({ change, timeoutMs, baseline, signal });
    const passedBefore = new Set(baseline.cases.filter(({ status }) => status === 'passed').map(({ id }) => id));
    const broken = report.cases.filter(
      ({ id, status }) => (status === 'failed' || status === 'error') && passedBefore.has(id),
    );
    return { ran: report.cases.length, broken, durationMs: report.durationMs };
  }

  dispose(): void {
    this.#runner.dispose();
  }

  async #runBaseline(signal: AbortSignal): Promise<Report | undefined> {
    const { report } = await this.#runner.run({ timeoutMs: MOST_MS, signal });
    return report.passed === 0 || report.interrupted ? undefined : report;
  }
}
