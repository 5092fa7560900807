import { halfToFloat } from '../weights/half.ts';

/** How many elements a block has, and the bytes that it takes; `decode` decodes `count` blocks from the start of `blocks` to `out`. */
interface Blocks {
  elements: number;
  bytes: number;
  decode(blocks: Uint8Array, count: number, out: Float32Array): void;
}

/** Elements of a block of the K types. */
const SUPER = 256;
/** The values of IQ4_NL's four bits. */
const NON_LINEAR = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

function half(bytes: Uint8Array, at: number): number {
  return halfToFloat(bytes[at]! | (bytes[at + 1]! << 8));
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}

/** The values that four or five bits stand for, before the block's scale. */
const levels = (bits: 4 | 5, zero: number) => Float32Array.from({ length: 2 ** bits }, (_, q) => q - zero);

/**
 * A type of 32 elements: a scale, perhaps a minimum, perhaps the fifth bits in four bytes, then 16 bytes whose low halves are the
 * first 16 elements and whose high halves are the others.
 */
function nibbles(values: ArrayLike<number>, { minimum = false } = {}): Blocks {
  const fifth = values.length > 16;
  const high = minimum ? 4 : 2;
  const low = fifth ? high + 4 : high;
  const bytes = low + 16;
  return {
    elements: 32,
    bytes,
    decode(blocks, count, out) {
      for (let b = 0; b < count; b++) {
        const at = b * bytes;
        const scale = half(blocks, at);
        const least = minimum ? half(blocks, at + 2) : 0;
        for (let i = 0; i < 32; i++) {
          let q = (blocks[at + low + (i & 15)]! >> (i < 16 ? 0 : 4)) & 15;
          if (fifth) q |= ((blocks[at + high + (i >> 3)]! >> (i & 7)) & 1) << 4;
          out[b * 32 + i] = scale * values[q]! + least;
        }
      }
    },
  };
}

/** The scale and the minimum of sub-block j of eight, six bits each, from the 12 bytes at `at`. */
function scaleAndMinimum(blocks: Uint8Array, at: number, j: number): [scale: number, minimum: number] {
  if (j < 4) return [blocks[at + j]! & 63, blocks[at + j + 4]! & 63];
  const low = blocks[at + j + 4]!;
  return [(low & 15) | ((blocks[at + j - 4]! >> 6) << 4), (low >> 4) | ((blocks[at + j]! >> 6) << 4)];
}

/** Q4_K and Q5_K: eight sub-blocks of 32, two of which share 32 bytes of four bits; Q5_K has the fifth bits in 32 bytes more. */
function subBlocks(fifth: boolean): Blocks {
  const [d, minimum, scales, high, low] = [0, 2, 4, 16, fifth ? 48 : 16];
  const bytes = low + 128;
  return {
    elements: SUPER,
    bytes,
    decode(blocks, count, out) {
      for (let b = 0; b < count; b++) {
        const at = b * bytes;
        const [scaleOf, minimumOf] = [half(blocks, at + d), half(blocks, at + minimum)];
        for (let j = 0; j < 8; j++) {
          const [scale, least] = scaleAndMinimum(blocks, at + scales, j);
          const [by, less] = [scaleOf * scale, minimumOf * least];
          const from = at + low + (j >> 1) * 32;
          const to = b * SUPER + j * 32;
          const shift = (j & 1) * 4;
          for (let i = 0; i < 32; i++) {
            let q = (blocks[from + i]! >> shift) & 15;
            if (fifth) q |= ((blocks[at + high + i]! >> j) & 1) << 4;
            out[to + i] = by * q - less;
          }
        }
      }
    },
  };
}

const sixBits: Blocks = {
  elements: SUPER,
  bytes: 210,
  decode(blocks, count, out) {
    for (let b = 0; b < count; b++) {
      const at = b * 210;
      const d = half(blocks, at + 208);
      // Each half of the block: 64 bytes of low four bits, 32 of high two, eight scales, four rows of 32 elements.
      for (let h = 0; h < 2; h++) {
        const [low, high, scales, to] = [at + h * 64, at + 128 + h * 32, at + 192 + h * 8, b * SUPER + h * 128];
        for (let row = 0; row < 4; row++) {
          for (let i = 0; i < 32; i++) {
            const nibble = (blocks[low + (row & 1) * 32 + i]! >> ((row >> 1) * 4)) & 15;
            const q = (nibble | (((blocks[high + i]! >> (row * 2)) & 3) << 4)) - 32;
            out[to + row * 32 + i] = d * signed(blocks[scales + row * 2 + (i >> 4)]!) * q;
          }
        }
      }
    }
  },
};

const bytes: Blocks = {
  elements: 32,
  bytes: 34,
  decode(blocks, count, out) {
    for (let b = 0; b < count; b++) {
      const at = b * 34;
      const d = half(blocks, at);
      for (let i = 0; i < 32; i++) out[b * 32 + i] = d * signed(blocks[at + 2 + i]!);
    }
  },
};

/** A scale, a zero above it in the same word, then 32 integers in words. */
function words(bits: 4 | 8): Blocks {
  const bytes = 4 + 4 * bits;
  return {
    elements: 32,
    bytes,
    decode(blocks, count, out) {
      for (let b = 0; b < count; b++) {
        const at = b * bytes;
        const [scale, zero] = [half(blocks, at), blocks[at + 2]! | (blocks[at + 3]! << 8)];
        for (let i = 0; i < 32; i++) {
          const bit = i * bits;
          const q = (blocks[at + 4 + (bit >> 3)]! >> (bit & 7)) & (2 ** bits - 1);
          out[b * 32 + i] = scale * (q - zero);
        }
      }
    },
  };
}

/** By their names in ggml, where they have one there. */
const BLOCKS: Record<string, Blocks> = {
  Q4_0: nibbles(levels(4, 8)),
  Q4_1: nibbles(levels(4, 0), { minimum: true }),
  Q5_0: nibbles(levels(5, 16)),
  Q5_1: nibbles(levels(5, 0), { minimum: true }),
  Q8_0: bytes,
  Q4_K: subBlocks(false),
  Q5_K: subBlocks(true),
  Q6_K: sixBits,
  IQ4_NL: nibbles(NON_LINEAR),
  int4: words(4),
  int8: words(8),
};

/** The elements of whole blocks of a type, those of ggml as ggml decodes them. */
export function decodeBlocks(type: string, blocks: Uint8Array): Float32Array {
  const { elements, bytes, decode } = BLOCKS[type]!;
  const count = blocks.length / bytes;
  const out = new Float32Array(count * elements);
  decode(blocks, count, out);
  return out;
}
