import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import { type BlockType, WORD_BLOCKS } from './gguf/block-types.ts';
import { toFloats } from './half.ts';
import type { Checkpoint } from './model-source.ts';
import { BLOCK_INPUTS, type PackedRows, toBlocks, toRows } from './packed-words.ts';
import type { Quantization } from './quantization.ts';
import { Safetensors, type StoredTensor, type TensorType } from './safetensors.ts';

/** Bytes that are made of packed rows at once. */
const PIECE = 16 * 2 ** 20;

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
 * A checkpoint whose projections are packed integers: W[o, i] = scale[g, o] (q[i, o] - zero[g, o]) with g the group of input i.
 * They are read in blocks that the GPU decodes, or as f16 where inputs are sorted into groups. Other tensors are as the file has
 * them.
 */
export class QuantizedCheckpoint implements Checkpoint {
  readonly #file: Safetensors;
  readonly #form: Quantization;
  /** Elements of a 32-bit word. */
  readonly #each: number;
  readonly #pieceBytes: number;
  readonly totalBytes: number;
  readonly parameters: number;

  private constructor(file: Safetensors, form: Quantization, pieceBytes: number) {
    this.#file = file;
    this.#form = form;
    this.#each = 32 / form.bits;
    this.#pieceBytes = pieceBytes;
    let [totalBytes, parameters] = [0, 0];
    for (const [name, { bytes, shape }] of file.tensors) {
      const at = moduleOf(name);
      const isPart = at !== undefined && file.tensors.has(`${at}.qweight`);
      if (isPart && name !== `${at}.qweight`) continue;
      const { rows, columns } = isPart ? this.#projection(at) : { rows: 1, columns: elements(shape) };
      totalBytes += isPart ? rows * this.#rowBytes(columns) : bytes;
      parameters += rows * columns;
    }
    this.totalBytes = totalBytes;
    this.parameters = parameters;
  }

  /**
   * @param pieceBytes are made at once, or what a few rows take where that is more
   * @throws CoppiceError `model-not-found`, or `model-invalid`, also where the tensors of a projection do not fit each other
   */
  static async open(folder: string, form: Quantization, pieceBytes = PIECE): Promise<QuantizedCheckpoint> {
    const file = await Safetensors.open(folder);
    try {
      return new QuantizedCheckpoint(file, form, pieceBytes);
    } catch (error) {
      await file.dispose();
      throw error;
    }
  }

  get storedBytes(): number {
    return this.#file.totalBytes;
  }

  entry(name: string, shape: number[]): { type: TensorType; blocks?: BlockType } {
    const projection = this.#packed(name);
    if (!projection) return this.#file.entry(name, shape);
    const { at, rows, columns } = projection;
    if (shape.join() !== `${rows},${columns}`) {
      throw invalid(said`The checkpoint has ${at}.qweight for [${rows}, ${columns}], expected [${shape.join(', ')}].`);
    }
    return this.#form.sorted ? { type: 'F16' } : { type: 'F16', blocks: WORD_BLOCKS[this.#form.bits] };
  }

  /** In pieces of whole rows where they are packed. */
  async *read(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const projection = this.#packed(name);
    if (!projection) {
      yield* this.#file.read(name);
      return;
    }
    const { kind, sorted } = this.#form;
    const groupOf = await this.#groups(projection);
    // Whole words of zeros, which hold outputs.
    const atOnce =
      Math.max(1, Math.floor(this.#pieceBytes / this.#rowBytes(projection.columns) / this.#each)) * this.#each;
    for (let first = 0; first < projection.rows; first += atOnce) {
      const packed = await this.#rows(projection, first, Math.min(atOnce, projection.rows - first));
      yield new Uint8Array((sorted ? toRows(packed, groupOf) : toBlocks(packed, kind, groupOf)).buffer);
    }
  }

  async dispose(): Promise<void> {
    await this.#file.dispose();
  }

  /** Of what is made of a packed row. */
  #rowBytes(columns: number): number {
    const { sorted, bits } = this.#form;
    return sorted ? 2 * columns : (columns / BLOCK_INPUTS) * WORD_BLOCKS[bits].bytes;
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
    if (rows % each !== 0 || columns % BLOCK_INPUTS !== 0 || rows === 0 || columns === 0) {
      throw invalid(said`The checkpoint has ${at}.qweight for [${rows}, ${columns}], which are not whole words.`);
    }
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
    if (!stored) throw invalid(said`The checkpoint lacks the tensor ${name}.`);
    const fits = shape ? stored.shape.join() === shape.join() : stored.shape.length === 2;
    if (!fits || !types.includes(stored.type)) {
      throw invalid(
        said`The checkpoint has ${name} of ${stored.type} [${stored.shape.join(', ')}], which does not fit its configuration.`,
      );
    }
    return stored;
  }

  /** The group of each input. */
  async #groups({ at, columns, groups }: Projection): Promise<Uint32Array> {
    const { kind, groupSize = columns, sorted } = this.#form;
    const inOrder = Uint32Array.from({ length: columns }, (_, i) => Math.floor(i / groupSize));
    const name = `${at}.g_idx`;
    if (kind === 'awq' || !this.#file.tensors.has(name)) return inOrder;
    const found = new Uint32Array((await this.#file.columns(name, 0, columns)).buffer);
    if (!found.every((group, i) => (sorted ? group < groups : group === inOrder[i]))) {
      throw invalid(said`The checkpoint has ${name}, whose groups do not fit its configuration.`);
    }
    return found;
  }

  async #rows({ at, columns, groups, scales }: Projection, first: number, rows: number): Promise<PackedRows> {
    const { kind, bits, zeroOffset } = this.#form;
    const each = this.#each;
    const words = async (part: string, from: number, count: number) =>
      new Uint32Array((await this.#file.columns(`${at}.${part}`, from, count)).buffer);
    return {
      ...{ bits, zeroOffset, rows, columns, groups },
      weights: await (kind === 'gptq' ? words('qweight', first, rows) : words('qweight', first / each, rows / each)),
      zeros: await words('qzeros', first / each, rows / each),
      scales: toFloats(await this.#file.columns(`${at}.scales`, first, rows), scales),
    };
  }
}

/** The module that a tensor is a packed part of. */
function moduleOf(name: string): string | undefined {
  return /^(.*)\.(?:qweight|qzeros|scales|g_idx)$/s.exec(name)?.[1];
}

function elements(shape: number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function invalid(message: Said): CoppiceError {
  return new CoppiceError('model-invalid', message, said`Download the model again, or choose another one.`);
}
