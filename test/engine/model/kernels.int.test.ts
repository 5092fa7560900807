import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { difference } from '../../../src/engine/gpu/self-test.ts';
import { MatrixProduct } from '../../../src/engine/model/matrix-product.ts';
import { rotate } from '../../../src/engine/reference/attention.ts';
import { gelu, layerNorm, multiply, rmsNorm, swiglu } from '../../../src/engine/reference/linear.ts';
import { unpackWeights } from '../../../src/engine/reference/weights.ts';
import type { Encoding, Matrix } from '../../../src/engine/weights/parameters.ts';
import { Buffers, inPass, type KernelShape, KernelShelf, openGpu, waysOf } from '../gpu-fixture.ts';
import { below, randomFloats, randomFrom, seed, shuffled } from '../random-numbers.ts';

// Bounds. One f32 operation is off by at most u = 2^-24 = 6e-8 of its result. Differences are taken relative to the
// greatest value of the expected array.
const U = 2 ** -24;
/** A handful of roundings, and WGSL's exp and inverseSqrt at a few ulp. */
const ELEMENTWISE = 64 * U;
const RUNS = 12;

const gpu = await openGpu();
const shelf = new KernelShelf(gpu);
const kernels = await shelf.of({ heads: 4, kvHeads: 2, headWidth: 16 }, ['f32', 'f16', 'bf16']);
const encoding = fc.constantFrom<Encoding>('f32', 'f16', 'bf16');
/** The matrix product in every way that this GPU adapter can run it. */
const products = await Promise.all(
  (['f32', 'f16', 'bf16'] as const).flatMap((encoding) =>
    waysOf(gpu).map(async (quads) => ({ encoding, quads, product: await MatrixProduct.compile(gpu, encoding, quads) })),
  ),
);
const anyProduct = fc.constantFrom(...products);
const sides = (most: number) => fc.integer({ min: 1, max: most });

test('embedding copies rows of the table exactly, in f32, f16 and bf16', async () => {
  await fc.assert(
    fc.asyncProperty(seed, encoding, sides(90), sides(80), sides(40), async (seed, encoding, vocabulary, width4, T) => {
      const random = randomFrom(seed);
      const width = width4 * 4;
      using buffers = new Buffers(gpu);
      const { matrix, values } = randomMatrix(buffers, random, vocabulary, width, encoding);
      const tokens = Uint32Array.from({ length: T }, () => below(random, vocabulary));
      const x = buffers.room('x', T * width);
      inPass(gpu, (pass) => kernels.embed(pass, matrix, buffers.upload('tokens', tokens), x, T));
      const expected = [...tokens].flatMap((token) => [...values.subarray(token * width, (token + 1) * width)]);
      assert.deepEqual([...(await gpu.readFloats(x, T * width))], expected);
    }),
    { numRuns: RUNS },
  );
});

test('matmul agrees with the reference for any shape, weight type, bias and accumulation', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed,
        way: anyProduct,
        rows: sides(70),
        columns: sides(400),
        depth4: sides(60),
        hasBias: fc.boolean(),
        accumulate: fc.boolean(),
      }),
      async ({ seed, way: { encoding, product }, rows, columns, depth4, hasBias, accumulate }) => {
        const random = randomFrom(seed);
        const depth = depth4 * 4;
        using buffers = new Buffers(gpu);
        const { matrix, values: w } = randomMatrix(buffers, random, columns, depth, encoding);
        const x = randomFloats(random, rows * depth);
        const bias = randomFloats(random, columns);
        const before = randomFloats(random, rows * columns);
        const y = buffers.upload('y', before);
        const operands = { x: buffers.upload('x', x), w: matrix, bias: buffers.upload('bias', bias), y };
        inPass(gpu, (pass) => product.run(pass, operands, { rows, hasBias, accumulate }));
        const got = await gpu.readFloats(y, rows * columns);

        // Per element: each of K products and sums rounds once, so |error| <= (K + 3) u sum(|x| |w|), to first order.
        const expected = multiply(x, w, { rows, columns, depth }, hasBias ? bias : undefined);
        const sizes = multiply(x.map(Math.abs), w.map(Math.abs), { rows, columns, depth }, bias.map(Math.abs));
        for (const [i, value] of expected.entries()) {
          const wanted = accumulate ? value + before[i]! : value;
          const bound = (depth + 3) * U * (sizes[i]! + Math.abs(before[i]!));
          assert.ok(Math.abs(got[i]! - wanted) <= bound, `element ${i}: ${got[i]} for ${wanted}, bound ${bound}`);
        }
      },
    ),
    { numRuns: 4 * RUNS },
  );
});

test('a row of matmul has the same bits whatever other rows there are', async () => {
  await fc.assert(
    fc.asyncProperty(seed, anyProduct, sides(300), sides(50), async (seed, { encoding, product }, columns, depth4) => {
      const random = randomFrom(seed);
      const depth = depth4 * 4;
      using buffers = new Buffers(gpu);
      const { matrix } = randomMatrix(buffers, random, columns, depth, encoding);
      const probe = randomFloats(random, depth);
      const bias = buffers.room('no bias', columns);
      const results: Float32Array[] = [];
      for (const rows of [1, 2, 3, 7, 9, 16, 17, 64]) {
        const x = randomFloats(random, rows * depth);
        const at = below(random, rows);
        x.set(probe, at * depth);
        const y = buffers.room('y', rows * columns);
        const operands = { x: buffers.upload('x', x), w: matrix, bias, y };
        inPass(gpu, (pass) => product.run(pass, operands, { rows, hasBias: false, accumulate: false }));
        results.push(await gpu.readFloats(y, columns, at * columns * 4));
      }
      for (const other of results) assert.deepEqual(other, results[0]);
    }),
    { numRuns: RUNS },
  );
});

test('norm, by RMS and with the mean taken away, agrees with the reference for wanted rows in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      seed,
      sides(300),
      sides(20),
      fc.constantFrom(1e-6, 1e-3, 1e3),
      fc.constantFrom('rms' as const, 'layer' as const),
      async (seed, width4, T, magnitude, kind) => {
        const random = randomFrom(seed);
        const width = width4 * 4;
        using buffers = new Buffers(gpu);
        const x = randomFloats(random, T * width, magnitude);
        const gain = randomFloats(random, 2 * width, 2);
        const wanted = shuffled(random, [...Array(T).keys()]).slice(0, 1 + below(random, T));
        const y = buffers.room('y', wanted.length * width);
        inPass(gpu, (pass) =>
          kernels.norm(
            pass,
            buffers.upload('x', x),
            buffers.upload('gain', gain),
            buffers.upload('wanted', Uint32Array.from(wanted)),
            y,
            { rows: wanted.length, width, epsilon: 1e-6, kind },
          ),
        );
        const [own, bias] = [gain.subarray(0, width), gain.subarray(width)];
        const all = kind === 'rms' ? rmsNorm(x, own, T, 1e-6) : layerNorm(x, own, bias, T, 1e-6);
        const expected = wanted.flatMap((row) => [...all.subarray(row * width, (row + 1) * width)]);
        // The sum of squares has width/256 + 64 + 4 terms in a row; its error is halved by the root.
        const bound = ELEMENTWISE + (width / 256 + 68) * U;
        const error = difference(await gpu.readFloats(y, wanted.length * width), expected);
        assert.ok(error <= bound, `error ${error}, bound ${bound}`);
      },
    ),
    { numRuns: RUNS },
  );
});

test('swiglu and gelu agree with the reference, also where they saturate', async () => {
  const magnitudes = fc.constantFrom(1, 20, 120);
  const activations = fc.constantFrom('swiglu' as const, 'gelu' as const);
  await fc.assert(
    fc.asyncProperty(seed, sides(90), sides(20), magnitudes, activations, async (...given) => {
      const [seed, width4, T, magnitude, activation] = given;
      const random = randomFrom(seed);
      const feedForward = width4 * 4;
      using buffers = new Buffers(gpu);
      const up = randomFloats(random, T * (activation === 'swiglu' ? 2 : 1) * feedForward, magnitude);
      const y = buffers.room('y', T * feedForward);
      const shape = { rows: T, feedForward, activation };
      inPass(gpu, (pass) => kernels.activate(pass, buffers.upload('up', up), y, shape));
      const got = await gpu.readFloats(y, T * feedForward);
      assert.ok(got.every(Number.isFinite));
      const error = difference(got, activation === 'swiglu' ? swiglu(up, T, feedForward) : gelu(up));
      // exp may be off by 3 + 2|z| ulp (WGSL, section 15.7.4.1); where |z| is large the result is near 0 or linear.
      assert.ok(error <= ELEMENTWISE, `error ${error}`);
    }),
    { numRuns: RUNS },
  );
});

test('rope_kv norms q and k where heads are normed, turns them by the angles of their rows and writes k and v to their slots, and nowhere else', async () => {
  const shapes: KernelShape[] = [
    { heads: 4, kvHeads: 2, headWidth: 16 },
    { heads: 3, kvHeads: 1, headWidth: 36 },
    { heads: 2, kvHeads: 2, headWidth: 128 },
    { heads: 4, kvHeads: 2, headWidth: 16, headNorm: true, normEpsilon: 1e-3 },
    { heads: 3, kvHeads: 1, headWidth: 36, headNorm: true, normEpsilon: 1e-6 },
  ];
  await fc.assert(
    fc.asyncProperty(seed, sides(33), fc.constantFrom(...shapes), async (seed, T, shape) => {
      const { heads: H, kvHeads: K, headWidth: d } = shape;
      const random = randomFrom(seed);
      const width = (H + 2 * K) * d;
      const room = T + 20;
      using buffers = new Buffers(gpu);
      const qkv = randomFloats(random, T * width);
      const gains = randomFloats(random, width + 2 * d, 2);
      const angles = Float32Array.from(
        Array.from({ length: (T * d) / 2 }, () => random() * 1000).flatMap((a) => [Math.cos(a), Math.sin(a)]),
      );
      const slots = shuffled(random, [...Array(room).keys()]).slice(0, T);
      const stored = { keys: randomFloats(random, room * K * d), values: randomFloats(random, room * K * d) };
      const bound = {
        qkv: buffers.upload('qkv', qkv),
        angles: buffers.upload('angles', angles),
        slots: buffers.upload('slots', Uint32Array.from(slots)),
        q: buffers.room('q', T * H * d),
        keys: buffers.upload('keys', stored.keys),
        values: buffers.upload('values', stored.values),
        // Behind a bias, which belongs to the product before.
        gains: buffers.upload('gains', gains),
      };
      const shaped = await shelf.of(shape);
      inPass(gpu, (pass) => shaped.ropeAndStore(pass, bound, T));

      const q: number[] = [];
      const keys = Float64Array.from(stored.keys);
      const values = Float64Array.from(stored.values);
      for (const [row, slot] of slots.entries()) {
        const turns = angles.subarray(row * d, (row + 1) * d);
        const head = (h: number) => qkv.subarray(row * width + h * d, row * width + (h + 1) * d);
        const normed = (h: number) => {
          const gain = gains.subarray(width + (h < H ? 0 : d)).subarray(0, d);
          return shape.headNorm ? rmsNorm(head(h), gain, 1, shape.normEpsilon!) : head(h);
        };
        for (let h = 0; h < H; h++) q.push(...rotate(normed(h), turns));
        for (let k = 0; k < K; k++) {
          keys.set(rotate(normed(H + k), turns), (slot * K + k) * d);
          values.set(head(H + K + k), (slot * K + k) * d);
        }
      }
      // Two products and a sum: three roundings, of numbers up to the result's own scale; a norm has more.
      const bar = shape.headNorm ? ELEMENTWISE : 4 * U;
      assert.ok(difference(await gpu.readFloats(bound.q, q.length), q) <= bar);
      const gotKeys = await gpu.readFloats(bound.keys, keys.length);
      assert.ok(difference(gotKeys, keys) <= bar);
      assert.deepEqual(Float64Array.from(await gpu.readFloats(bound.values, values.length)), values);
      const written = new Set(slots);
      for (let i = 0; i < gotKeys.length; i++) {
        if (!written.has(Math.floor(i / (K * d)))) assert.equal(gotKeys[i], stored.keys[i]);
      }
    }),
    { numRuns: RUNS },
  );
});

/** A matrix of finite random weights in any encoding, with its exact values. */
function randomMatrix(
  buffers: Buffers,
  random: () => number,
  rows: number,
  columns: number,
  encoding: Encoding,
): { matrix: Matrix; values: Float64Array } {
  const count = rows * columns;
  const words =
    encoding === 'f32'
      ? new Uint32Array(randomFloats(random, count).buffer)
      : Uint32Array.from({ length: count / 2 }, () => {
          const [low, high] = [randomHalf(random, encoding), randomHalf(random, encoding)];
          return ((high << 16) | low) >>> 0;
        });
  const matrix = { buffer: buffers.upload('w', words), rows, columns, encoding };
  return { matrix, values: unpackWeights(words, encoding) };
}

/** 16 random bits that mean a number below 2 in magnitude: zeros of both signs and, for f16, subnormals among them. */
function randomHalf(random: () => number, encoding: 'f16' | 'bf16'): number {
  const sign = below(random, 2) << 15;
  if (random() < 0.05) return sign;
  if (encoding === 'f16') return sign | below(random, 0x4000);
  // Exponents from 2^-20 on, far from f32's own subnormals, which WGSL may flush.
  return sign | ((107 + below(random, 20)) << 7) | below(random, 128);
}
