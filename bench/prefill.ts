import type { Benchmark } from './harness.ts';
import { AGAINST, LOGIT_TOLERANCE, logprobError, Sprout } from './sprout-model.ts';

/** Reading a prompt of P tokens with Sprout. Each sample has a prompt of its own, so nothing is found in the KV store. */
export const benchmark: Benchmark<'prompt'> = {
  about: 'reading a prompt with Sprout',
  sizes: { prompt: { about: 'P, tokens', software: [64, 256], hardware: [64, 256, 1024, 2000] } },
  async run(bench) {
    const sprout = await Sprout.open();
    try {
      const { prompt } = bench.on(sprout.gpu.info);
      // Longer than a chunk of a software adapter, so that the check crosses the border of two.
      const checked = sprout.randomPrompt(70);
      const { candidates } = await sprout.decode(checked, { candidates: 1, maxTokens: 1, logprobs: 20 });
      const told = candidates.map(({ tokens, steps }) => ({ ids: tokens, steps }));
      bench.check(AGAINST, await logprobError(checked, told), LOGIT_TOLERANCE);

      const read = async (P: number) => {
        const { prefillMs } = await sprout.decode(sprout.randomPrompt(P), { candidates: 1, maxTokens: 1 });
        return { prefillMs, tokensPerSecond: (1000 * P) / prefillMs };
      };
      for (const P of prompt) {
        await read(P);
        await bench.measure({ P }, () => read(P));
      }
    } finally {
      sprout.dispose();
    }
  },
};
