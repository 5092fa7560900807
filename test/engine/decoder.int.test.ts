import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CoppiceError, type ErrorCode } from '../../src/core/errors.ts';
import type { DecodedCandidate } from '../../src/engine/decoder.ts';
import { logSoftmax, mostLikely } from '../../src/engine/reference/sampling.ts';
import { leavesOf, type TokenNode } from '../../src/engine/token-tree.ts';
import { GREEDY, leaf, NEVER, openDecoder, requestFor, TINY } from './decoder-fixture.ts';
import { openGpu } from './gpu-fixture.ts';
import type { CheckpointShape, RandomCheckpoint } from './random-checkpoint.ts';
import { below, onFreshNumbers, randomFrom, seed, shuffled } from './random-numbers.ts';
import { referenceLogits } from './reference-transformer.ts';

/** Absolute, of a log-probability: two layers of f32 over logits that spread by about 2. */
const TOLERANCE = 1e-4;
const SAMPLING = { ...GREEDY, temperature: 1, topP: 0.95 };

const gpu = await openGpu();
const shapes: Record<string, CheckpointShape> = {
  'Qwen2, f32, tied head': TINY,
  'Qwen2, bf16, own head, 4 query heads to a KV head': { ...TINY, type: 'BF16', tiedHead: false, kvHeads: 1 },
  'Llama, f16, every bias, as many KV heads': {
    ...TINY,
    architecture: 'LlamaForCausalLM',
    type: 'F16',
    heads: 3,
    kvHeads: 3,
    headWidth: 20,
    biases: true,
  },
  'Llama, bf16, 8 query heads to a KV head': {
    ...TINY,
    architecture: 'LlamaForCausalLM',
    type: 'BF16',
    heads: 8,
    kvHeads: 1,
    headWidth: 32,
  },
  'Qwen3, heads wider than the width': { ...TINY, architecture: 'Qwen3ForCausalLM', headWidth: 32 },
  'Qwen3, every bias': { ...TINY, architecture: 'Qwen3ForCausalLM', biases: true },
  'Mistral, own head': { ...TINY, architecture: 'MistralForCausalLM', tiedHead: false },
  'StarCoder2, 12 query heads to a KV head': {
    ...{ ...TINY, architecture: 'Starcoder2ForCausalLM', heads: 12, kvHeads: 1, biases: true },
  },
  'StarCoder2, bf16, no bias': { ...TINY, architecture: 'Starcoder2ForCausalLM', type: 'BF16' },
  'Granite, f16': { ...TINY, architecture: 'GraniteForCausalLM', type: 'F16' },
};

for (const [name, shape] of Object.entries(shapes)) {
  test(`${name}: greedy decoding through ragged trees equals a naive transformer in f64`, async (t) => {
    let worst = 0;
    await onFreshNumbers(async (random) => {
      await using model = await openDecoder(gpu, random, shape);
      for (let round = 0; round < 2; round++) {
        const leaves = leavesOf(randomTree(random));
        const request = await requestFor(leaves, GREEDY, 6, { logprobs: 3, reproducible: round === 0 });
        const { candidates } = await model.decoder.decode(request, NEVER);
        const wanted = leaves.flatMap(({ path, candidates: n }) => Array<number[]>(n).fill(path));
        assert.deepEqual(
          candidates.map(({ leaf }) => leaf),
          wanted,
        );
        let index = 0;
        for (const { spans, candidates: n } of leaves) {
          const siblings = candidates.slice(index, index + n);
          for (const [i, candidate] of siblings.entries()) {
            assert.equal(candidate.index, index + i);
            assert.deepEqual(candidate.tokens, siblings[0]!.tokens);
          }
          worst = Math.max(worst, checkAgainstReference(model.checkpoint, spans.flat(), siblings[0]!, true));
          index += n;
        }
      }
    });
    t.diagnostic(`greatest difference of a log-probability ${worst.toExponential(1)}`);
  });
}

test('log-probabilities of sampled candidates are those of a naive transformer, over a prompt of several stretches', async (t) => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const shared = tokens(random, 530);
    const leaves = [leaf([shared, branchOf(1, random, 3)], 2), leaf([shared, branchOf(2, random, 40)], 3)];
    const request = await requestFor(leaves, { ...SAMPLING, seed: below(random, 2 ** 32) }, 20, { logprobs: 2 });
    const { candidates, prompt } = await model.decoder.decode(request, NEVER);
    assert.equal(prompt.tokens, 573);
    const prompts = leaves.flatMap(({ spans, candidates: n }) => Array<number[]>(n).fill(spans.flat()));
    const differences = candidates.map((one, i) => checkAgainstReference(model.checkpoint, prompts[i]!, one, false));
    t.diagnostic(`greatest difference ${Math.max(...differences).toExponential(1)}`);
  });
});

test('the first candidates are bit for bit the same alone and among 63 others', async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const prompt = tokens(random, 75);
    const sampling = { ...SAMPLING, seed: below(random, 2 ** 32) };
    const grow = async (n: number) => {
      const request = await requestFor([leaf([prompt], n)], sampling, 12, { logprobs: 1 });
      return (await model.decoder.decode(request, NEVER)).candidates;
    };
    const among = await grow(64);
    // Some random models hardly leave one token: of 150, one grew 11 different candidates.
    assert.ok(new Set(among.map(({ tokens }) => tokens.join())).size > 4, 'candidates hardly differ');
    for (const n of [1, 3, 17]) assert.deepEqual(await grow(n), among.slice(0, n));
  });
});

test('a candidate goes on as it would have when others beside it end', async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const leaves = [leaf([tokens(random, 30)], 64)];
    const sampling = { ...SAMPLING, seed: below(random, 2 ** 32) };
    const grow = async (options: { endTokens?: number[] }) =>
      (await model.decoder.decode(await requestFor(leaves, sampling, 10, options), NEVER)).candidates;
    const whole = await grow({});
    // What some candidates draw: a random model may leave few tokens to draw at all.
    const endTokens = whole.slice(0, 3).map(({ tokens }) => tokens[5]!);
    const ended = await grow({ endTokens });
    for (const [i, { tokens, stop }] of ended.entries()) {
      const cut = whole[i]!.tokens.findIndex((token) => endTokens.includes(token));
      assert.deepEqual(tokens, cut < 0 ? whole[i]!.tokens : whole[i]!.tokens.slice(0, cut));
      assert.equal(stop, cut < 0 ? 'token-limit' : 'end-token');
    }
    assert.ok(ended.some(({ stop }) => stop === 'end-token'));
  });
});

test('a candidate has the same tokens whatever other leaves the tree has', async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const prompt = tokens(random, 90);
    const sampling = { ...SAMPLING, seed: below(random, 2 ** 32) };
    const alone = await requestFor([leaf([prompt], 4)], sampling, 10);
    const { candidates: expected } = await model.decoder.decode(alone, NEVER);
    for (let round = 0; round < 2; round++) {
      // The others leave the prompt at random places, so that its node is split there, or have nothing in common.
      const others = Array.from({ length: 10 }, () => {
        const shared = prompt.slice(0, below(random, prompt.length));
        return leaf([shared, tokens(random, 1 + below(random, 60))], 1 + below(random, 10));
      });
      const request = await requestFor([leaf([prompt], 4), ...others], sampling, 10);
      const { candidates } = await model.decoder.decode(request, NEVER);
      for (const [i, { tokens, logprob }] of expected.entries()) {
        assert.deepEqual(candidates[i]!.tokens, tokens);
        // A split adds up the same softmax in another order.
        assert.ok(Math.abs(candidates[i]!.logprob - logprob) <= TOLERANCE);
      }
    }
  });
});

test('a second run reuses the prompt, says so, and decodes the same', async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const root = tokens(random, 70);
    const leaves = [leaf([root, branchOf(1, random, 9)], 3, [0]), leaf([root, branchOf(2, random, 31)], 5, [1])];
    const request = await requestFor(leaves, { ...SAMPLING, seed: below(random, 2 ** 32) }, 10);
    const prefills: number[] = [];
    const decode = (wanted: typeof request) =>
      model.decoder.decode(wanted, NEVER, { onPrefill: (_, total) => prefills.push(total) });
    const first = await decode(request);
    assert.equal(first.prompt.reusedTokens, 0);
    assert.equal(first.prompt.tokens, 110);
    prefills.length = 0;
    const second = await decode(request);
    assert.equal(second.prompt.reusedTokens, 110);
    assert.deepEqual(new Set(prefills), new Set([0]));
    assert.deepEqual(second.candidates, first.candidates);
    const other = await decode({ ...request, leaves: [leaf([root, branchOf(3, random, 12)], 1)] });
    assert.equal(other.prompt.reusedTokens, 70);
    assert.equal(other.prompt.tokens, 82);
  });
});

test('candidates end at an end token, which is not part of them, and the others go on', async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const endTokens = shuffled(random, [...Array(TINY.vocabulary).keys()]).slice(0, 8);
    const events: DecodedCandidate[] = [];
    const request = await requestFor([leaf([tokens(random, 20)], 40)], SAMPLING, 12, { endTokens, logprobs: 1 });
    const { candidates, decoded } = await model.decoder.decode(request, NEVER, {
      onCandidate: (one) => events.push(one),
    });
    for (const { tokens, stop, steps, logprob } of candidates) {
      assert.ok(!tokens.some((token) => endTokens.includes(token)));
      if (stop === 'end-token') assert.ok(endTokens.includes(steps.at(-1)!.id));
      else assert.equal(tokens.length, 12);
      assert.equal(steps.length, tokens.length + (stop === 'end-token' ? 1 : 0));
      assert.ok(Math.abs(logprob - steps.reduce((sum, step) => sum + step.logprob, 0)) < 1e-9);
    }
    assert.ok(candidates.some(({ stop }) => stop === 'end-token'));
    assert.deepEqual(
      events.toSorted((a, b) => a.index - b.index),
      candidates,
    );
    assert.equal(
      decoded.tokens,
      candidates.reduce((sum, { steps }) => sum + steps.length, 0),
    );
    model.cache.clear();
    assert.equal(model.cache.usedBlocks, 0);
  });
});

test('candidates with stop rules of their own end by them, and the others grow as if these were not there', async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random);
    const [root, body, test] = [30, 5, 9].map((length) => tokens(random, length)) as [number[], number[], number[]];
    const bodies = leaf([root, body], 5);
    const request = await requestFor([bodies], SAMPLING, 12);
    const alone = await model.decoder.decode(request, NEVER);
    const tests = { ...leaf([root, body, test], 4, [0]), stop: { maxTokens: 3, strings: [] } };
    const both = await model.decoder.decode({ ...request, leaves: [bodies, tests] }, NEVER);
    assert.deepEqual(both.candidates.slice(0, 5), alone.candidates);
    assert.deepEqual(
      both.candidates.slice(5).map(({ tokens, leaf, stop }) => [tokens.length, leaf, stop]),
      Array(4).fill([3, [0], 'token-limit']),
    );
    assert.equal(both.prompt.tokens, 44, 'what is shared is there once');
  });
});

test('a request that cannot be finished is refused before any work, with what to do', async () => {
  await using model = await openDecoder(gpu, randomFrom(1), { ...TINY, maxPositions: 100 }, 272);
  const refused = async (code: ErrorCode, leaves: Parameters<typeof requestFor>[0], maxTokens: number) => {
    await assert.rejects(model.decoder.decode(await requestFor(leaves, GREEDY, maxTokens), NEVER), (error) => {
      assert.ok(error instanceof CoppiceError, String(error));
      assert.equal(error.code, code);
      assert.ok(error.remedy.length > 0);
      return true;
    });
    assert.equal(model.cache.usedBlocks, 0);
  };
  const prompt = Array<number>(50).fill(3);
  await refused('prompt-too-long', [leaf([prompt], 1)], 51);
  const apart = [4, 5, 6, 7, 8].map((token) => leaf([Array<number>(50).fill(token)], 1));
  await refused('gpu-out-of-memory', apart, 20);
  await refused('usage', [leaf([[]], 1)], 5);
  await refused('usage', [leaf([[], []], 1), leaf([[], prompt], 1)], 5);
  await refused('usage', [], 5);
  const fits = await requestFor([leaf([prompt], 3)], GREEDY, 50);
  assert.equal((await model.decoder.decode(fits, NEVER)).candidates.length, 3);
});

test('candidates that do not fit together grow in waves, with the texts that they have together', async () => {
  const prompt = Array.from({ length: 50 }, (_, i) => (i * 7) % 30);
  const leaves = [leaf([prompt], 9), leaf([prompt, [5, 6]], 4)];
  const grow = async (slots: number) => {
    await using model = await openDecoder(gpu, randomFrom(3), TINY, slots);
    const steps: number[] = [];
    const request = { ...(await requestFor(leaves, SAMPLING, 20)), reproducible: true };
    const result = await model.decoder.decode(request, NEVER, { onStep: (_, live) => steps.push(live) });
    model.cache.clear();
    assert.equal(model.cache.usedBlocks, 0);
    return { ...result, most: Math.max(...steps) };
  };
  const [together, inWaves] = [await grow(1024), await grow(272)];
  assert.deepEqual(
    inWaves.candidates.map(({ index, tokens, leaf }) => ({ index, tokens, leaf })),
    together.candidates.map(({ index, tokens, leaf }) => ({ index, tokens, leaf })),
  );
  assert.ok(together.most > 8 && inWaves.most <= 6, `${together.most} and ${inWaves.most} at once`);
  assert.deepEqual(inWaves.decoded.tokens, together.decoded.tokens);
});

test('weights that are not finite numbers are an error and never a text', async () => {
  await using model = await openDecoder(gpu, () => Number.NaN);
  await assert.rejects(
    model.decoder.decode(await requestFor([leaf([[1, 2, 3]], 2)], SAMPLING, 5), NEVER),
    (error) => error instanceof CoppiceError && error.code === 'model-invalid',
  );
  model.cache.clear();
  assert.equal(model.cache.usedBlocks, 0);
});

test('runs one after the other with random trees and cancels leave the KV store empty once it is cleared', async () => {
  await using model = await openDecoder(gpu, randomFrom(2), TINY, 1024);
  await fc.assert(
    fc.asyncProperty(seed, async (from) => {
      const random = randomFrom(from);
      const controller = new AbortController();
      let left = below(random, 12);
      const countdown = () => {
        if (left-- === 0) controller.abort();
      };
      const request = await requestFor(leavesOf(randomTree(random)), { ...SAMPLING, seed: from >>> 0 }, 4);
      try {
        await model.decoder.decode(request, controller.signal, { onPrefill: countdown, onStep: countdown });
      } catch (error) {
        const { code } = error as CoppiceError;
        assert.ok(code === 'cancelled' || code === 'gpu-out-of-memory', String(error));
      }
      if (random() < 0.3) {
        model.cache.clear();
        assert.equal(model.cache.usedBlocks, 0);
        assert.equal(model.cache.root.children.size, 0);
      }
    }),
    { numRuns: 12 },
  );
});

/** Three levels with ragged fan-out; spans may be empty, but for the root's. */
function randomTree(random: () => number): TokenNode {
  const span = () => tokens(random, [0, 1, 5, 20, 70][below(random, 5)]!);
  const node = (depth: number): TokenNode => ({
    tokens: depth === 0 ? tokens(random, 1 + below(random, 80)) : span(),
    children: depth === 2 ? [] : Array.from({ length: 1 + below(random, 3) }, () => node(depth + 1)),
    candidates: depth === 2 ? 1 + below(random, 3) : below(random, 2),
  });
  return node(0);
}

function tokens(random: () => number, count: number): number[] {
  return Array.from({ length: count }, () => below(random, TINY.vocabulary));
}

/** A span that shares no beginning with those of another `first`, which the KV store would otherwise merge. */
function branchOf(first: number, random: () => number, count: number): number[] {
  return [first, ...tokens(random, count - 1)];
}

/** Every step of a candidate against the reference on the same tokens; the greatest difference of a log-probability. */
function checkAgainstReference(
  checkpoint: RandomCheckpoint,
  prompt: number[],
  { tokens, steps, logprob }: DecodedCandidate,
  isGreedy: boolean,
): number {
  const logits = referenceLogits(checkpoint, [...prompt, ...tokens]);
  let worst = 0;
  let total = 0;
  for (const [step, { id, logprob, top }] of steps.entries()) {
    const row = logits[prompt.length - 1 + step]!;
    const expected = logSoftmax(row);
    assert.equal(id, tokens[step]);
    total += expected[id]!;
    worst = Math.max(worst, Math.abs(logprob - expected[id]!));
    // Where two tokens are closer than the tolerance, either may come first.
    if (isGreedy) assert.ok(Math.max(...expected) - expected[id]! <= TOLERANCE, `step ${step}: ${id} is not likeliest`);
    for (const [rank, likely] of mostLikely(row, top.length).entries()) {
      worst = Math.max(worst, Math.abs(top[rank]!.logprob - likely.logprob));
      worst = Math.max(worst, Math.abs(top[rank]!.logprob - expected[top[rank]!.id]!));
    }
  }
  assert.ok(worst <= TOLERANCE, `a log-probability is off by ${worst}`);
  assert.ok(Math.abs(logprob - total) <= TOLERANCE * Math.max(1, steps.length));
  return worst;
}
