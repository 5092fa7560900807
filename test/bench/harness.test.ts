import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bench, type Benchmark, type BenchOptions, figure, table } from '../../bench/harness.ts';
import { CoppiceError } from '../../src/core/errors.ts';

const benchmark: Benchmark<'count'> = {
  about: 'a trial',
  sizes: { count: { about: 'things', software: [1, 2], hardware: [30] } },
  run: async () => {},
};

function open(options: Partial<BenchOptions> = {}): Bench<'count'> {
  return new Bench('trial', benchmark, { given: {}, perRow: 0, limit: 60, note: () => {}, ...options });
}

test('the median and the spread are those of the sorted samples, in any order', () => {
  assert.deepEqual(figure([8, 2, 4, 6, 10]), { median: 6, spread: 0.6667, samples: [8, 2, 4, 6, 10] });
  assert.equal(figure([1, 2]).median, 1.5);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 }),
      fc.integer(),
      (list, by) => {
        const turn = Math.abs(by) % list.length;
        const { median, spread } = figure(list);
        const again = figure([...list.slice(turn), ...list.slice(0, turn)]);
        assert.deepEqual([again.median, again.spread], [median, spread]);
        const below = list.filter((value) => value < median - 1).length;
        const above = list.filter((value) => value > median + 1).length;
        assert.ok(below <= list.length / 2 && above <= list.length / 2 && spread >= 0);
      },
    ),
  );
});

test('a result above the tolerance, or one that is not a number, stops a benchmark before it times anything', async () => {
  for (const error of [0.2, Number.NaN]) {
    const bench = open();
    assert.throws(() => bench.check('the truth', error, 0.1), CoppiceError);
    await assert.rejects(
      bench.measure({}, async () => ({ ms: 1 })),
      /checks its result/,
    );
    assert.throws(() => bench.result(), /checks its result/);
  }
});

test('every sample and the worst error are in the result, with sizes that suit the GPU adapter or were given', async () => {
  const adapter = { vendor: 'v', device: 'd', description: '', backend: 'Vulkan', software: true };
  assert.deepEqual(open().on(adapter), { count: [1, 2] });
  assert.deepEqual(open().on({ ...adapter, software: false }), { count: [30] });

  const bench = open({ given: { count: [7] } });
  assert.deepEqual(bench.on(adapter), { count: [7] });
  bench.check('the truth', 0.3, 1);
  bench.check('the truth', 0.1, 1);
  let ms = 0;
  await bench.measure({ count: 7 }, async () => ({ ms: ++ms }), { least: 4, most: 9 });
  const result = bench.result();
  assert.equal(result.check.error, 0.3);
  assert.deepEqual(result.settings, { count: [7], secondsPerRow: 0 });
  assert.deepEqual(result.rows, [
    { of: { count: 7 }, figures: { ms: { median: 2.5, spread: 0.6, samples: [1, 2, 3, 4] } } },
  ]);
  assert.match(table(result), /count +ms\n +7 +2\.5 \(60%\)/);
});

test('rows that there is no time for are named, not measured', async () => {
  const bench = open({ limit: 0 });
  bench.check('the truth', 0, 0);
  let calls = 0;
  for (const count of [1, 2]) await bench.measure({ count }, async () => ({ calls: ++calls }));
  const { rows, leftOut } = bench.result();
  assert.equal(calls, 1);
  assert.deepEqual([rows.map(({ of }) => of), leftOut], [[{ count: 1 }], [{ count: 2 }]]);
});
