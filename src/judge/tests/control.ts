import { randomBytes } from 'node:crypto';
import type { Outcome } from '../process/run.ts';
import type { Cases } from './cases.ts';
import type { TestRecords } from './record.ts';

/**
 * The name of a test of ours that must fail, among tests that are compiled: drawn anew for each session, so that a candidate that
 * prints or writes a report of its own does not know what else must be in it. It comes last in the alphabet, as in a run.
 */
export function controlName(): string {
  return `zz${randomBytes(12).toString('hex')}`;
}

/**
 * The records of tests among which there was a control. A run that was left before the control says nothing against itself where
 * it tells of failures; where it tells of none, it is taken for one that would be believed.
 */
export function controlled(
  cases: Cases,
  { held, ended, interrupted }: { held: boolean; ended: boolean } & Pick<Outcome, 'interrupted'>,
): TestRecords {
  const all = cases.all();
  const hasFailed = all.some(({ status }) => status === 'failed' || status === 'error');
  const isAsked = ended || (!hasFailed && interrupted === undefined);
  return { cases: all, ended, ...(isAsked ? { control: held } : {}) };
}
