import { CoppiceError } from '../../core/errors.ts';
import { toFloats, toHalves } from './half.ts';
import type { Checkpoint } from './model-source.ts';
import type { Quantization } from './quantization.ts';
import { Safetensors, type StoredTensor, type TensorType } from './safetensors.ts';

/** Bytes of packed rows that are held at once, and of the f16 that is made of them. */
const BLOCK = 64 * 2 ** 20;
const PIECE = 8 * 2 ** 20;
/** Rows whose words share a cache line, as far as their tables fit into the cache. */
const TILE = 16;

/** Output feature 8 c + k of AWQ is in nibble `AWQ_NIBBLE[k]` of word c: evens first, then odds (AutoAWQ, `gemm` packing). */
const AWQ_NIBBLE = [0, 4, 1, 5, 2, 6, 3, 7];

/** A projection [rows, columns], y = x W^T: outputs are rows, inputs are columns. */
interface Projection {
  /** The name of the module. */
  at: string;
  rows: number;
  columns: number;
  groups: number;
  scales: TensorType;
}

/**
 * A checkpoint whose projections are packed integers, read as if they were f16 [rows, columns]:
 * W[o, i] = scale[g, o] (q[i, o] - zero[g, o]) with g the group of input i. Other tensors are as the file has them.
 */
export class QuantizedCheckpoint implements Checkpoint {
  readonly #file: Safetensors;
  readonly #form: Quantization;
  /** Elements of a 32-bit word. */
  readonly #each: number;
  readonly #blockBytes: number;
  readonly totalBytes: number;
  readonly parameters: number;

  private constructor(file: Safetensors, form: Quantization, blockBytes: number) {
    this.#file = file;
    this.#form = form;
    this.#each = 32 / form.bits;
    this.#blockBytes = blockBytes;
    let [totalBytes, parameters] = [0, 0];
    for (const [name, { bytes, shape }] of file.tensors) {
      const at = moduleOf(name);
      const isPart = at !== undefined && file.tensors.has(`${at}.qweight`);
      if (isPart && name !== `${at}.qweight`) continue;
      const { rows, columns } = isPart ? this.#projection(at) : { rows: 1, columns: elements(shape) };
      totalBytes += isPart ? 2 * rows * columns : bytes;
      parameters += rows * columns;
    }
    this.totalBytes = totalBytes;
    this.parameters = parameters;
  }

  /**
   * @param blockBytes of packed words are held at once, or those of eight rows where these are more
   * @throws CoppiceError `model-not-found`, or `model-invalid`, also where the tensors of a projection do not fit each other
   */
  static async open(folder: string, form: Quantization, blockBytes = BLOCK): Promise<QuantizedCheckpoint> {
    const file = await Safetensors.open(folder);
    try {
      return new QuantizedCheckpoint(file, form, blockBytes);
    } catch (error) {
      await file.dispose();
      throw error;
    }
  }

  get storedBytes(): number {
    return this.#file.totalBytes;
  }

  entry(name: string, shape: number[]): { type: TensorType } {
    const projection = this.#packed(name);
    if (!projection) return this.#file.entry(name, shape);
    const { at, rows, columns } = projection;
    if (shape.join() !== `${rows},${columns}`) {
      throw invalid(`has ${at}.qweight for [${rows}, ${columns}], expected [${shape.join(', ')}]`);
    }
    return { type: 'F16' };
  }

  /** In pieces of whole rows where they are packed. */
  async *read(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const projection = this.#packed(name);
    if (!projection) {
      yield* this.#file.read(name);
      return;
    }
    const { rows, columns, groups } = projection;
    const groupOf = await this.#groups(projection);
    const rowBytes = (columns * this.#form.bits) / 8 + groups * (this.#form.bits / 8 + 4);
    const atOnce = this.#whole(this.#blockBytes / rowBytes);
    for (let first = 0; first < rows; first += atOnce) {
      const count = Math.min(atOnce, rows - first);
      yield* this.#decode(projection, groupOf, first, count);
    }
  }

  async dispose(): Promise<void> {
    await this.#file.dispose();
  }

  /** So many rows that they are whole words of zeros, at least one word. */
  #whole(rows: number): number {
    return Math.max(1, Math.floor(rows / this.#each)) * this.#each;
  }

  #packed(name: string): Projection | undefined {
    const at = name.endsWith('.weight') ? name.slice(0, -'.weight'.length) : undefined;
    return at !== undefined && this.#file.tensors.has(`${at}.qweight`) ? this.#projection(at) : undefined;
  }

  #projection(at: string): Projection {
    const { kind, groupSize } = this.#form;
    const each = this.#each;
    const [across, down] = this.#stored(at, 'qweight', ['I32']).shape as [number, number];
    const [columns, rows] = kind === 'gptq' ? [across * each, down] : [across, down * each];
    const groups = groupSize === undefined ? 1 : Math.ceil(columns / groupSize);
    if (rows % each !== 0 || rows === 0 || columns === 0) throw invalid(`has ${at}.qweight of ${rows} rows`);
    const scales = this.#stored(at, 'scales', ['F16', 'BF16', 'F32'], [groups, rows]).type as TensorType;
    this.#stored(at, 'qzeros', ['I32'], [groups, rows / each]);
    if (kind === 'gptq' && (this.#form.sorted || this.#file.tensors.has(`${at}.g_idx`))) {
      this.#stored(at, 'g_idx', ['I32'], [columns]);
    }
    return { at, rows, columns, groups, scales };
  }

  #stored(at: string, part: string, types: StoredTensor['type'][], shape?: number[]): StoredTensor {
    const name = `${at}.${part}`;
    const stored = this.#file.tensors.get(name);
    if (!stored) throw invalid(`lacks the tensor ${name}`);
    const fits = shape ? stored.shape.join() === shape.join() : stored.shape.length === 2;
    if (!fits || !types.includes(stored.type)) {
      throw invalid(`has ${name} of ${stored.type} [${stored.shape.join(', ')}], which does not fit its configuration`);
    }
    return stored;
  }

  /** The group of each input. */
  async #groups({ at, columns, groups }: Projection): Promise<Uint32Array> {
    const { kind, groupSize = columns } = this.#form;
    const name = `${at}.g_idx`;
    if (kind === 'awq' || !this.#file.tensors.has(name)) {
      return Uint32Array.from({ length: columns }, (_, i) => Math.floor(i / groupSize));
    }
    const found = new Uint32Array((await this.#file.columns(name, 0, columns)).buffer);
    if (!found.every((group) => group < groups)) throw invalid(`has ${name} beyond its ${groups} groups`);
    return found;
  }

  async *#decode(
    { at, columns, groups, scales: type }: Projection,
    groupOf: Uint32Array,
    first: number,
    count: number,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { kind, bits } = this.#form;
    const each = this.#each;
    const words = async (part: string, from: number, length: number) =>
      new Uint32Array((await this.#file.columns(`${at}.${part}`, from, length)).buffer);
    const pitch = kind === 'gptq' ? count : count / each;
    const weights = await words('qweight', kind === 'gptq' ? first : first / each, pitch);
    const zeros = await words('qzeros', first / each, count / each);
    const scales = toFloats(await this.#file.columns(`${at}.scales`, first, count), type);
    const base = groupOf.map((group) => group << bits);
    const atOnce = this.#whole(PIECE / 2 / columns);
    const tile = this.#whole(bits === 4 ? TILE : 1);
    for (let from = 0; from < count; from += atOnce) {
      const rows = Math.min(atOnce, count - from);
      const out = new Uint16Array(rows * columns);
      for (let row = from; row < from + rows; row += tile) {
        const some = Math.min(tile, from + rows - row);
        const values = this.#values(scales, zeros, { row, rows: some, count, groups });
        const into = out.subarray((row - from) * columns);
        const block = { weights, pitch, row, rows: some, columns };
        if (kind === 'gptq') unpackInputs(block, bits, base, values, into);
        else unpackOutputs(block, base, values, into);
      }
      yield new Uint8Array(out.buffer);
    }
  }

  /** What each integer of each group means, f16 [rows, groups, 2^bits]. */
  #values(
    scales: Float32Array,
    zeros: Uint32Array,
    { row, rows, count, groups }: { row: number; rows: number; count: number; groups: number },
  ): Uint16Array {
    const { kind, bits, zeroOffset } = this.#form;
    const each = this.#each;
    const levels = 2 ** bits;
    const floats = new Float32Array(rows * groups * levels);
    let to = 0;
    for (let r = row; r < row + rows; r++) {
      const shift = bits * (kind === 'gptq' ? r % each : AWQ_NIBBLE[r % each]!);
      for (let g = 0; g < groups; g++) {
        const stored = zeros[g * (count / each) + Math.floor(r / each)]! >>> shift;
        // A zero of 0 less one fills all bits.
        const zero = (stored + zeroOffset) & (levels - 1);
        const scale = scales[g * count + r]!;
        for (let q = 0; q < levels; q++) floats[to++] = scale * (q - zero);
      }
    }
    return toHalves(floats);
  }
}

/** Some rows of packed weights: those from `row` on, of words `pitch` apart. */
interface PackedRows {
  weights: Uint32Array;
  pitch: number;
  row: number;
  rows: number;
  columns: number;
}

/** Words that hold inputs of one output each, [columns / (32 / bits), pitch]. */
function unpackInputs(
  { weights, pitch, row, rows, columns }: PackedRows,
  bits: number,
  base: Uint32Array,
  values: Uint16Array,
  out: Uint16Array,
): void {
  const mask = 2 ** bits - 1;
  const perRow = values.length / rows;
  for (let i0 = 0, at = row; i0 < columns; i0 += 32 / bits, at += pitch) {
    for (let r = 0; r < rows; r++) {
      const word = weights[at + r]!;
      const table = r * perRow;
      let to = r * columns + i0;
      for (let shift = 0, i = i0; shift < 32; shift += bits, i++) {
        out[to++] = values[table + base[i]! + ((word >>> shift) & mask)]!;
      }
    }
  }
}

/** Words that hold eight outputs of one input each, [columns, pitch]. */
function unpackOutputs(
  { weights, pitch, row, rows, columns }: PackedRows,
  base: Uint32Array,
  values: Uint16Array,
  out: Uint16Array,
): void {
  const perRow = values.length / rows;
  for (let i = 0, at = row / 8; i < columns; i++, at += pitch) {
    for (let c = 0; c < rows / 8; c++) {
      const word = weights[at + c]!;
      for (let k = 0, r = 8 * c; k < 8; k++, r++) {
        out[r * columns + i] = values[r * perRow + base[i]! + ((word >>> (4 * AWQ_NIBBLE[k]!)) & 15)]!;
      }
    }
  }
}

/** The module that a tensor is a packed part of. */
function moduleOf(name: string): string | undefined {
  return /^(.*)\.(?:qweight|qzeros|scales|g_idx)$/s.exec(name)?.[1];
}

function elements(shape: number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function invalid(what: string): CoppiceError {
  return new CoppiceError(
    'model-invalid',
    `The checkpoint ${what}.`,
    'Download the model again, or choose another one.',
  );
}
