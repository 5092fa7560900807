const TICK_MS = 5;

/** Says how long the thread it runs in could not see to anything else. */
export class LoopProbe {
  #timer: NodeJS.Timeout | undefined;
  #last = { at: 0, busy: 0 };
  /** The longest time between two ticks, on the clock: it counts what else the machine does. */
  longestPauseMs = 0;
  /** The most time that the thread itself worked between two ticks. */
  longestBusyMs = 0;

  /** Goes on where it was stopped. */
  start(): this {
    this.#last = now();
    this.#timer = setInterval(() => {
      const { at, busy } = now();
      this.longestPauseMs = Math.max(this.longestPauseMs, at - this.#last.at);
      this.longestBusyMs = Math.max(this.longestBusyMs, busy - this.#last.busy);
      this.#last = { at, busy };
    }, TICK_MS);
    return this;
  }

  stop(): this {
    clearInterval(this.#timer);
    return this;
  }

  toString(): string {
    return `busy ${this.longestBusyMs.toFixed(0)} ms at most, paused ${this.longestPauseMs.toFixed(0)} ms at most`;
  }
}

/** Milliseconds on the clock, and those that the thread has worked; an older Node counts all threads. */
function now(): { at: number; busy: number } {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage ? threadCpuUsage.call(process) : process.cpuUsage();
  return { at: performance.now(), busy: (user + system) / 1000 };
}
