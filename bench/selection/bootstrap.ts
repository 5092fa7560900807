export interface Estimate {
  mean: number;
  /** From the 2.5th to the 97.5th percentile of the means of resampled problems. */
  interval: [number, number];
}

const ROUNDS = 2000;

/** The mean over problems, and how far it would stray with other problems of the kind. The same samples give the same. */
export function estimate(samples: readonly number[]): Estimate {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (samples.length === 0) return { mean: Number.NaN, interval: [Number.NaN, Number.NaN] };
  let state = 1;
  // Knuth's generator modulo 2^31 - 1 (Lewis, Goodman and Miller's constant).
  const below = (limit: number) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const means = Array.from({ length: ROUNDS }, () => mean(samples.map(() => samples[below(samples.length)]!)));
  means.sort((a, b) => a - b);
  const at = (share: number) => means[Math.floor(share * (ROUNDS - 1))]!;
  return { mean: mean(samples), interval: [at(0.025), at(0.975)] };
}
