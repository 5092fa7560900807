import { join } from 'node:path';
import type { GeneratedTest } from '../../core/generated-test.ts';
import type { JudgeOptions } from '../../core/protocol.ts';
import type { Output } from '../../core/report.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { TestRunner } from '../tests/runner.ts';
import { hypothesisCalls } from './hypothesis.ts';
import { type InputSources, inputsFor } from './inputs.ts';
import { Observer } from './observer.ts';

type Parts = Pick<ConstructorParameters<typeof TestRunner>[0], 'sandbox' | 'slots' | 'forks'>;

/** The observers of a session, each made when it is first asked: one for every set of tests that a model wrote. */
export class Observers {
  readonly #syntax: Syntax;
  readonly #sources: InputSources;
  readonly #options: JudgeOptions;
  readonly #folder: string;
  readonly #parts: () => Promise<Parts>;
  readonly #ending = new AbortController();
  readonly #made = new Map<string, Promise<Observer | undefined>>();
  #calls: Promise<string[]> | undefined;

  /**
   * @param options of the session; `path` is the file that candidates replace
   * @param folder of the session
   * @param parts asked for only where there is something to run
   * Throws `usage` for an expectation that is none.
   */
  constructor(
    syntax: Syntax,
    sources: InputSources,
    { options, folder, parts }: { options: JudgeOptions; folder: string; parts: () => Promise<Parts> },
  ) {
    inputsFor(syntax, sources);
    this.#syntax = syntax;
    this.#sources = sources;
    this.#options = options;
    this.#folder = folder;
    this.#parts = parts;
  }

  /**
   * What a text gives for inputs of ours and those of tests that a model wrote; undefined where it can't be asked. Rejects with
   * `cancelled`, `sandbox-missing`, `runtime-missing`.
   */
  async observe(text: string, generated: readonly GeneratedTest[], signal: AbortSignal): Promise<Output[] | undefined> {
    const key = JSON.stringify(generated);
    const making = this.#made.get(key) ?? this.#make(generated, this.#made.size);
    this.#made.set(key, making);
    const observer = await making;
    return observer?.observe(text, AbortSignal.any([signal, this.#ending.signal]));
  }

  dispose(): void {
    this.#ending.abort();
    for (const making of this.#made.values()) {
      void making.then((observer) => observer?.dispose()).catch(() => undefined);
    }
  }

  async #make(generated: readonly GeneratedTest[], number: number): Promise<Observer | undefined> {
    const { language, original, symbol } = this.#sources;
    if (!language || symbol === undefined || !this.#syntax.parameters(language, original, symbol)) return undefined;
    const parts = await this.#parts();
    const harness = join(this.#folder, 'hypothesis');
    if (language === 'python' && this.#options.hypothesis !== false) {
      this.#calls ??= hypothesisCalls(this.#options, { ...parts, harness }, this.#ending.signal);
    }
    const inputs = inputsFor(this.#syntax, this.#sources, { generated, made: (await this.#calls) ?? [] });
    if (inputs.length === 0) return undefined;
    return new Observer(this.#options, inputs, { ...parts, harness: join(this.#folder, `outputs-${number}`) });
  }
}
