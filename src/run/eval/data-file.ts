import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CoppiceError, type ErrorCode } from '../../core/errors.ts';

/** All of HumanEval takes 0.2 MiB; 200 completions for each of its problems take 20. */
const MOST_BYTES = 256 * 1024 ** 2;
const REMEDY = 'Name a UTF-8 file of JSON lines, plain or packed with gzip.';

export interface DataFile {
  text: string;
  /** Of the text, unpacked. */
  sha256: string;
}

/** Reads a text file, unpacked where its first bytes say that it is packed. Throws `file-not-found` and `code`. */
export async function readDataFile(path: string, code: ErrorCode): Promise<DataFile> {
  const invalid = (why: string, cause?: unknown) => new CoppiceError(code, `${path} ${why}.`, REMEDY, cause);
  const tooLarge = () => invalid(`holds more than ${MOST_BYTES / 1024 ** 2} MiB`);
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw tooLarge();
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof CoppiceError) throw cause;
    throw new CoppiceError('file-not-found', `${path} can not be read.`, 'Check the path and its permissions.', cause);
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
      throw invalid('is packed with gzip and damaged', cause);
    }
  }
  if (!isUtf8(bytes)) throw invalid('is not UTF-8 text');
  return { text: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') };
}
