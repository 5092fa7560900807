/** Work that others must not wait for gives way after this. */
const SLICE_MS = 5;

/** A little of the time of a thread that is shared with others. */
export class Slice {
  readonly #until = performance.now() + SLICE_MS;

  get isOver(): boolean {
    return performance.now() > this.#until;
  }
}
