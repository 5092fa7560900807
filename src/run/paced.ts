/** How much longer than the work the rest is: it takes a quarter of the time at most. */
const REST_RATIO = 3;
/** Work that only waited, for a process that starts, needs no long rest. */
const LONGEST_REST_MS = 1000;

export interface Paced {
  /** Asks for the work once more, however often that is done before it begins. */
  ask(): void;
  /** Nothing begins any more, and what is under way is told that it is over. */
  stop(): void;
}

/**
 * Work that is asked for far more often than it is worth doing: the first time it begins at once, then after a rest of at least
 * `restMs`, and longer where the work itself takes long.
 *
 * @param work what it rejects with is dropped: whoever asks reports failures by other means
 */
export function paced(work: (isOver: () => boolean) => Promise<void>, restMs: number): Paced {
  let asked = false;
  let busy = false;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const begin = async () => {
    asked = false;
    busy = true;
    const startedAt = performance.now();
    await work(() => over).catch(() => undefined);
    const took = performance.now() - startedAt;
    if (over) return;
    timer = setTimeout(
      () => {
        busy = false;
        if (asked) void begin();
      },
      Math.min(Math.max(restMs, REST_RATIO * took), Math.max(restMs, LONGEST_REST_MS)),
    );
  };
  return {
    ask() {
      asked = true;
      if (!busy && !over) void begin();
    },
    stop() {
      over = true;
      clearTimeout(timer);
    },
  };
}
