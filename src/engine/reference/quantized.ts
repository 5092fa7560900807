import { unpackWeights } from './weights.ts';

/** Weights that share a scale. */
const GROUP = 32;

/** So close to the middle of two integers a GPU's division decides which one it is. */
const MIDDLE = 1e-3;

/**
 * Activations as vector products of integer weights have them: int8, with a scale for each group of 32. `doubts` is by how much each
 * may differ: a step where it lies in the middle of two, else nothing.
 */
export function quantizedActivations(x: Float64Array): { values: Float64Array; doubts: Float64Array } {
  const scales = Float64Array.from({ length: x.length / GROUP }, (_, group) =>
    x.subarray(group * GROUP, (group + 1) * GROUP).reduce((most, value) => Math.max(most, Math.abs(value) / 127), 0),
  );
  const scaleOf = (i: number) => scales[Math.floor(i / GROUP)]!;
  const inSteps = x.map((value, i) => (scaleOf(i) === 0 ? 0 : value / scaleOf(i)));
  return {
    values: inSteps.map((steps, i) => Math.round(steps) * scaleOf(i)),
    doubts: inSteps.map((steps, i) => (Math.abs(steps - Math.floor(steps) - 0.5) < MIDDLE ? scaleOf(i) : 0)),
  };
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
