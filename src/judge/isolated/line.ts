import type { Duplex } from 'node:stream';

/** Connects two processes, each by a descriptor of its own: what one writes the other reads, and the end of one ends it. */
export class Line {
  readonly #ends: Duplex[] = [];
  #isCut = false;

  /** Takes one of the two ends. */
  readonly connect = (end: Duplex): void => {
    // Whoever is at the other end is told by the end itself.
    end.on('error', () => {});
    if (this.#isCut) {
      end.destroy();
      return;
    }
    const [other] = this.#ends;
    this.#ends.push(end);
    if (other) other.pipe(end).pipe(other);
  };

  cut(): void {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }
}
