/** A wait as short as this is spun through, so that what is there at once is picked up at once. */
const SPIN_MS = 0.3;
/**
 * A nap is this part of the wait so far. Naps of 0.8 ms leave the core so cold that the next submission takes 1.7 times as long to
 * record as after naps of 0.1 ms.
 */
const NAP_SHARE = 1 / 64;
const LONGEST_NAP_MS = 1;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Waits for Dawn's promises. While one is pending its binding asks the instance for news in every turn of the event loop,
 * which keeps a core busy and leaves some 200 MB of garbage a second, and that stops the thread for 20 to 50 ms each time it is
 * collected. Short naps between the turns leave little of both; timers and messages come as late as a nap at most.
 */
export class Waiter {
  #pending = 0;
  #since = 0;
  #isNapping = false;

  async wait<T>(promise: Promise<T>): Promise<T> {
    if (this.#pending++ === 0) this.#since = performance.now();
    if (!this.#isNapping) {
      this.#isNapping = true;
      setImmediate(this.#turn);
    }
    try {
      return await promise;
    } finally {
      this.#pending--;
    }
  }

  readonly #turn = (): void => {
    if (this.#pending === 0) {
      this.#isNapping = false;
      return;
    }
    const waited = performance.now() - this.#since;
    if (waited > SPIN_MS) Atomics.wait(sleeper, 0, 0, Math.min(LONGEST_NAP_MS, waited * NAP_SHARE));
    setImmediate(this.#turn);
  };
}
