import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProblemResult, summarise } from '../../../src/core/eval/summary.ts';
import { confirmed } from '../../../src/core/eval/verdict.ts';

const CONTRADICTED = { kind: 'contradicted', why: 'tests: AssertionError' } as const;

test('a pass that is contradicted is none, unless the solution of the data set is contradicted too', () => {
  assert.deepEqual(confirmed({ kind: 'confirmed' }, undefined), { verdict: 'passed' });
  assert.deepEqual(confirmed({ kind: 'unconfirmed', why: 'x' }, CONTRADICTED), { verdict: 'passed', unconfirmed: 'x' });
  const wrong = { verdict: 'contradicted', message: 'tests: AssertionError' };
  assert.deepEqual(confirmed(CONTRADICTED, undefined), wrong);
  assert.deepEqual(confirmed(CONTRADICTED, { kind: 'confirmed' }), wrong);
  assert.deepEqual(confirmed(CONTRADICTED, { kind: 'unconfirmed', why: 'x' }), wrong);
  const unclear = { verdict: 'passed', unconfirmed: "the data set's own solution is contradicted too" };
  assert.deepEqual(confirmed(CONTRADICTED, CONTRADICTED), unclear);
});

test('the figures say what could not be confirmed, the most frequent reason first', () => {
  const problem = (id: string, verdicts: ProblemResult['verdicts'], why: string[]): ProblemResult => ({
    ...{ task_id: id, visible: 'nothing', verdicts, first: { index: null, passed: true } },
    passed: verdicts.filter((verdict) => verdict === 'passed').length,
    unconfirmed: why.map((why, index) => ({ index, why })),
  });
  const problems = [
    problem('a', ['passed', 'contradicted'], ['x']),
    problem('b', ['passed', 'passed'], ['y', 'y']),
    problem('c', ['passed', 'failed'], []),
  ];
  const { counts, unconfirmed, notes, passAtK } = summarise(problems, [], { ks: [1], missing: 0 });
  assert.equal(passAtK[0]!.value, 4 / 6);
  assert.equal(counts.contradicted, 1);
  assert.deepEqual(unconfirmed, {
    passes: 3,
    reasons: [
      { why: 'y', passes: 2 },
      { why: 'x', passes: 1 },
    ],
  });
  assert.deepEqual(notes, [
    '1 completion passed only beside its tests: counted as wrong',
    '3 passes could not be confirmed with the tests in a process of their own, and count as the published harness has them: y (2), x (1)',
  ]);
  const { unconfirmed: _, ...unasked } = problems[0]!;
  assert.equal(summarise([unasked], [], { ks: [1], missing: 0 }).unconfirmed, null);
});
