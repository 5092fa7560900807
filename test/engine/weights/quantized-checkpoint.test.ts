import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeBlocks } from '../../../src/engine/reference/blocks.ts';
import { halfToFloat, toHalves } from '../../../src/engine/weights/half.ts';
import { parseQuantization, type Quantization } from '../../../src/engine/weights/quantization.ts';
import { QuantizedCheckpoint } from '../../../src/engine/weights/quantized-checkpoint.ts';
import { below, onFreshNumbers, randomFloats, randomFrom, seed } from '../random-numbers.ts';
import { HOSTILE_VALUES, tampered } from './hostile.ts';
import { folderWith, type Packed, safetensors, type Tensor } from './model-files.ts';
import { allowed, assertRefused } from './refusal.ts';

type Parts = Record<string, Tensor | Packed>;

const open = (tensors: Parts, form: Quantization, pieceBytes?: number) =>
  QuantizedCheckpoint.open(folderWith({ 'model.safetensors': safetensors(tensors) }), form, pieceBytes);

/** The projection `x` in f16 [rows, columns], and how many pieces it came in. */
async function read(tensors: Parts, form: Quantization, sides: number[], pieceBytes?: number) {
  const file = await open(tensors, form, pieceBytes);
  try {
    const { type, blocks } = file.entry('x.weight', sides);
    assert.equal(type, 'F16');
    assert.equal(blocks === undefined, form.sorted);
    const pieces: Uint8Array[] = [];
    for await (const piece of file.read('x.weight')) pieces.push(piece);
    const read = Buffer.concat(pieces);
    assert.equal(file.totalBytes, read.length);
    const bytes = blocks ? Buffer.from(toHalves(decodeBlocks(blocks.name, read)).buffer) : read;
    assert.equal(file.parameters, bytes.length / 2);
    return { bytes, pieces: pieces.length };
  } finally {
    await file.dispose();
  }
}

const fromHalves = (halves: Uint16Array) => Float32Array.from(halves, halfToFloat);

const i32 = (shape: number[], words: Uint32Array): Packed => ({
  ...{ dtype: 'I32', shape, data: new Uint8Array(words.buffer, words.byteOffset, words.byteLength) },
});

/** Which output an AWQ nibble holds. */
const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7];

/** A random projection: its tensors, and its weights one by one from the formula of each format. */
function randomProjection(form: Quantization, rows: number, columns: number, random: () => number) {
  const { kind, bits, groupSize = columns, zeroOffset } = form;
  const each = 32 / bits;
  const groups = Math.ceil(columns / groupSize);
  const words = (count: number) => Uint32Array.from({ length: count }, () => random() * 2 ** 32);
  const qweight = words((rows * columns) / each);
  const qzeros = words((groups * rows) / each);
  const scales = fromHalves(toHalves(randomFloats(random, groups * rows, 0.1)));
  const groupOf = Uint32Array.from({ length: columns }, (_, i) =>
    form.sorted ? below(random, groups) : Math.floor(i / groupSize),
  );
  const nibble = (list: Uint32Array, word: number, at: number) => (list[word]! >>> (bits * at)) & (2 ** bits - 1);
  const weights = new Float32Array(rows * columns);
  for (let o = 0; o < rows; o++) {
    for (let i = 0; i < columns; i++) {
      const g = groupOf[i]!;
      const within = kind === 'awq' ? AWQ_ORDER.indexOf(o % 8) : o % each;
      const zero = nibble(qzeros, g * (rows / each) + Math.floor(o / each), within) + zeroOffset;
      const q =
        kind === 'awq'
          ? nibble(qweight, i * (rows / 8) + Math.floor(o / 8), within)
          : nibble(qweight, Math.floor(i / each) * rows + o, i % each);
      weights[o * columns + i] = scales[g * rows + o]! * (q - (zero % 2 ** bits));
    }
  }
  const shape = kind === 'awq' ? [columns, rows / each] : [columns / each, rows];
  const tensors: Parts = {
    'x.qweight': i32(shape, qweight),
    'x.qzeros': i32([groups, rows / each], qzeros),
    'x.scales': { dtype: 'F32', shape: [groups, rows], data: new Uint8Array(scales.buffer) },
    ...(form.sorted ? { 'x.g_idx': i32([columns], groupOf) } : {}),
  };
  return { tensors, weights: Buffer.from(toHalves(weights).buffer) };
}

const GPTQ: Quantization = { kind: 'gptq', bits: 4, groupSize: 32, zeroOffset: 1, sorted: false };
const FORMS: Record<string, Quantization> = {
  gptq: GPTQ,
  'gptq with sorted inputs': { ...GPTQ, sorted: true },
  'gptq of the second version': { ...GPTQ, zeroOffset: 0 },
  'gptq in 8 bits': { ...GPTQ, bits: 8 },
  'gptq in one group': { ...GPTQ, groupSize: undefined },
  awq: { ...GPTQ, kind: 'awq', zeroOffset: 0 },
};

describe('packed weights', () => {
  const golden = JSON.parse(readFileSync(new URL('../../fixtures/quantized.json', import.meta.url), 'utf8'));
  for (const [name, { config, tensors, weight }] of Object.entries<{
    config: unknown;
    tensors: Record<string, { dtype: 'F16' | 'I32'; shape: number[]; data: string }>;
    weight: string;
  }>(golden)) {
    test(`of ${name} are what they were before they were packed by another program`, async () => {
      const parts = Object.entries(tensors).map(([part, { dtype, shape, data }]) => [
        `x.${part}`,
        { dtype, shape, data: Uint8Array.from(Buffer.from(data, 'base64')) },
      ]);
      const { bytes } = await read(Object.fromEntries(parts), parseQuantization(config)!, [24, 64]);
      assert.deepEqual(bytes, Buffer.from(weight, 'base64'));
    });
  }

  for (const [name, form] of Object.entries(FORMS)) {
    test(`of ${name} mean the same in any shape, read in pieces of any size`, async () => {
      await onFreshNumbers(async (random) => {
        for (let round = 0; round < 12; round++) {
          const [rows, columns] = [8 * (1 + below(random, 12)), 32 * (1 + below(random, 6))];
          const { tensors, weights } = randomProjection(form, rows, columns, random);
          const pieceBytes = [undefined, 1, below(random, rows * columns)][round % 3];
          const { bytes, pieces } = await read(tensors, form, [rows, columns], pieceBytes);
          assert.deepEqual(bytes, weights, `[${rows}, ${columns}] in pieces of ${pieceBytes}`);
          if (pieceBytes === 1) assert.equal(pieces, rows / (32 / form.bits));
        }
      });
    });
  }

  test('stand beside tensors that are as they were', async () => {
    const norm: Tensor = { dtype: 'F32', shape: [2], data: new Uint8Array(8).fill(1) };
    const { tensors } = randomProjection(GPTQ, 8, 32, randomFrom(1));
    const file = await open({ ...tensors, 'norm.weight': norm, 'scales.scales': norm }, GPTQ);
    assert.equal(file.entry('norm.weight', [2]).type, 'F32');
    for await (const piece of file.read('norm.weight')) assert.deepEqual(piece, norm.data);
    assert.equal(file.parameters, 8 * 32 + 2 + 2);
    assert.equal(file.totalBytes, 8 * 20 + 8 + 8);
    assert.equal(file.storedBytes, (8 * 32) / 2 + 4 + 4 * 8 + 8 + 8);
    await file.dispose();
  });
});

describe('a checkpoint is refused', () => {
  const { tensors } = randomProjection({ ...GPTQ, sorted: true }, 16, 64, randomFrom(2));
  const sorted = { ...GPTQ, sorted: true };

  for (const part of ['x.qzeros', 'x.scales', 'x.g_idx']) {
    test(`when it lacks ${part}, or has it in another shape or type`, async () => {
      const { [part]: own, ...others } = tensors;
      await assertRefused(() => open(others, sorted), 'model-invalid');
      const longer = { ...own!, shape: own!.shape.map((side) => 2 * side), data: new Uint8Array(4 * own!.data.length) };
      if (own!.shape.length === 2)
        await assertRefused(() => open({ ...tensors, [part]: longer }, sorted), 'model-invalid');
      const flat = { ...own!, shape: [own!.shape.reduce((a, b) => a * b, 1), 1] };
      await assertRefused(() => open({ ...tensors, [part]: flat }, sorted), 'model-invalid');
      const dtype = own!.dtype === 'I32' ? 'F32' : 'I32';
      await assertRefused(() => open({ ...tensors, [part]: { ...own!, dtype } as Packed }, sorted), 'model-invalid');
    });
  }

  test('when its words are no matrix, are empty, or do not fill whole words of zeros', async () => {
    for (const shape of [[], [8], [0, 16], [8, 0], [4, 2, 16], [8, 12], [6, 16]]) {
      const count = shape.reduce((a, b) => a * b, 1);
      const qweight = i32(shape, new Uint32Array(count));
      await assertRefused(() => open({ ...tensors, 'x.qweight': qweight }, sorted), 'model-invalid');
    }
  });

  test('when an input belongs to a group that is not there', async () => {
    const beyond = { ...tensors, 'x.g_idx': i32([64], new Uint32Array(64).fill(2)) };
    await assertRefused(() => read(beyond, sorted, [16, 64]), 'model-invalid');
    const negative = { ...tensors, 'x.g_idx': i32([64], new Uint32Array(64).fill(2 ** 32 - 1)) };
    await assertRefused(() => read(negative, sorted, [16, 64]), 'model-invalid');
    const unsorted = { ...tensors, 'x.g_idx': i32([64], new Uint32Array(64).fill(1)) };
    await assertRefused(() => read(unsorted, GPTQ, [16, 64]), 'model-invalid');
  });

  test('when a projection is not as wide as the model, or its words are asked for as weights', async () => {
    const file = await open(tensors, sorted);
    await assertRefused(() => file.entry('x.weight', [64, 16]), 'model-invalid');
    await assertRefused(() => file.entry('y.weight', [16, 64]), 'model-invalid');
    await assertRefused(() => file.entry('x.qweight', [8, 16]), 'model-unsupported');
    await file.dispose();
  });
});

describe('the configuration of packed weights', () => {
  const gptq = { quant_method: 'gptq', bits: 4, group_size: 128, desc_act: false };
  const awq = { quant_method: 'awq', bits: 4, group_size: 64, zero_point: true, version: 'GEMM' };

  test('is read as the programs write it that pack them', () => {
    assert.equal(parseQuantization(undefined), undefined);
    assert.equal(parseQuantization(null), undefined);
    assert.deepEqual(parseQuantization(gptq), { ...GPTQ, groupSize: 128 });
    assert.deepEqual(parseQuantization({ ...gptq, desc_act: true, group_size: -1, bits: 8 }), {
      ...{ kind: 'gptq', bits: 8, groupSize: undefined, zeroOffset: 1, sorted: true },
    });
    assert.equal(parseQuantization({ ...gptq, checkpoint_format: 'gptq_v2' })!.zeroOffset, 0);
    const form = { kind: 'awq', bits: 4, groupSize: 64, zeroOffset: 0, sorted: false };
    assert.deepEqual(parseQuantization(awq), form);
    assert.deepEqual(parseQuantization({ quant_method: 'awq', w_bit: 4, q_group_size: 64 }), form);
  });

  test('is refused in words where the weights can not be read', async () => {
    const unknown = [
      ...[{}, { quant_method: 'bitsandbytes', load_in_4bit: true }, { ...gptq, bits: 3 }, { ...awq, bits: 8 }],
      ...[
        { ...awq, version: 'gemv' },
        { ...gptq, checkpoint_format: 'marlin' },
      ],
    ];
    for (const config of unknown) await assertRefused(() => parseQuantization(config), 'model-unsupported');
    const wrong = [
      'gptq',
      [],
      { ...gptq, group_size: 0 },
      { ...gptq, group_size: 1.5 },
      { ...gptq, group_size: 48 },
      { ...gptq, group_size: 1e9 },
    ];
    for (const config of wrong) await assertRefused(() => parseQuantization(config), 'model-invalid');
  });

  test('gives a form that can be read, or an error of ours, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(gptq, awq).chain(tampered), async (config) => {
        const form = await allowed(() => parseQuantization(config));
        if (form) assert.ok(form.groupSize === undefined || Number.isSafeInteger(form.groupSize));
      }),
    );
    for (const value of HOSTILE_VALUES) await allowed(() => parseQuantization(value));
  });
});

test('a checkpoint with damaged words is read without an error, whatever they mean', async () => {
  await fc.assert(
    fc.asyncProperty(seed, fc.constantFrom(...Object.values(FORMS)), async (from, form) => {
      const { tensors } = randomProjection(form, 8, 64, randomFrom(from));
      const random = randomFrom(from + 1);
      const scales = {
        ...tensors['x.scales']!,
        data: Uint8Array.from({ length: tensors['x.scales']!.data.length }, () => below(random, 256)),
      };
      await read({ ...tensors, 'x.scales': scales }, form, [8, 64]);
    }),
    { numRuns: 30 },
  );
});
