import { KINDS, LANGUAGES, type Problem } from './problem.ts';

/** What became of one problem. */
export interface Score extends Pick<Problem, 'id' | 'kind' | 'language'> {
  /** Candidates grown. */
  n: number;
  /** Of these, how many pass all tests. */
  c: number;
  /** The best of the ranking passes. */
  rank1: boolean;
}

export interface Summary {
  /** `held-out` is wording and composition together: the bounds are on these. */
  kind: Problem['kind'] | 'held-out';
  language: Problem['language'] | 'all';
  problems: number;
  passAt: Record<string, number>;
  rankAt1: number;
}

/** The ks that are reported, as far as there are as many candidates. */
const KS = [1, 8, 32];

/**
 * The probability that at least one of `k` candidates passes, estimated without bias from `c` passing ones of `n`:
 * 1 - C(n-c, k) / C(n, k), for k <= n (Chen et al. 2021, "Evaluating Large Language Models Trained on Code").
 */
export function passAtK(n: number, c: number, k: number): number {
  let allFail = 1;
  for (let drawn = 0; drawn < k; drawn++) allFail *= Math.max(0, n - c - drawn) / (n - drawn);
  return 1 - allFail;
}

/** Means over problems, for each kind and language that occurs. */
export function summarize(scores: Score[]): Summary[] {
  const groups: { name: Summary['kind']; kinds: Problem['kind'][] }[] = [
    ...KINDS.map((kind) => ({ name: kind, kinds: [kind] })),
    { name: 'held-out', kinds: ['wording', 'composition'] },
  ];
  return groups.flatMap(({ name, kinds }) =>
    (['all', ...LANGUAGES] as const).flatMap((language) => {
      const members = scores.filter(
        (score) => kinds.includes(score.kind) && (language === 'all' || score.language === language),
      );
      return members.length === 0 ? [] : [{ kind: name, language, ...means(members) }];
    }),
  );
}

function means(scores: Score[]): Pick<Summary, 'problems' | 'passAt' | 'rankAt1'> {
  const mean = (value: (score: Score) => number) =>
    scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
  const fewest = Math.min(...scores.map(({ n }) => n));
  const ks = KS.filter((k) => k <= fewest);
  return {
    problems: scores.length,
    passAt: Object.fromEntries(ks.map((k) => [k, mean(({ n, c }) => passAtK(n, c, k))])),
    rankAt1: mean(({ rank1 }) => (rank1 ? 1 : 0)),
  };
}
