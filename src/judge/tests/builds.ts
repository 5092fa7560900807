import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { buildLimitsFor } from '../process/limits.ts';
import { type Outcome, runConfined } from '../process/run.ts';
import { type Cell, cacheSeen, rootSeen, type Sandbox } from '../sandbox/sandbox.ts';
import { discard } from '../workspace/discard.ts';
import type { Build, Built } from './framework.ts';

/** For the untouched workspace, with whatever it depends on. */
const FIRST_MS = 600_000;
const LEAST_MS = 15_000;
/** A candidate changes one file: what the whole took, twice, is more than it needs. */
const FACTOR = 2;

/**
 * Compiles in slots, each with a cache of its own. The untouched workspace comes first, and pays for what all have in common:
 * the caches of other slots begin as copies of what it left.
 */
export class Builds {
  readonly #sandbox: Sandbox;
  readonly #build: Build;
  readonly #harness: string;
  /** The cache as the untouched workspace left it, which no candidate ever sees. */
  readonly #pristine: string;
  readonly #width: number;
  /** Whether a cache goes on from one candidate to the next: where no candidate's code, compiled or running, can write to it. */
  readonly #keeps: boolean;
  #limitMs = FIRST_MS;

  constructor(parts: { sandbox: Sandbox; build: Build; harness: string; width: number }) {
    this.#sandbox = parts.sandbox;
    this.#build = parts.build;
    this.#harness = parts.harness;
    this.#pristine = `${parts.harness}-cache`;
    this.#width = parts.width;
    this.#keeps = parts.sandbox.mounts && !parts.build.runsCandidate;
  }

  /** @param isCandidate false for the untouched workspace. Rejects with `cancelled`, `sandbox-missing` or `tests-broken`. */
  async run(cell: Cell, isCandidate: boolean, signal: AbortSignal): Promise<Outcome> {
    const folder = this.#folderOf(cell);
    if (isCandidate) await this.#prepare(folder);
    else mkdirSync(folder, { recursive: true });
    const command = this.#build.command(rootSeen(this.#sandbox, cell), this.#harness, cacheSeen(this.#sandbox, folder));
    const writable = { ...cell, readable: [...cell.readable, this.#harness], cache: { folder, writable: true } };
    const limits = buildLimitsFor(this.#limitMs, this.#width);
    const outcome = await runConfined(this.#sandbox.confine(command, writable, limits), limits, signal);
    if (!isCandidate) {
      this.#limitMs = Math.min(FIRST_MS, Math.max(LEAST_MS, FACTOR * outcome.durationMs));
      discard(this.#pristine);
      await copy(folder, this.#pristine);
    }
    return outcome;
  }

  /** The cell in which the tests of a build are run, and what they are told of it. */
  built(cell: Cell, outcome: Outcome): { cell: Cell; built: Built } {
    const folder = this.#folderOf(cell);
    return {
      cell: { ...cell, cache: { folder, writable: !this.#keeps } },
      built: { cache: cacheSeen(this.#sandbox, folder), records: outcome.records },
    };
  }

  #folderOf(cell: Cell): string {
    return `${cell.slot}-${basename(this.#harness)}-cache`;
  }

  async #prepare(folder: string): Promise<void> {
    if (!this.#keeps) discard(folder);
    if (!existsSync(folder)) await copy(this.#pristine, folder);
  }
}

/** With dates to the nanosecond, by which build tools tell what is up to date; Node's own copy cuts them. */
async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--', from, to]);
}
