/** The waits whose quickest counts: one that was held up does not make the next ones sleep longer. */
const REMEMBERED = 8;
/** A wait that was over at once may have been over long before. */
const OVERSLEPT = 0.75;

/** How long a wait of one kind takes, from the last ones: a thread sleeps for most of it before it asks. */
export class WaitTime {
  #seen: number[] = [];

  /** Milliseconds; undefined before the first. */
  get expected(): number | undefined {
    return this.#seen.length > 0 ? Math.min(...this.#seen) : undefined;
  }

  /** @param isOver what was waited for was there when the thread woke, so that `ms` may be too long */
  learn(ms: number, isOver: boolean): void {
    const { expected } = this;
    const seen = isOver && expected !== undefined ? Math.min(ms, expected * OVERSLEPT) : ms;
    this.#seen = [...this.#seen.slice(1 - REMEMBERED), seen];
  }
}
