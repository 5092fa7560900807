import type { Benchmark } from './harness.ts';
import { AGAINST, LOGIT_TOLERANCE, logprobError, Sprout } from './sprout-model.ts';

/** What the shared prompt saves: N candidates grown together below it, beside N prompts of that length one by one. */
export const benchmark: Benchmark<'candidates' | 'prompt' | 'tokens'> = {
  about: 'N candidates grown from one prompt beside N separate prompts, with Sprout',
  sizes: {
    candidates: { about: 'N', software: [32], hardware: [32, 256] },
    prompt: { about: 'tokens of the prompt', software: [500], hardware: [1000] },
    tokens: { about: 'new tokens of each candidate', software: [32], hardware: [64] },
  },
  async run(bench) {
    const sprout = await Sprout.open();
    try {
      const sizes = bench.on(sprout.gpu.info);
      const short = sprout.freshPrompt(20);
      const { candidates } = await sprout.decode(short, { candidates: 2, maxTokens: 5, logprobs: 8 });
      const told = candidates.map(({ tokens, steps }) => ({ ids: tokens, steps }));
      bench.check(AGAINST, await logprobError(short, told), LOGIT_TOLERANCE);

      /** Milliseconds of one run of a prompt that has not been read before. */
      const run = async (P: number, N: number, maxTokens: number): Promise<number> => {
        const start = performance.now();
        const { prompt } = await sprout.decode(sprout.freshPrompt(P), { candidates: N, maxTokens });
        if (prompt.reusedTokens > 0)
          throw new Error(`${prompt.reusedTokens} tokens of a prompt were found in the KV store.`);
        return performance.now() - start;
      };
      for (const P of sizes.prompt) {
        for (const N of sizes.candidates) {
          for (const maxTokens of sizes.tokens) {
            // Scratch buffers have grown, and waits are predicted, when the clock starts.
            await run(P, N, 4);
            await bench.measure({ N, P, newTokens: maxTokens }, async () => {
              // Half before and half after, so that a change of the machine's load falls on both.
              let separatelyMs = 0;
              const separately = async (count: number) => {
                for (let i = 0; i < count; i++) separatelyMs += await run(P, 1, maxTokens);
              };
              await separately(Math.floor(N / 2));
              const togetherMs = await run(P, N, maxTokens);
              await separately(Math.ceil(N / 2));
              return { togetherMs, separatelyMs, timesFaster: separatelyMs / togetherMs };
            });
          }
        }
      }
    } finally {
      sprout.dispose();
    }
  },
};
