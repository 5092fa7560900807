import { CoppiceError } from '../src/core/errors.ts';
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { difference } from '../src/engine/gpu/self-test.ts';
import { Kernels } from '../src/engine/model/kernels.ts';
import { multiply } from '../src/engine/reference/linear.ts';
import { unpackWeights } from '../src/engine/reference/weights.ts';
import type { Matrix } from '../src/engine/weights/parameters.ts';
import { FirstMatmul } from './first-matmul.ts';
import { passClock, randomFloats } from './gpu-pass.ts';
import type { Bench, Benchmark } from './harness.ts';

type Sizes = 'rows' | 'columns' | 'depth' | 'bits';

/** Rows and columns of the product that are compared with the reference: spread over all of it, the last ones included. */
const CHECKED = 24;
const TOLERANCE = 1e-5;

/** The tiled matrix product y [T, N] = x [T, K] w [N, K]^T; the default shapes are Sprout's and Qwen2.5-Coder-1.5B's. */
export const benchmark: Benchmark<Sizes> = {
  about: 'the matrix product that nearly all of a forward pass is',
  sizes: {
    rows: { about: 'T, rows of x', software: [1, 8, 32, 64, 512], hardware: [1, 32, 256, 1024] },
    columns: { about: 'N, rows of w', software: [1536, 4096], hardware: [1536, 17920] },
    depth: { about: 'K, a multiple of 4', software: [256], hardware: [1536] },
    bits: { about: '16 or 32, how weights are stored', software: [16, 32], hardware: [16] },
  },
  async run(bench) {
    const gpu = await Gpu.open();
    try {
      const { rows, columns, depth, bits } = bench.on(gpu.info);
      const kernels = await Kernels.compile(gpu, { heads: 1, kvHeads: 1, headWidth: 16 }, new Set(['f32', 'f16']));
      for (const K of depth) {
        for (const N of columns) {
          for (const width of bits) {
            const encoding = encodingOf(width);
            for (const T of rows) await product(bench, gpu, kernels, { T, N, K, encoding });
          }
        }
      }
    } finally {
      gpu.dispose();
    }
  },
};

async function product(
  bench: Bench<Sizes>,
  gpu: Gpu,
  kernels: Kernels,
  { T, N, K, encoding }: { T: number; N: number; K: number; encoding: 'f16' | 'f32' },
): Promise<void> {
  const x = randomFloats(T * K);
  const words = encoding === 'f32' ? new Uint32Array(randomFloats(N * K).buffer) : randomHalves(N * K);
  const w: Matrix = { buffer: gpu.upload('w', words), rows: N, columns: K, encoding };
  const buffers = { x: gpu.upload('x', x), y: gpu.buffer('y', T * N * 4) };
  const record = (pass: GPUComputePassEncoder) => kernels.multiply(pass, buffers.x, w, buffers.y, T);

  const clock = await passClock(gpu, record);
  const first = gpu.info.software ? await FirstMatmul.compile(gpu, encoding) : undefined;
  const firstY = gpu.buffer('y of the first kernel', T * N * 4);
  const firstClock = first && (await passClock(gpu, (pass) => first.run(pass, buffers.x, w, firstY, T)));
  const y = await gpu.readFloats(buffers.y, T * N);
  const some = { rows: spreadOver(T), columns: spreadOver(N) };
  const perRow = words.length / N;
  const expected = multiply(
    some.rows.flatMap((t) => [...x.subarray(t * K, (t + 1) * K)]),
    some.columns.flatMap((n) => [...unpackWeights(words.slice(n * perRow, (n + 1) * perRow), encoding)]),
    { rows: some.rows.length, columns: some.columns.length, depth: K },
  );
  const got = some.rows.flatMap((t) => some.columns.map((n) => y[t * N + n]!));
  bench.check('greatest difference from the product in f64, relative', difference(got, expected), TOLERANCE);
  if (first) {
    const firstError = difference(await gpu.readFloats(firstY, T * N), y);
    bench.check('greatest difference between the first kernel and the one in use, relative', firstError, TOLERANCE);
  }

  await bench.measure({ T, N, K, encoding }, async () => {
    const ms = await clock();
    // Alternately, so that both are timed under the same load of the machine.
    const firstMs = firstClock && (await firstClock());
    const gigaflops = (time: number) => (2 * T * N * K) / time / 1e6;
    return {
      ...{ ms, gigaflops: gigaflops(ms), weightGigabytesPerSecond: words.byteLength / ms / 1e6 },
      ...(firstMs ? { firstGigaflops: gigaflops(firstMs), timesFirst: firstMs / ms } : {}),
    };
  });
  for (const buffer of [buffers.x, buffers.y, firstY, w.buffer]) buffer.destroy();
}

function encodingOf(bits: number): 'f16' | 'f32' {
  if (bits === 16) return 'f16';
  if (bits === 32) return 'f32';
  throw new CoppiceError('usage', `No weights are stored in ${bits} bits.`, 'Give --bits 16, 32 or both.');
}

/** f16 numbers below 1 in magnitude, two to a word. */
function randomHalves(count: number): Uint32Array<ArrayBuffer> {
  const half = () => (Math.random() < 0.5 ? 0x8000 : 0) | Math.floor(Math.random() * 0x3c00);
  return Uint32Array.from({ length: count / 2 }, () => (half() | (half() << 16)) >>> 0);
}

/** At most `CHECKED` of the numbers below `count`, the first and the last among them. */
function spreadOver(count: number): number[] {
  const taken = Math.min(count, CHECKED);
  return Array.from({ length: taken }, (_, i) => (taken === 1 ? 0 : Math.round((i * (count - 1)) / (taken - 1))));
}
