import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { passAtK, type Score, summarize } from '../../bench/sprout/score.ts';

/** Every choice of k of n candidates, of which the first c pass. */
function countedPassAtK(n: number, c: number, k: number): number {
  let choices = 0;
  let lucky = 0;
  for (let mask = 0; mask < 2 ** n; mask++) {
    const chosen = Array.from({ length: n }, (_, i) => i).filter((i) => mask & (1 << i));
    if (chosen.length !== k) continue;
    choices++;
    if (chosen.some((i) => i < c)) lucky++;
  }
  return lucky / choices;
}

test('pass@k is the share of choices of k candidates that hold one that passes', () => {
  const counts = fc
    .integer({ min: 1, max: 10 })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n })));
  fc.assert(
    fc.property(counts, ([n, c, k]) => {
      assert.ok(Math.abs(passAtK(n, c, k) - countedPassAtK(n, c, k)) < 1e-12);
    }),
  );
});

test('a summary averages over problems and reports no k beyond the candidates grown', () => {
  const score = (id: string, kind: Score['kind'], c: number): Score => {
    return { id, kind, language: 'python', n: 8, c, rank1: c > 0 };
  };
  const scores = [score('a', 'wording', 8), score('b', 'wording', 0), score('c', 'composition', 2)];
  const rows = summarize(scores);
  assert.deepEqual(
    rows.map(({ kind, language, problems }) => [kind, language, problems]),
    [
      ['wording', 'all', 2],
      ['wording', 'python', 2],
      ['composition', 'all', 1],
      ['composition', 'python', 1],
      ['held-out', 'all', 3],
      ['held-out', 'python', 3],
    ],
  );
  assert.deepEqual(rows[0], {
    kind: 'wording',
    language: 'all',
    problems: 2,
    passAt: { 1: 0.5, 8: 0.5 },
    rankAt1: 0.5,
  });
  assert.deepEqual(rows[2]!.passAt, { 1: 0.25, 8: 1 });
});
