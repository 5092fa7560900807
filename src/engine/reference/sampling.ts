import type { Sampling } from '../../core/candidate.ts';

/**
 * The distribution that the sampling kernel draws from, in f64: temperature, then top-k, top-p of what is left, min-p.
 * Tokens tied at a threshold all stay. Temperature 0 puts everything on the most likely token, the lowest id on ties.
 */
export function filteredDistribution(
  logits: ArrayLike<number>,
  { temperature, topK, topP, minP }: Sampling,
): Float64Array {
  const values = Float64Array.from(logits);
  const highest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (temperature === 0) {
    const best = values.indexOf(highest);
    return values.map((_, i) => (i === best ? 1 : 0));
  }
  const weights = values.map((l) => Math.exp((l - highest) / temperature));
  let threshold = 0;
  const descending = () => weights.filter((w) => w >= threshold).sort((a, b) => b - a);
  if (topK > 0 && topK < weights.length) threshold = Math.max(threshold, descending()[topK - 1]!);
  if (topP < 1) {
    const kept = descending();
    const wanted = topP * kept.reduce((a, b) => a + b, 0);
    let mass = 0;
    for (const w of kept) {
      mass += w;
      threshold = w;
      if (mass >= wanted) break;
    }
  }
  threshold = Math.max(threshold, minP);
  const filtered = weights.map((w) => (w >= threshold ? w : 0));
  const total = filtered.reduce((a, b) => a + b, 0);
  return filtered.map((w) => w / total);
}

/** What `restrict.wgsl` makes of a row: tokens whose bit is 0 in the mask cannot be drawn. */
export function restricted(logits: ArrayLike<number>, allowed: Uint32Array): Float64Array {
  return Float64Array.from(logits, (logit, i) =>
    (allowed[i >>> 5]! >>> (i & 31)) & 1 ? logit : Number.NEGATIVE_INFINITY,
  );
}

/** Natural-log probabilities of the unfiltered model. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const highest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const total = Math.log(values.reduce((sum, l) => sum + Math.exp(l - highest), 0)) + highest;
  return values.map((l) => l - total);
}

/** The `k` most likely tokens, most likely first, the lower id first on ties; with their natural-log probabilities. */
export function mostLikely(logits: ArrayLike<number>, k: number): { token: number; logprob: number }[] {
  const logprobs = logSoftmax(logits);
  return Array.from(logprobs, (logprob, token) => ({ token, logprob }))
    .sort((a, b) => logits[b.token]! - logits[a.token]! || a.token - b.token)
    .slice(0, k);
}
