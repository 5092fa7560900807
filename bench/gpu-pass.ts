import type { Gpu } from '../src/engine/gpu/gpu.ts';

/** A sample shorter than this is mostly submission and waking up, so passes are repeated until they take as long. */
const LEAST_MS = 15;
const MOST_PASSES = 1024;

/**
 * A clock for one compute pass: each reading is the mean milliseconds of some passes submitted together, until the GPU
 * is done with them. Compiled pipelines and touched memory are behind it when it starts.
 */
export async function passClock(
  gpu: Gpu,
  record: (pass: GPUComputePassEncoder) => void,
): Promise<() => Promise<number>> {
  let quickest = 0;
  const run = async (passes: number): Promise<number> => {
    const start = performance.now();
    gpu.submit((encoder) => {
      for (let i = 0; i < passes; i++) {
        const pass = encoder.beginComputePass();
        record(pass);
        pass.end();
      }
    });
    await gpu.wait(gpu.device.queue.onSubmittedWorkDone());
    gpu.check();
    return performance.now() - start;
  };
  await run(1);
  let passes = 1;
  quickest = await run(1);
  while (quickest < LEAST_MS && passes < MOST_PASSES) {
    passes = Math.min(MOST_PASSES, Math.ceil(passes * Math.min(16, (1.3 * LEAST_MS) / quickest)));
    quickest = await run(passes);
  }
  return async () => {
    const ms = await run(passes);
    quickest = Math.min(quickest, ms);
    return ms / passes;
  };
}

/** Uniform numbers in [-1, 1). */
export function randomFloats(count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => Math.random() * 2 - 1);
}
