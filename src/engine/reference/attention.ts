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

/**
 * A position's rotation of one head, in f64: the pairs (i, i + d/2) of `head` [d], each by its angle's (cos, sin);
 * `angles` [d/2, 2].
 */
export function rotate(head: ArrayLike<number>, angles: ArrayLike<number>): Float64Array {
  const half = head.length / 2;
  return Float64Array.from({ length: head.length }, (_, i) => {
    const pair = i % half;
    const [cos, sin] = [angles[2 * pair]!, angles[2 * pair + 1]!];
    return i < half ? head[pair]! * cos - head[pair + half]! * sin : head[pair + half]! * cos + head[pair]! * sin;
  });
}

/** Merges the parts of one head's attention by their L = ln(sum(exp(scores))), in f64; a part without keys has -Infinity. */
export function mergeParts(parts: { o: ArrayLike<number>; lse: number }[], headWidth: number): Float64Array {
  const highest = parts.reduce((a, { lse }) => Math.max(a, lse), Number.NEGATIVE_INFINITY);
  const merged = new Float64Array(headWidth);
  const seen = parts.filter(({ lse }) => lse > Number.NEGATIVE_INFINITY);
  const total = seen.reduce((sum, { lse }) => sum + Math.exp(lse - highest), 0);
  for (const { o, lse } of seen) {
    for (let i = 0; i < headWidth; i++) merged[i]! += (Math.exp(lse - highest) / total) * o[i]!;
  }
  return merged;
}
