import { meanShare, passAtK, type Share } from './estimate.ts';
import { VISIBLE, type Visible } from './problem.ts';
import { type Judgement, VERDICTS, type Verdict } from './verdict.ts';

/** Reasons that a note names. */
const SHOWN = 3;

/** A problem with everything that was said of its completions, in their order. */
export interface ProblemResult {
  task_id: string;
  visible: Visible;
  verdicts: Verdict[];
  passed: number;
  /** Those of the passed that could not be confirmed, by their number, with the reason; absent where that was not asked. */
  unconfirmed?: { index: number; why: string }[];
  /** The number of the completion that the ranking put first, where it made a difference, and whether that one passed. */
  first: { index: number | null; passed: boolean };
}

/** How the data set's own solution fared; absent where it has none. */
export type SolutionResult = Judgement & { task_id: string };

export interface EvalSummary {
  /** Problems with at least one completion. */
  problems: number;
  completions: { total: number; fewest: number; most: number };
  passAtK: (Share & { k: number })[];
  rankAt1: Share;
  /** How many problems had which evidence for the ranking. */
  visible: Record<Visible, number>;
  counts: Record<Verdict, number>;
  /** Passes that could not be confirmed with the tests in a process of their own, by reason; null where that was not asked. */
  unconfirmed: { passes: number; reasons: { why: string; passes: number }[] } | null;
  solutions: { checked: number; wrong: SolutionResult[] };
  /** What a reader of the figures has to know. */
  notes: string[];
}

/**
 * The figures of an evaluation. A k above the completions of some problem is left out with a note.
 *
 * @param missing problems without a completion; they are in no figure
 */
export function summarise(
  results: readonly ProblemResult[],
  solutions: readonly SolutionResult[],
  { ks, missing }: { ks: readonly number[]; missing: number },
): EvalSummary {
  const sizes = results.map(({ verdicts }) => verdicts.length);
  const fewest = sizes.reduce((least, size) => Math.min(least, size), sizes[0] ?? 0);
  const notes: string[] = [];
  const tooMany = ks.filter((k) => k > fewest);
  if (tooMany.length > 0) {
    notes.push(
      `${tooMany.map((k) => `pass@${k}`).join(', ')} left out: a problem has only ${count(fewest, 'completion')}`,
    );
  }
  if (missing > 0) notes.push(`${count(missing, 'problem')} without a completion left out of every figure`);
  const wrong = solutions.filter(({ verdict }) => verdict !== 'passed');
  if (wrong.length > 0) {
    notes.push(`${wrong.length} of ${solutions.length} solutions of the data set do not pass its own tests here`);
  }
  const verdicts = results.flatMap((result) => result.verdicts);
  const unconfirmed = unconfirmedIn(results);
  if (unconfirmed === null) notes.push('a sample shared its process with its tests: one written to cheat can pass');
  const contradicted = verdicts.filter((verdict) => verdict === 'contradicted').length;
  if (contradicted > 0) {
    notes.push(
      `${count(contradicted, 'completion')} passed only beside ${contradicted === 1 ? 'its' : 'their'} tests: counted as wrong`,
    );
  }
  if (unconfirmed && unconfirmed.passes > 0) {
    const reasons = unconfirmed.reasons.slice(0, SHOWN).map(({ why, passes }) => `${why} (${passes})`);
    const more = unconfirmed.reasons.length > SHOWN ? ', and others' : '';
    const worth = verdicts.includes('unconfirmed') ? 'count as wrong' : 'count as the published harness has them';
    notes.push(
      `${count(unconfirmed.passes, 'pass', 'passes')} could not be confirmed with the tests in a process of their own, ` +
        `and ${worth}: ${reasons.join(', ')}${more}`,
    );
  }
  return {
    problems: results.length,
    completions: { total: verdicts.length, fewest, most: sizes.reduce((most, size) => Math.max(most, size), 0) },
    passAtK: ks
      .filter((k) => k <= fewest)
      .map((k) => ({ k, ...meanShare(results.map((result) => passAtK(result.verdicts.length, result.passed, k))) })),
    rankAt1: meanShare(results.map(({ first }) => (first.passed ? 1 : 0))),
    visible: tally(
      VISIBLE,
      results.map(({ visible }) => visible),
    ),
    counts: tally(VERDICTS, verdicts),
    unconfirmed,
    solutions: { checked: solutions.length, wrong },
    notes,
  };
}

function tally<K extends string>(keys: readonly K[], found: readonly K[]): Record<K, number> {
  const numbers = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const key of found) numbers[key]++;
  return numbers;
}

function unconfirmedIn(results: readonly ProblemResult[]): EvalSummary['unconfirmed'] {
  if (results.some(({ unconfirmed }) => unconfirmed === undefined)) return null;
  const passes = new Map<string, number>();
  for (const { why } of results.flatMap(({ unconfirmed }) => unconfirmed ?? [])) {
    passes.set(why, (passes.get(why) ?? 0) + 1);
  }
  const reasons = [...passes].map(([why, passes]) => ({ why, passes })).sort((a, b) => b.passes - a.passes);
  return { passes: reasons.reduce((sum, { passes }) => sum + passes, 0), reasons };
}

function count(n: number, noun: string, nouns = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : nouns}`;
}
