import type { TensorType } from './safetensors.ts';

/** Rounds to the nearest f16, ties to even; what is too large becomes the largest. */
export function toHalves(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    const sign = (word >>> 16) & 0x8000;
    const exponent = ((word >>> 23) & 0xff) - 112;
    const fraction = word & 0x7fffff;
    if (exponent >= 31) halves[i] = exponent === 143 && fraction !== 0 ? sign | 0x7e00 : sign | 0x7bff;
    else if (exponent > 0) {
      const half = (exponent << 10) | (fraction >>> 13);
      const rest = fraction & 0x1fff;
      const up = rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? 1 : 0;
      halves[i] = sign | Math.min(half + up, 0x7bff);
    } else if (exponent > -11) {
      const shift = 14 - exponent;
      const full = fraction | 0x800000;
      const half = full >>> shift;
      const rest = full & ((1 << shift) - 1);
      const middle = 1 << (shift - 1);
      halves[i] = sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
    } else halves[i] = sign;
  }
  return halves;
}

/** IEEE 754 binary16. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Little-endian bytes of a tensor type as f32. */
export function toFloats(bytes: Uint8Array<ArrayBuffer>, type: TensorType): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const out = new Float32Array(halves.length);
  if (type === 'BF16') {
    const bits = new Uint32Array(out.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  } else {
    for (let i = 0; i < halves.length; i++) out[i] = halfToFloat(halves[i]!);
  }
  return out;
}
