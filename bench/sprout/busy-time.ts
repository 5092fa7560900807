/** How long at least one of several overlapping pieces of work was under way, in milliseconds. */
export class BusyTime {
  #underWay = 0;
  #since = 0;
  #total = 0;

  begin(): void {
    if (this.#underWay++ === 0) this.#since = performance.now();
  }

  end(): void {
    if (--this.#underWay === 0) this.#total += performance.now() - this.#since;
  }

  get ms(): number {
    return this.#total + (this.#underWay > 0 ? performance.now() - this.#since : 0);
  }
}
