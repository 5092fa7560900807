import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gguf, serializeGgufMetadata, GGUFValueType as Type } from '@huggingface/gguf';
import fc from 'fast-check';
import { type GgufHeader, readHeader } from '../../../../src/engine/weights/gguf/header.ts';
import { ggufHead, type MetadataEntry } from '../gguf-files.ts';
import { folderWith } from '../model-files.ts';

/** The library takes a byte order mark away where a text begins with it. */
const isKept = (text: string) => !text.startsWith('\ufeff');
/** Values of each type that a list can have. */
const VALUES: [Type, fc.Arbitrary<unknown>][] = [
  [Type.UINT8, fc.integer({ min: 0, max: 0xff })],
  [Type.INT8, fc.integer({ min: -0x80, max: 0x7f })],
  [Type.UINT16, fc.integer({ min: 0, max: 0xffff })],
  [Type.INT16, fc.integer({ min: -0x8000, max: 0x7fff })],
  [Type.UINT32, fc.nat(0xffffffff)],
  [Type.INT32, fc.integer()],
  [Type.UINT64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [Type.INT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [Type.FLOAT32, fc.float({ noNaN: true })],
  [Type.FLOAT64, fc.double({ noNaN: true })],
  [Type.BOOL, fc.boolean()],
  [Type.STRING, fc.string({ unit: 'binary', maxLength: 60 }).filter(isKept)],
];

/** What the library has in the place of entries. */
const RESERVED = ['version', 'tensor_count', 'kv_count', '__proto__'];
// The library has no way to write a list of the type 0.
const LISTED = VALUES.filter(([type]) => type !== Type.UINT8);
const entry = fc.oneof(
  ...VALUES.map(([type, value]) => value.map((value) => ({ type, value }))),
  ...LISTED.map(([subType, value]) =>
    fc.array(value, { maxLength: 40 }).map((value) => ({ type: Type.ARRAY, subType, value })),
  ),
);
const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => isKept(key) && !RESERVED.includes(key));
const entries = fc.dictionary(key, entry, { maxKeys: 30, noNullPrototype: true });

async function header(bytes: Uint8Array): Promise<GgufHeader> {
  const path = join(folderWith({ 'm.gguf': bytes }), 'm.gguf');
  await using file = await open(path);
  return await readHeader(file, bytes.length);
}

/** 64-bit numbers as the nearest that JavaScript calculates with. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === 'bigint' ? Number(value) : value;
}

test('what @huggingface/gguf writes is read as it reads it itself', () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(2, 3), entries, async (version, metadata) => {
      const bytes = serializeGgufMetadata({
        version: { value: version, type: Type.UINT32 },
        tensor_count: { value: 0n, type: Type.UINT64 },
        kv_count: { value: BigInt(Object.keys(metadata).length), type: Type.UINT64 },
        ...(metadata as object),
      } as Parameters<typeof serializeGgufMetadata>[0]);
      const path = join(folderWith({ 'm.gguf': bytes }), 'm.gguf');
      const theirs = await gguf(path, { allowLocalFile: true });
      const ours = await header(bytes);
      const { version: _, tensor_count, kv_count, ...values } = theirs.metadata as Record<string, unknown>;
      assert.deepEqual(
        Object.fromEntries(ours.metadata),
        Object.fromEntries(Object.entries(values).map(([k, v]) => [k, rounded(v)])),
      );
      assert.equal(ours.dataOffset, Number(theirs.tensorDataOffset));
    }),
    { numRuns: 60 },
  ));

const tokens = Array.from({ length: 262_144 }, (_, id) => `token ${id}`);
const merges = Array.from({ length: 514_906 }, (_, rank) => `${rank} ${rank}`);
const large: Record<string, MetadataEntry> = { tokens: ['texts', tokens], merges: ['texts', merges] };

test('a vocabulary of 262,144 tokens is read whole, from behind the first piece too', async () => {
  const before: MetadataEntry = ['text', 'x'.repeat(10 * 2 ** 20)];
  const bytes = ggufHead({ before, ...large }, { last: { sides: [3, 2], type: 1, bytes: 12 } });
  assert.ok(bytes.length > 16 * 2 ** 20);
  const { metadata, tensors, dataOffset } = await header(bytes);
  assert.deepEqual(metadata.get('tokens'), tokens);
  assert.deepEqual(metadata.get('merges'), merges);
  assert.deepEqual(tensors, [{ name: 'last', sides: [3, 2], type: 1, offset: 0 }]);
  assert.equal(dataOffset, bytes.length);
});

test('a text that begins with a byte order mark keeps it', async () => {
  const { metadata } = await header(ggufHead({ mark: ['texts', ['\ufeff', '\ufeffa']] }, {}));
  assert.deepEqual(metadata.get('mark'), ['\ufeff', '\ufeffa']);
});

const plain = () => Buffer.from(ggufHead({ a: ['texts', ['x', 'y']] }, { t: { sides: [4], type: 0, bytes: 16 } }));
/** Where the number of the list's elements is: behind magic, version, counts, key, and two types. */
const COUNT_AT = 4 + 4 + 8 + 8 + (8 + 1) + 4 + 4;
const faults: [name: string, message: RegExp, make: () => Uint8Array][] = [
  ['nothing', /ends before/, () => new Uint8Array()],
  ['other bytes', /begin with GGUF/, () => Buffer.from('a text of some kind')],
  ['version 1', /version is 1/, () => changed((bytes) => bytes.writeUInt32LE(1, 4))],
  ['big-endian numbers', /version is 50331648/, () => changed((bytes) => bytes.writeUInt32BE(3, 4))],
  [
    'a list longer than the file',
    /ends before/,
    () => changed((bytes) => bytes.writeBigUInt64LE(1_000_000n, COUNT_AT)),
  ],
  [
    'a list of 2 ** 40 texts',
    /elements of lists/,
    () => changed((bytes) => bytes.writeBigUInt64LE(2n ** 40n, COUNT_AT)),
  ],
  ['a text of 2 ** 64 - 1 bytes', /ends before/, () => changed((bytes) => bytes.writeBigUInt64LE(2n ** 64n - 1n, 24))],
  ['an unknown type', /unknown type 13/, () => changed((bytes) => bytes.writeUInt32LE(13, COUNT_AT - 4))],
  ['a key twice', /twice/, () => twice()],
  ['lists in lists in lists', /more than 4 lists/, () => nested(9)],
  ['an alignment of nothing', /alignment/, () => ggufHead({ 'general.alignment': ['u32', 0] }, {})],
  [
    'a tensor of five sides',
    /sides in one tensor/,
    () => ggufHead({}, { t: { sides: [1, 1, 1, 1, 1], type: 0, bytes: 4 } }),
  ],
];

function changed(change: (bytes: Buffer) => void): Uint8Array {
  const bytes = plain();
  change(bytes);
  return bytes;
}

function twice(): Uint8Array {
  const bytes = Buffer.from(ggufHead({ a: ['u32', 1], b: ['u32', 1] }, {}));
  bytes[bytes.indexOf('b', 24)] = 0x61;
  return bytes;
}

function nested(depth: number): Uint8Array {
  const bytes = Buffer.alloc(4 + 4 + 8 + 8 + (8 + 1) + 4 + 12 * depth);
  bytes.write('GGUF');
  bytes.writeUInt32LE(3, 4);
  bytes.writeBigUInt64LE(1n, 16);
  bytes.writeBigUInt64LE(1n, 24);
  bytes.write('a', 32);
  bytes.writeUInt32LE(Type.ARRAY, 33);
  for (let level = 0; level < depth; level++) {
    bytes.writeUInt32LE(Type.ARRAY, 37 + 12 * level);
    bytes.writeBigUInt64LE(1n, 41 + 12 * level);
  }
  return bytes;
}

for (const [name, message, make] of faults) {
  test(`${name} is an error that says so`, () => assert.rejects(header(make()), { name: 'Error', message }));
}

test('a header of empty texts and nothing else is refused soon, however long the file', async () => {
  const bytes = Buffer.concat([plain().subarray(0, COUNT_AT), Buffer.alloc(80 * 2 ** 20)]);
  bytes.writeBigUInt64LE(4_000_000n, COUNT_AT);
  bytes.writeBigUInt64LE(99_999n, 16);
  const start = process.cpuUsage();
  await assert.rejects(header(bytes), { name: 'Error' });
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 2_000_000, `${user + system} us of the processor`);
});
