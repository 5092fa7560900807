import { type Decision, withDecisions } from '../core/rank/decision.ts';
import { rank } from '../core/rank/rank.ts';
import type { Judged } from '../core/rank/ranking.ts';
import type { Report } from '../core/report.ts';
import { inEnglish, type Translate } from '../core/translate.ts';
import type { RankedCandidate } from './run-result.ts';

/**
 * A ranking in the order that it has once the user has said what inputs of ours give. What the candidates gave for them is
 * known, so nothing is run.
 *
 * @param baseline the report on the untouched workspace
 * @param decisions all that hold; others that are in the reports do not any more
 */
export function decided(
  ranking: readonly RankedCandidate[],
  baseline: Report,
  decisions: readonly Decision[],
  t: Translate = inEnglish,
): RankedCandidate[] {
  const entries = new Map(ranking.map((entry) => [entry.id, entry]));
  const judged = ranking.map(({ id, text, count, changedLines, logprob, tokens, report }): Judged => {
    const known = { ...(logprob === null ? {} : { logprob }), ...(tokens === null ? {} : { tokens }) };
    return { id, text, count, changedLines, ...known, report: withDecisions(report, decisions) };
  });
  return rank(judged, baseline, t).map(({ id, rank, cluster, evidence, report }) => {
    return { ...entries.get(id)!, rank, cluster, evidence, report };
  });
}
