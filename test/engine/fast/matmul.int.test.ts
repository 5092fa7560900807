import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import {
  COLUMNS_TO,
  GLU,
  isActivated,
  Matmul,
  type Output,
  pitchOf,
  ROWS_TO,
  type Way,
  wayName,
  waysFor,
} from '../../../src/engine/fast/matmul.ts';
import { Shapes } from '../../../src/engine/fast/shapes.ts';
import { type Dispatch, record } from '../../../src/engine/gpu/kernel.ts';
import { gelu, layerNorm, multiply, rmsNorm } from '../../../src/engine/reference/linear.ts';
import type { PaddedMatrix } from '../../../src/engine/weights/parameters.ts';
import { Buffers, inPass } from '../gpu-fixture.ts';
import { below, randomFloats, randomFrom, seed, shuffled } from '../random-numbers.ts';
import { openFastGpu, readHalves, uploadHalves } from './fast-fixture.ts';

// Bounds. Products of two f16 are exact in f32, and each of K sums rounds by at most 2^-23 of what it has come to: matrix
// units cut where other arithmetic rounds. An f16 result rounds once more, by 2^-11 of itself.
const SUM = 2 ** -23;
const HALF = 2 ** -11;
const EPSILON = 1e-6;
/** Rows of the largest tile: as many more may be read and written than there are. */
const MOST_ROWS = 256;

const { gpu, skip } = await openFastGpu();
const shapes = new Shapes(gpu);
const matmul = new Matmul(gpu, shapes);
after(() => {
  matmul.dispose();
  shapes.dispose();
});

const size = fc.record({
  rows: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 70 }), fc.integer({ min: 71, max: 150 })),
  columns8: fc.integer({ min: 1, max: 32 }),
  depth4: fc.integer({ min: 1, max: 80 }),
});
const output = fc.constantFrom<Output>('partial', 'swiglu', 'gelu');

test('every way agrees with the reference, for any shape, split, output and bias', { skip }, async (t) => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(seed, size, output, fc.boolean(), async (seed, size, output, isBiased) => {
      const random = randomFrom(seed);
      using buffers = new Buffers(gpu);
      const trial = makeTrial(buffers, random, size, isBiased);
      for (const way of someOf(random, waysFor(gpu, trial.w, size.rows, output))) {
        seen.add(`${wayName(way)} ${output}`);
        await check(buffers, trial, way, output);
      }
    }),
    { numRuns: gpu.info.software ? 10 : 24, endOnFailure: true },
  );
  t.diagnostic(`${seen.size} ways`);
});

const skipMatrices = skip || (gpu.abilities.matrices.length > 0 ? false : 'no subgroup matrices');
test('tiles that do not divide the columns agree, too', { skip: skipMatrices }, async () => {
  await fc.assert(
    fc.asyncProperty(
      seed,
      fc.integer({ min: 40, max: 150 }),
      output,
      fc.boolean(),
      async (seed, rows, output, isBiased) => {
        const random = randomFrom(seed);
        using buffers = new Buffers(gpu);
        const trial = makeTrial(buffers, random, { rows, columns8: 272, depth4: 32 }, isBiased);
        const overlapping = waysFor(gpu, trial.w, rows, output).filter(
          (way) => way.kind === 'tile' && trial.w.paddedRows % way.tile.BN !== 0,
        );
        for (const way of someOf(random, overlapping)) await check(buffers, trial, way, output);
      },
    ),
    { numRuns: gpu.info.software ? 2 : 8, endOnFailure: true },
  );
});

test('a workgroup that takes several rows of weights in turn agrees, too', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(
      seed,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 80 }),
      output,
      async (...given) => {
        const [seed, rows, depth4, output] = given;
        const random = randomFrom(seed);
        using buffers = new Buffers(gpu);
        const trial = makeTrial(buffers, random, { rows, columns8: 256, depth4 }, true);
        const ways = waysFor(gpu, trial.w, rows, output).filter((way) => way.kind === 'vector' && way.rounds > 1);
        assert.ok(ways.length > 0);
        for (const way of shuffled(random, ways).slice(0, 2)) await check(buffers, trial, way, output);
      },
    ),
    { numRuns: gpu.info.software ? 4 : 12, endOnFailure: true },
  );
});

test('a row has the same bits in every tile and among any other rows, for the same splits', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(seed, output, async (seed, output) => {
      const random = randomFrom(seed);
      using buffers = new Buffers(gpu);
      const { w, bias, weights } = makeTrial(buffers, random, { rows: 1, columns8: 16, depth4: 96 }, true);
      const probe = randomFloats(random, w.pitch);
      const bits = new Map<number, { way: string; row: number[] }>();
      for (const rows of [1, 20, 40, 100, 150]) {
        const ways = waysFor(gpu, w, rows, output).filter((way) => way.kind === 'tile');
        for (const way of someOf(random, ways)) {
          const floats = randomFloats(random, paddedFor(way, rows) * w.pitch);
          const at = below(random, rows);
          floats.set(probe, at * w.pitch);
          const x = uploadHalves(buffers, 'x', floats);
          const written = await run(buffers, { x, w, bias, weights, rows }, way, output);
          const row = [...(await valuesOf(written)).subarray(at * written.pitch, (at + 1) * written.pitch)];
          const known = bits.get(way.splits);
          if (known) assert.deepEqual(row, known.row, `${wayName(way)} beside ${known.way}`);
          else bits.set(way.splits, { way: wayName(way), row });
        }
      }
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test('a product that norms for itself agrees with the norm and the product of the reference', { skip }, async () => {
  const widths = fc.integer({ min: 1, max: 100 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        ...{ seed, width4: widths, rows: fc.integer({ min: 1, max: 4 }), output },
        ...{ isBiased: fc.boolean(), kind: fc.constantFrom('rms' as const, 'layer' as const) },
        ...{ takes: fc.constantFrom('nothing', 'a product', 'a product with bias') },
      }),
      async ({ seed, width4, rows: T, output, isBiased, kind, takes }) => {
        const random = randomFrom(seed);
        const width = 4 * width4;
        using buffers = new Buffers(gpu);
        const trial = makeTrial(buffers, random, { rows: T, columns8: 16, depth4: width4 }, isBiased);
        // Behind the gain the bias of a layer norm.
        const [before, gain] = [randomFloats(random, T * width, 3), randomFloats(random, 2 * width, 2)];
        const productPitch = width + 4 * below(random, 3);
        const product = randomFloats(random, T * productPitch, 3);
        const productBias = randomFloats(random, width);
        const after = buffers.room('after', T * width);
        const normed = {
          shape: { kind, width, epsilon: EPSILON, pitch: trial.w.pitch },
          stream: buffers.upload('stream', before),
          product:
            takes === 'nothing'
              ? undefined
              : {
                  buffer: buffers.upload('product', product),
                  bias: takes === 'a product with bias' ? buffers.upload('product bias', productBias) : undefined,
                  pitch: productPitch,
                },
          gain: buffers.upload('gain', gain),
          after,
        };
        const stream = Float64Array.from(before, (value, i) => {
          const [row, column] = [Math.floor(i / width), i % width];
          if (takes === 'nothing') return value;
          const taken = value + product[row * productPitch + column]!;
          return takes === 'a product' ? taken : taken + productBias[column]!;
        });
        const x = new Float64Array(T * trial.w.pitch);
        const [own, added] = [gain.subarray(0, width), gain.subarray(width)];
        const rows = kind === 'rms' ? rmsNorm(stream, own, T, EPSILON) : layerNorm(stream, own, added, T, EPSILON);
        for (let t = 0; t < T; t++) x.set(rows.subarray(t * width, (t + 1) * width), t * trial.w.pitch);
        for (const way of someOf(random, waysFor(gpu, trial.w, T, output))) {
          if (way.kind !== 'vector') continue;
          const { y, pitch } = roomFor(buffers, trial, way, output);
          submit(await matmul.prepareNormed(way, { w: trial.w, bias: trial.bias?.buffer, y, output, pitch }, normed));
          // What it reads is f16, too: every element of x is off by as much as its own rounding.
          const read = { y, pitch, splits: 1, rows: T, output };
          await compare(await valuesOf(read), { ...trial, x: { values: x } }, way, output, 1.1 * HALF);
          const got = await gpu.readFloats(after, T * width);
          for (const [i, value] of got.entries())
            assert.ok(Math.abs(value - stream[i]!) <= 1e-5, `stream ${i}: ${value}`);
        }
      },
    ),
    { numRuns: gpu.info.software ? 6 : 12, endOnFailure: true },
  );
});

interface Halves {
  buffer: GPUBuffer;
  values: Float64Array;
}

interface Trial {
  rows: number;
  x: Halves;
  w: PaddedMatrix;
  /** Of w, with its padding. */
  weights: Float64Array;
  bias: { buffer: GPUBuffer; values: Float32Array } | undefined;
}

/** What a way has written: f32 in splits, or f16. */
interface Written {
  y: GPUBuffer;
  pitch: number;
  splits: number;
  /** From split to split. */
  rows: number;
  output: Output;
}

/** x and w as the fast tier lays them out; w has zeros beyond its rows and columns, x beyond its columns. */
function makeTrial(
  buffers: Buffers,
  random: () => number,
  { rows: T, columns8, depth4 }: { rows: number; columns8: number; depth4: number },
  isBiased: boolean,
): Trial {
  const [N, K] = [8 * columns8, 4 * depth4];
  const paddedRows = Math.ceil(N / ROWS_TO) * ROWS_TO;
  const pitch = Math.ceil(K / COLUMNS_TO) * COLUMNS_TO;
  const padded = (rows: number, of: number) => {
    const out = new Float32Array(rows * pitch);
    for (let r = 0; r < of; r++) out.set(randomFloats(random, K), r * pitch);
    return out;
  };
  const rows = Math.ceil(T / MOST_ROWS) * MOST_ROWS;
  const x = uploadHalves(buffers, 'x', padded(rows, rows));
  const { buffer, values: weights } = uploadHalves(buffers, 'w', padded(paddedRows, N));
  const bias = randomFloats(random, paddedRows);
  return {
    ...{ rows: T, x, weights },
    w: { buffer, rows: N, columns: K, encoding: 'f16', paddedRows, pitch },
    bias: isBiased ? { buffer: buffers.upload('bias', bias), values: bias } : undefined,
  };
}

/** A few of them: all would compile for minutes, and the runs together come to nearly all. */
function someOf<T>(random: () => number, ways: T[]): T[] {
  assert.ok(ways.length > 0);
  return shuffled(random, ways).slice(0, gpu.info.software ? 2 : 3);
}

function paddedFor(way: Way, rows: number): number {
  return way.kind === 'tile' ? Math.ceil(rows / way.tile.BM) * way.tile.BM : rows;
}

function roomFor(buffers: Buffers, { w, rows }: Pick<Trial, 'w' | 'rows'>, way: Way, output: Output) {
  const pitch = pitchOf(w, output);
  const splits = way.kind === 'tile' ? way.splits : 1;
  const padded = paddedFor(way, rows);
  const y = buffers.room('y', splits * padded * pitch);
  return { y, pitch, splits, rows: padded, output };
}

function submit(dispatch: Dispatch): void {
  inPass(gpu, (pass) => record(pass, [dispatch]));
}

async function run(buffers: Buffers, trial: Trial, way: Way, output: Output): Promise<Written> {
  const written = roomFor(buffers, trial, way, output);
  const { x, w, bias } = trial;
  submit(await matmul.prepare(way, { ...written, x: x.buffer, w, bias: bias?.buffer }));
  return written;
}

/** y [rows, pitch], splits added up. */
async function valuesOf({ y, pitch, splits, rows, output }: Written): Promise<Float64Array> {
  if (isActivated(output)) return readHalves(gpu, y, rows * pitch);
  const parts = await gpu.readFloats(y, splits * rows * pitch);
  return Float64Array.from({ length: rows * pitch }, (_, i) => {
    let sum = 0;
    for (let s = 0; s < splits; s++) sum += parts[s * rows * pitch + i]!;
    return sum;
  });
}

async function check(buffers: Buffers, trial: Trial, way: Way, output: Output): Promise<void> {
  await compare(await valuesOf(await run(buffers, trial, way, output)), trial, way, output, 0);
}

/** The product, and what its terms come to in size; made once for all ways of a trial. */
const references = new WeakMap<Float64Array, { expected: Float64Array; sizes: Float64Array }>();
function referenceOf(x: Float64Array, weights: Float64Array, shape: Parameters<typeof multiply>[2]) {
  const made = references.get(x) ?? {
    expected: multiply(x, weights, shape),
    sizes: multiply(x.map(Math.abs), weights.map(Math.abs), shape),
  };
  references.set(x, made);
  return made;
}

/** @param xError by how much of itself each element of x may be off */
async function compare(
  got: Float64Array,
  { x, w, weights, bias, rows }: Omit<Trial, 'x'> & { x: Pick<Halves, 'values'> },
  way: Way,
  output: Output,
  xError: number,
): Promise<void> {
  const shape = { rows, columns: w.paddedRows, depth: w.pitch };
  const known = x.values;
  const { expected, sizes } = referenceOf(known, weights, shape);
  /** An element of the product, and by how much it may be off. */
  const product = (row: number, column: number, isBiased: boolean) => {
    const at = row * w.paddedRows + column;
    const added = isBiased ? (bias?.values[column] ?? 0) : 0;
    const error = (w.pitch * SUM + xError) * sizes[at]! + 2 * SUM * Math.abs(added);
    return { value: expected[at]! + added, error };
  };
  const pitch = pitchOf(w, output);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < pitch; column++) {
      let wanted: { value: number; error: number };
      if (output === 'partial') wanted = product(row, column, false);
      else if (output === 'gelu') {
        const up = product(row, column, true);
        const [value] = gelu([up.value]) as unknown as [number];
        // The slope of gelu is at most 1.13.
        wanted = { value, error: 1.13 * up.error + Math.abs(value) * HALF * 1.01 + 2 ** -24 };
      } else {
        const at = Math.floor(column / GLU) * 2 * GLU + (column % GLU);
        const [gate, up] = [product(row, at, true), product(row, at + GLU, true)];
        const silu = gate.value / (1 + Math.exp(-gate.value));
        const value = silu * up.value;
        // The slope of silu is at most 1.1; f16 has nothing between 0 and 2^-24.
        const error = 1.1 * gate.error * (Math.abs(up.value) + up.error) + Math.abs(silu) * up.error;
        wanted = { value, error: error + Math.abs(value) * HALF * 1.01 + 2 ** -24 };
      }
      const apart = Math.abs(got[row * pitch + column]! - wanted.value);
      if (apart <= wanted.error + 1e-12) continue;
      assert.fail(`${wayName(way)} ${output} at ${row}, ${column}: off by ${apart}, bound ${wanted.error}`);
    }
  }
}
