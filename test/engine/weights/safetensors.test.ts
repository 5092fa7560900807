import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Safetensors } from '../../../src/engine/weights/safetensors.ts';
import { damaged, HOSTILE_VALUES, hostileText, tampered } from './hostile.ts';
import { encode, folderWith, safetensors, type Tensor, withHeader } from './model-files.ts';
import { allowed, assertRefused } from './refusal.ts';

const TENSORS: Record<string, Tensor> = {
  first: { dtype: 'F32', shape: [2, 4], data: encode([1, 2, 3, 4, 5, 6, 7, 8], 'F32') },
  second: { dtype: 'F16', shape: [3], data: encode([0.5, -1, 2], 'F16') },
  third: { dtype: 'BF16', shape: [1, 1, 2], data: encode([1.5, -3], 'BF16') },
};
const VALID = safetensors(TENSORS);
const DATA = new Uint8Array(32);
const F32_OF_8 = { dtype: 'F32', shape: [8], data_offsets: [0, 32] };
const folder = folderWith({});

/** Opens a file of these bytes and reads every tensor that it may have. */
async function readAll(bytes: Uint8Array, names = Object.keys(TENSORS)): Promise<void> {
  writeFileSync(join(folder, 'model.safetensors'), bytes);
  const file = await Safetensors.open(folder);
  try {
    for (const name of names) {
      const stored = file.tensors.get(name);
      if (!stored) continue;
      file.entry(name, stored.shape);
      for await (const piece of file.read(name)) assert.ok(piece.length <= bytes.length);
    }
  } finally {
    await file.dispose();
  }
}

async function contentOf(file: Safetensors, name: string, pieceBytes?: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read(name, pieceBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a good checkpoint', () => {
  test('gives back every tensor, in pieces of any size', async () => {
    const file = await Safetensors.open(folderWith({ 'model.safetensors': VALID }));
    assert.equal(file.totalBytes, 42);
    assert.equal(file.parameters, 13);
    const pieceBytes = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(TENSORS)), pieceBytes, async (name, size) => {
        const { dtype, shape, data } = TENSORS[name]!;
        assert.deepEqual(file.entry(name, shape), { ...file.entry(name, shape), type: dtype, bytes: data.length });
        assert.deepEqual(await contentOf(file, name, size), Buffer.from(data));
      }),
    );
    await file.dispose();
  });

  test('may lie in shards that an index names', async () => {
    const { first, second, third } = TENSORS as { first: Tensor; second: Tensor; third: Tensor };
    const shards = folderWith({
      'a-1.safetensors': safetensors({ first }),
      'a-2.safetensors': safetensors({ second, third }),
      'model.safetensors.index.json': JSON.stringify({
        weight_map: { first: 'a-1.safetensors', second: 'a-2.safetensors', third: 'a-2.safetensors' },
      }),
    });
    const file = await Safetensors.open(shards);
    for (const [name, { data }] of Object.entries(TENSORS)) {
      assert.deepEqual(await contentOf(file, name), Buffer.from(data));
    }
    await file.dispose();
  });

  test('refuses a tensor that is missing or has another shape', async () => {
    const file = await Safetensors.open(folderWith({ 'model.safetensors': VALID }));
    await assertRefused(() => file.entry('fourth', [1]), 'model-invalid');
    for (const shape of [[8], [4, 2], [2, 4, 1], []]) {
      await assertRefused(() => file.entry('first', shape), 'model-invalid');
    }
    await assertRefused(() => contentOf(file, 'fourth'), 'model-invalid');
    await file.dispose();
  });
});

describe('a broken file is refused', () => {
  test('when it is cut anywhere', async () => {
    for (let size = 0; size < VALID.length; size++) {
      await assertRefused(() => readAll(VALID.subarray(0, size)), 'model-invalid');
    }
    await readAll(VALID);
  });

  const lengths = [0n, 1n, 25n, 10_000n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  for (const length of lengths) {
    test(`when its header claims ${length} bytes`, async () => {
      await assertRefused(() => readAll(withHeader({ first: F32_OF_8 }, DATA, length)), 'model-invalid');
    });
  }

  const headers: Record<string, unknown> = {
    'not JSON': '{first',
    'two values': '{} {}',
    NaN: '{"first": {"dtype": "F32", "shape": [NaN], "data_offsets": [0, 32]}}',
    'not UTF-8': Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    'an array': [F32_OF_8],
    null: 'null',
    'a number': '17',
    'a text': '"first"',
  };
  for (const [what, header] of Object.entries(headers)) {
    test(`when its header is ${what}`, async () => {
      await assertRefused(() => readAll(withHeader(header, DATA)), 'model-invalid');
    });
  }

  const entries: Record<string, unknown> = {
    'is null': null,
    'is a number': 3,
    'has no shape': { dtype: 'F32', data_offsets: [0, 32] },
    'has no offsets': { dtype: 'F32', shape: [8] },
    'has one offset': { ...F32_OF_8, data_offsets: [32] },
    'has three offsets': { ...F32_OF_8, data_offsets: [0, 16, 32] },
    'starts before the data': { ...F32_OF_8, data_offsets: [-32, 0] },
    'ends before it starts': { ...F32_OF_8, data_offsets: [32, 0] },
    'ends after the file': { ...F32_OF_8, shape: [9], data_offsets: [0, 36] },
    'lies far behind the file': { ...F32_OF_8, data_offsets: [2 ** 50, 2 ** 50 + 32] },
    'has offsets that no number holds': { ...F32_OF_8, data_offsets: [0, 1e300] },
    'has offsets between bytes': { ...F32_OF_8, data_offsets: [0.5, 32.5] },
    'has a negative side': { ...F32_OF_8, shape: [-2, -4] },
    'has a fractional side': { ...F32_OF_8, shape: [1.5] },
    'has more bytes than its shape': { ...F32_OF_8, shape: [7] },
    'has fewer bytes than its shape': { ...F32_OF_8, shape: [9] },
    'has a shape whose product overflows': { ...F32_OF_8, shape: Array(8).fill(2 ** 52) },
    'has too many sides': { ...F32_OF_8, shape: [8, 1, 1, 1, 1, 1, 1, 1, 1] },
  };
  for (const [what, entry] of Object.entries(entries)) {
    test(`when a tensor ${what}`, async () => {
      await assertRefused(() => readAll(withHeader({ first: entry }, DATA)), 'model-invalid');
    });
  }

  for (const dtype of ['F64', 'I32', 'F8_E4M3', 'f32', '', undefined, 32, null, { toString: 1 }]) {
    test(`when a tensor has the type ${JSON.stringify(dtype)}`, async () => {
      await assertRefused(() => readAll(withHeader({ first: { ...F32_OF_8, dtype } }, DATA)), 'model-unsupported');
    });
  }

  const half = (start: number, length = 16) => ({
    dtype: 'F32',
    shape: [length / 4],
    data_offsets: [start, start + length],
  });
  const layouts: Record<string, Record<string, unknown>> = {
    'two tensors overlap': { first: half(0, 20), second: half(16) },
    'two tensors are the same bytes': { first: F32_OF_8, second: F32_OF_8 },
    'bytes between two tensors belong to none': { first: half(0, 12), second: half(16) },
    'bytes before the first tensor belong to none': { first: half(4, 28) },
    'bytes after the last tensor belong to none': { first: half(0, 28) },
  };
  for (const [what, header] of Object.entries(layouts)) {
    test(`when ${what}`, async () => {
      await assertRefused(() => readAll(withHeader(header, DATA)), 'model-invalid');
    });
  }

  test('when its header names a tensor twice', async () => {
    const header = `{"first": ${JSON.stringify(half(0))}, "first": ${JSON.stringify(half(16))}}`;
    await assertRefused(() => readAll(withHeader(header, DATA)), 'model-invalid');
  });

  test('with a short message when a tensor has a name of a megabyte', async () => {
    await assertRefused(() => readAll(withHeader({ ['x'.repeat(2 ** 20)]: null }, DATA)), 'model-invalid');
  });
});

describe('a broken folder is refused', () => {
  const shard = safetensors({ first: TENSORS.first! });
  const index = (map: unknown) => ({ 'model.safetensors.index.json': hostileText({ weight_map: map }) });

  test('when it does not exist, is a file, or has no weights', async () => {
    const empty = folderWith({ file: '' });
    await assertRefused(() => Safetensors.open(join(empty, 'nothing')), 'model-not-found');
    await assertRefused(() => Safetensors.open(join(empty, 'file')), 'model-invalid');
    await assertRefused(() => Safetensors.open(empty), 'model-not-found');
  });

  test('when a shard is missing', async () => {
    const map = { first: '1.safetensors', second: '2.safetensors' };
    await assertRefused(
      () => Safetensors.open(folderWith({ ...index(map), '1.safetensors': shard })),
      'model-not-found',
    );
  });

  test('when two shards have the same tensor', async () => {
    const files = { '1.safetensors': shard, '2.safetensors': shard };
    const map = { first: '1.safetensors', second: '2.safetensors' };
    await assertRefused(() => Safetensors.open(folderWith({ ...index(map), ...files })), 'model-invalid');
  });

  const outside = [
    '../evil.safetensors',
    '/etc/passwd',
    '..',
    'a/b.safetensors',
    'a\\b.safetensors',
    '1.safetensors\n',
    '1.safetensors\0',
    'model.bin',
  ];
  for (const name of outside) {
    test(`when its index names ${JSON.stringify(name)}`, async () => {
      const inner = folderWith({});
      writeFileSync(join(inner, 'evil.safetensors'), shard);
      mkdirSync(join(inner, 'model'));
      writeFileSync(
        join(inner, 'model', 'model.safetensors.index.json'),
        index({ first: name })['model.safetensors.index.json'],
      );
      await assertRefused(() => Safetensors.open(join(inner, 'model')), 'model-invalid');
    });
  }

  test('when its index is not an index', async () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"weight_map": 1}',
      '{"weight_map": null}',
      '{"weight_map": {"a": 1}}',
    ]) {
      await assertRefused(
        () => Safetensors.open(folderWith({ 'model.safetensors.index.json': text })),
        'model-invalid',
      );
    }
    for (const value of HOSTILE_VALUES) {
      // An empty map names no file: what is asked of it later is missing.
      const opened = await allowed(() => Safetensors.open(folderWith(index(value))));
      assert.equal(opened?.totalBytes ?? 0, 0);
      await opened?.dispose();
    }
  });

  test('when its weights or its index are a folder', async () => {
    for (const name of ['model.safetensors', 'model.safetensors.index.json']) {
      const broken = folderWith({});
      mkdirSync(join(broken, name));
      await assertRefused(() => Safetensors.open(broken), 'model-invalid');
    }
  });

  test('when its weights are a pipe that nobody writes to', { skip: process.platform === 'win32' }, async () => {
    const broken = folderWith({});
    execFileSync('mkfifo', [join(broken, 'model.safetensors')]);
    await assertRefused(() => Safetensors.open(broken), 'model-invalid');
  });
});

test('a file that shrinks while it is open is refused where it ends', async () => {
  const shrinking = folderWith({ 'model.safetensors': VALID });
  const file = await Safetensors.open(shrinking);
  truncateSync(join(shrinking, 'model.safetensors'), VALID.length - 20);
  await assertRefused(() => contentOf(file, 'first'), 'model-invalid');
  await file.dispose();
});

test('damaged bytes are read or refused, and nothing larger than the file is allocated for them', async () => {
  await fc.assert(
    fc.asyncProperty(damaged(VALID), async (bytes) => {
      const before = process.memoryUsage().arrayBuffers;
      await allowed(() => readAll(bytes));
      assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
    }),
    { numRuns: 500 },
  );
});

test('a header with any member replaced is read or refused', async () => {
  const header = JSON.parse(Buffer.from(VALID.subarray(8, VALID.length - 42)).toString());
  await fc.assert(
    fc.asyncProperty(tampered(header), async (changed) => {
      await allowed(() => readAll(withHeader(hostileText(changed), VALID.subarray(VALID.length - 42))));
    }),
    { numRuns: 300 },
  );
});
