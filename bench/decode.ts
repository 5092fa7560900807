import type { Benchmark } from './harness.ts';
import { AGAINST, LOGIT_TOLERANCE, logprobError, Sprout } from './sprout-model.ts';

/** Decode steps of Sprout for N candidates below one prompt; the prompt itself is read beforehand. */
export const benchmark: Benchmark<'candidates' | 'prompt' | 'tokens'> = {
  about: 'decoding N candidates together with Sprout',
  sizes: {
    candidates: { about: 'N', software: [1, 8, 32, 64], hardware: [1, 8, 32, 64, 256] },
    prompt: { about: 'tokens of the prompt', software: [128], hardware: [1024] },
    tokens: { about: 'new tokens of each candidate', software: [4], hardware: [64] },
  },
  async run(bench) {
    const sprout = await Sprout.open();
    try {
      const sizes = bench.on(sprout.gpu.info);
      const short = sprout.randomPrompt(20);
      const { candidates } = await sprout.decode(short, { candidates: 2, maxTokens: 5, logprobs: 8 });
      const told = candidates.map(({ tokens, steps }) => ({ ids: tokens, steps }));
      bench.check(AGAINST, await logprobError(short, told), LOGIT_TOLERANCE);

      for (const P of sizes.prompt) {
        const prompt = sprout.randomPrompt(P);
        for (const N of sizes.candidates) {
          const maxTokens = 1 + sizes.tokens[0]!;
          const run = async () => {
            const drawnAt: number[] = [];
            await sprout.decode(
              prompt,
              { candidates: N, maxTokens },
              { onStep: () => drawnAt.push(performance.now()) },
            );
            return (drawnAt.at(-1)! - drawnAt[0]!) / (drawnAt.length - 1);
          };
          await sprout.decode(prompt, { candidates: N, maxTokens: 2 });
          await bench.measure({ N, P }, async () => {
            const stepMs = await run();
            return { stepMs, tokensPerSecond: (1000 * N) / stepMs };
          });
        }
      }
    } finally {
      sprout.dispose();
    }
  },
};
