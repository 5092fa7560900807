import { limitSaid } from '../../core/limit-name.ts';
import type { CaseResult, Report } from '../../core/report.ts';
import { inWords, type Said, said, withSource } from '../../core/said.ts';
import type { Outcome } from '../process/run.ts';
import type { TestRecords } from './record.ts';

const OUTPUT_BYTES = 4096;
const CONTROL: CaseResult = {
  id: 'control',
  status: 'error',
  durationMs: 0,
  ofRun: true,
  ...withSource(
    'message',
    said`A test that must fail passed or was not run: the candidate changes the test framework.`,
  ),
};

const REWRITTEN: CaseResult = { id: 'test files', status: 'error', durationMs: 0, ofRun: true };
const ENDING: CaseResult = { id: 'end of process', status: 'error', durationMs: 0, ofRun: true };

/**
 * The report of one run. A case of the baseline that the run does not tell of is an error of this candidate, whether the run
 * was ended, ended itself or left it out: it can't win by leaving early.
 *
 * @param rewritten files that say what the tests are and that the run changed: what it tested is something else
 */
export function reportOf(
  outcome: Outcome,
  records: TestRecords,
  baseline?: Report,
  rewritten: readonly string[] = [],
): Report {
  const cases = withUnreached(outcome, records, baseline);
  const ending = endingOf(outcome, records, cases);
  if (ending) cases.push({ ...ENDING, ...withSource('message', asBefore(ending, baseline)) });
  if (rewritten.length > 0)
    cases.push({ ...REWRITTEN, ...withSource('message', said`The run changed ${rewritten.slice(0, 3).join(', ')}.`) });
  const count = (status: CaseResult['status']) => cases.filter((result) => result.status === status).length;
  const passed = count('passed');
  const failed = count('failed');
  const errors = count('error');
  const output = lastBytes(records.output ?? outcome.output);
  return {
    verdict: passed + failed + errors === 0 ? 'error' : failed + errors === 0 ? 'passed' : 'failed',
    passed,
    failed,
    errors,
    timedOut: outcome.interrupted === 'wall-clock' || outcome.interrupted === 'cpu',
    ...(outcome.interrupted ? { interrupted: outcome.interrupted } : {}),
    durationMs: outcome.durationMs,
    cases,
    ...(output === '' ? {} : { output }),
  };
}

/** A file that does not parse: no test was run. */
export function unparsableReport(): Report {
  return { verdict: 'unparsable', passed: 0, failed: 0, errors: 0, timedOut: false, durationMs: 0, cases: [] };
}

/** A file that parses, with no tests to run. */
export function untestedReport(): Report {
  return { ...unparsableReport(), verdict: 'untested' };
}

/** What went wrong with a run of which no case says so; undefined where nothing did, or no case passed. */
function endingOf(outcome: Outcome, records: TestRecords, cases: readonly CaseResult[]): Said | undefined {
  const { exitCode, interrupted } = outcome;
  const unfinished = said`The process of the tests ended with exit code ${exitCode} before it said that they were done.`;
  const failures = cases.filter(({ status }) => status === 'failed' || status === 'error');
  if (!cases.some(({ status }) => status === 'passed')) return undefined;
  if (failures.length === 0) {
    if (interrupted) return said`The tests passed, and then the ${limitSaid(interrupted)} limit ended their process.`;
    if (!records.ended) return unfinished;
    return exitCode === 0
      ? undefined
      : said`The tests passed, and then their process ended with exit code ${exitCode}.`;
  }
  // Failures explain the exit code, and what was lost says why by itself.
  const known = new Set(records.cases.map(({ id }) => id));
  const isTold = records.ended || interrupted || records.reason || failures.some(({ id }) => !known.has(id));
  return isTold ? undefined : unfinished;
}

/** Names what the untouched workspace does as well: no candidate can do anything about it. */
function asBefore(ending: Said, baseline: Report | undefined): Said {
  const before = baseline?.cases.find(({ id }) => id === ENDING.id)?.message;
  return before === inWords(ending) ? said`${ending} It does so without the candidate too.` : ending;
}

function withUnreached(outcome: Outcome, records: TestRecords, baseline: Report | undefined): CaseResult[] {
  const ending = records.ended
    ? said`the tests ended without it`
    : outcome.interrupted
      ? said`ended by the ${limitSaid(outcome.interrupted)} limit`
      : said`ended by exit code ${outcome.exitCode}`;
  const why = records.reason ?? ending;
  const seen = new Set(records.cases.map(({ id }) => id));
  // A file that could not be loaded was an error, and is none once its cases can be told apart.
  const expected = (baseline?.cases ?? []).filter(
    ({ status, ofRun }) => !ofRun && (!records.ended || status !== 'error'),
  );
  const lost = [...(records.running === undefined ? [] : [records.running]), ...expected.map(({ id }) => id)];
  const before = new Map(baseline?.cases.map(({ id, status }) => [id, status]));
  const ran = records.cases.map((result) => withoutExcuse(result, before.get(result.id)));
  const cases = records.control === false ? [...ran.map(doubted), CONTROL] : ran;
  for (const id of lost) {
    if (seen.has(id)) continue;
    seen.add(id);
    const words = withSource('message', id === records.running ? said`${why} while running` : said`not run: ${why}`);
    cases.push({ id, status: 'error', durationMs: 0, ...words });
  }
  return cases;
}

/** What passed where nothing fails says nothing for a candidate: the ranking must not count it. */
function doubted(result: CaseResult): CaseResult {
  if (result.status !== 'passed') return result;
  return {
    ...result,
    status: 'error',
    ...withSource('message', said`passed as a test that must fail did, or before it`),
  };
}

/** A test that ran on the untouched workspace runs on a candidate too, which can't win by having it skipped. */
function withoutExcuse(result: CaseResult, before: CaseResult['status'] | undefined): CaseResult {
  if (result.status !== 'skipped' || before === undefined || before === 'skipped') return result;
  return {
    ...result,
    status: 'error',
    ...withSource('message', said`skipped, as it is not without the candidate: ${result.message ?? ''}`),
  };
}

function lastBytes(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= OUTPUT_BYTES
    ? text
    : bytes
        .subarray(-OUTPUT_BYTES)
        .toString('utf8')
        .replace(/^\uFFFD+/, '');
}
