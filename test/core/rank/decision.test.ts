import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionsIn, isAsExpected, refutations, withDecisions } from '../../../src/core/rank/decision.ts';
import { canBeRight, question } from '../../../src/core/rank/question.ts';
import { rank } from '../../../src/core/rank/rank.ts';
import type { Judged } from '../../../src/core/rank/ranking.ts';
import type { Report } from '../../../src/core/report.ts';

const PASSED: Report = {
  ...{ verdict: 'passed', passed: 1, failed: 0, errors: 0, timedOut: false, durationMs: 0 },
  cases: [{ id: 't', status: 'passed', durationMs: 0 }],
};

function judged(id: string, count: number, ...texts: string[]): Judged {
  const outputs = texts.map((text, at) => ({ input: `f(${at})`, text, clean: !text.startsWith('raises') }));
  return { id, text: id, report: { ...PASSED, outputs }, count, changedLines: 1 };
}

test('a decision is in the report of every candidate that was run, and goes again', () => {
  const { report } = judged('x', 1, '1', '2');
  const decided = withDecisions(report, [{ input: 'f(1)', expected: '3' }]);
  assert.deepEqual(
    decided.outputs!.map(({ expected }) => expected),
    [undefined, '3'],
  );
  assert.equal(refutations(decided), 1);
  assert.deepEqual(decisionsIn([PASSED, decided]), [{ input: 'f(1)', expected: '3' }]);
  assert.deepEqual(withDecisions(decided, []), report);
  assert.equal(withDecisions(PASSED, [{ input: 'f(1)', expected: '3' }]), PASSED);
});

test('an error that was said to be right is right whatever its words, and a value is never an error', () => {
  const raises = (text: string, expected: string) => isAsExpected({ input: 'f()', text, clean: false, expected });
  assert.ok(raises('raises ValueError: a', 'raises ValueError: b'));
  assert.ok(raises('raises ValueError', 'raises ValueError: b'));
  assert.ok(!raises('raises KeyError: a', 'raises ValueError: a'));
  assert.ok(!raises('does not end in time', '1'));
  assert.ok(!isAsExpected({ input: 'f()', text: 'raises A: x', clean: true, expected: 'raises A: y' }));
});

test('the question has every output that a candidate gives, with how many give it', () => {
  const entries = rank(
    [judged('a', 5, '1', '0'), judged('b', 2, '2', '0'), judged('c', 1, '2', '5'), judged('d', 9, '3', '0')],
    PASSED,
  );
  const asked = question(entries)!;
  assert.equal(asked.input, 'f(0)');
  assert.deepEqual(
    asked.answers.map(({ text, count, ids }) => [text, count, ids]),
    [
      ['3', 9, ['d']],
      ['1', 5, ['a']],
      ['2', 3, ['b', 'c']],
    ],
  );
  assert.equal(question(entries.slice(0, 1)), undefined);
});

test('errors of one kind are one answer, and never the question', () => {
  const entries = [judged('a', 3, 'raises A: 1'), judged('b', 2, 'raises A: 2'), judged('c', 1, '7')];
  assert.deepEqual(
    question(rank(entries, PASSED))!.answers.map(({ text, ids }) => [text, ids]),
    [
      ['7', ['c']],
      ['raises A: 1', ['a', 'b']],
    ],
  );
  assert.equal(question(rank(entries.slice(0, 2), PASSED)), undefined);
});

test('a value or an error can be right, a call that did not end can not', () => {
  const can = (text: string, clean: boolean) => canBeRight({ text, clean, ids: [], count: 0 });
  assert.ok(can('None', true) && can('raises ValueError: x', false) && can('throws 5', false));
  assert.ok(
    !can('does not end in time', false) && !can('was not run', false) && !can('exceeds the memory limit', false),
  );
});
