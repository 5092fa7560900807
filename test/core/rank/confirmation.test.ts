import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmationOf } from '../../../src/core/rank/confirmation.ts';
import type { CaseResult, Report } from '../../../src/core/report.ts';

const PASSES: CaseResult = { id: 'one', status: 'passed', durationMs: 1 };
const reportWith = (...cases: CaseResult[]): Report => ({
  ...{ verdict: 'passed', passed: 1, failed: 0, errors: 0, timedOut: false, durationMs: 1 },
  cases: [PASSES, ...cases],
});

test('a second run repeats the first where every case says the same, however long it took', () => {
  const slower = reportWith();
  assert.deepEqual(confirmationOf(reportWith(), { ...slower, durationMs: 9 }), { kind: 'repeated' });
});

test('a run that goes wrong the second time, or a case that fails only then, makes it flaky', () => {
  const ending: CaseResult = {
    id: 'end of process',
    status: 'error',
    durationMs: 0,
    ofRun: true,
    message: 'It ended.',
  };
  const { kind, why } = confirmationOf(reportWith(), reportWith(ending));
  assert.deepEqual([kind, why], ['flaky', 'end of process: passed, then error']);
  const more: CaseResult = { id: 'two', status: 'failed', durationMs: 1 };
  assert.equal(confirmationOf(reportWith(), reportWith(more)).why, 'two: not run, then failed');
  assert.equal(confirmationOf(reportWith(more), reportWith()).why, 'two: failed, then not run');
  assert.equal(confirmationOf(reportWith(), reportWith({ ...more, status: 'passed' })).kind, 'repeated');
});
