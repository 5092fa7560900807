import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_SAMPLING, type Sampling } from '../../../src/core/candidate.ts';
import { CoppiceError } from '../../../src/core/errors.ts';
import { filteredDistribution, logSoftmax, mostLikely, restricted } from '../../../src/engine/reference/sampling.ts';
import { type Draw, type Drawn, Sampler } from '../../../src/engine/sample/sampler.ts';
import { uniformAt } from '../../../src/engine/sample/threefry.ts';
import { Buffers, openGpu } from '../gpu-fixture.ts';
import { below, onFreshNumbers, randomFloats, randomFrom, seed } from '../random-numbers.ts';
import { chiSquareP } from './chi-square.ts';

/** A right sampler fails one of a million of the tests below. */
const SIGNIFICANCE = 1e-6;
const DRAWS = 4096;
const FEW_DRAWS = 600;
const PLAIN: Sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };

const gpu = await openGpu();
const sampler = await Sampler.create(gpu);
after(() => sampler.dispose());

const settings: Record<string, Partial<Sampling>> = {
  'no filter': {},
  'temperature 0.8': { temperature: 0.8 },
  'top-k': { topK: 7 },
  'top-p': { topP: 0.8 },
  'min-p': { minP: 0.1 },
  'all of temperature, top-k, top-p and min-p': { temperature: 1.4, topK: 30, topP: 0.95, minP: 0.05 },
};

for (const [name, setting] of Object.entries(settings)) {
  test(`draws with ${name} are distributed as the reference says, and stay inside the filter`, async (t) => {
    await onFreshNumbers(async (random) => {
      const sampling = { ...PLAIN, ...setting, seed: below(random, 2 ** 32) };
      const logits = clearLogits(random, 97, 2.5, sampling);
      const counts = await countsOf(logits, sampling, random);
      const expected = filteredDistribution(logits, sampling);
      const outside = [...counts.keys()].filter((token) => counts[token]! > 0 && expected[token] === 0);
      assert.deepEqual(outside, []);
      const p = chiSquareP(counts, expected);
      t.diagnostic(`p = ${p.toPrecision(3)} for ${DRAWS} draws`);
      assert.ok(p > SIGNIFICANCE, `p = ${p}`);
    });
  });
}

test('so many draws tell temperature 0.8 from 1.0, and a filter from the next', async () => {
  await onFreshNumbers(async (random) => {
    const sampling = { ...PLAIN, seed: below(random, 2 ** 32) };
    const logits = randomFloats(random, 97, 2.5);
    const counts = await countsOf(logits, sampling, random);
    assert.ok(chiSquareP(counts, filteredDistribution(logits, { ...sampling, temperature: 0.8 })) < SIGNIFICANCE);
    const filtered = await countsOf(logits, { ...sampling, topK: 8 }, random, FEW_DRAWS);
    assert.ok(chiSquareP(filtered, filteredDistribution(logits, { ...sampling, topK: 7 })) < SIGNIFICANCE);
  });
});

test('of restricted rows only what is allowed is drawn and reported, as the reference says; others stay as they are', async (t) => {
  await onFreshNumbers(async (random) => {
    const vocabulary = 97;
    const pitch = 100;
    const sampling = { ...PLAIN, temperature: 0.9, topK: 12, seed: below(random, 2 ** 32) };
    const logits = randomFloats(random, 3 * pitch, 2.5);
    const row = (r: number) => logits.subarray(r * pitch, r * pitch + vocabulary);
    const masks = [0, 2].map((row) => {
      const allowed = Uint32Array.from({ length: 4 }, () => below(random, 2 ** 32) & below(random, 2 ** 32));
      allowed[below(random, 3)]! |= 1;
      return { row, allowed };
    });
    using buffers = new Buffers(gpu);
    const buffer = buffers.upload('logits', logits);
    await sampler.restrict(buffer, vocabulary, masks, pitch);
    const expected = [restricted(row(0), masks[0]!.allowed), row(1), restricted(row(2), masks[1]!.allowed)];
    for (const [r, values] of expected.entries()) {
      const draws = Array.from({ length: DRAWS }, (_, candidate) => ({ row: r, candidate, position: 5 }));
      const counts = new Array<number>(vocabulary).fill(0);
      for (const { token } of await sampler.draw(buffer, vocabulary, draws, sampling, pitch)) counts[token]!++;
      const p = chiSquareP(counts, filteredDistribution(values, sampling));
      t.diagnostic(`p = ${p.toPrecision(3)} for row ${r}`);
      assert.ok(p > SIGNIFICANCE, `p = ${p}`);
      const [top] = await sampler.top(buffer, vocabulary, [r], vocabulary, pitch);
      const wanted = mostLikely(values, vocabulary).filter(({ logprob }) => logprob > Number.NEGATIVE_INFINITY);
      assert.deepEqual(
        top!.map(({ token }) => token),
        wanted.map(({ token }) => token),
      );
      for (const [i, { logprob }] of top!.entries()) assert.ok(Math.abs(logprob - wanted[i]!.logprob) <= 1e-5);
      const [best] = await sampler.draw(buffer, vocabulary, draws.slice(0, 1), { ...sampling, temperature: 0 }, pitch);
      assert.equal(best!.token, wanted[0]!.token);
    }
  });
});

test('tokens tied at the edge of top-k are all kept', async () => {
  await onFreshNumbers(async (random) => {
    const logits = Float32Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 1 : -1));
    const counts = await countsOf(logits, { ...PLAIN, topK: 3, seed: below(random, 2 ** 32) }, random, FEW_DRAWS);
    assert.deepEqual(
      [...counts.keys()].filter((token) => counts[token]! > 0),
      [...counts.keys()].filter((token) => token % 4 === 0),
    );
  });
});

test('the kernel draws with the random number of the reference, for any seed, candidate and position', async () => {
  await fc.assert(
    fc.asyncProperty(
      seed,
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 1, max: 15 }),
      async (n, key, bits) => {
        // All logits equal: token t of 2^bits is drawn exactly when the number lies in its bin.
        const random = randomFrom(n);
        const vocabulary = 2 ** bits;
        using buffers = new Buffers(gpu);
        const logits = buffers.upload('logits', new Float32Array(vocabulary));
        const draws = Array.from({ length: 64 }, () => ({
          row: 0,
          candidate: below(random, 2 ** [4, 12, 32][below(random, 3)]!),
          position: below(random, 2 ** [6, 15, 32][below(random, 3)]!),
        }));
        const drawn = await sampler.draw(logits, vocabulary, draws, { ...PLAIN, seed: key });
        assert.deepEqual(
          drawn.map(({ token }) => token),
          draws.map(({ candidate, position }) => Math.floor(uniformAt(key, candidate, position) * vocabulary)),
        );
      },
    ),
    { numRuns: 12 },
  );
});

test('a random number on the edge between two tokens draws the second', async () => {
  const vocabulary = 64;
  const seed = 5;
  // One in 2^18 numbers lies on an edge.
  let position = 0;
  while (!Number.isInteger(uniformAt(seed, 0, position) * vocabulary)) position++;
  using buffers = new Buffers(gpu);
  const logits = buffers.upload('logits', new Float32Array(vocabulary));
  const draws = [{ row: 0, candidate: 0, position }];
  const [drawn] = await sampler.draw(logits, vocabulary, draws, { ...PLAIN, seed });
  assert.equal(drawn!.token, uniformAt(seed, 0, position) * vocabulary);
});

test('temperature 0 takes the most likely token, the lowest id on ties', async () => {
  await fc.assert(
    fc.asyncProperty(seed, fc.integer({ min: 1, max: 700 }), async (n, vocabulary) => {
      const random = randomFrom(n);
      const rows = 5;
      // Few different values, so that ties are the rule.
      const logits = Float32Array.from({ length: rows * vocabulary }, () => below(random, 6) - 3);
      const drawn = await drawRows(logits, vocabulary, rows, { ...DEFAULT_SAMPLING, temperature: 0 });
      for (const [row, { token }] of drawn.entries()) {
        const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
        assert.equal(token, own.indexOf(Math.max(...own)));
      }
    }),
    { numRuns: 12 },
  );
});

test('log-probabilities of drawn and of the most likely tokens are exact to 1e-5', async (t) => {
  let worst = 0;
  await fc.assert(
    fc.asyncProperty(
      seed,
      fc.integer({ min: 2, max: 3000 }),
      fc.constantFrom(0.1, 4, 16),
      fc.integer({ min: 1, max: 12 }),
      async (n, vocabulary, scale, wanted) => {
        const random = randomFrom(n);
        const rows = 6;
        const logits = randomFloats(random, rows * vocabulary, scale);
        const drawn = await drawRows(logits, vocabulary, rows, { ...DEFAULT_SAMPLING, temperature: 1.2, seed: n });
        const k = Math.min(wanted, vocabulary);
        const order = [4, 0, 5];
        using buffers = new Buffers(gpu);
        const top = await sampler.top(buffers.upload('logits', logits), vocabulary, order, k);
        const own = (row: number) => logits.subarray(row * vocabulary, (row + 1) * vocabulary);
        const close = (got: number, expected: number) => {
          worst = Math.max(worst, Math.abs(got - expected));
          assert.ok(Math.abs(got - expected) <= 1e-5, `${got} for ${expected}`);
        };
        for (const [row, { token, logprob }] of drawn.entries()) close(logprob, logSoftmax(own(row))[token]!);
        for (const [i, row] of order.entries()) {
          const expected = mostLikely(own(row), k);
          assert.deepEqual(
            top[i]!.map(({ token }) => token),
            expected.map(({ token }) => token),
          );
          for (const [rank, { logprob }] of top[i]!.entries()) close(logprob, expected[rank]!.logprob);
        }
      },
    ),
    { numRuns: 12 },
  );
  t.diagnostic(`greatest difference ${worst.toExponential(1)}`);
});

test('the most likely tokens come lowest id first where they are tied', async () => {
  await onFreshNumbers(async (random) => {
    const vocabulary = 200;
    const logits = Float32Array.from({ length: vocabulary }, () => below(random, 3));
    using buffers = new Buffers(gpu);
    const [top] = await sampler.top(buffers.upload('logits', logits), vocabulary, [0], 150);
    assert.deepEqual(
      top!.map(({ token }) => token),
      mostLikely(logits, 150).map(({ token }) => token),
    );
  });
});

test('no more of the most likely tokens are reported than there are', async () => {
  using buffers = new Buffers(gpu);
  const [top] = await sampler.top(buffers.upload('logits', Float32Array.of(1, 3, 2)), 3, [0], 10);
  assert.deepEqual(
    top!.map(({ token }) => token),
    [1, 2, 0],
  );
});

test('a draw does not depend on the draws beside it', async () => {
  await onFreshNumbers(async (random) => {
    const vocabulary = 301;
    const rows = 4;
    const logits = randomFloats(random, rows * vocabulary, 3);
    const sampling = { ...DEFAULT_SAMPLING, topK: 50, seed: below(random, 2 ** 32) };
    const draws: Draw[] = Array.from({ length: 64 }, (_, candidate) => ({
      row: below(random, rows),
      candidate,
      position: below(random, 1000),
    }));
    using buffers = new Buffers(gpu);
    const buffer = buffers.upload('logits', logits);
    const together = await sampler.draw(buffer, vocabulary, draws, sampling);
    for (const i of [0, 17, 63]) {
      assert.deepEqual(await sampler.draw(buffer, vocabulary, [draws[i]!], sampling), [together[i]]);
    }
  });
});

test('any number of threads draws the same tokens', async () => {
  const most = Math.min(1024, gpu.device.limits.maxComputeInvocationsPerWorkgroup);
  for (const threads of [16, 128, most]) {
    const other = await Sampler.create(gpu, threads);
    await onFreshNumbers(async (random) => {
      using buffers = new Buffers(gpu);
      const vocabulary = 1 + below(random, 2000);
      const logits = buffers.upload('logits', randomFloats(random, vocabulary, 4));
      const draws = Array.from({ length: 40 }, (_, candidate) => ({
        row: 0,
        candidate,
        position: below(random, 1000),
      }));
      for (const setting of Object.values(settings)) {
        const sampling = { ...PLAIN, ...setting, seed: below(random, 2 ** 32) };
        const wanted = await sampler.draw(logits, vocabulary, draws, sampling);
        const got = await other.draw(logits, vocabulary, draws, sampling);
        assert.deepEqual(
          got.map(({ token }) => token),
          wanted.map(({ token }) => token),
        );
      }
    });
    other.dispose();
  }
});

test('logits that are not numbers are an error and never a token', async () => {
  for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const logits = Float32Array.from({ length: 80 }, (_, i) => i / 10);
    logits[33] = broken;
    for (const temperature of [0, 1]) {
      await assert.rejects(
        drawRows(logits, 80, 1, { ...PLAIN, temperature }),
        (error) => error instanceof CoppiceError && error.code === 'model-invalid',
      );
    }
    await assert.rejects(drawRows(logits.fill(broken), 80, 1, PLAIN), CoppiceError);
  }
});

/** Draws of many candidates at many positions from one row of logits, in one dispatch. */
async function countsOf(
  logits: Float32Array,
  sampling: Sampling,
  random: () => number,
  count = DRAWS,
): Promise<number[]> {
  using buffers = new Buffers(gpu);
  const first = below(random, 2 ** 20);
  const draws = Array.from({ length: count }, (_, i) => ({ row: 0, candidate: first + i, position: 100 + (i % 7) }));
  const drawn = await sampler.draw(buffers.upload('logits', logits), logits.length, draws, sampling);
  const counts = new Array<number>(logits.length).fill(0);
  for (const { token } of drawn) counts[token]! += 1;
  return counts;
}

async function drawRows(logits: Float32Array, vocabulary: number, rows: number, sampling: Sampling): Promise<Drawn[]> {
  using buffers = new Buffers(gpu);
  const draws = Array.from({ length: rows }, (_, row) => ({ row, candidate: row, position: 9 }));
  return await sampler.draw(buffers.upload('logits', logits), vocabulary, draws, sampling);
}

/**
 * Random logits whose filter keeps the same tokens when the settings move a little: f32 and f64 then agree on which
 * tokens those are.
 */
function clearLogits(random: () => number, vocabulary: number, scale: number, sampling: Sampling): Float32Array {
  for (;;) {
    const logits = randomFloats(random, vocabulary, scale);
    const kept = [-1e-4, 1e-4].map((nudge) => {
      const topP = sampling.topP === 1 ? 1 : sampling.topP + nudge;
      const minP = sampling.minP === 0 ? 0 : sampling.minP + nudge;
      return [...filteredDistribution(logits, { ...sampling, topP, minP })].filter((p) => p > 0).length;
    });
    if (kept[0] === kept[1]) return logits;
  }
}
