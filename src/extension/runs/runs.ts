import * as vscode from 'vscode';
import { Queue } from '../../core/queue.ts';
import type { Run } from './run.ts';

/** Runs that are over stay in the panel until there are this many newer ones. */
const KEPT = 8;

/** The runs of this window, newest first. One is at work, and the others wait for it: they would share one GPU. */
export class Runs implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Run | undefined>();
  readonly #queue = new Queue<Run>((runs) => {
    for (const [ahead, run] of runs.entries()) if (ahead > 0) run.wait(ahead);
  });
  #runs: readonly Run[] = [];
  #dismissed: readonly Run[] = [];
  /** Fires with the run that changed, or with undefined when one came or went. */
  readonly onDidChange = this.#changed.event;

  get all(): readonly Run[] {
    return this.#runs;
  }

  /** The newest one that has begun. */
  get newest(): Run | undefined {
    return this.#runs.find((run) => !run.isWaiting);
  }

  get going(): Run | undefined {
    return this.#runs.find((run) => run.isGoing);
  }

  /** Those that wait, the next one first. */
  get waiting(): readonly Run[] {
    return this.#runs.filter((run) => run.isWaiting).reverse();
  }

  find(id: string): Run | undefined {
    return [...this.#runs, ...this.#dismissed].find((run) => run.id === id);
  }

  add(run: Run): void {
    run.onDidChange(() => this.#changed.fire(run));
    const over = this.#runs.filter(({ isOver }) => isOver);
    const forgotten = over.slice(KEPT - 1);
    for (const old of forgotten) old.dispose();
    this.#runs = [run, ...this.#runs.filter((old) => !forgotten.includes(old))];
    this.#changed.fire(undefined);
  }

  /** Does the work of a run when those before it are over. Rejects with `cancelled` when it is called off before. */
  inTurn<T>(run: Run, work: () => Promise<T>): Promise<T> {
    return this.#queue.inTurn(run, run.signal, work);
  }

  remove(run: Run): void {
    run.dispose();
    const others = (runs: readonly Run[]) => runs.filter((other) => other !== run);
    this.#runs = others(this.#runs);
    this.#dismissed = others(this.#dismissed);
    this.#changed.fire(undefined);
  }

  /** Takes a run out of the panel, until what was dismissed is shown again. */
  dismiss(run: Run): void {
    if (!this.#runs.includes(run)) return;
    run.cancel();
    this.#runs = this.#runs.filter((other) => other !== run);
    for (const old of this.#dismissed.slice(KEPT - 1)) old.dispose();
    this.#dismissed = [run, ...this.#dismissed.slice(0, KEPT - 1)];
    this.#changed.fire(undefined);
  }

  /** Runs have been dismissed, or candidates of those that are there. */
  get hasDismissed(): boolean {
    return this.#dismissed.length > 0 || this.#runs.some((run) => run.hasDismissed);
  }

  showDismissed(): void {
    const all = [...this.#runs, ...this.#dismissed].sort((a, b) => b.startedAt - a.startedAt);
    const forgotten = all.filter(({ isOver }) => isOver).slice(KEPT);
    for (const old of forgotten) old.dispose();
    this.#runs = all.filter((run) => !forgotten.includes(run));
    this.#dismissed = [];
    for (const run of this.#runs) run.showDismissed();
    this.#changed.fire(undefined);
  }

  dispose(): void {
    for (const run of [...this.#runs, ...this.#dismissed]) run.dispose();
    this.#runs = [];
    this.#dismissed = [];
    this.#changed.dispose();
  }
}
