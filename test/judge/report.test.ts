import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rank } from '../../src/core/rank/rank.ts';
import type { CaseStatus, Report } from '../../src/core/report.ts';
import type { Outcome } from '../../src/judge/process/run.ts';
import type { TestRecords } from '../../src/judge/tests/record.ts';
import { reportOf } from '../../src/judge/tests/report.ts';

const outcomeOf = (more: Partial<Outcome> = {}): Outcome => ({
  ...{ exitCode: 0, durationMs: 5, output: '', records: '' },
  ...more,
});
const recordsOf = (statuses: CaseStatus[], more: Partial<TestRecords> = {}): TestRecords => ({
  cases: statuses.map((status, n) => ({ id: `case ${n}`, status, durationMs: 1 })),
  ended: true,
  ...more,
});
const endings = ({ cases }: Report) => cases.flatMap(({ ofRun, message }) => (ofRun ? [message] : []));

const BOTH: CaseStatus[] = ['passed', 'skipped'];
const EXITS = 'The tests passed, and then their process ended with exit code 3.';

test('tests that all pass in a run that goes wrong do not pass, and one row says why', () => {
  const told: [Outcome, TestRecords, string][] = [
    [outcomeOf({ exitCode: 3 }), recordsOf(BOTH), EXITS],
    [
      outcomeOf({ exitCode: 137, interrupted: 'wall-clock' }),
      recordsOf(BOTH, { ended: false }),
      'The tests passed, and then the wall-clock limit ended their process.',
    ],
    [
      outcomeOf(),
      recordsOf(BOTH, { ended: false }),
      'The process of the tests ended with exit code 0 before it said that they were done.',
    ],
  ];
  for (const [outcome, records, message] of told) {
    const report = reportOf(outcome, records);
    assert.deepEqual(endings(report), [message]);
    assert.deepEqual([report.verdict, report.passed, report.failed, report.errors], ['failed', 1, 0, 1]);
  }
});

test('nothing is added where the run went well, or a case says what went wrong', () => {
  for (const [outcome, records, baseline] of [
    [outcomeOf(), recordsOf(BOTH)],
    [outcomeOf({ exitCode: 1 }), recordsOf(['passed', 'failed'])],
    [outcomeOf({ exitCode: 1 }), recordsOf(['skipped'])],
    [outcomeOf({ exitCode: 1 }), recordsOf([], { ended: false })],
    // The second case was lost, and is told of as that.
    [outcomeOf({ exitCode: 1 }), recordsOf(['passed'], { ended: false }), reportOf(outcomeOf(), recordsOf(BOTH))],
  ] as const) {
    assert.deepEqual(endings(reportOf(outcome, records, baseline)), []);
  }
});

test('a run that ends before it said so is told of beside tests that fail for reasons of their own', () => {
  const report = reportOf(outcomeOf(), recordsOf(['passed', 'failed'], { ended: false }));
  assert.match(endings(report)[0]!, /exit code 0 before it said/);
});

test('what the run of the untouched workspace does too is named as that, and is no test that a candidate loses', () => {
  const baseline = reportOf(outcomeOf({ exitCode: 3 }), recordsOf(BOTH));
  assert.deepEqual(endings(baseline), [EXITS]);
  const again = reportOf(outcomeOf({ exitCode: 3 }), recordsOf(BOTH), baseline);
  assert.deepEqual(endings(again), [`${EXITS} It does so without the candidate too.`]);
  assert.equal(again.verdict, 'failed');
  assert.equal(reportOf(outcomeOf(), recordsOf(BOTH), baseline).verdict, 'passed');
  const lost = reportOf(outcomeOf({ exitCode: 9 }), recordsOf([], { ended: false }), baseline);
  assert.deepEqual(
    lost.cases.map(({ id }) => id),
    ['case 0', 'case 1'],
  );
});

test('a candidate whose run goes wrong ranks behind one that passes as much', () => {
  const baseline = reportOf(outcomeOf({ exitCode: 1 }), recordsOf(['failed', 'failed']));
  const judged = (id: string, report: Report) => ({ id, text: id, report, count: 1, changedLines: 1 });
  const wrong = { ...judged('a', reportOf(outcomeOf({ exitCode: 3 }), recordsOf(['passed', 'passed']))), count: 9 };
  const rewrites = judged('b', reportOf(outcomeOf(), recordsOf(['passed', 'passed']), baseline, ['test_sums.py']));
  const partly = judged('c', reportOf(outcomeOf({ exitCode: 1 }), recordsOf(['passed', 'failed'])));
  const right = judged('d', reportOf(outcomeOf(), recordsOf(['passed', 'passed'])));
  const ranking = rank([wrong, rewrites, partly, right], baseline);
  assert.equal(ranking[0]!.id, 'd');
  const texts = ranking.map(({ evidence }) => evidence.find(({ fact }) => fact === 'no-new-failures')!.text);
  assert.ok(texts.includes(`breaks the run of the tests: ${EXITS}`));
  assert.ok(texts.includes('breaks the run of the tests: The run changed test_sums.py.'));

  const exits = reportOf(outcomeOf({ exitCode: 3 }), recordsOf(BOTH));
  const [only] = rank([judged('a', reportOf(outcomeOf({ exitCode: 3 }), recordsOf(BOTH), exits))], exits);
  assert.equal(only!.evidence.find(({ fact }) => fact === 'no-new-failures')!.text, 'breaks no test');
});
