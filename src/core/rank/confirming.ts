import type { Evidence, RankedEntry } from './ranking.ts';

type Entry = Pick<RankedEntry, 'cluster' | 'report' | 'evidence'>;

/** Where these say the same of two, to be confirmed decides between them. */
const ALIKE: readonly Evidence['fact'][] = ['passed', 'no-new-failures', 'expected'];

/**
 * Whom to run once more: the best one; where that can't be confirmed, those that pass as much, the best of each cluster before
 * the rest of any. Undefined once the best one is confirmed, and where no other would fare better.
 */
export function nextToConfirm<E extends Entry>(ranking: readonly E[]): E | undefined {
  const best = ranking[0];
  if (best?.report.verdict !== 'passed') return undefined;
  const { confirmation, isolation } = best.report;
  if (!confirmation) return best;
  if (isolation?.kind !== 'unconfirmed' || isolation.forAll) return undefined;
  const alike = ranking.filter((entry) => ALIKE.every((fact) => worthOf(entry, fact) === worthOf(best, fact)));
  const tried = new Set(alike.flatMap(({ report, cluster }) => (report.confirmation ? [cluster] : [])));
  const open = alike.filter(({ report }) => report.verdict === 'passed' && !report.confirmation);
  return open.find(({ cluster }) => !tried.has(cluster)) ?? open[0];
}

function worthOf({ evidence }: Entry, fact: Evidence['fact']): number | undefined {
  return evidence.find((line) => line.fact === fact)?.value;
}
