import type { Encoding } from '../weights/parameters.ts';

/** The stored form of weights as numbers: f32 bits in 32-bit words, or two f16 or bf16 to a word, the first in the low half. */
export function unpackWeights(words: Uint32Array, encoding: Encoding): Float64Array {
  if (encoding === 'f32') return Float64Array.from(new Float32Array(words.buffer, words.byteOffset, words.length));
  const decode = encoding === 'f16' ? halfToNumber : brainToNumber;
  return Float64Array.from({ length: words.length * 2 }, (_, i) =>
    decode((words[i >> 1]! >>> (i % 2 === 0 ? 0 : 16)) & 0xffff),
  );
}

/** IEEE 754 binary16. */
function halfToNumber(half: number): number {
  const sign = half >> 15 === 1 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = (half & 0x3ff) / 1024;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** bfloat16: the upper half of an f32. */
function brainToNumber(brain: number): number {
  const sign = brain >> 15 === 1 ? -1 : 1;
  const exponent = (brain >> 7) & 0xff;
  const fraction = (brain & 0x7f) / 128;
  if (exponent === 0xff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -126 : (1 + fraction) * 2 ** (exponent - 127));
}
