import type { Output } from '../report.ts';
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

/** Undefined where fewer than two clusters have outputs. */
export function distinguish(ranking: readonly RankedEntry[]): Distinguishing | undefined {
  const observed = ranking.filter(({ report }) => report.outputs !== undefined);
  const best = observed[0];
  const other = observed.find(({ cluster }) => cluster !== best?.cluster);
  if (!best || !other) return undefined;
  const [first, second] = [best, other].map(({ report }) => report.outputs!) as [Output[], Output[]];
  const differing = first.flatMap((one, at) => {
    const two = second[at];
    // What the user has decided is not asked again.
    const isOpen = one.expected === undefined && two?.input === one.input && two.text !== one.text;
    return two && isOpen ? [{ one, two }] : [];
  });
  // Two values say more than a value and an error; a short call is read at once.
  const weight = ({ one, two }: { one: Output; two: Output }) => [one, two].filter(({ clean }) => !clean).length;
  differing.sort((a, b) => weight(a) - weight(b) || a.one.input.length - b.one.input.length);
  const simplest = differing[0];
  if (!simplest) return undefined;
  const part = ({ cluster }: RankedEntry, { text }: Output) => ({
    cluster,
    output: text,
    ids: observed.filter((entry) => entry.cluster === cluster).map(({ id }) => id),
  });
  return { input: simplest.one.input, outputs: [part(best, simplest.one), part(other, simplest.two)] };
}
