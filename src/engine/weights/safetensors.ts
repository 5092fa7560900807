import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';

export type TensorType = 'F32' | 'F16' | 'BF16';
const BYTES: Record<StoredTensor['type'], number> = { F32: 4, F16: 2, BF16: 2, I32: 4 };

/** A tensor as a file has it: weights, or the integers that they are packed in. */
export interface StoredTensor {
  type: TensorType | 'I32';
  shape: number[];
  bytes: number;
}

/** One that can be read as weights. */
export type TensorEntry = StoredTensor & { type: TensorType };

type Located = StoredTensor & { file: FileHandle; offset: number };

/** Far above the header of any real checkpoint; a larger one is a broken or hostile file. */
const HEADER_LIMIT = 100 * 2 ** 20;
/** The same for the index: it takes some hundred bytes a tensor. */
const INDEX_LIMIT = 64 * 2 ** 20;
const INDEX = 'model.safetensors.index.json';
const SINGLE = 'model.safetensors';

/**
 * The tensors of a model folder, in one safetensors file or in shards with an index. Only headers are held in memory.
 * Format: an 8-byte little-endian header length, a JSON header, then the raw tensors.
 */
export class Safetensors {
  readonly #files: FileHandle[];
  readonly #tensors: Map<string, Located>;

  private constructor(files: FileHandle[], tensors: Map<string, Located>) {
    this.#files = files;
    this.#tensors = tensors;
  }

  /** @throws CoppiceError `model-not-found` or `model-invalid` */
  static async open(folder: string): Promise<Safetensors> {
    const files: FileHandle[] = [];
    const tensors: Map<string, Located> = new Map();
    try {
      for (const name of await shardNames(folder)) {
        const path = join(folder, name);
        // A pipe or a device would wait for ever.
        if (!(await stat(path)).isFile()) throw invalid(said`${name} is not a file.`);
        const file = await open(path, 'r');
        files.push(file);
        for (const [tensor, entry] of await readHeader(file, name)) {
          if (tensors.has(tensor)) throw invalid(said`${name} repeats the tensor ${shown(tensor)}.`);
          tensors.set(tensor, { ...entry, file });
        }
      }
      return new Safetensors(files, tensors);
    } catch (error) {
      await Promise.all(files.map((file) => file.close()));
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new CoppiceError(
          'model-not-found',
          said`The model folder ${folder} has no ${SINGLE}, or one of its shards is missing.`,
          said`Give a folder in Hugging Face layout: config.json, tokenizer.json and *.safetensors.`,
          error,
        );
      }
      throw error instanceof CoppiceError ? error : invalid(said`The model folder ${folder} cannot be read.`, error);
    }
  }

  get totalBytes(): number {
    return [...this.#tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get parameters(): number {
    return [...this.#tensors.values()].reduce((sum, { bytes, type }) => sum + bytes / BYTES[type], 0);
  }

  get tensors(): ReadonlyMap<string, StoredTensor> {
    return this.#tensors;
  }

  /** @throws CoppiceError `model-invalid` where the tensor is missing or has another shape */
  entry(name: string, shape: number[]): TensorEntry {
    const found = this.#tensors.get(name);
    if (!found) throw invalid(said`The checkpoint lacks the tensor ${name}.`);
    if (found.shape.join() !== shape.join()) {
      throw invalid(
        said`The checkpoint has ${name} of shape [${found.shape.join(', ')}], expected [${shape.join(', ')}].`,
      );
    }
    const { type } = found;
    if (type === 'I32') throw unsupported(name, type);
    return { ...found, type };
  }

  /** Reads a tensor in pieces of at most `pieceBytes`. */
  async *read(name: string, pieceBytes = 16 * 2 ** 20): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const found = this.#tensors.get(name);
    if (!found) throw invalid(said`The checkpoint lacks the tensor ${name}.`);
    for (let done = 0; done < found.bytes; ) {
      const piece = new Uint8Array(Math.min(pieceBytes, found.bytes - done));
      await readExactly(found.file, piece, found.offset + done, name);
      done += piece.length;
      yield piece;
    }
  }

  /** Columns of a tensor's rows, [rows, count]; one of a single side is one row. */
  async columns(name: string, first: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
    const found = this.#tensors.get(name);
    if (!found) throw invalid(said`The checkpoint lacks the tensor ${name}.`);
    const { file, type, shape, bytes, offset } = found;
    const pitch = BYTES[type] * (shape.at(-1) ?? 1);
    const width = BYTES[type] * count;
    const rows = bytes / pitch;
    const out = new Uint8Array(rows * width);
    if (width === pitch) {
      await readExactly(file, out, offset, name);
      return out;
    }
    for (let row = 0; row < rows; row++) {
      const into = out.subarray(row * width, (row + 1) * width);
      await readExactly(file, into, offset + row * pitch + BYTES[type] * first, name);
    }
    return out;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }
}

async function shardNames(folder: string): Promise<string[]> {
  let text: string;
  try {
    const path = join(folder, INDEX);
    const about = await stat(path);
    if (!about.isFile() || about.size > INDEX_LIMIT)
      throw invalid(said`${INDEX} is not a file of at most ${INDEX_LIMIT} bytes.`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [SINGLE];
    throw error;
  }
  let map: unknown;
  try {
    map = (JSON.parse(text) as { weight_map?: unknown }).weight_map;
  } catch (error) {
    throw invalid(said`${INDEX} is not JSON.`, error);
  }
  if (typeof map !== 'object' || map === null) throw invalid(said`${INDEX} has no weight_map.`);
  const names = [...new Set(Object.values(map))];
  for (const name of names) {
    // The index is untrusted: only plain file names of the same folder are followed.
    if (typeof name !== 'string' || !/^[\w.-]+\.safetensors$/.test(name))
      throw invalid(said`${INDEX} names a file outside the folder.`);
  }
  return names as string[];
}

async function readHeader(file: FileHandle, name: string): Promise<Map<string, StoredTensor & { offset: number }>> {
  const { size } = await file.stat();
  const prefix = new Uint8Array(8);
  await readExactly(file, prefix, 0, name);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length < 2 || length > HEADER_LIMIT || length + 8 > size)
    throw invalid(said`${name} has a header of ${length} bytes in a file of ${size}.`);
  const bytes = new Uint8Array(length);
  await readExactly(file, bytes, 8, name);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(said`${name} has a header that is not JSON.`, error);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw invalid(said`${name} has a header that is not an object.`);

  const tensors = new Map<string, StoredTensor & { offset: number }>();
  for (const [key, raw] of Object.entries(header as Record<string, unknown>)) {
    if (key === '__metadata__') continue;
    const tensor = shown(key);
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (raw ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
    if (!isSizes(shape) || shape.length > 8 || !isSizes(offsets) || offsets.length !== 2)
      throw invalid(said`${name} describes ${tensor} wrongly.`);
    if (!isType(dtype)) throw unsupported(tensor, dtype);
    const [start, end] = offsets as [number, number];
    const expected = shape.reduce((product, side) => product * side, BYTES[dtype]);
    if (end - start !== expected)
      throw invalid(said`${name} gives ${tensor} ${end - start} bytes, its shape needs ${expected}.`);
    if (8 + length + end > size) {
      throw new CoppiceError(
        'model-invalid',
        said`${name} is cut short: ${tensor} ends at byte ${8 + length + end}, the file has ${size}.`,
        said`Download the model again.`,
      );
    }
    tensors.set(key, { type: dtype, shape, bytes: expected, offset: 8 + length + start });
  }
  checkLayout(tensors, 8 + length, size, name);
  return tensors;
}

/** The format allows no holes, so tensors that overlap and bytes that belong to none are signs of damage. */
function checkLayout(
  tensors: Map<string, StoredTensor & { offset: number }>,
  start: number,
  size: number,
  name: string,
): void {
  let end = start;
  for (const { offset, bytes } of [...tensors.values()].sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)) {
    if (offset !== end)
      throw invalid(
        offset < end
          ? said`${name} has tensors that overlap before byte ${offset}.`
          : said`${name} has bytes of no tensor before byte ${offset}.`,
      );
    end += bytes;
  }
  if (end !== size) throw invalid(said`${name} has ${size - end} bytes after its last tensor.`);
}

function isType(dtype: unknown): dtype is StoredTensor['type'] {
  return typeof dtype === 'string' && Object.hasOwn(BYTES, dtype);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

async function readExactly(file: FileHandle, into: Uint8Array, position: number, name: string): Promise<void> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done).catch((error) => {
      throw invalid(said`${name} cannot be read.`, error);
    });
    if (bytesRead === 0) throw invalid(said`${name} ended while it was being read.`);
    done += bytesRead;
  }
}

/** A name from an unchecked file, fit for a message. */
function shown(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}...` : name;
}

function unsupported(tensor: string, dtype: unknown): CoppiceError {
  return new CoppiceError(
    'model-unsupported',
    typeof dtype === 'string'
      ? said`The tensor ${tensor} has the type ${shown(dtype)}.`
      : said`The tensor ${tensor} has no type.`,
    said`Choose a checkpoint in F32, F16 or BF16.`,
  );
}

function invalid(message: Said, cause?: unknown): CoppiceError {
  return new CoppiceError('model-invalid', message, said`Download the model again, or choose another one.`, cause);
}
