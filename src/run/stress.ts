import { randomUUID } from 'node:crypto';
import { type Comparison, differenceOf } from '../core/compare-output.ts';
import { type ContestProblem, sampleTests } from '../core/contest/problem.ts';
import { bySize, compareSizes, smallerInputs } from '../core/contest/smaller.ts';
import { inputsLike } from '../core/contest/vary.ts';
import { CoppiceError, cancelled } from '../core/errors.ts';
import type { ProgramLimits, ProgramRun } from '../core/protocol.ts';
import { type Said, said, withSource } from '../core/said.ts';
import type { JudgeClient } from './judge-client.ts';
import { inOwnFolder } from './solve.ts';

/** A whole program. */
export interface StressProgram {
  name: string;
  text: string;
  /** The ending of its file, which says how it is run. */
  extension: string;
}

export interface StressRequest {
  solution: StressProgram;
  /** What gives the right answers, however slowly. */
  reference: StressProgram;
  /** Writes an input for the number that it finds in its argument and on its standard input. */
  generator?: StressProgram;
  /** Where there is no generator, inputs are like its samples. */
  problem?: ContestProblem;
  /** How many inputs are tried. */
  tries: number;
  /** How long that may take in all. */
  timeMs: number;
  seed: number;
  compare?: Comparison;
  limits: ProgramLimits;
  allowUnsandboxed: boolean;
}

/** An input on which the two do not agree. */
export interface StressDifference {
  input: string;
  /** What the reference writes. */
  expected: string;
  /** What the solution writes. */
  output: string;
  /** Where they differ, or why the solution gives no answer. */
  why: string;
  /** What that was made from. */
  said?: { why: Said };
}

export interface StressResult {
  run: {
    id: string;
    solution: string;
    reference: string;
    generator: string | null;
    seed: number;
    /** Inputs that both were run on, those that were made smaller among them. */
    tried: number;
    /** Those that the reference gave no answer for, which say nothing. */
    refused: number;
    /** The time was up before all had been tried, or before it was clear that no smaller one differs. */
    timeUp: boolean;
    timings: { totalMs: number };
  };
  difference: StressDifference | null;
}

export type StressEvent =
  | { kind: 'tried'; tried: number; refused: number }
  | { kind: 'difference'; difference: StressDifference; tried: number };

/** Programs are started for each input, compilers for each batch. */
const BATCH = 16;
const MOST_INPUT = 1024 ** 2;
const DOES_NOT_COMPILE = 'does not compile';

/**
 * Looks for the smallest input on which a solution and a reference differ: samples first, then small inputs and larger ones, and
 * from the first that differs on smaller and smaller ones. All of it runs in the sandbox. Rejects with `cancelled` and as the judge
 * does, and with `candidates-invalid` where the reference or the generator does not work.
 */
export async function stress(
  request: StressRequest,
  judge: JudgeClient,
  { signal, onEvent = () => {} }: { signal?: AbortSignal; onEvent?: (event: StressEvent) => void } = {},
): Promise<StressResult> {
  const startedAt = performance.now();
  const timeUp = AbortSignal.timeout(request.timeMs);
  const either = signal ? AbortSignal.any([signal, timeUp]) : timeUp;
  const { solution, reference, generator, seed } = request;
  const search = new Search(request, onEvent);
  try {
    await inOwnFolder(async (folder) => {
      await using solutionRuns = await Program.open(judge, folder, solution, request, either);
      await using referenceRuns = await Program.open(judge, folder, reference, request, either);
      await using generatorRuns = generator && (await Program.open(judge, folder, generator, request, either));
      await search.run({ solution: solutionRuns, reference: referenceRuns, generator: generatorRuns });
    });
  } catch (error) {
    if (signal?.aborted) throw cancelled();
    // What has been found until then stands.
    if (!timeUp.aborted) throw error;
  }
  return {
    run: {
      ...{ id: randomUUID(), solution: solution.name, reference: reference.name, generator: generator?.name ?? null },
      ...{ seed, tried: search.tried, refused: search.refused, timeUp: timeUp.aborted },
      timings: { totalMs: performance.now() - startedAt },
    },
    difference: search.smallest ?? null,
  };
}

interface Programs {
  solution: Program;
  reference: Program;
  generator: Program | undefined;
}

/** One search, as far as it has come. */
class Search {
  tried = 0;
  refused = 0;
  smallest: StressDifference | undefined;
  readonly #request: StressRequest;
  readonly #onEvent: (event: StressEvent) => void;
  readonly #seen = new Set<string>();
  #lastRight: ProgramRun[] = [];

  constructor(request: StressRequest, onEvent: (event: StressEvent) => void) {
    this.#request = request;
    this.#onEvent = onEvent;
  }

  async run(programs: Programs): Promise<void> {
    const { tries, problem } = this.#request;
    const batches = this.#batches(programs);
    while (this.tried < tries && !this.smallest) {
      const { value: batch } = await batches.next();
      if (!batch) break;
      await this.#try(programs, batch.slice(0, tries - this.tried));
    }
    if (this.tried === this.refused) throw unusable('reference', this.#lastRight);
    if (problem && this.smallest) await this.#shrink(programs, problem);
  }

  /** Inputs, a batch at a time: samples first. Ends where nothing new comes. */
  async *#batches({ generator }: Programs): AsyncGenerator<string[], undefined> {
    const { problem, seed } = this.#request;
    if (problem) yield this.#fresh(problem.samples.map(({ input }) => input));
    if (generator) {
      for (let from = seed; ; from += BATCH) {
        const seeds = Array.from({ length: BATCH }, (_, at) => String(from + at));
        const made = await generator.run(seeds, { asArgument: true });
        const usable = made.flatMap(({ output, error }) => (error === undefined ? [output] : []));
        if (usable.length === 0) throw unusable('generator', made);
        const fresh = this.#fresh(usable);
        if (fresh.length === 0) return;
        yield fresh;
      }
    }
    if (!problem) return;
    const inputs = inputsLike(problem, seed);
    for (;;) {
      let batch: string[] = [];
      // A problem may have only so many inputs of a form.
      for (let more = 0; more < 2 * BATCH && batch.length < BATCH; more++) {
        batch = [...batch, ...this.#fresh([inputs.next().value])];
      }
      if (batch.length === 0) return;
      yield batch;
    }
  }

  #fresh(inputs: string[]): string[] {
    const fresh = [...new Set(inputs)].filter((input) => !this.#seen.has(input) && input.length <= MOST_INPUT);
    for (const input of fresh) this.#seen.add(input);
    return fresh;
  }

  /** Whether one of these inputs is smaller than what was found before. */
  async #try({ solution, reference }: Programs, inputs: string[]): Promise<boolean> {
    if (inputs.length === 0) return false;
    const [given, right] = await Promise.all([solution.run(inputs), reference.run(inputs)]);
    const before = this.smallest;
    this.#lastRight = right;
    if (right[0]!.error?.startsWith(DOES_NOT_COMPILE)) throw unusable('reference', right);
    for (const [at, input] of inputs.entries()) {
      this.tried++;
      const [output, expected] = [given[at]!, right[at]!];
      if (expected.error !== undefined) {
        this.refused++;
        continue;
      }
      const why = errorOf(output) ?? differenceOf(output.output, expected.output, this.#comparison);
      if (why === undefined || (this.smallest && compareSizes(input, this.smallest.input) >= 0)) continue;
      this.smallest = { input, expected: expected.output, output: output.output, ...withSource('why', why) };
    }
    this.#onEvent({ kind: 'tried', tried: this.tried, refused: this.refused });
    const found = this.smallest;
    if (!found || found === before) return false;
    this.#onEvent({ kind: 'difference', difference: found, tried: this.tried });
    return true;
  }

  /** Goes on from what was found to what is smaller, until nothing that is a step smaller differs. */
  async #shrink(programs: Programs, problem: ContestProblem): Promise<void> {
    for (let left = bySize(smallerInputs(this.smallest!.input, problem)); left.length > 0; ) {
      const batch = this.#fresh(left.splice(0, BATCH));
      if (await this.#try(programs, batch)) left = smallerInputs(this.smallest!.input, problem);
    }
  }

  get #comparison(): Comparison {
    const { compare, problem } = this.#request;
    const usual = problem && sampleTests(problem).compare;
    return compare ?? (usual && usual.kind !== 'checker' ? usual : { kind: 'tokens' });
  }
}

/** A program in a session of the judge's, which is closed when it is disposed of. */
class Program implements AsyncDisposable {
  readonly #judge: JudgeClient;
  readonly #session: string;
  readonly #text: string;
  readonly #limits: ProgramLimits;
  readonly #signal: AbortSignal;

  private constructor(judge: JudgeClient, session: string, text: string, limits: ProgramLimits, signal: AbortSignal) {
    this.#judge = judge;
    this.#session = session;
    this.#text = text;
    this.#limits = limits;
    this.#signal = signal;
  }

  static async open(
    judge: JudgeClient,
    workspace: string,
    { text, extension }: StressProgram,
    { limits, allowUnsandboxed }: Pick<StressRequest, 'limits' | 'allowUnsandboxed'>,
    signal: AbortSignal,
  ): Promise<Program> {
    const path = `program${extension}`;
    const options = {
      ...{ workspace, path, tests: { kind: 'none' as const }, overlays: [{ path, text: '' }] },
      ...{ allowUnsandboxed, slots: 1 },
    };
    const { session } = await judge.call({ kind: 'open', options }, { signal });
    return new Program(judge, session, text, limits, signal);
  }

  async run(inputs: string[], { asArgument = false } = {}): Promise<ProgramRun[]> {
    const program = { ...this.#limits, ...(asArgument ? { asArgument } : {}) };
    const request = { kind: 'execute' as const, session: this.#session, text: this.#text, inputs, program };
    return (await this.#judge.call(request, { signal: this.#signal })).runs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#judge.call({ kind: 'close', session: this.#session }).catch(() => undefined);
  }
}

function errorOf({ error, said }: ProgramRun): string | Said | undefined {
  return said?.error ?? error;
}

function unusable(what: 'reference' | 'generator', runs: ProgramRun[]): CoppiceError {
  const why = (runs[0] && errorOf(runs[0])) ?? said`it writes nothing`;
  return new CoppiceError(
    'candidates-invalid',
    what === 'reference'
      ? said`The reference gives nothing for any input: ${why}.`
      : said`The generator gives nothing for any input: ${why}.`,
    what === 'reference'
      ? said`Run the reference by hand, and repair it.`
      : said`Run the generator by hand, and repair it.`,
  );
}
