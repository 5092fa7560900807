import type { Sampling } from '../src/core/candidate.ts';
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { filteredDistribution, logSoftmax } from '../src/engine/reference/sampling.ts';
import { type Drawn, Sampler } from '../src/engine/sample/sampler.ts';
import { uniformAt } from '../src/engine/sample/threefry.ts';
import { randomFloats } from './gpu-pass.ts';
import type { Benchmark } from './harness.ts';

const OPEN: Sampling = { temperature: 0.8, topK: 0, topP: 1, minP: 0, seed: 7 };
const SETTINGS: Record<string, Sampling> = {
  greedy: { ...OPEN, temperature: 0 },
  temperature: OPEN,
  'top-k 40': { ...OPEN, topK: 40 },
  'top-p 0.95': { ...OPEN, topP: 0.95 },
  'min-p 0.05': { ...OPEN, minP: 0.05 },
};

/** Rows that are drawn again on the CPU, where a row of a large vocabulary takes a while. */
const CHECKED = 6;
/** Sums of thousands of f32 weights; a token on the edge of top-p moves the others by its own weight. */
const TOLERANCE = 1e-4;

/** Drawing a token for each of R rows of logits [R, V], until the ids are back on the host. */
export const benchmark: Benchmark<'rows' | 'vocabulary'> = {
  about: 'drawing one token for every candidate from logits that stay on the GPU',
  sizes: {
    rows: { about: 'R, candidates', software: [1, 32], hardware: [1, 32, 256] },
    vocabulary: { about: 'V', software: [4096, 32768], hardware: [4096, 151936] },
  },
  async run(bench) {
    const gpu = await Gpu.open();
    const sampler = await Sampler.create(gpu);
    try {
      const { rows, vocabulary } = bench.on(gpu.info);
      for (const V of vocabulary) {
        for (const R of rows) {
          const logits = randomFloats(R * V).map((x) => x * 8);
          const buffer = gpu.upload('logits', logits);
          const draws = Array.from({ length: R }, (_, row) => ({ row, candidate: row, position: 100 }));
          for (const [filter, sampling] of Object.entries(SETTINGS)) {
            const drawn = await sampler.draw(buffer, V, draws, sampling);
            for (const { row, candidate, position } of draws.slice(-CHECKED)) {
              const uniform = uniformAt(sampling.seed, candidate, position);
              const error = drawError(drawn[row]!, logits.subarray(row * V, (row + 1) * V), sampling, uniform);
              bench.check('log-probability, and distance from the inverse CDF, in f64', error, TOLERANCE);
            }
            await bench.measure({ R, V, filter }, async () => {
              const start = performance.now();
              await sampler.draw(buffer, V, draws, sampling);
              const ms = performance.now() - start;
              return { ms, drawsPerSecond: (1000 * R) / ms };
            });
          }
          buffer.destroy();
        }
      }
    } finally {
      sampler.dispose();
      gpu.dispose();
    }
  },
};

/** How far the uniform number lies outside the token's stretch of the cumulated distribution; or the log-probability's error. */
function drawError({ token, logprob }: Drawn, logits: Float32Array, sampling: Sampling, uniform: number): number {
  const distribution = filteredDistribution(logits, sampling);
  const below = distribution.subarray(0, token).reduce((a, b) => a + b, 0);
  const outside = Math.max(0, below - uniform, uniform - below - distribution[token]!);
  return Math.max(outside, Math.abs(logprob - logSoftmax(logits)[token]!));
}
