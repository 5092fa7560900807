import type { Constants } from '../../gpu/kernel.ts';

/** How a tensor's elements lie in a GGUF file, or come from words: in blocks, each with scales of its own. */
export interface BlockType {
  /** As ggml names it, where it does. */
  name: string;
  /** Elements of a block, and the bytes that it takes. */
  elements: number;
  bytes: number;
  /** What kernels/decode_blocks.wgsl is compiled with. */
  constants: Constants;
}

/** Elements of a block of the K types. */
const SUPER = 256;
const NONE = {
  ...{ NIBBLES: 0, BYTES: 0, SUB_BLOCKS: 0, SIX_BITS: 0, LOW: 0, HIGH: 0, FIFTH: 0, MINIMUM: 0, ZERO: 0 },
  ...{ NON_LINEAR: 0, LINEAR: 0, WORD_BITS: 0 },
};

function blockType(name: string, elements: number, bytes: number, form: Constants): BlockType {
  return { name, elements, bytes, constants: { ...NONE, ELEMENTS: elements, BLOCK_BYTES: bytes, ...form } };
}

/** A scale, perhaps a minimum, perhaps the fifth bits of 32 elements, then their four bits in 16 bytes. */
function nibbles(name: string, form: { MINIMUM?: 1; FIFTH?: 1; ZERO?: number; NON_LINEAR?: 1 }): BlockType {
  const HIGH = form.MINIMUM ? 4 : 2;
  const LOW = form.FIFTH ? HIGH + 4 : HIGH;
  return blockType(name, 32, LOW + 16, { NIBBLES: 1, HIGH, LOW, LINEAR: form.NON_LINEAR ? 0 : 1, ...form });
}

/** What GPTQ and AWQ pack, as packed-words.ts lays it out: a scale and a zero in a word, then 32 integers in words. */
export const WORD_BLOCKS: Record<4 | 8, BlockType> = {
  4: blockType('int4', 32, 20, { WORD_BITS: 4 }),
  8: blockType('int8', 32, 36, { WORD_BITS: 8 }),
};

/** By the number that a GGUF file gives it (ggml's `ggml_type`). */
export const BLOCK_TYPES: Record<number, BlockType> = {
  2: nibbles('Q4_0', { ZERO: 8 }),
  3: nibbles('Q4_1', { MINIMUM: 1 }),
  6: nibbles('Q5_0', { FIFTH: 1, ZERO: 16 }),
  7: nibbles('Q5_1', { FIFTH: 1, MINIMUM: 1 }),
  8: blockType('Q8_0', 32, 34, { BYTES: 1 }),
  12: blockType('Q4_K', SUPER, 144, { SUB_BLOCKS: 1, LOW: 16 }),
  13: blockType('Q5_K', SUPER, 176, { SUB_BLOCKS: 1, FIFTH: 1, HIGH: 16, LOW: 48 }),
  14: blockType('Q6_K', SUPER, 210, { SIX_BITS: 1 }),
  20: nibbles('IQ4_NL', { NON_LINEAR: 1 }),
};
