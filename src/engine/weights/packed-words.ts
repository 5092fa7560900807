import { toHalves } from './half.ts';

/** Output feature 8 c + AWQ_ORDER[n] is nibble n of word c (AutoAWQ, `WQLinear_GEMM`). */
const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7];
const AWQ_NIBBLE = AWQ_ORDER.map((_, output) => AWQ_ORDER.indexOf(output));

/** Inputs of a block; see `blockOf`. */
export const BLOCK_INPUTS = 32;
/** Rows that are written side by side, as far as they stay in the cache. */
const TILE = 16;

/** Some rows of packed weights: outputs are rows, inputs are columns. */
export interface PackedRows {
  bits: 4 | 8;
  rows: number;
  columns: number;
  groups: number;
  /** GPTQ: [columns / (32 / bits), rows], words hold inputs. AWQ: [columns, rows / 8], words hold outputs. */
  weights: Uint32Array;
  /** [groups, rows / (32 / bits)], words hold outputs. */
  zeros: Uint32Array;
  /** [groups, rows] */
  scales: Float32Array;
  /** What is added to zeros: a file of GPTQ's first version holds one less, so that a zero of 0 fills all bits. */
  zeroOffset: 0 | 1;
}

/**
 * As blocks that the GPU decodes, [rows, columns / 32, 1 + bits]: a word with the scale in f16 and the zero above it, then the
 * integers of 32 inputs in their order.
 * @param groupOf the group of each input, the same for all of a block
 */
export function toBlocks(packed: PackedRows, kind: 'gptq' | 'awq', groupOf: Uint32Array): Uint32Array<ArrayBuffer> {
  const { bits, rows, columns } = packed;
  const out = new Uint32Array((rows * columns * (1 + bits)) / BLOCK_INPUTS);
  const scales = toHalves(packed.scales);
  for (let r = 0, to = 0; r < rows; r++) {
    for (let i = 0, group = -1, head = 0; i < columns; i += BLOCK_INPUTS, to += 1 + bits) {
      const g = groupOf[i]!;
      // Several blocks have the same one.
      if (g !== group) head = scales[g * rows + r]! | (zeroOf(packed, kind, g, r) << 16);
      group = g;
      out[to] = head;
    }
  }
  if (kind === 'gptq') placeInputs(packed, out);
  else placeOutputs(packed, out);
  return out;
}

/** Of GPTQ, as f16 [rows, columns]. @param groupOf the group of each input, in any order */
export function toRows(packed: PackedRows, groupOf: Uint32Array): Uint16Array<ArrayBuffer> {
  const { bits, rows, columns, groups, weights } = packed;
  const levels = 2 ** bits;
  const base = groupOf.map((group) => group * levels);
  const out = new Uint16Array(rows * columns);
  for (let first = 0; first < rows; first += TILE) {
    const some = Math.min(TILE, rows - first);
    const meanings = Array.from({ length: some }, (_, r) => meaningsOf(packed, first + r, groups * levels));
    for (let i = 0, at = first; i < columns; i += 32 / bits, at += rows) {
      for (let r = 0; r < some; r++) {
        const [word, meaning] = [weights[at + r]!, meanings[r]!];
        let to = (first + r) * columns + i;
        for (let shift = 0, k = i; shift < 32; shift += bits) {
          out[to++] = meaning[base[k++]! + ((word >>> shift) & (levels - 1))]!;
        }
      }
    }
  }
  return out;
}

/** What each integer of each group means in a row, f16 [groups, 2^bits]. */
function meaningsOf(packed: PackedRows, row: number, count: number): Uint16Array {
  const { bits, rows, scales } = packed;
  const floats = new Float32Array(count);
  for (let g = 0, to = 0; to < count; g++) {
    const zero = zeroOf(packed, 'gptq', g, row);
    for (let q = 0; q < 2 ** bits; q++) floats[to++] = scales[g * rows + row]! * (q - zero);
  }
  return toHalves(floats);
}

function zeroOf(
  { bits, rows, zeros, zeroOffset }: PackedRows,
  kind: 'gptq' | 'awq',
  group: number,
  row: number,
): number {
  const each = 32 / bits;
  const shift = bits * (kind === 'gptq' ? row % each : AWQ_NIBBLE[row % each]!);
  return ((zeros[group * (rows / each) + Math.floor(row / each)]! >>> shift) + zeroOffset) & (2 ** bits - 1);
}

/** Words that hold inputs of one output stay as they are. */
function placeInputs({ bits, rows, columns, weights }: PackedRows, out: Uint32Array): void {
  const words = (columns * bits) / 32;
  const pitch = words + words / bits;
  for (let first = 0; first < rows; first += TILE) {
    const end = Math.min(first + TILE, rows);
    for (let w = 0; w < words; w++) {
      const at = w * rows;
      const to = w + Math.floor(w / bits) + 1;
      for (let r = first; r < end; r++) out[r * pitch + to] = weights[at + r]!;
    }
  }
}

/** Words that hold eight outputs of one input become words that hold eight inputs of one output. */
function placeOutputs({ rows, columns, weights }: PackedRows, out: Uint32Array): void {
  const across = rows / 8;
  const pitch = (columns / BLOCK_INPUTS) * 5;
  const square = new Uint32Array(8);
  for (let i = 0; i < columns; i += 8) {
    const to = i / 8 + Math.floor(i / BLOCK_INPUTS) + 1;
    for (let c = 0; c < across; c++) {
      for (let k = 0; k < 8; k++) square[k] = weights[(i + k) * across + c]!;
      transpose(square);
      for (let n = 0; n < 8; n++) out[(8 * c + AWQ_ORDER[n]!) * pitch + to] = square[n]!;
    }
  }
}

/** Nibble n of word k and nibble k of word n change places: halves of words first, then bytes, then nibbles. */
function transpose(square: Uint32Array): void {
  for (let distance = 4, mask = 0xffff; distance > 0; distance >>= 1, mask ^= mask << (distance * 4)) {
    for (let k = 0; k < 8; k = (k + distance + 1) & ~distance) {
      const swap = ((square[k]! >>> (distance * 4)) ^ square[k + distance]!) & mask;
      square[k] = square[k]! ^ (swap << (distance * 4));
      square[k + distance] = square[k + distance]! ^ swap;
    }
  }
}
