import type { Confirmation, Report } from '../report.ts';

/** What a second run of the same text on the same tests shows beside the first. */
export function confirmationOf(first: Report, again: Report): Confirmation {
  const now = new Map(again.cases.map(({ id, status }) => [id, status]));
  const changed = first.cases.find(({ id, status }) => now.get(id) !== status);
  if (!changed) return { kind: 'repeated' };
  return { kind: 'flaky', why: `${changed.id}: ${changed.status}, then ${now.get(changed.id) ?? 'not run'}` };
}
