import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { meanShare, passAtK } from '../../../src/core/eval/estimate.ts';

/** Of all ways to draw k of n, c of which pass, the share in which one passes. */
function byCounting(n: number, c: number, k: number): number {
  let [some, all] = [0, 0];
  const draw = (from: number, left: number, passes: boolean): void => {
    if (left === 0) {
      all++;
      if (passes) some++;
      return;
    }
    for (let i = from; i <= n - left; i++) draw(i + 1, left - 1, passes || i < c);
  };
  draw(0, k, false);
  return some / all;
}

test('pass@k is the share of all draws of k that hold a right one', () => {
  const cases = fc
    .integer({ min: 1, max: 11 })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n })));
  fc.assert(
    fc.property(cases, ([n, c, k]) => {
      assert.ok(Math.abs(passAtK(n, c, k) - byCounting(n, c, k)) < 1e-12);
    }),
  );
});

test('pass@k of many completions is no NaN and grows with k', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 100_000 }), fc.nat(), fc.nat(), (n, some, other) => {
      const [c, k] = [some % (n + 1), 1 + (other % (n - 1))];
      const [now, next] = [passAtK(n, c, k), passAtK(n, c, k + 1)];
      assert.ok(now >= -1e-12 && now <= 1 && next >= now - 1e-12);
    }),
  );
});

test('the interval of a mean holds it, and is narrower with more problems', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
      const [once, twice] = [meanShare(values), meanShare([...values, ...values])];
      assert.ok(once.low <= once.value + 1e-12 && once.value <= once.high + 1e-12);
      assert.ok(twice.high - twice.low < once.high - once.low);
    }),
  );
  assert.ok(meanShare([0, 0, 0]).high > 0.3, 'three failures do not show that nothing passes');
});
