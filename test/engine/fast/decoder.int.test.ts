import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sampling } from '../../../src/core/candidate.ts';
import { CoppiceError } from '../../../src/core/errors.ts';
import type { DecodedCandidate } from '../../../src/engine/decoder.ts';
import { type Way, waysFor } from '../../../src/engine/fast/matmul.ts';
import { Tuning, tuningKey } from '../../../src/engine/fast/tuning.ts';
import { filteredDistribution, logSoftmax, restricted } from '../../../src/engine/reference/sampling.ts';
import { Owed } from '../../../src/engine/sample/owed.ts';
import { uniformAt } from '../../../src/engine/sample/threefry.ts';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { GREEDY, leaf, NEVER, openDecoder, requestFor, TINY } from '../decoder-fixture.ts';
import type { CheckpointShape, RandomCheckpoint } from '../random-checkpoint.ts';
import { below, onFreshNumbers } from '../random-numbers.ts';
import { referenceLogits } from '../reference-transformer.ts';
import { tinyTokenizer } from '../weights/model-files.ts';
import { openFastGpu } from './fast-fixture.ts';

/** Absolute, of a log-probability: two layers whose activations are rounded to f16, over logits that spread by about 2. */
const TOLERANCE = 3e-2;
const SLOTS = 4096;

const { gpu, skip } = await openFastGpu();
const BASE: CheckpointShape = { ...TINY, type: 'F16', width: 96, headWidth: 32, feedForward: 136, vocabulary: 301 };
const llama = { architecture: 'LlamaForCausalLM' as const, biases: true };
/** Those whose kernels differ. */
const KINDS = [
  llama,
  { architecture: 'Qwen3ForCausalLM' as const, biases: false },
  { architecture: 'Starcoder2ForCausalLM' as const, biases: true },
  { architecture: 'GraniteForCausalLM' as const, biases: false },
];
const SHAPES: Record<string, CheckpointShape> = {
  'Qwen2, 2 query heads to a KV head': BASE,
  'own head, width 64, 3 query heads to a KV head': { ...BASE, tiedHead: false, heads: 6, headWidth: 64 },
  'bf16, 6 query heads to a KV head': { ...BASE, ...llama, type: 'BF16', heads: 6, kvHeads: 1, feedForward: 132 },
  '12 query heads to a KV head': { ...BASE, heads: 12, kvHeads: 1 },
  'narrow as one step of a tile': { ...BASE, width: 64, feedForward: 60 },
  ...Object.fromEntries(KINDS.map((kind) => [kind.architecture, { ...BASE, ...kind }])),
};

// Software adapters compile a model's kernels for a quarter of a minute: there each run takes another shape. llvmpipe compiles
// matrices for minutes at any group but 2.
const isPatient = !gpu.info.software || gpu.abilities.matrices.length === 0;
const suited = Object.entries(SHAPES).filter(([, { heads, kvHeads }]) => isPatient || heads / kvHeads === 2);
const shapes = gpu.info.software ? [suited[Math.floor(Math.random() * suited.length)]!] : suited;
for (const [name, shape] of shapes) {
  test(`${name}: step by step and in submissions, tokens are those of a transformer in f64`, { skip }, async (t) => {
    let worst = 0;
    await onFreshNumbers(async (random) => {
      await using model = await openDecoder(gpu, random, shape, SLOTS, 'fast');
      const shared = tokens(random, 70);
      const leaves = [leaf([shared, tokens(random, 40)], 3), leaf([shared, tokens(random, 9)], 2)];
      for (const sampling of samplings(below(random, 2 ** 32))) {
        for (const logprobs of [2, 0]) {
          const request = await requestFor(leaves, sampling, 9, { logprobs, reproducible: random() < 0.5 });
          const { candidates } = await model.decoder.decode(request, NEVER);
          for (const candidate of candidates) {
            const prompt = leaves[candidate.index < 3 ? 0 : 1]!.spans.flat();
            worst = Math.max(worst, checkDraws(model.checkpoint, prompt, candidate, sampling));
          }
        }
      }
    });
    t.diagnostic(`greatest difference of a log-probability ${worst.toExponential(1)}`);
  });
}

test('candidates that owe the end of a prompt write it first, then go on in submissions', { skip }, async () => {
  const tokenizer = Tokenizer.of(tinyTokenizer());
  const ids = tokenizer.encode('on the');
  const { ids: read, owed } = Owed.from(ids, tokenizer, BASE.vocabulary)!;
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random, BASE, SLOTS, 'fast');
    const leaves = [{ ...leaf([read], 6), owed }, leaf([read, tokens(random, 9)], 2)];
    for (const sampling of samplings(below(random, 2 ** 32))) {
      const request = await requestFor(leaves, sampling, 9);
      const { candidates } = await model.decoder.decode(request, NEVER);
      for (const candidate of candidates) {
        const first = candidate.index < 6;
        checkDraws(
          model.checkpoint,
          leaves[first ? 0 : 1]!.spans.flat(),
          candidate,
          sampling,
          first ? owed : undefined,
        );
        if (first) assert.ok(tokenizer.decode(candidate.tokens).startsWith('the'));
        let extra = 0;
        for (let rest = first ? owed : undefined; rest; rest = rest.after(candidate.tokens[extra - 1]!)) {
          if (rest.isExceededBy(candidate.tokens[extra]!)) break;
          extra++;
        }
        assert.equal(candidate.tokens.length, 9 + extra);
      }
    }
  });
});

test('one to three candidates, whichever ways their products take', { skip }, async (t) => {
  const taken = new Set<string>();
  for (let trial = 0; trial < (gpu.info.software ? 4 : 12); trial++) {
    await onFreshNumbers(async (random) => {
      const chosen = new Map<string, Way>();
      const { mock } = t.mock.method(Tuning.prototype, 'wayOf', (...[w, rows, output]: Parameters<Tuning['wayOf']>) => {
        const key = tuningKey(w, rows, output);
        const ways = waysFor(gpu, w, rows, output);
        const way = chosen.get(key) ?? ways[below(random, ways.length)]!;
        chosen.set(key, way);
        return way;
      });
      // Deep enough for splits of K.
      const deep = { ...BASE, ...KINDS[trial % KINDS.length], feedForward: 1020 };
      await using model = await openDecoder(gpu, random, deep, SLOTS, 'fast');
      const [prompt, count] = [tokens(random, 60 + below(random, 200)), 1 + below(random, 3)];
      const sampling = { ...GREEDY, temperature: 1, seed: below(random, 2 ** 32) };
      const request = await requestFor([leaf([prompt], count)], sampling, 9, { reproducible: false });
      const { candidates } = await model.decoder.decode(request, NEVER);
      for (const one of candidates) checkDraws(model.checkpoint, prompt, one, sampling);
      for (const way of chosen.values()) taken.add(way.kind === 'tile' && way.splits > 1 ? 'splits' : way.kind);
      mock.restore();
    });
  }
  t.diagnostic(`ways: ${[...taken].join(', ')}`);
});

test('a prompt longer than one pass, and its reuse, give what the reference gives', { skip }, async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random, { ...BASE, layers: 1, maxPositions: 4096 }, SLOTS, 'fast');
    // Of the reference only a few positions are wanted, but it computes all: the pass is made short instead.
    Object.assign(model.transformer, { chunk: 64 });
    const prompt = tokens(random, 200);
    const request = await requestFor([leaf([prompt], 2)], { ...GREEDY, temperature: 1 }, 6, { logprobs: 1 });
    const first = await model.decoder.decode(request, NEVER);
    const second = await model.decoder.decode(request, NEVER);
    assert.equal(second.prompt.reusedTokens, 200);
    assert.deepEqual(second.candidates, first.candidates);
    for (const one of first.candidates) checkDraws(model.checkpoint, prompt, one, request.sampling);
  });
});

test('reproducible, candidates have the same bits alone and among others', { skip }, async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random, BASE, SLOTS, 'fast');
    const prompt = tokens(random, 75);
    const sampling = { ...GREEDY, temperature: 1, seed: below(random, 2 ** 32) };
    const grow = async (n: number) => {
      const request = await requestFor([leaf([prompt], n)], sampling, 10);
      return (await model.decoder.decode(request, NEVER)).candidates;
    };
    const among = await grow(40);
    for (const n of [1, 3, 17]) assert.deepEqual(await grow(n), among.slice(0, n));
  });
});

test('an end token in the middle of a submission ends its candidate alone', { skip }, async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random, BASE, SLOTS, 'fast');
    const leaves = [leaf([tokens(random, 30)], 24)];
    const sampling = { ...GREEDY, temperature: 1, seed: below(random, 2 ** 32) };
    const endTokens = Array.from({ length: 30 }, (_, i) => i);
    const grow = async (options: { endTokens?: number[] }) =>
      (await model.decoder.decode(await requestFor(leaves, sampling, 14, options), NEVER)).candidates;
    const whole = await grow({});
    for (const [i, { tokens, stop }] of (await grow({ endTokens })).entries()) {
      const cut = whole[i]!.tokens.findIndex((token) => endTokens.includes(token));
      assert.deepEqual(tokens, cut < 0 ? whole[i]!.tokens : whole[i]!.tokens.slice(0, cut));
      assert.equal(stop, cut < 0 ? 'token-limit' : 'end-token');
    }
  });
});

test('candidates with stop rules of their own end by them, and the others grow as if these were not there', {
  skip,
}, async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random, BASE, SLOTS, 'fast');
    const [root, body, test] = [30, 5, 9].map((length) => tokens(random, length)) as [number[], number[], number[]];
    const bodies = leaf([root, body], 5);
    const request = await requestFor([bodies], { ...GREEDY, temperature: 1 }, 12);
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

test('a cancel between submissions frees every block, and the next run is right', { skip }, async () => {
  await onFreshNumbers(async (random) => {
    await using model = await openDecoder(gpu, random, BASE, SLOTS, 'fast');
    const prompt = tokens(random, 50);
    const request = await requestFor([leaf([prompt], 6)], { ...GREEDY, temperature: 1 }, 40);
    for (const after of [1, 5, 13]) {
      const controller = new AbortController();
      const onStep = (step: number) => step === after && controller.abort();
      await assert.rejects(
        model.decoder.decode(request, controller.signal, { onStep }),
        (error) => error instanceof CoppiceError && error.code === 'cancelled',
      );
      model.cache.clear();
      assert.equal(model.cache.usedBlocks, 0);
    }
    const { candidates } = await model.decoder.decode({ ...request, maxTokens: 40 }, NEVER);
    checkDraws(model.checkpoint, prompt, candidates[0]!, request.sampling);
  });
});

test('weights that are not finite numbers are an error and never a text', { skip }, async () => {
  await using model = await openDecoder(gpu, () => Number.NaN, { ...BASE, type: 'F32' }, SLOTS, 'fast');
  const request = await requestFor([leaf([[1, 2, 3]], 2)], { ...GREEDY, temperature: 1 }, 5);
  await assert.rejects(
    model.decoder.decode(request, NEVER),
    (error) => error instanceof CoppiceError && error.code === 'model-invalid',
  );
});

function samplings(seed: number): Sampling[] {
  const plain = { ...GREEDY, seed };
  return [
    plain,
    { ...plain, temperature: 1 },
    { ...plain, temperature: 0.8, minP: 0.1 },
    { ...plain, temperature: 1.2, topK: 20, topP: 0.9 },
  ];
}

function tokens(random: () => number, count: number): number[] {
  return Array.from({ length: count }, () => below(random, BASE.vocabulary));
}

/**
 * Every token is where its random number falls in the reference's distribution, as far as logits that are off by the
 * tolerance allow, and the log-probabilities are the reference's. Returns the greatest difference of one.
 */
function checkDraws(
  checkpoint: RandomCheckpoint,
  prompt: number[],
  { index, tokens, steps, logprob }: DecodedCandidate,
  sampling: Sampling,
  owed?: Owed,
): number {
  const logits = referenceLogits(checkpoint, [...prompt, ...tokens]);
  let worst = 0;
  let total = 0;
  for (const [k, id] of tokens.entries()) {
    const plain = logits[prompt.length - 1 + k]!;
    const row = owed ? restricted(plain, owed.allowed) : plain;
    owed = owed?.after(id);
    const expected = logSoftmax(row);
    total += expected[id]!;
    for (const each of steps[k] ? [steps[k], ...steps[k].top] : []) {
      worst = Math.max(worst, Math.abs(each.logprob - expected[each.id]!));
    }
    if (sampling.temperature === 0) {
      assert.ok(Math.max(...expected) - expected[id]! <= TOLERANCE, `step ${k}: ${id} is not likeliest`);
      continue;
    }
    const uniform = uniformAt(sampling.seed, index, prompt.length + k);
    // A token near a threshold may be on either side of it, which moves all edges.
    const isRight = [-0.04, -0.02, -0.01, 0, 0.01, 0.02, 0.04].some((nudge) => {
      const { topP, minP, topK } = sampling;
      const nudged = { topP: topP < 1 ? topP + nudge / 4 : 1, minP: minP > 0 ? minP * (1 + nudge) : 0 };
      const ks = topK > 0 ? [topK - 1, topK, topK + 1] : [0];
      return ks.some((topK) => {
        const p = filteredDistribution(row, { ...sampling, ...nudged, topK });
        const low = p.subarray(0, id).reduce((a, b) => a + b, 0);
        return low - uniform <= TOLERANCE && uniform - low - p[id]! <= TOLERANCE;
      });
    });
    assert.ok(isRight, `step ${k}: ${id} is not what ${uniform} draws`);
  }
  assert.ok(worst <= TOLERANCE, `a log-probability is off by ${worst}`);
  assert.ok(Math.abs(logprob - total) <= TOLERANCE * tokens.length, `their sum is off by ${logprob - total}`);
  return worst;
}
