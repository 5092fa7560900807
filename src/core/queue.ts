import { cancelled } from './errors.ts';

interface Entry<T> {
  owner: T;
  go(): void;
}

/** Work that is done one after the other, in the order in which it was asked for. */
export class Queue<T> {
  readonly #onMove: (owners: readonly T[]) => void;
  #entries: readonly Entry<T>[] = [];

  /** @param onMove told who is in it whenever that changes; the first one is at work */
  constructor(onMove: (owners: readonly T[]) => void = () => {}) {
    this.#onMove = onMove;
  }

  /** Does `work` once all that was asked for before is done. Rejects with `cancelled` when `signal` aborts before that. */
  async inTurn<R>(owner: T, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
    const entry: Entry<T> = { owner, go: () => {} };
    const turn = new Promise<void>((resolve, reject) => {
      entry.go = resolve;
      signal.addEventListener('abort', () => reject(cancelled()), { once: true });
      if (signal.aborted) reject(cancelled());
    });
    if (this.#entries.length === 0) entry.go();
    this.#change([...this.#entries, entry]);
    try {
      await turn;
      return await work();
    } finally {
      const isFirst = this.#entries[0] === entry;
      this.#change(this.#entries.filter((other) => other !== entry));
      if (isFirst) this.#entries[0]?.go();
    }
  }

  #change(entries: readonly Entry<T>[]): void {
    this.#entries = entries;
    this.#onMove(entries.map(({ owner }) => owner));
  }
}
