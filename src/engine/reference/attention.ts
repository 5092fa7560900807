import type { Row } from '../attention/plan.ts';
import { pathOf } from '../cache/radix.ts';

export interface AttentionShape {
  heads: number;
  kvHeads: number;
  headWidth: number;
}

/**
 * Dense attention in f64: each row over all tokens of its path up to its own position, as if nothing were shared.
 * q [T, H, d]; keys, values [slots, K, d]; returns [T, H, d].
 */
export function denseAttention(
  rows: Row[],
  q: ArrayLike<number>,
  keys: ArrayLike<number>,
  values: ArrayLike<number>,
  { heads, kvHeads, headWidth }: AttentionShape,
): Float64Array {
  const out = new Float64Array(rows.length * heads * headWidth);
  rows.forEach((row, t) => {
    const slots = pathOf(row.node).flatMap((node) => node.slots.filter((_, i) => node.start + i <= row.position));
    for (let h = 0; h < heads; h++) {
      const kvHead = Math.floor(h / (heads / kvHeads));
      const query = (t * heads + h) * headWidth;
      const scores = slots.map((slot) => {
        const key = (slot * kvHeads + kvHead) * headWidth;
        let dot = 0;
        for (let i = 0; i < headWidth; i++) dot += q[query + i]! * keys[key + i]!;
        return dot / Math.sqrt(headWidth);
      });
      const highest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = scores.map((score) => Math.exp(score - highest));
      const total = weights.reduce((a, b) => a + b, 0);
      slots.forEach((slot, j) => {
        const value = (slot * kvHeads + kvHead) * headWidth;
        for (let i = 0; i < headWidth; i++) out[query + i]! += (weights[j]! / total) * values[value + i]!;
      });
    }
  });
  return out;
}
