import { codeT, outputAgreement } from '../../src/core/rank/agreement.ts';
import { generatedOutcomes } from '../../src/core/rank/generated.ts';
import type { RankedCandidate } from '../../src/run/run-result.ts';

/** What a way of choosing looks at, most important first; more is better. */
type Scores = (entry: RankedCandidate) => number[];

/** Ways of choosing among what passes the visible tests. Ties are drawn by lot. */
export const METHODS: Record<string, (entries: readonly RankedCandidate[]) => Scores> = {
  random: () => () => [],
  'log-probability': () => (entry) => [mean(entry)],
  'CodeT, own outputs': (entries) => {
    // Without tests that a model wrote: what a candidate gives for an input is its own proposal of one.
    const scores = codeT(entries.map((entry) => ({ id: entry.id, count: entry.count, passes: proposals(entry) })));
    return (entry) => [scores.get(entry.id)!, mean(entry)];
  },
  // Ties go to the likelier text, as in MBR-EXEC.
  'MBR, all outputs': (entries) => {
    const votes = new Map<string, number>();
    for (const entry of entries) votes.set(whole(entry), (votes.get(whole(entry)) ?? 0) + entry.count);
    return (entry) => [whole(entry) === '' ? 0 : votes.get(whole(entry))!, entry.logprob!];
  },
  'MBR, input by input': (entries) => {
    const scores = outputAgreement(entries.map(({ id, count, report }) => ({ id, count, outputs: report.outputs })));
    return (entry) => [scores.get(entry.id) ?? -1, mean(entry)];
  },
  /** The ranking as it comes. */
  Coppice: () => (entry) => [-entry.rank],
};

/** Ways of choosing among the same where tests of a model's are heard. */
export const BY_TESTS = {
  CodeT: (entries: readonly RankedCandidate[]): Scores => {
    const passes = ({ report }: RankedCandidate) => generatedOutcomes(report)?.agreed ?? [];
    const scores = codeT(entries.map((entry) => ({ id: entry.id, count: entry.count, passes: passes(entry) })));
    return (entry) => [scores.get(entry.id)!, mean(entry)];
  },
  Coppice: METHODS.Coppice!,
};

/** Those that the project's tests do not tell from the best. */
export function filtered(ranking: readonly RankedCandidate[]): RankedCandidate[] {
  const facts = ({ evidence }: RankedCandidate) =>
    JSON.stringify(
      evidence.filter(({ fact }) => /^(parses|no-new-failures|passed)$/.test(fact)).map(({ value }) => value),
    );
  return ranking.filter((entry) => facts(entry) === facts(ranking[0]!));
}

/** The probability that the one chosen is right. */
export function chance(
  entries: readonly RankedCandidate[],
  scores: Scores,
  isRight: (entry: RankedCandidate) => boolean,
): number {
  const order = (a: RankedCandidate, b: RankedCandidate) => {
    const [one, two] = [scores(a), scores(b)];
    const at = one.findIndex((value, index) => value !== two[index]);
    return at < 0 ? 0 : two[at]! - one[at]!;
  };
  const best = entries.toSorted(order)[0]!;
  const tied = entries.filter((entry) => order(entry, best) === 0);
  const total = (list: readonly RankedCandidate[]) => list.reduce((sum, { count }) => sum + count, 0);
  return total(tied.filter(isRight)) / total(tied);
}

function mean({ logprob, tokens }: RankedCandidate): number {
  return logprob! / Math.max(1, tokens!);
}

/** All that it gives, where it gives a value for every input. */
function whole({ report: { outputs = [] } }: RankedCandidate): string {
  return outputs.every(({ clean }) => clean) ? outputs.map(({ text }) => text).join('\n') : '';
}

function proposals({ report }: RankedCandidate): string[] {
  return (report.outputs ?? []).filter(({ clean }) => clean).map(({ input, text }) => `${input} == ${text}`);
}
