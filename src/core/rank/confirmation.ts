import type { CaseStatus, Confirmation, Isolation, Report } from '../report.ts';
import { inWords, type Said, said, withSource } from '../said.ts';
import type { Translate } from '../translate.ts';

const WORDS: Record<CaseStatus | 'lost', Said> = {
  passed: said`passed`,
  failed: said`failed`,
  error: said`error`,
  skipped: said`skipped`,
  lost: said`not run`,
};

/** What a second run of the same text on the same tests shows beside the first. */
export function confirmationOf(first: Report, again: Report): Confirmation {
  const now = statusesOf(again);
  const changed = first.cases.find(({ id, status }) => now.get(id) !== status);
  if (changed) {
    const why = said`${changed.id}: ${WORDS[changed.status]}, then ${WORDS[now.get(changed.id) ?? 'lost']}`;
    return { kind: 'flaky', ...withSource('why', why) };
  }
  const before = statusesOf(first);
  const more = again.cases.find(({ id, status }) => !before.has(id) && (status === 'failed' || status === 'error'));
  if (!more) return { kind: 'repeated' };
  const why = said`${more.id}: ${WORDS[more.ofRun ? 'passed' : 'lost']}, then ${WORDS[more.status]}`;
  return { kind: 'flaky', ...withSource('why', why) };
}

function statusesOf({ cases }: Report): Map<string, CaseStatus> {
  return new Map(cases.map(({ id, status }) => [id, status]));
}

/** Why a second run says something else, or one with the tests in a process of their own. */
export function whyOf({ why = '', said }: Confirmation | Isolation, t: Translate): string {
  return inWords(said?.why ?? why, t);
}
