import * as vscode from 'vscode';
import type { Run } from './run.ts';

/** Finished runs stay in the panel until there are this many newer ones. */
const KEPT = 8;

/** The runs of this window, newest first. At most one is going. */
export class Runs implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Run | undefined>();
  #runs: readonly Run[] = [];
  /** Fires with the run that changed, or with undefined when one came or went. */
  readonly onDidChange = this.#changed.event;

  get all(): readonly Run[] {
    return this.#runs;
  }

  get newest(): Run | undefined {
    return this.#runs[0];
  }

  get going(): Run | undefined {
    return this.#runs.find((run) => run.isGoing);
  }

  find(id: string): Run | undefined {
    return this.#runs.find((run) => run.id === id);
  }

  /** Calls off a run that is still going: two would share one GPU. */
  add(run: Run): void {
    this.going?.cancel();
    run.onDidChange(() => this.#changed.fire(run));
    for (const old of this.#runs.slice(KEPT - 1)) old.dispose();
    this.#runs = [run, ...this.#runs.slice(0, KEPT - 1)];
    this.#changed.fire(undefined);
  }

  remove(run: Run): void {
    run.dispose();
    this.#runs = this.#runs.filter((other) => other !== run);
    this.#changed.fire(undefined);
  }

  dispose(): void {
    for (const run of this.#runs) run.dispose();
    this.#runs = [];
    this.#changed.dispose();
  }
}
