import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult, Report } from '../../src/core/report.ts';
import { TestScope } from '../../src/run/test-scope.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { exampleProject } from './scratch.ts';

const syntax = await Syntax.load();
const folder = exampleProject('typescript');
const file = 'test/numbers.test.ts';

const result = (id: string, line: number, status: CaseResult['status'], message?: string): CaseResult => ({
  ...{ id, status, durationMs: 1, file, line },
  ...(message ? { message } : {}),
});
function report(cases: CaseResult[], more: Partial<Report> = {}): Report {
  const count = (status: CaseResult['status']) => cases.filter((entry) => entry.status === status).length;
  const [passed, failed, errors] = [count('passed'), count('failed'), count('error')];
  const verdict = failed + errors > 0 ? 'failed' : 'passed';
  return { verdict, passed, failed, errors, timedOut: false, durationMs: 3, cases, ...more };
}

const baseline = report([
  result('clamp', 6, 'failed', 'not implemented'),
  result('totals', 18, 'failed', 'not implemented'),
  result('unknown', 400, 'failed', 'not implemented'),
]);
const scope = () => TestScope.around('clamp', baseline, { folder, overlays: [] }, syntax);

test('tests of other unwritten functions do not count against a candidate', async () => {
  const narrowed = (await scope()).narrow(
    report([
      result('clamp', 6, 'passed'),
      result('totals', 18, 'failed', 'not implemented'),
      result('unknown', 400, 'passed'),
    ]),
  );
  assert.equal(narrowed.verdict, 'passed');
  assert.deepEqual([narrowed.passed, narrowed.failed, narrowed.outOfScope], [2, 0, 1]);
});

test('a test of another function counts when it fails in a new way', async () => {
  const worse = report([
    result('clamp', 6, 'passed'),
    result('totals', 18, 'failed', 'TypeError'),
    result('unknown', 400, 'passed'),
  ]);
  assert.deepEqual((await scope()).narrow(worse), worse);
});

test('a failing test whose source is unknown counts', async () => {
  const narrowed = (await scope()).narrow(
    report([result('clamp', 6, 'passed'), result('unknown', 400, 'failed', 'not implemented')]),
  );
  assert.equal(narrowed.verdict, 'failed');
});

test('nothing that passed is not a pass', async () => {
  const narrowed = (await scope()).narrow(report([result('totals', 18, 'failed', 'not implemented')]));
  assert.equal(narrowed.verdict, 'failed');
});

test('a run that a limit ended is no pass, and tests of other functions are not counted in it', async () => {
  const ended = report([result('clamp', 6, 'passed'), result('totals', 18, 'error', 'not run')], {
    interrupted: 'wall-clock',
    timedOut: true,
  });
  const narrowed = (await scope()).narrow(ended);
  assert.equal(narrowed.verdict, 'failed');
  assert.equal(narrowed.cases.length, 1);
});
