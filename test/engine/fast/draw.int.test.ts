import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Sampling } from '../../../src/core/candidate.ts';
import { compileDraw } from '../../../src/engine/fast/steps.ts';
import { record, words } from '../../../src/engine/gpu/kernel.ts';
import { filteredDistribution, logSoftmax } from '../../../src/engine/reference/sampling.ts';
import { type Draw, type Drawn, Sampler } from '../../../src/engine/sample/sampler.ts';
import { uniformAt } from '../../../src/engine/sample/threefry.ts';
import { Buffers, inPass } from '../gpu-fixture.ts';
import { below, onFreshNumbers, randomFloats, randomFrom, seed } from '../random-numbers.ts';
import { chiSquareP } from '../sample/chi-square.ts';
import { openFastGpu } from './fast-fixture.ts';

/** A right sampler fails one of a million of the tests below. */
const SIGNIFICANCE = 1e-6;
/** Sums of f32 weights over a vocabulary, in another order than the reference's: what a draw may miss an edge by. */
const EDGE = 5e-5;
const PLAIN: Sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };

const { gpu, skip } = await openFastGpu();
const settings = gpu.device.createBuffer({ size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
const sampler = await Sampler.create(gpu);
after(() => {
  settings.destroy();
  sampler.dispose();
});
const kernels = new Map<number, ReturnType<typeof compileDraw>>();

const drawing = fc.record({
  seed,
  vocabulary: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 9000 })),
  chunks: fc.constantFrom(1, 2, 8, 64),
  temperature: fc.constantFrom(0.3, 1, 1.7),
  minP: fc.constantFrom(0, 0.02, 0.3, 1),
});

test('draws are those of the reference with the same random number, for any vocabulary and chunks', {
  skip,
}, async (t) => {
  let worst = 0;
  await fc.assert(
    fc.asyncProperty(drawing, async ({ seed, vocabulary, chunks, temperature, minP }) => {
      const random = randomFrom(seed);
      const rows = 5;
      const pitch = vocabulary + 4 - (vocabulary % 4) + 4 * below(random, 3);
      const sampling = { ...PLAIN, temperature, minP, seed: seed >>> 0 };
      const logits = randomFloats(random, rows * pitch, 4);
      const draws = Array.from({ length: 40 }, (_, candidate) => ({
        row: below(random, rows),
        candidate: candidate * 1000,
        position: below(random, 2 ** 15),
      }));
      const drawn = await draw(logits, { vocabulary, pitch, chunks }, draws, sampling);
      for (const [i, { token, logprob }] of drawn.entries()) {
        const { row, candidate, position } = draws[i]!;
        const own = logits.subarray(row * pitch, row * pitch + vocabulary);
        const probabilities = filteredDistribution(own, sampling);
        const low = probabilities.subarray(0, token).reduce((a, b) => a + b, 0);
        const uniform = uniformAt(sampling.seed, candidate, position);
        const apart = Math.max(low - uniform, uniform - low - probabilities[token]!);
        worst = Math.max(worst, apart);
        assert.ok(apart <= EDGE, `token ${token} is ${apart} from where ${uniform} falls`);
        assert.ok(Math.abs(logprob - logSoftmax(own)[token]!) <= 1e-5);
      }
    }),
    { numRuns: 40 },
  );
  t.diagnostic(`furthest beyond an edge ${worst.toExponential(1)}`);
});

test("they are the portable sampler's draws, but for numbers on an edge", { skip }, async () => {
  await onFreshNumbers(async (random) => {
    const [vocabulary, pitch] = [3001, 3008];
    for (const minP of [0, 0.05]) {
      const sampling = { ...PLAIN, temperature: 0.9, minP, seed: below(random, 2 ** 32) };
      const logits = randomFloats(random, 2 * pitch, 5);
      const draws = Array.from({ length: 500 }, (_, candidate) => ({ row: candidate % 2, candidate, position: 70 }));
      using buffers = new Buffers(gpu);
      const expected = await sampler.draw(buffers.upload('logits', logits), vocabulary, draws, sampling, pitch);
      const drawn = await draw(logits, { vocabulary, pitch, chunks: 8 }, draws, sampling);
      const others = drawn.filter(({ token }, i) => token !== expected[i]!.token);
      // Each of some hundred edges is off by about 1e-7.
      assert.ok(others.length <= 2, `${others.length} of 500 differ`);
    }
  });
});

for (const [name, setting] of Object.entries({
  'no filter': {},
  'temperature 0.6': { temperature: 0.6 },
  'min-p': { minP: 0.1 },
  'temperature 1.5 and min-p': { temperature: 1.5, minP: 0.2 },
})) {
  test(`draws with ${name} are distributed as the reference says, and stay inside the filter`, { skip }, async (t) => {
    await onFreshNumbers(async (random) => {
      const sampling = { ...PLAIN, ...setting, seed: below(random, 2 ** 32) };
      const logits = randomFloats(random, 100, 2.5);
      const first = below(random, 2 ** 20);
      const draws = Array.from({ length: 4096 }, (_, i) => ({ row: 0, candidate: first + i, position: 100 + (i % 7) }));
      const counts = new Array<number>(97).fill(0);
      for (const { token } of await draw(logits, { vocabulary: 97, pitch: 100, chunks: 2 }, draws, sampling)) {
        counts[token]! += 1;
      }
      const expected = filteredDistribution(logits.subarray(0, 97), sampling);
      assert.deepEqual(
        counts.filter((count, token) => count > 0 && expected[token] === 0),
        [],
      );
      const p = chiSquareP(counts, expected);
      t.diagnostic(`p = ${p.toPrecision(3)}`);
      assert.ok(p > SIGNIFICANCE, `p = ${p}`);
    });
  });
}

test('temperature 0 takes the most likely token, the lowest id on ties, in any chunks', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(drawing, async ({ seed, vocabulary, chunks }) => {
      const random = randomFrom(seed);
      const pitch = Math.ceil(vocabulary / 4) * 4;
      const logits = Float32Array.from({ length: 3 * pitch }, () => below(random, 6) - 3);
      const draws = [0, 1, 2].map((row) => ({ row, candidate: row, position: 9 }));
      const drawn = await draw(logits, { vocabulary, pitch, chunks }, draws, { ...PLAIN, temperature: 0 });
      for (const [row, { token }] of drawn.entries()) {
        const own = logits.subarray(row * pitch, row * pitch + vocabulary);
        assert.equal(token, own.indexOf(own.reduce((a, b) => Math.max(a, b))));
      }
    }),
    { numRuns: 20 },
  );
});

/** Draws as decode steps do, from logits [R, pitch]. */
async function draw(
  logits: Float32Array,
  { vocabulary, pitch, chunks }: { vocabulary: number; pitch: number; chunks: number },
  draws: Draw[],
  { seed, temperature, minP }: Sampling,
): Promise<Drawn[]> {
  const compiled = kernels.get(chunks) ?? compileDraw(gpu, chunks);
  kernels.set(chunks, compiled);
  const kernel = await compiled;
  using buffers = new Buffers(gpu);
  const rows = logits.length / pitch;
  const from = buffers.upload('logits', logits);
  const [stats, kept] = [buffers.room('stats', rows * chunks * 4), buffers.room('kept', rows * chunks * 4)];
  const wantedWords = Uint32Array.from(draws.flatMap(({ row, candidate, position }) => [row, candidate, position]));
  const wanted = buffers.upload('draws', wantedWords);
  const chosen = buffers.room('chosen', 2 * draws.length);
  gpu.write(settings, words(vocabulary, pitch, seed >>> 0, { float: temperature }, { float: minP }));
  const isFiltered = minP > 0 && temperature > 0;
  const dispatches = [
    kernel.chunks.prepare([settings, from, stats], [chunks, rows]),
    ...(isFiltered ? [kernel.survivors.prepare([settings, from, stats, kept], [chunks, rows])] : []),
    kernel.pick.prepare([settings, from, wanted, isFiltered ? kept : stats, chosen], [draws.length]),
  ];
  inPass(gpu, (pass) => record(pass, dispatches));
  const data = await gpu.read(chosen, draws.length * 8);
  const [ids, logprobs] = [new Uint32Array(data), new Float32Array(data)];
  return draws.map((_, i) => ({ token: ids[2 * i]!, logprob: logprobs[2 * i + 1]! }));
}
