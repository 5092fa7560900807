import type { FileHandle } from 'node:fs/promises';
import { GGUFValueType as Type } from '@huggingface/gguf';

/** What precedes the tensors of a GGUF file. */
export interface GgufHeader {
  metadata: Map<string, unknown>;
  tensors: TensorInfo[];
  /** Where the first tensor begins: offsets of tensors count from here. */
  dataOffset: number;
}

export interface TensorInfo {
  name: string;
  /** The innermost side first. */
  sides: number[];
  /** As ggml numbers its types. */
  type: number;
  offset: number;
}

const MAGIC = 0x46554747;
const VERSIONS = [2, 3];
const DEFAULT_ALIGNMENT = 32;
/** Read at once: the vocabularies of today, with their merges, take 3 to 13 MB. */
const FIRST_BYTES = 16 * 2 ** 20;
const MOST_BYTES = 4 * FIRST_BYTES;
const MOST_ENTRIES = 100_000;
const MOST_TENSORS = 100_000;
const MOST_SIDES = 4;
/** Of all arrays together; a vocabulary of 262,144 tokens with its merges has 1.3 million. */
const MOST_ELEMENTS = 4_000_000;
const MOST_DEPTH = 4;

/**
 * Reads a header in one pass. `@huggingface/gguf` reads a value again from its start after each 2 MB of the file, and takes 3.7 s
 * of the processor for a vocabulary of 262,144 tokens: tests hold this reader against it.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws Error that says what is wrong with the file
 */
export async function readHeader(file: FileHandle, fileBytes: number): Promise<GgufHeader> {
  for (const most of [FIRST_BYTES, MOST_BYTES]) {
    const bytes = Buffer.alloc(Math.min(most, fileBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    try {
      return parse(bytes.subarray(0, bytesRead));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (most >= fileBytes) throw new Error('It ends before its tensors.', { cause: error });
    }
  }
  throw new Error(`What precedes its tensors is more than ${MOST_BYTES / 2 ** 20} MiB.`);
}

/** @throws RangeError where the header goes on behind the bytes, Error where it is wrong */
function parse(bytes: Buffer): GgufHeader {
  const reader = new Reader(bytes);
  if (reader.u32() !== MAGIC) throw new Error('It does not begin with GGUF.');
  const version = reader.u32();
  if (!VERSIONS.includes(version)) throw new Error(`Its version is ${version}; ${VERSIONS.join(' and ')} are read.`);
  const tensorCount = bounded(reader.u64(), MOST_TENSORS, 'tensors');
  const entryCount = bounded(reader.u64(), MOST_ENTRIES, 'entries of metadata');

  const metadata = new Map<string, unknown>();
  for (let i = 0; i < entryCount; i++) {
    const key = reader.text();
    if (metadata.has(key)) throw new Error(`It has ${key.slice(0, 80)} twice.`);
    metadata.set(key, reader.value(reader.u32()));
  }

  const tensors: TensorInfo[] = [];
  for (let i = 0; i < tensorCount; i++) {
    const name = reader.text();
    const sides = Array.from({ length: bounded(reader.u32(), MOST_SIDES, 'sides in one tensor') }, () => reader.u64());
    tensors.push({ name, sides, type: reader.u32(), offset: reader.u64() });
  }

  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 1) {
    throw new Error('Its general.alignment is no whole number above zero.');
  }
  return { metadata, tensors, dataOffset: Math.ceil(reader.at / alignment) * alignment };
}

/** Walks through little-endian bytes; each read throws a RangeError where they end. */
class Reader {
  at = 0;
  readonly #bytes: Buffer;
  #elements = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#pass(4));
  }

  /** Above 2 ** 53 the nearest number: nothing that large is right anywhere in a header. */
  u64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#pass(8)));
  }

  text(): string {
    const length = this.u64();
    if (length > this.#bytes.length - this.at) throw new RangeError('a text goes on behind the bytes');
    const from = this.#pass(length);
    return this.#bytes.toString('utf8', from, this.at);
  }

  /** A value of a type of GGUF: numbers, flags, texts, and lists of these or of lists. */
  value(type: number, depth = 0): unknown {
    const bytes = this.#bytes;
    switch (type) {
      case Type.UINT8:
        return bytes.readUInt8(this.#pass(1));
      case Type.INT8:
        return bytes.readInt8(this.#pass(1));
      case Type.UINT16:
        return bytes.readUInt16LE(this.#pass(2));
      case Type.INT16:
        return bytes.readInt16LE(this.#pass(2));
      case Type.UINT32:
        return this.u32();
      case Type.INT32:
        return bytes.readInt32LE(this.#pass(4));
      case Type.FLOAT32:
        return bytes.readFloatLE(this.#pass(4));
      case Type.BOOL:
        return bytes.readUInt8(this.#pass(1)) !== 0;
      case Type.STRING:
        return this.text();
      case Type.ARRAY:
        return this.#list(depth);
      case Type.UINT64:
        return this.u64();
      case Type.INT64:
        return Number(bytes.readBigInt64LE(this.#pass(8)));
      case Type.FLOAT64:
        return bytes.readDoubleLE(this.#pass(8));
      default:
        throw new Error(`It has metadata of the unknown type ${type}.`);
    }
  }

  #list(depth: number): unknown[] {
    if (depth === MOST_DEPTH) throw new Error(`It has lists within more than ${MOST_DEPTH} lists.`);
    const type = this.u32();
    const length = this.u64();
    this.#elements = bounded(this.#elements + length, MOST_ELEMENTS, 'elements of lists');
    const values: unknown[] = [];
    for (let i = 0; i < length; i++) values.push(this.value(type, depth + 1));
    return values;
  }

  #pass(bytes: number): number {
    const from = this.at;
    this.at += bytes;
    return from;
  }
}

function bounded(count: number, most: number, what: string): number {
  if (count > most) throw new Error(`It has ${count} ${what}; ${most} at most are read.`);
  return count;
}
