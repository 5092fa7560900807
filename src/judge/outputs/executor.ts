import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { limitSaid } from '../../core/limit-name.ts';
import type { JudgeRequest, ProgramRun } from '../../core/protocol.ts';
import type { Interruption } from '../../core/report.ts';
import { inWords, type Said, said } from '../../core/said.ts';
import { type Launch, launchOf } from '../runtime/launch.ts';
import { shellFor } from '../tests/frameworks/command.ts';
import { compileError, programRuns, runsIn, runtimeError } from '../tests/program-runs.ts';
import { TestRunner } from '../tests/runner.ts';
import { discard } from '../workspace/discard.ts';

type Parts = Pick<ConstructorParameters<typeof TestRunner>[0], 'sandbox' | 'slots' | 'forks'>;
type Execution = Extract<JudgeRequest, { kind: 'execute' }>;

/** What all runs of one call may write is read back whole, so that each may write only so much. */
const OUTPUT_BYTES = 4 * 1024 ** 2;

/** Runs whole programs on inputs of others, in the slots of a session, and tells what they write. */
export class Executor {
  readonly #folder: string;
  readonly #parts: () => Promise<Parts>;
  readonly #launches = new Map<string, Launch>();

  /**
   * @param folder of the session
   * @param parts asked for only where there is something to run
   */
  constructor(folder: string, parts: () => Promise<Parts>) {
    this.#folder = folder;
    this.#parts = parts;
  }

  /**
   * One run for each input. Rejects with `cancelled`, `sandbox-missing`, `runtime-missing`.
   *
   * @param path of the program in the workspace
   */
  async execute(path: string, { text, inputs, program }: Execution, signal: AbortSignal): Promise<ProgramRun[]> {
    const parts = await this.#parts();
    const { workspace } = parts.slots.source;
    const { run, ...limits } = program;
    const launch = this.#launches.get(run ?? '') ?? launchOf(path, workspace, run, shellFor(workspace));
    this.#launches.set(run ?? '', launch);
    const outputBytes = Math.floor(OUTPUT_BYTES / Math.max(1, inputs.length));
    const { timeoutMs, ...how } = programRuns(launch, path, inputs, { ...limits, outputBytes });
    const harness = join(this.#folder, `inputs-${randomUUID()}`);
    const framework = { ...how, read: () => ({ cases: [], ended: true }), broken: () => undefined };
    const runner = new TestRunner({ ...parts, framework, harness, guarded: [] });
    try {
      const { outcome } = await runner.run({ change: { path, text }, timeoutMs, signal });
      const runs = inputs.map((): ProgramRun => ({ output: '', ...failed(interrupted(outcome.interrupted)), ms: 0 }));
      for (const record of runsIn(outcome)) {
        if (record.event === 'compiled') return runs.map((run) => ({ ...run, ...failed(compileError(record)) }));
        if (record.event !== 'output' || record.index >= runs.length) continue;
        const error = runtimeError(record, limits);
        runs[record.index] = { output: record.output, ms: record.ms, ...(error === undefined ? {} : failed(error)) };
      }
      return runs;
    } finally {
      runner.dispose();
      discard(harness);
    }
  }
}

function failed(error: Said): Pick<ProgramRun, 'error' | 'said'> {
  return { error: inWords(error), said: { error } };
}

function interrupted(limit: Interruption | undefined): Said {
  return limit === undefined ? said`not run` : said`not run: the ${limitSaid(limit)} limit ended it`;
}
