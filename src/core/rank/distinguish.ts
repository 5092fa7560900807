import type { Output } from '../report.ts';
import { gistOf, refutations } from './decision.ts';
import type { RankedEntry } from './ranking.ts';

/** The simplest input on which the two best clusters differ: whoever knows what it should give can decide. */
export interface Distinguishing {
  /** The call as it is written: `f('a  b')`. */
  input: string;
  /** What the best cluster gives, then what the other gives. */
  outputs: {
    cluster: number;
    output: string;
    /** The texts of the cluster, best first. */
    ids: string[];
  }[];
}

type Entry = Pick<RankedEntry, 'id' | 'cluster' | 'report'>;

/**
 * Undefined where fewer than two clusters have outputs. A cluster that the user has said more against than against the best
 * one is out of the question.
 */
export function distinguish(ranking: readonly Entry[]): Distinguishing | undefined {
  const observed = ranking.filter(({ report }) => report.outputs !== undefined);
  const best = observed[0];
  if (!best) return undefined;
  const others = observed.filter(({ cluster, report }) => {
    return cluster !== best.cluster && refutations(report) <= refutations(best.report);
  });
  for (const other of others) {
    const simplest = simplestDifference(best.report.outputs!, other.report.outputs!);
    if (!simplest) continue;
    const part = ({ cluster }: Entry, { text }: Output) => ({
      cluster,
      output: text,
      ids: observed.filter((entry) => entry.cluster === cluster).map(({ id }) => id),
    });
    return { input: simplest.one.input, outputs: [part(best, simplest.one), part(other, simplest.two)] };
  }
  return undefined;
}

function simplestDifference(
  first: readonly Output[],
  second: readonly Output[],
): { one: Output; two: Output } | undefined {
  const differing = first.flatMap((one, at) => {
    const two = second[at];
    // What the user has decided is not asked again.
    const isOpen = one.expected === undefined && two?.input === one.input && gistOf(two) !== gistOf(one);
    return two && isOpen ? [{ one, two }] : [];
  });
  // Two values say more than a value and an error; a short call is read at once.
  const weight = ({ one, two }: { one: Output; two: Output }) => [one, two].filter(({ clean }) => !clean).length;
  differing.sort((a, b) => weight(a) - weight(b) || a.one.input.length - b.one.input.length);
  return differing[0];
}
