import { HALVES } from '../half.ts';

/** How a tensor's elements lie in a GGUF file: in blocks, each with scales of its own. */
export interface BlockType {
  name: string;
  /** Elements of a block, and the bytes that it takes. */
  elements: number;
  bytes: number;
  /** Decodes `count` blocks from the start of `blocks` to `out`. */
  decode(blocks: Uint8Array, count: number, out: Float32Array): void;
}

/** Elements of a block of the K types. */
const SUPER = 256;
/** The values of IQ4_NL's four bits. */
const NON_LINEAR = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

function half(bytes: Uint8Array, at: number): number {
  return HALVES[bytes[at]! | (bytes[at + 1]! << 8)]!;
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
function nibbles(name: string, values: ArrayLike<number>, { minimum = false } = {}): BlockType {
  const fifth = values.length > 16;
  const high = minimum ? 4 : 2;
  const low = fifth ? high + 4 : high;
  const bytes = low + 16;
  return {
    ...{ name, elements: 32, bytes },
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
function subBlocks(name: string, fifth: boolean): BlockType {
  const [d, minimum, scales, high, low] = [0, 2, 4, 16, fifth ? 48 : 16];
  const bytes = low + 128;
  return {
    ...{ name, elements: SUPER, bytes },
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

const Q6_K: BlockType = {
  ...{ name: 'Q6_K', elements: SUPER, bytes: 210 },
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

const Q8_0: BlockType = {
  ...{ name: 'Q8_0', elements: 32, bytes: 34 },
  decode(blocks, count, out) {
    for (let b = 0; b < count; b++) {
      const at = b * 34;
      const d = half(blocks, at);
      for (let i = 0; i < 32; i++) out[b * 32 + i] = d * signed(blocks[at + 2 + i]!);
    }
  },
};

/** By the number that a GGUF file gives it (ggml's `ggml_type`). */
export const BLOCK_TYPES: Record<number, BlockType> = {
  2: nibbles('Q4_0', levels(4, 8)),
  3: nibbles('Q4_1', levels(4, 0), { minimum: true }),
  6: nibbles('Q5_0', levels(5, 16)),
  7: nibbles('Q5_1', levels(5, 0), { minimum: true }),
  8: Q8_0,
  12: subBlocks('Q4_K', false),
  13: subBlocks('Q5_K', true),
  14: Q6_K,
  20: nibbles('IQ4_NL', NON_LINEAR),
};
