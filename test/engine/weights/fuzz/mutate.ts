import { below } from '../../random-numbers.ts';
import { HOSTILE_VALUES, hostileText } from '../hostile.ts';

/** Numbers that lengths, counts and offsets break at. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];
/** Where most of what a parser looks at is; the first words hold lengths and counts. */
const HEAD = 8192;
const FIRST_WORDS = 8;
const MOST_CHANGES = 4;

/** The file with something changed: bytes, whole numbers, stretches, or, where it is JSON or has a header of it, members. */
export function mutated(file: Uint8Array, random: () => number): Uint8Array {
  const json = random() < 0.6 ? jsonIn(file) : undefined;
  if (json) return json.whole(tamperedText(json.value, random));
  let bytes = Buffer.from(file);
  for (let change = 0; change <= below(random, MOST_CHANGES); change++) bytes = changed(bytes, random);
  return bytes;
}

function changed(bytes: Buffer<ArrayBuffer>, random: () => number): Buffer<ArrayBuffer> {
  if (bytes.length < 16) return bytes;
  const at =
    random() < 0.1
      ? 4 * below(random, Math.min(FIRST_WORDS, (bytes.length >> 2) - 2))
      : below(random, Math.min(bytes.length - 8, random() < 0.9 ? HEAD : bytes.length));
  const edge = EDGES[below(random, EDGES.length)]!;
  const length = 1 + below(random, 64);
  switch (below(random, 8)) {
    case 0:
      return bytes.subarray(0, below(random, bytes.length));
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 3:
      bytes.writeBigUInt64LE(edge, at);
      return bytes;
    case 4:
      bytes.writeUInt32LE(Number(edge & 0xffffffffn), at);
      return bytes;
    default:
      bytes[at] = below(random, 256);
      return bytes;
  }
}

/** The JSON of a file, or of the header of a safetensors file, and the file with another one in its place. */
function jsonIn(file: Uint8Array): { value: unknown; whole(text: string): Uint8Array } | undefined {
  const bytes = Buffer.from(file);
  const headed = bytes.length > 8 && bytes[8] === 0x7b;
  const length = headed ? Number(bytes.readBigUInt64LE()) : 0;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', headed ? 8 : 0, headed ? 8 + length : undefined));
    return {
      value,
      whole(text) {
        if (!headed) return Buffer.from(text);
        const header = Buffer.from(text);
        const prefix = Buffer.alloc(8);
        prefix.writeBigUInt64LE(BigInt(header.length));
        return Buffer.concat([prefix, header, bytes.subarray(8 + length)]);
      },
    };
  } catch {
    return undefined;
  }
}

/** JSON text of the value with a member or two replaced by something hostile, by another member, or taken away. */
function tamperedText(value: unknown, random: () => number): string {
  const copy = structuredClone(value);
  for (let change = 0; change <= below(random, 2); change++) {
    const place = memberOf(copy, random);
    if (!place) break;
    const other = memberOf(copy, random);
    const choice = random();
    if (choice < 0.15 && !Array.isArray(place.of)) delete place.of[place.key];
    else if (choice < 0.35 && other) place.of[place.key] = structuredClone(other.of[other.key]);
    else if (choice < 0.5 && typeof place.of[place.key] === 'number') {
      place.of[place.key] = Number(EDGES[below(random, EDGES.length)]!) * (random() < 0.2 ? -1 : 1);
    } else place.of[place.key] = structuredClone(HOSTILE_VALUES[below(random, HOSTILE_VALUES.length)]);
  }
  return hostileText(copy);
}

/** A member somewhere inside, each level as likely as the next. */
function memberOf(value: unknown, random: () => number): { of: Record<string, unknown>; key: string } | undefined {
  let place: { of: Record<string, unknown>; key: string } | undefined;
  for (let at = value; typeof at === 'object' && at !== null; ) {
    const keys = Object.keys(at);
    if (keys.length === 0 || (place && random() < 0.3)) break;
    place = { of: at as Record<string, unknown>, key: keys[below(random, keys.length)]! };
    at = place.of[place.key];
  }
  return place;
}
