import { readFile } from 'node:fs/promises';
import { EngineClient } from '../src/run/engine-client.ts';
import type { Benchmark } from './harness.ts';
import { AGAINST, LOGIT_TOLERANCE, logprobError, randomPrompt, SPROUT } from './sprout-model.ts';

/**
 * Sprout from the disk onto the GPU, in a fresh engine process each time: starting the process and its GPU device, then
 * loading weights, tokenizer and kernels. Peaks are of the engine's resident memory; on a software adapter the buffers of
 * the GPU are part of it. Only Linux tells them.
 */
export const benchmark: Benchmark<'samples'> = {
  about: 'starting an engine and loading Sprout: time and peak memory',
  sizes: { samples: { about: 'engines that are started', software: [5], hardware: [10] } },
  async run(bench) {
    const adapter = await checkLoaded(bench);
    const most = bench.on(adapter).samples[0]!;
    const { bytes } = await withEngine((engine) => engine.call({ kind: 'inspect', model: SPROUT, load: false }));
    const load = () =>
      withEngine(async (engine) => {
        const start = performance.now();
        await engine.call({ kind: 'probe', selfTest: false });
        const startMs = performance.now() - start;
        const before = await peakMiB(engine);
        await engine.call({ kind: 'inspect', model: SPROUT, load: true });
        const loadMs = performance.now() - start - startMs;
        const after = await peakMiB(engine);
        const memory =
          before && after ? { startedPeakMiB: before, loadedPeakMiB: after, loadingMiB: after - before } : {};
        return { startMs, loadMs, ...memory };
      });
    await bench.measure({ model: 'sprout', fileMiB: Math.round(bytes / 2 ** 20) }, load, { least: most, most });
  },
};

/** What was loaded says the same as the file's weights do on the CPU. */
async function checkLoaded(bench: { check(against: string, error: number, tolerance: number): void }) {
  return withEngine(async (engine) => {
    const { vocabulary } = await engine.call({ kind: 'inspect', model: SPROUT, load: true });
    const ids = randomPrompt(20, vocabulary);
    const { choices, gpuAdapter } = await engine.call({
      ...{ kind: 'complete', model: SPROUT, prompt: { kind: 'ids', ids }, n: 1, logprobs: 20 },
      sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 },
      stop: { maxTokens: 3, strings: [] },
    });
    const told = choices.map(({ ids, logprobs }) => ({ ids, steps: logprobs }));
    bench.check(AGAINST, await logprobError(ids, told), LOGIT_TOLERANCE);
    return gpuAdapter;
  });
}

async function withEngine<T>(work: (engine: EngineClient) => Promise<T>): Promise<T> {
  const engine = new EngineClient();
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

/** The most memory that the engine's process has had resident; undefined where the system does not say. */
async function peakMiB(engine: EngineClient): Promise<number | undefined> {
  const status = await readFile(`/proc/${await engine.pid()}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}
