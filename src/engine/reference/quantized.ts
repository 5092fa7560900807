import { unpackWeights } from './weights.ts';

/** Weights that share a scale. */
const GROUP = 32;

/** Activations as vector products of integer weights have them: int8, with a scale for each group of 32. */
export function quantizedActivations(x: Float64Array): { values: Float64Array; scales: Float64Array } {
  const scales = Float64Array.from({ length: x.length / GROUP }, (_, group) =>
    x.subarray(group * GROUP, (group + 1) * GROUP).reduce((most, value) => Math.max(most, Math.abs(value) / 127), 0),
  );
  const values = x.map((value, i) => {
    const scale = scales[Math.floor(i / GROUP)]!;
    return scale === 0 ? 0 : Math.round(value / scale) * scale;
  });
  return { values, scales };
}

/** What kernels/quantize.wgsl has written, as numbers [count]: q times the scale of its group, or of its row where rows have one. */
export function unpackQuantized(
  words: Uint32Array<ArrayBuffer>,
  count: number,
  { bits, scalesAt, rowScalesAt }: { bits: 8 | 4; scalesAt: number; rowScalesAt?: number },
): Float64Array {
  const scales =
    rowScalesAt === undefined
      ? unpackWeights(words.subarray(scalesAt, scalesAt + count / GROUP / 2), 'f16')
      : new Float32Array(words.buffer, rowScalesAt * 4);
  const together = rowScalesAt === undefined ? GROUP : count / scales.length;
  const perWord = 32 / bits;
  const above = 2 ** (bits - 1);
  return Float64Array.from({ length: count }, (_, i) => {
    // The even ones of a word lie in its lower half, the odd ones in the upper.
    const shift = bits * Math.floor((i % perWord) / 2) + 16 * (i % 2);
    const q = ((words[Math.floor(i / perWord)]! >>> shift) & (2 * above - 1)) - above;
    return q * scales[Math.floor(i / together)]!;
  });
}
