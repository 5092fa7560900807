import { unpackWeights } from './weights.ts';

/** Weights that share a scale. */
const GROUP = 32;

/** What kernels/quantize.wgsl has written, as numbers [count]: q times the scale of its group. */
export function unpackQuantized(words: Uint32Array, count: number, bits: 8 | 4, scalesAt: number): Float64Array {
  const scales = unpackWeights(words.subarray(scalesAt, scalesAt + count / GROUP / 2), 'f16');
  const perWord = 32 / bits;
  return Float64Array.from({ length: count }, (_, i) => {
    const field = words[Math.floor(i / perWord)]! >>> (bits * (i % perWord));
    const q = bits === 4 ? (field & 15) - 8 : (field << 24) >> 24;
    return q * scales[Math.floor(i / GROUP)]!;
  });
}
