import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { CoppiceError } from '../../core/errors.ts';
import { passes } from '../../core/report.ts';
import type { GrowEvent } from '../../run/grow.ts';
import type { RankedCandidate, RunResult } from '../../run/run-result.ts';
import type { FunctionBody } from '../function-body.ts';

export type Phase =
  /** Before the first token: what is being done, in words. */
  | { kind: 'preparing'; what: string }
  | { kind: 'growing'; live: number; tokens: number }
  | { kind: 'finished'; result: RunResult }
  | { kind: 'cancelled' }
  | { kind: 'failed'; error: CoppiceError };

/** A candidate whose text is complete. */
export interface Grown {
  id: string;
  /** What it puts in the place of the function's body. */
  body: string;
}

/** One *Grow Candidates*, as far as it has come. The panel, the status item and the ghost text are views of it. */
export class Run implements vscode.Disposable {
  readonly id = randomUUID();
  readonly target: FunctionBody;
  readonly candidates: number;
  readonly seed: number;
  /** False in a workspace that is not trusted, or when the user asked for none. */
  readonly tested: boolean;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #abort = new AbortController();
  readonly #grown = new Map<string, Grown>();
  readonly #judged = new Set<string>();
  #phase: Phase = { kind: 'preparing', what: 'starting' };
  #ranking: readonly RankedCandidate[] = [];
  readonly onDidChange = this.#changed.event;

  constructor(options: { target: FunctionBody; candidates: number; seed: number; tested: boolean }) {
    this.target = options.target;
    this.candidates = options.candidates;
    this.seed = options.seed;
    this.tested = options.tested;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Best first; it changes while candidates are still judged. */
  get ranking(): readonly RankedCandidate[] {
    return this.#ranking;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isGoing(): boolean {
    return this.#phase.kind === 'preparing' || this.#phase.kind === 'growing';
  }

  get grownCount(): number {
    return this.#grown.size;
  }

  get judgedCount(): number {
    return this.#judged.size;
  }

  /** Candidates that passed, those with equal texts counted each. */
  get passedCount(): number {
    return this.#ranking.reduce((sum, entry) => sum + (passes(entry.report) ? entry.count : 0), 0);
  }

  /** Complete, and not judged yet. */
  get waiting(): Grown[] {
    return [...this.#grown.values()].filter(({ id }) => !this.#judged.has(id));
  }

  /** What a candidate puts in the place of the function's body. */
  body(id: string): string | undefined {
    return this.#grown.get(id)?.body;
  }

  entry(id: string): RankedCandidate | undefined {
    return this.#ranking.find((entry) => entry.id === id);
  }

  /** The best candidate of a finished run, if it passed. */
  get winner(): RankedCandidate | undefined {
    const best = this.#phase.kind === 'finished' ? this.#ranking[0] : undefined;
    return best && passes(best.report) ? best : undefined;
  }

  receive(event: GrowEvent): void {
    switch (event.kind) {
      case 'planned':
        this.#enter({ kind: 'preparing', what: `reading ${event.plan.tokens} tokens` });
        return;
      case 'progress':
        this.#enter({ kind: 'preparing', what: preparation(event) });
        return;
      case 'step':
        this.#enter({ kind: 'growing', live: event.live, tokens: event.tokens });
        return;
      case 'grown':
        this.#grown.set(event.id, { id: event.id, body: event.body });
        break;
      case 'judged':
        this.#judged.add(event.id);
        break;
      case 'ranking':
        this.#ranking = event.ranking;
        break;
      case 'restarted':
        this.#enter({ kind: 'preparing', what: `the ${event.process} was started again` });
        return;
      case 'baseline':
      case 'wrote':
        return;
    }
    this.#changed.fire();
  }

  finish(result: RunResult): void {
    this.#ranking = result.ranking;
    this.#enter({ kind: 'finished', result });
  }

  fail(error: CoppiceError): void {
    this.#enter(error.code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', error });
  }

  cancel(): void {
    this.#abort.abort();
  }

  dispose(): void {
    this.cancel();
    this.#changed.dispose();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#changed.fire();
  }
}

function preparation({ phase, done, total }: Extract<GrowEvent, { kind: 'progress' }>): string {
  const percent = total > 0 ? ` ${Math.round((100 * done) / total)}%` : '';
  switch (phase) {
    case 'loading':
      return `loading the model${percent}`;
    case 'tuning':
      return `tuning the kernels to this GPU, once${percent}`;
    case 'prefill':
      return `reading the prompt${percent}`;
  }
}
