import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { CoppiceError } from '../../../src/core/errors.ts';
import { GLU, isActivated, Matmul, pitchOf, type Way, wayName, waysFor } from '../../../src/engine/fast/matmul.ts';
import { compileQuantizeRows, fastLayout, GROUP } from '../../../src/engine/fast/quantize.ts';
import { Shapes } from '../../../src/engine/fast/shapes.ts';
import { record } from '../../../src/engine/gpu/kernel.ts';
import { LoadedModel } from '../../../src/engine/loaded-model.ts';
import { gelu, multiply, rmsNorm } from '../../../src/engine/reference/linear.ts';
import { quantizedActivations, unpackQuantized } from '../../../src/engine/reference/quantized.ts';
import { readModelFolder } from '../../../src/engine/weights/model-source.ts';
import type { PaddedMatrix } from '../../../src/engine/weights/parameters.ts';
import { Buffers, inPass } from '../gpu-fixture.ts';
import { randomFloats, randomFrom, seed, shuffled } from '../random-numbers.ts';
import { openFastGpu, readHalves, uploadHalves } from './fast-fixture.ts';

// The quantising kernel is plain WGSL and runs everywhere; the products need f16.
const { gpu, skip } = await openFastGpu();
const TYPES = [
  { type: 'int8', bits: 8, most: 127, byRow: false },
  { type: 'int4', bits: 4, most: 7, byRow: false },
  { type: 'w8a8', bits: 8, most: 127, byRow: true },
] as const;

const noIntegerMatrices =
  gpu.abilities.integerMatrices.length > 0 ? false : 'the GPU adapter has no subgroup matrices of i8';
/** Rows of the largest tile: as many more may be read and written than there are. */
const MOST_ROWS = 256;

const shapes = new Shapes(gpu);
const matmul = new Matmul(gpu, shapes);
after(() => {
  matmul.dispose();
  shapes.dispose();
});

/** A random matrix with groups of very different size, one of them all zeros, quantised and read back. */
async function quantise(
  buffers: Buffers,
  random: () => number,
  size: { N: number; K: number },
  { type }: (typeof TYPES)[number],
) {
  const { N, K } = size;
  const floats = randomFloats(random, N * K).map((w, i) => w * 4 ** ((Math.floor(i / GROUP) % 7) - 4));
  floats.fill(0, GROUP, 2 * GROUP);
  const { buffer, values } = uploadHalves(buffers, 'w', floats);
  const plain: PaddedMatrix = { buffer, rows: N, columns: K, encoding: 'f16', paddedRows: N, pitch: K };
  const packed = await (await fastLayout(gpu, type)).packer!.pack(plain);
  const words = new Uint32Array(await gpu.read(packed.buffer, packed.buffer.size));
  return { values, packed, weights: unpackQuantized(words, N * K, packed.quantized!) };
}

for (const kind of TYPES) {
  test(`${kind.type} weights are within half a step of the f16 ones`, async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }), async (seed, N, K64) => {
        using buffers = new Buffers(gpu);
        const K = 64 * K64;
        const { values, weights, packed } = await quantise(buffers, randomFrom(seed), { N, K }, kind);
        const together = kind.byRow ? K : GROUP;
        for (let group = 0; group < values.length; group += together) {
          const members = values.subarray(group, group + together);
          const step = members.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / kind.most;
          for (const [i, w] of members.entries()) {
            // The scale itself is rounded to f16, which moves the largest weights by 2^-11 of themselves.
            const bound = step / 2 + Math.abs(w) * 2 ** -10 + 2 ** -24 * kind.most;
            assert.ok(Math.abs(weights[group + i]! - w) <= bound, `${w} became ${weights[group + i]}`);
          }
        }
        packed.buffer.destroy();
      }),
      { numRuns: 20 },
    );
  });

  if (kind.byRow) continue;
  test(`products of ${kind.type} weights are those of the numbers that they stand for`, { skip }, async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[
          seed,
          fc.constantFrom(...(gpu.info.software ? [1, 17] : [1, 3, 17, 70])),
          fc.constantFrom('partial' as const, 'swiglu' as const),
        ],
        async (seed, T, output) => {
          const random = randomFrom(seed);
          using buffers = new Buffers(gpu);
          const [N, K] = [128, 192];
          const { packed, weights } = await quantise(buffers, random, { N, K }, kind);
          const x = uploadHalves(buffers, 'x', randomFloats(random, 256 * K));
          const rows = x.values.subarray(0, T * K);
          const depth = { rows: T, columns: N, depth: K };
          const integers = quantizedActivations(Float64Array.from(rows));
          const exact = { tile: multiply(rows, weights, depth), vector: multiply(integers.values, weights, depth) };
          const sizes = weights.map(Math.abs);
          const size = multiply(rows.map(Math.abs), sizes, depth);
          const doubts = multiply(integers.doubts, sizes, depth);
          /** What may be lost before SwiGLU, which is rounded to f16 once more: weights are, too, on their way into matrices. */
          const lost = (way: Way, i: number) =>
            way.kind === 'tile' ? 2 ** -10 * size[i]! : 2 ** -18 * size[i]! + doubts[i]!;
          const ways = waysFor(gpu, packed, T, output);
          for (const way of [
            ...ways.filter(({ kind }) => kind === 'vector').slice(0, 1),
            ...shuffled(random, ways).slice(0, 2),
          ]) {
            const expected = exact[way.kind];
            const padded = way.kind === 'tile' ? Math.ceil(T / way.tile.BM) * way.tile.BM : T;
            const [splits, pitch] = [way.kind === 'tile' ? way.splits : 1, output === 'swiglu' ? N / 2 : N];
            const y = buffers.room('y', splits * padded * pitch);
            const product = { x: x.buffer, w: packed, bias: undefined, y, output, rows: padded, pitch };
            const dispatch = await matmul.prepare(way, product);
            inPass(gpu, (pass) => record(pass, [dispatch]));
            const got =
              output === 'swiglu'
                ? await readHalves(gpu, y, padded * pitch)
                : await gpu.readFloats(y, splits * padded * pitch);
            for (let i = 0; i < T * pitch; i++) {
              const [t, n] = [Math.floor(i / pitch), i % pitch];
              if (output === 'swiglu') {
                const gate = t * N + Math.floor(n / GLU) * 2 * GLU + (n % GLU);
                const [z, up] = [expected[gate]!, expected[gate + GLU]!];
                const bound =
                  2 ** -9 * Math.abs(z * up) +
                  2 * (lost(way, gate) * (1 + Math.abs(up)) + lost(way, gate + GLU) * (1 + Math.abs(z))) +
                  1e-3;
                const wanted = (z / (1 + Math.exp(-z))) * up;
                assert.ok(
                  Math.abs(got[i]! - wanted) <= bound,
                  `${wayName(way)} [${t}, ${n}]: ${got[i]}, not ${wanted}`,
                );
              } else {
                let sum = 0;
                for (let s = 0; s < splits; s++) sum += got[s * padded * pitch + i]!;
                const bound = lost(way, i) + 1e-6;
                assert.ok(
                  Math.abs(sum - expected[i]!) <= bound,
                  `${wayName(way)} [${t}, ${n}]: ${sum}, not ${expected[i]}`,
                );
              }
            }
          }
          packed.buffer.destroy();
        },
      ),
      { numRuns: gpu.info.software ? 2 : 12, endOnFailure: true },
    );
  });
}

test('a product of integer weights that norms for itself makes the same integers', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ seed, K64: fc.integer({ min: 1, max: 5 }), T: fc.integer({ min: 1, max: 3 }) }),
      fc.constantFrom(...TYPES.filter(({ byRow }) => !byRow)),
      async ({ seed, K64, T }, kind) => {
        const random = randomFrom(seed);
        using buffers = new Buffers(gpu);
        const [N, K] = [128, 64 * K64];
        const { packed, weights } = await quantise(buffers, random, { N, K }, kind);
        const [before, product] = [randomFloats(random, T * K, 3), randomFloats(random, T * K, 3)];
        const gain = randomFloats(random, K, 2);
        const normed = {
          ...{
            shape: { kind: 'rms' as const, width: K, epsilon: 1e-6, pitch: K },
            stream: buffers.upload('stream', before),
          },
          product: { buffer: buffers.upload('product', product), bias: undefined, pitch: K },
          ...{ gain: buffers.upload('gain', gain), after: buffers.room('after', T * K) },
        };
        const stream = Float64Array.from(before, (value, i) => value + product[i]!);
        const x = quantizedActivations(rmsNorm(stream, gain, T, 1e-6));
        const expected = multiply(x.values, weights, { rows: T, columns: N, depth: K });
        const size = multiply(x.values.map(Math.abs), weights.map(Math.abs), { rows: T, columns: N, depth: K });
        const doubts = multiply(x.doubts, weights.map(Math.abs), { rows: T, columns: N, depth: K });
        for (const way of shuffled(random, waysFor(gpu, packed, T, 'partial')).slice(0, 3)) {
          if (way.kind !== 'vector') continue;
          const y = buffers.room('y', T * N);
          const dispatch = await matmul.prepareNormed(
            way,
            { w: packed, bias: undefined, y, output: 'partial', pitch: N },
            normed,
          );
          inPass(gpu, (pass) => record(pass, [dispatch]));
          for (const [i, got] of (await gpu.readFloats(y, T * N)).entries()) {
            const bound = 2 ** -17 * size[i]! + doubts[i]!;
            assert.ok(Math.abs(got - expected[i]!) <= bound, `${wayName(way)} [${i}]: ${got}, not ${expected[i]}`);
          }
        }
        packed.buffer.destroy();
      },
    ),
    { numRuns: gpu.info.software ? 4 : 12, endOnFailure: true },
  );
});

/** Rows of x made integer on the GPU, and what they are then. */
async function quantiseRows(buffers: Buffers, random: () => number, { T, K }: { T: number; K: number }) {
  const kernel = await compileQuantizeRows(gpu, K);
  const { buffer, values } = uploadHalves(
    buffers,
    'x',
    randomFloats(random, T * K).map((x, i) => x * 4 ** ((i % 7) - 7)),
  );
  const [x, xScales] = [buffers.room('integers', (MOST_ROWS * K) / 4), buffers.room('integer scales', MOST_ROWS)];
  inPass(gpu, (pass) => record(pass, [kernel.prepare([buffer, x, xScales], [T])]));
  const bytes = new Int8Array(await gpu.read(x, T * K));
  const scales = await gpu.readFloats(xScales, T);
  // Of the four in a word the second and third change places.
  const q = (i: number) => bytes[(i & ~3) | [0, 2, 1, 3][i & 3]!]!;
  return {
    x,
    xScales,
    values,
    integers: Float64Array.from({ length: T * K }, (_, i) => q(i) * scales[Math.floor(i / K)]!),
  };
}

test('activations are within half a step of the f16 ones', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(seed, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }), async (seed, T, K64) => {
      using buffers = new Buffers(gpu);
      const K = 64 * K64;
      const { values, integers } = await quantiseRows(buffers, randomFrom(seed), { T, K });
      for (let t = 0; t < T; t++) {
        const row = values.subarray(t * K, (t + 1) * K);
        const step = row.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 127;
        for (const [k, x] of row.entries()) {
          const q = integers[t * K + k]!;
          assert.ok(Math.abs(q - x) <= step * (0.5 + 1e-4), `${x} became ${q}`);
        }
      }
    }),
    { numRuns: gpu.info.software ? 5 : 20 },
  );
});

test('integer products are those of the integers', { skip: noIntegerMatrices }, async () => {
  const w8a8 = TYPES.find(({ byRow }) => byRow)!;
  await fc.assert(
    fc.asyncProperty(
      ...[
        seed,
        fc.constantFrom(1, 7, 17, 70, 200),
        fc.constantFrom('partial' as const, 'swiglu' as const, 'gelu' as const),
        fc.boolean(),
      ],
      async (seed, T, output, isBiased) => {
        const random = randomFrom(seed);
        using buffers = new Buffers(gpu);
        const [N, K] = [256, 768];
        const { packed, weights } = await quantise(buffers, random, { N, K }, w8a8);
        const { x, xScales, integers } = await quantiseRows(buffers, random, { T, K });
        const bias = randomFloats(random, N);
        const expected = multiply(integers, weights, { rows: T, columns: N, depth: K });
        const size = multiply(integers.map(Math.abs), weights.map(Math.abs), { rows: T, columns: N, depth: K });
        const ways = waysFor(gpu, packed, T, output).filter((way) => way.kind === 'tile');
        assert.ok(ways.length > 0);
        for (const way of shuffled(random, ways).slice(0, 4)) {
          const padded = Math.ceil(T / way.tile.BM) * way.tile.BM;
          const pitch = pitchOf(packed, output);
          const y = buffers.room('y', way.splits * padded * pitch);
          const biased = isActivated(output) && isBiased ? buffers.upload('bias', bias) : undefined;
          const product = { x, xScales, w: packed, bias: biased, y, output, rows: padded, pitch };
          const dispatch = await matmul.prepare(way, product);
          inPass(gpu, (pass) => record(pass, [dispatch]));
          const at = (t: number, n: number) => expected[t * N + n]! + (biased ? bias[n]! : 0);
          if (isActivated(output)) {
            const got = await readHalves(gpu, y, padded * pitch);
            for (let i = 0; i < T * pitch; i++) {
              const [t, n] = [Math.floor(i / pitch), i % pitch];
              const gate = output === 'gelu' ? n : Math.floor(n / GLU) * 2 * GLU + (n % GLU);
              const [z, up] = [at(t, gate), output === 'gelu' ? 0 : at(t, gate + GLU)];
              const wanted = output === 'gelu' ? gelu([z])[0]! : (z / (1 + Math.exp(-z))) * up;
              // A result is f16, everything before it exact but for a few roundings of f32.
              const bound = 2 ** -10 * Math.abs(wanted) + 1e-5 * (1 + Math.abs(z)) * (1 + Math.abs(up));
              assert.ok(Math.abs(got[i]! - wanted) <= bound, `${wayName(way)} [${t}, ${n}]: ${got[i]}, not ${wanted}`);
            }
          } else {
            const got = await gpu.readFloats(y, way.splits * padded * pitch);
            for (let i = 0; i < T * N; i++) {
              let sum = 0;
              for (let s = 0; s < way.splits; s++) sum += got[s * padded * pitch + i]!;
              const wanted = expected[i]!;
              const bound = 2 ** -21 * size[i]! + 1e-30;
              assert.ok(Math.abs(sum - wanted) <= bound, `${wayName(way)} [${i}]: ${sum}, not ${wanted}`);
            }
          }
        }
        packed.buffer.destroy();
      },
    ),
    { numRuns: gpu.info.software ? 2 : 8, endOnFailure: true },
  );
});

test('integer weights are refused where the portable tier would have to run them', async () => {
  const sprout = await readModelFolder(fileURLToPath(new URL('../../../models/sprout', import.meta.url)));
  await assert.rejects(LoadedModel.load(gpu, sprout, { tier: 'portable', weights: 'int4' }), (error) => {
    assert.ok(error instanceof CoppiceError && error.code === 'model-unsupported' && error.message.includes('int4'));
    return true;
  });
});
