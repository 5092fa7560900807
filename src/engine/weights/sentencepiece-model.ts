import { pieceDefinition } from './sentencepiece.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';

/** `TrainerSpec.ModelType` that is byte-pair encoding. */
const BYTE_PAIRS = 2;

/**
 * What `tokenizer.json` would say, from a `tokenizer.model`: SentencePiece's `ModelProto`, in protocol buffers.
 * @throws Error where it is damaged or of a kind that is not supported
 */
export function sentencePieceDefinition(bytes: Buffer): TokenizerDefinition {
  const tokens: string[] = [];
  const scores: number[] = [];
  const types: number[] = [];
  let kind = 1;
  let start = 1;
  let hasPrefix = true;
  let trims = true;
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) {
      const piece = messageOf(value);
      tokens.push(asBytes(piece.get(1)).toString());
      scores.push(asBytes(piece.get(2) ?? Buffer.alloc(4)).readFloatLE());
      types.push(asNumber(piece.get(3) ?? 1));
    }
    if (field === 2) {
      const trainer = messageOf(value);
      kind = asNumber(trainer.get(3) ?? kind);
      start = asNumber(trainer.get(41) ?? start);
    }
    if (field === 3) {
      const normalizer = messageOf(value);
      if (asBytes(normalizer.get(2) ?? Buffer.alloc(0)).length > 0)
        throw new Error('normalising text is not supported');
      hasPrefix = asNumber(normalizer.get(3) ?? 1) !== 0;
      trims = asNumber(normalizer.get(4) ?? 1) !== 0;
    }
  }
  if (kind !== BYTE_PAIRS) throw new Error('only byte-pair encoding is supported');
  if (trims) throw new Error('taking away white space is not supported');
  return pieceDefinition({ tokens, types, start, starts: true }, { scores }, hasPrefix);
}

/** A message in a field, by the numbers of its own fields; of two with the same the later one counts. */
function messageOf(value: number | Buffer): Map<number, number | Buffer> {
  return new Map(Array.from(fieldsOf(asBytes(value)), ({ field, value }) => [field, value]));
}

interface Field {
  field: number;
  value: number | Buffer;
}

/** The fields of a message in their order. */
function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const take = (length: number) => {
    if (length > bytes.length - at) throw new Error('it ends too soon');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = () => {
    // Numbers above 2^53 are negative ones, which nothing here asks for.
    for (let value = 0, scale = 1, i = 0; i < 10; i++, scale *= 128) {
      const byte = take(1)[0]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Error('a number is too long');
  };
  while (at < bytes.length) {
    const tag = number();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { field, value: number() };
    else if (wire === 1) yield { field, value: take(8) };
    else if (wire === 2) yield { field, value: take(number()) };
    else if (wire === 5) yield { field, value: take(4) };
    else throw new Error('a field is of an unknown kind');
  }
}

function asBytes(value: number | Buffer | undefined): Buffer {
  if (!(value instanceof Buffer)) throw new Error('a field is not of bytes');
  return value;
}

function asNumber(value: number | Buffer): number {
  if (typeof value !== 'number') throw new Error('a field is not a number');
  return value;
}
