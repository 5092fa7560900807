import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { GGMLQuantizationType } from '@huggingface/gguf';
import { CoppiceError } from '../../../core/errors.ts';
import { type Said, said } from '../../../core/said.ts';
import type { TensorType } from '../safetensors.ts';
import { BLOCK_TYPES, type BlockType } from './block-types.ts';
import { type GgufHeader, readHeader, type TensorInfo } from './header.ts';
import { Metadata } from './metadata.ts';
import { ggufName } from './names.ts';

/** Types whose elements lie side by side, as in any checkpoint. */
const PLAIN_TYPES: Record<number, { type: TensorType; bytes: number }> = {
  0: { type: 'F32', bytes: 4 },
  1: { type: 'F16', bytes: 2 },
  30: { type: 'BF16', bytes: 2 },
};

/** How a tensor is stored: plainly, or in blocks. */
type Storage = { type: TensorType; bytes: number } | BlockType;

interface Stored {
  /** As checkpoints have it: rows first. */
  shape: number[];
  storage: Storage;
  offset: number;
  bytes: number;
}

/** Architectures of llama.cpp whose heads turn neighbours. */
const INTERLEAVED = ['llama', 'granite'];
/** Bytes of a piece, about. */
const PIECE = 8 * 2 ** 20;
const MOST_ELEMENTS = 2 ** 40;
/** Bytes of a vector that is read whole. */
const MOST_VECTOR = 2 ** 20;

/**
 * The tensors of a GGUF file under the names that Hugging Face checkpoints have. Only what precedes the tensors is held in memory.
 */
export class GgufFile {
  readonly metadata: Metadata;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #tensors: Map<string, Stored>;
  /** Rows of a head of q and k lie with its halves interleaved: llama.cpp turns neighbours where checkpoints turn halves. */
  readonly #interleaved: { q: number; k: number } | undefined;

  private constructor(
    path: string,
    file: FileHandle,
    metadata: Metadata,
    tensors: Map<string, Stored>,
    interleaved: { q: number; k: number } | undefined,
  ) {
    this.#path = path;
    this.#file = file;
    this.metadata = metadata;
    this.#tensors = tensors;
    this.#interleaved = interleaved;
  }

  /** @throws CoppiceError `model-not-found`, `model-invalid` or `model-unsupported` */
  static async open(path: string): Promise<GgufFile> {
    const about = await stat(path).catch(() => undefined);
    // A pipe or a device would wait for ever.
    if (!about?.isFile()) throw notThere(path);
    const file = await opened(path);
    try {
      return await GgufFile.#read(path, file, about.size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  static async #read(path: string, file: FileHandle, fileBytes: number): Promise<GgufFile> {
    const name = basename(path);
    let header: GgufHeader;
    try {
      header = await readHeader(file, fileBytes);
    } catch (error) {
      throw new Metadata(new Map(), name).invalid(said`${name} is not a GGUF file that can be read.`, error);
    }
    const metadata = new Metadata(header.metadata, name);
    if ((metadata.number('split.count') ?? 1) > 1) {
      throw new CoppiceError(
        'model-unsupported',
        said`${name} is one part of several.`,
        said`Join the parts with llama-gguf-split --merge.`,
      );
    }
    const tensors = new Map<string, Stored>();
    for (const info of header.tensors) {
      if (tensors.has(info.name))
        throw metadata.invalid(said`${metadata.file} has the tensor ${info.name.slice(0, 80)} twice.`);
      tensors.set(info.name, storedOf(info, header.dataOffset, fileBytes, metadata, name));
    }
    const arch = metadata.text('general.architecture') ?? '';
    const heads = metadata.number(`${arch}.attention.head_count`);
    const interleaved =
      INTERLEAVED.includes(arch) && heads !== undefined
        ? { q: heads, k: metadata.number(`${arch}.attention.head_count_kv`) ?? heads }
        : undefined;
    return new GgufFile(path, file, metadata, tensors, interleaved);
  }

  /** The same file once more, to read tensors from: what precedes them is not read again, and its texts are not kept. */
  async reopen(): Promise<GgufFile> {
    const nothing = new Metadata(new Map(), basename(this.#path));
    return new GgufFile(this.#path, await opened(this.#path), nothing, this.#tensors, this.#interleaved);
  }

  get totalBytes(): number {
    return [...this.#tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get parameters(): number {
    return [...this.#tensors.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1),
      0,
    );
  }

  /** The type that holds most of the bytes. */
  get dtype(): string {
    const bytes = new Map<string, number>();
    for (const { storage, bytes: own } of this.#tensors.values()) {
      const name = 'name' in storage ? storage.name : storage.type;
      bytes.set(name, (bytes.get(name) ?? 0) + own);
    }
    return [...bytes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'F32';
  }

  has(name: string): boolean {
    return this.#tensors.has(ggufName(name) ?? '');
  }

  /** The first side of a tensor; undefined where it is not there. */
  rowsOf(name: string): number | undefined {
    return this.#tensors.get(ggufName(name) ?? '')?.shape[0];
  }

  /** @throws CoppiceError `model-invalid` where the tensor is missing or has another shape */
  entry(name: string, shape: number[]): { type: TensorType; blocks?: BlockType } {
    const { shape: found, storage } = this.#stored(name);
    if (found.join() !== shape.join()) {
      throw this.metadata.invalid(
        said`${this.metadata.file} has ${ggufName(name) ?? name} of shape [${found.join(', ')}], expected [${shape.join(', ')}].`,
      );
    }
    return 'elements' in storage ? { type: 'F16', blocks: storage } : { type: storage.type };
  }

  /** A tensor's bytes as they are stored, in pieces of whole rows. @throws CoppiceError `model-invalid` */
  async *read(name: string, pieceBytes = PIECE): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { shape, offset, bytes } = this.#stored(name);
    const heads = this.#headsOf(name);
    // A bias has one element for each row of its matrix; any other vector is one row.
    const units = shape.length > 1 || heads !== undefined ? shape[0]! : 1;
    const unitBytes = bytes / units;
    const together = heads === undefined ? 1 : units / heads;
    if (!Number.isInteger(together) || !Number.isInteger(unitBytes))
      throw this.metadata.invalid(said`${this.metadata.file} has an odd shape for ${name}.`);
    const atOnce = Math.max(1, Math.floor(pieceBytes / unitBytes / together)) * together;
    for (let first = 0; first < units; first += atOnce) {
      const count = Math.min(atOnce, units - first);
      const raw = await this.#bytes(offset + first * unitBytes, count * unitBytes, name);
      yield heads === undefined ? raw : parted(raw, together, unitBytes);
    }
  }

  /** A small vector by its name in the file, which no checkpoint has; undefined where it is not there. */
  async vector(tensor: string): Promise<Float32Array | undefined> {
    const stored = this.#tensors.get(tensor);
    if (!stored) return undefined;
    const { shape, storage, offset, bytes } = stored;
    if (shape.length !== 1 || bytes > MOST_VECTOR || 'elements' in storage || storage.type !== 'F32') {
      throw this.metadata.invalid(said`${this.metadata.file} has ${tensor} in an odd shape or type.`);
    }
    return new Float32Array((await this.#bytes(offset, bytes, tensor)).buffer);
  }

  async dispose(): Promise<void> {
    await this.#file.close();
  }

  #headsOf(name: string): number | undefined {
    const part = /\.self_attn\.([qk])_proj\.(?:weight|bias)$/.exec(name)?.[1] as 'q' | 'k' | undefined;
    return part && this.#interleaved?.[part];
  }

  #stored(name: string): Stored {
    const stored = this.#tensors.get(ggufName(name) ?? '');
    if (!stored) throw this.metadata.invalid(said`${this.metadata.file} lacks the tensor ${ggufName(name) ?? name}.`);
    return stored;
  }

  async #bytes(position: number, length: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
    const into = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#file.read(into, done, length - done, position + done);
      if (bytesRead === 0) throw this.metadata.invalid(said`${this.metadata.file} ends in the tensor ${name}.`);
      done += bytesRead;
    }
    return into;
  }
}

/** @throws CoppiceError `model-not-found` */
function opened(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((error: unknown) => {
    throw notThere(path, error);
  });
}

/** Where a tensor is in a file of so many bytes, and how it is stored. */
function storedOf(
  { name, sides, type, offset }: TensorInfo,
  dataOffset: number,
  fileBytes: number,
  metadata: Metadata,
  file: string,
): Stored {
  const storage: Storage | undefined = PLAIN_TYPES[type] ?? BLOCK_TYPES[type];
  if (!storage) throw unsupported(file, GGMLQuantizationType[type] ?? said`type ${type}`);
  const shape = sides.toReversed();
  const elements = shape.reduce((product, side) => product * side, 1);
  const each = 'elements' in storage ? storage.elements : 1;
  const bytes = (elements / each) * storage.bytes;
  const at = dataOffset + offset;
  const isWhole = Number.isSafeInteger(at) && elements > 0 && elements <= MOST_ELEMENTS && shape.at(-1)! % each === 0;
  if (!isWhole || at + bytes > fileBytes) {
    throw metadata.invalid(said`${metadata.file} has the tensor ${name.slice(0, 80)} outside of the file.`);
  }
  return { shape, storage, offset: at, bytes };
}

function notThere(path: string, cause?: unknown): CoppiceError {
  return new CoppiceError(
    'model-not-found',
    said`There is no model file ${path}.`,
    said`Name a .gguf file or a model folder.`,
    cause,
  );
}

function unsupported(file: string, type: string | Said): CoppiceError {
  const known = [
    ...Object.values(PLAIN_TYPES).map(({ type }) => type),
    ...Object.values(BLOCK_TYPES).map(({ name }) => name),
  ];
  return new CoppiceError(
    'model-unsupported',
    said`${file} has weights of the type ${type}, which is not supported.`,
    said`Choose a file whose weights are ${known.join(', ')}; the usual choice is Q4_K_M.`,
  );
}

/** Rows of heads of `together` rows each, whose two halves are interleaved, with the first half before the second. */
function parted(rows: Uint8Array<ArrayBuffer>, together: number, rowBytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rows.length);
  const half = together / 2;
  for (let row = 0; row < rows.length / rowBytes; row++) {
    const within = row % together;
    const to = row - within + (within % 2) * half + Math.floor(within / 2);
    out.set(rows.subarray(row * rowBytes, (row + 1) * rowBytes), to * rowBytes);
  }
  return out;
}
