import { DEFAULT_SAMPLING } from '../../core/candidate.ts';
import { CoppiceError } from '../../core/errors.ts';
import type { EngineProbe } from '../../core/protocol.ts';
import { attendTrial, trialTree } from '../attention/trial.ts';
import { Kernels } from '../model/kernels.ts';
import { denseAttention } from '../reference/attention.ts';
import { multiply, rmsNorm, swiglu } from '../reference/linear.ts';
import { logSoftmax } from '../reference/sampling.ts';
import { Sampler } from '../sample/sampler.ts';
import type { Gpu } from './gpu.ts';

type Result = EngineProbe['selfTest'][number];

const HEADS = { heads: 4, kvHeads: 2, headWidth: 16 };

/** Runs each kernel once on small random inputs and compares with the CPU references: fit for this GPU adapter or not. */
export async function selfTest(gpu: Gpu): Promise<Result[]> {
  const kernels = await Kernels.compile(gpu, HEADS, new Set(['f32']));
  const results: Result[] = [];
  const check = async (kernel: string, tolerance: number, measure: () => Promise<number>) => {
    try {
      const error = await measure();
      results.push({ kernel, ok: error <= tolerance, error, tolerance });
    } catch (error) {
      if (CoppiceError.wrap(error).code === 'gpu-lost') throw error;
      results.push({ kernel, ok: false, error: Number.POSITIVE_INFINITY, tolerance });
    }
  };
  const inPass = (record: (pass: GPUComputePassEncoder) => void) =>
    gpu.submit((encoder) => {
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
    });
  const rows = 5;
  const width = 64;
  const x = random(rows * width);

  await check('matmul', 1e-5, async () => {
    const columns = 48;
    const w = random(columns * width);
    const y = gpu.buffer('y', rows * columns * 4);
    const matrix = { buffer: gpu.upload('w', w), rows: columns, columns: width, encoding: 'f32' as const };
    inPass((pass) => kernels.multiply(pass, gpu.upload('x', x), matrix, y, rows));
    return difference(await gpu.readFloats(y, rows * columns), multiply(x, w, { rows, columns, depth: width }));
  });
  await check('rms_norm', 1e-5, async () => {
    const gain = random(width);
    const y = gpu.buffer('y', rows * width * 4);
    const wanted = gpu.upload(
      'rows',
      Uint32Array.from({ length: rows }, (_, i) => i),
    );
    inPass((pass) =>
      kernels.norm(pass, gpu.upload('x', x), gpu.upload('gain', gain), wanted, y, { rows, width, epsilon: 1e-6 }),
    );
    return difference(await gpu.readFloats(y, rows * width), rmsNorm(x, gain, rows, 1e-6));
  });
  await check('swiglu', 1e-5, async () => {
    const y = gpu.buffer('y', (rows * width * 4) / 2);
    inPass((pass) => kernels.swiglu(pass, gpu.upload('x', x), y, { rows, feedForward: width / 2 }));
    return difference(await gpu.readFloats(y, (rows * width) / 2), swiglu(x, rows, width / 2));
  });
  await check('node_attention + merge', 2e-5, async () => {
    const tree = trialTree([
      [300, 40, 1],
      [300, 40, 7],
      [300, 40, 20],
      [300, 0, 3],
      [300, 17, 33],
    ]);
    const { q, keys, values, o } = await attendTrial(gpu, kernels, tree, HEADS);
    return difference(o, denseAttention(tree.rows, q, keys, values, HEADS));
  });
  await check('sample', 1e-5, async () => {
    const sampler = await Sampler.create(gpu);
    const vocabulary = 300;
    const logits = random(vocabulary, 6);
    const greedy = { ...DEFAULT_SAMPLING, temperature: 0 };
    const [drawn] = await sampler.draw(
      gpu.upload('logits', logits),
      vocabulary,
      [{ row: 0, candidate: 0, position: 0 }],
      greedy,
    );
    const best = logits.indexOf(Math.max(...logits));
    sampler.dispose();
    return drawn!.token === best ? Math.abs(drawn!.logprob - logSoftmax(logits)[best]!) : Number.POSITIVE_INFINITY;
  });
  return results;
}

function random(count: number, scale = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => (Math.random() * 2 - 1) * scale);
}

/** The greatest difference, relative to the greatest expected value. */
export function difference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(got[i]! - expected[i]!);
    worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(worst, apart);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return worst / scale;
}
