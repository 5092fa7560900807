import fc from 'fast-check';

/** A fresh 32-bit seed for `randomFrom`: every run has another one, and there is nothing to shrink. */
export const seed = fc.noShrink(fc.noBias(fc.integer()));

/** Runs `work` once on fresh random numbers; fast-check prints how to replay it when it fails. */
export async function onFreshNumbers(work: (random: () => number) => Promise<void> | void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(seed, async (from) => work(randomFrom(from))),
    { numRuns: 1 },
  );
}

/** Uniform numbers in [0, 1) from a 32-bit seed, so that fast-check can print and replay what a run was made of. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  // mulberry32, Tommy Ettinger, public domain.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** f32 numbers in [-scale, scale). */
export function randomFloats(random: () => number, count: number, scale = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => (random() * 2 - 1) * scale);
}

/** A whole number in [0, below). */
export function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** The same elements in random order (Fisher and Yates). */
export function shuffled<T>(random: () => number, elements: readonly T[]): T[] {
  const out = [...elements];
  for (let i = out.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
