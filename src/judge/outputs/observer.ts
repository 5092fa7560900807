import type { JudgeOptions } from '../../core/protocol.ts';
import type { Output } from '../../core/report.ts';
import { TestRunner } from '../tests/runner.ts';
import { outputsFramework } from './harnesses.ts';
import type { Input } from './inputs.ts';
import { readOutputs } from './record.ts';

/** For all inputs of one candidate. Each call has a small limit of its own. */
const WALL_MS = 6_000;

/** Runs candidates on inputs of ours, in a sandbox as the tests are run. `dispose` ends its runs. */
export class Observer {
  readonly #runner: TestRunner;
  readonly #path: string;
  readonly #inputs: readonly Input[];

  /**
   * @param options of the session; `path` is the file that candidates replace
   * @param parts.harness becomes a folder of the observer's own
   * Throws `runtime-missing`.
   */
  constructor(
    options: JudgeOptions,
    inputs: readonly Input[],
    parts: Omit<ConstructorParameters<typeof TestRunner>[0], 'framework' | 'guarded'>,
  ) {
    const framework = outputsFramework(options, inputs, parts.slots.source.workspace);
    // What the candidate does to the tests does not matter here.
    this.#runner = new TestRunner({ ...parts, framework, guarded: [] });
    this.#path = options.path;
    this.#inputs = inputs;
  }

  /** Undefined where the candidate has no such function. Rejects with `cancelled`. */
  async observe(text: string, signal: AbortSignal): Promise<Output[] | undefined> {
    const { outcome } = await this.#runner.run({ change: { path: this.#path, text }, timeoutMs: WALL_MS, signal });
    return readOutputs(outcome, this.#inputs);
  }

  dispose(): void {
    this.#runner.dispose();
  }
}
