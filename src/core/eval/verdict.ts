import { rank } from '../rank/rank.ts';
import type { Isolation, Report } from '../report.ts';
import type { Completion } from './samples.ts';

/**
 * What became of a completion: an assertion did not hold, anything else went wrong, out of time, not Python; it passes only
 * where it shares a process with its tests; nobody can tell whether it does, and that was to count as wrong.
 */
export const VERDICTS = [
  ...(['passed', 'failed', 'error', 'timeout', 'unparsable', 'contradicted', 'unconfirmed'] as const),
] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  verdict: Verdict;
  /** What went wrong, in one line. */
  message?: string;
  /** Why a pass was not confirmed with the tests in a process of their own, where that was asked. */
  unconfirmed?: string;
}

/** Reads the report of a program. The case ids are those of harness/coppice_program.py. */
export function judgementOf(report: Report): Judgement {
  if (report.verdict === 'passed') return { verdict: 'passed' };
  const wrong = report.cases.filter(({ status }) => status !== 'passed');
  const message = wrong[0]?.message?.split('\n')[0]?.trim();
  const assertion = wrong[0]?.status === 'failed';
  const verdict = isUnparsable(report) ? 'unparsable' : report.timedOut ? 'timeout' : assertion ? 'failed' : 'error';
  return { verdict, ...(message ? { message } : {}) };
}

/**
 * What is left of a pass once the tests were in a process of their own.
 *
 * @param solution what was said there of the data set's own solution, if it has one: where that is contradicted too, it is the
 * tests that can't be taken apart
 */
export function confirmed(isolation: Isolation, solution: Isolation | undefined): Judgement {
  const why = isolation.why ?? '';
  switch (isolation.kind) {
    case 'confirmed':
      return { verdict: 'passed' };
    case 'unconfirmed':
      return { verdict: 'passed', unconfirmed: why };
    case 'contradicted':
      if (solution?.kind !== 'contradicted') return { verdict: 'contradicted', message: why };
      return { verdict: 'passed', unconfirmed: "the data set's own solution is contradicted too" };
  }
}

/**
 * The completion that the ranking puts first, by its number.
 *
 * @param visible the report of each distinct text on what a user would have
 */
export function firstRanked(completions: readonly Completion[], visible: ReadonlyMap<string, Report>): number {
  const entries = new Map<string, { index: number; completion: Completion; count: number }>();
  for (const [index, completion] of completions.entries()) {
    const known = entries.get(completion.text);
    if (known) known.count++;
    else entries.set(completion.text, { index, completion, count: 1 });
  }
  const judged = [...entries.values()].map(({ index, completion: { text, ...known }, count }) => ({
    ...known,
    // Numbers of the same length sort as numbers do.
    ...{ id: String(index).padStart(9, '0'), text, count, report: asRanked(visible.get(text)!) },
    // No file is changed. Shortness would put empty functions first: of real samples without log-probabilities it found a
    // right one for 13 % of problems, and the order they come in for 22 %.
    changedLines: 0,
  }));
  return Number(rank(judged, NOTHING_BEFORE)[0]!.id);
}

/** Before a completion there was no program. */
const NOTHING_BEFORE: Report = {
  ...{ verdict: 'untested', passed: 0, failed: 0, errors: 0, timedOut: false, durationMs: 0, cases: [] },
};

function asRanked(report: Report): Report {
  return isUnparsable(report) ? { ...report, verdict: 'unparsable' } : report;
}

function isUnparsable({ cases }: Report): boolean {
  return cases.some(({ id, status }) => id === 'compile' && status === 'error');
}
