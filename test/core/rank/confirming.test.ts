import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextToConfirm } from '../../../src/core/rank/confirming.ts';
import type { Isolation } from '../../../src/core/report.ts';

const UNCONFIRMED: Isolation = { kind: 'unconfirmed', why: 'its own A.__eq__ decides' };

/** An entry of a ranking that passes; `asked` says what running it once more has shown. */
function entry(id: string, cluster: number, asked?: Isolation | 'flaky', passed = 2) {
  const confirmation = { kind: asked === 'flaky' ? ('flaky' as const) : ('repeated' as const) };
  return {
    ...{ id, cluster },
    report: {
      ...{ verdict: 'passed' as const, passed, failed: 0, errors: 0, timedOut: false, durationMs: 1, cases: [] },
      ...(asked ? { confirmation } : {}),
      ...(asked && asked !== 'flaky' ? { isolation: asked } : {}),
    },
    evidence: [{ fact: 'passed' as const, value: passed, text: '' }],
  };
}

const next = (...ranking: ReturnType<typeof entry>[]) => nextToConfirm(ranking)?.id;

test('the best one is run once more, and no other once it is confirmed or differs from run to run', () => {
  assert.equal(next(entry('a', 1), entry('b', 2)), 'a');
  assert.equal(next(entry('a', 1, { kind: 'confirmed' }), entry('b', 2)), undefined);
  assert.equal(next(entry('a', 1, 'flaky'), entry('b', 2)), undefined);
  assert.equal(next(), undefined);
  const failed = entry('a', 1);
  assert.equal(nextToConfirm([{ ...failed, report: { ...failed.report, verdict: 'failed' } }]), undefined);
});

test('the best of each cluster comes before the rest of any', () => {
  const [a, b, c] = [entry('a', 1, UNCONFIRMED), entry('b', 1), entry('c', 2)];
  assert.equal(next(a, b, c), 'c');
  assert.equal(next(a, b, entry('c', 2, UNCONFIRMED)), 'b');
  assert.equal(next(a, entry('b', 1, UNCONFIRMED), entry('c', 2, UNCONFIRMED)), undefined);
});

test('nobody is asked who passes less, or who would fare no better', () => {
  assert.equal(next(entry('a', 1, UNCONFIRMED), entry('b', 2, undefined, 1)), undefined);
  assert.equal(next(entry('a', 1, { ...UNCONFIRMED, forAll: true }), entry('b', 2)), undefined);
});
