import { gistOf, raisedError } from './decision.ts';
import { distinguish } from './distinguish.ts';
import type { Judged, RankedEntry } from './ranking.ts';

/** One of the outputs that candidates give for the same input. */
export interface Answer {
  /** As outputs are written. */
  text: string;
  /** It is a value, and no error. */
  clean: boolean;
  /** The entries that give it, best first. */
  ids: string[];
  /** How many candidates these are. */
  count: number;
}

/** What would decide most, asked of whoever knows: the distinguishing input, with all that the candidates give for it. */
export interface Question {
  /** The call as it is written: `f('a  b')`. */
  input: string;
  /** That of the best candidate first, then that of the best one that differs, then the others, most frequent first. */
  answers: [Answer, Answer, ...Answer[]];
}

/** A value or an error can be what is right; that a call did not come to an end can not. */
export function canBeRight({ text, clean }: Answer): boolean {
  return clean || raisedError(text) !== undefined;
}

type Entry = Pick<RankedEntry, 'id' | 'cluster' | 'report'> & Pick<Judged, 'count'>;

/** Undefined where no input tells the best candidates apart. */
export function question(ranking: readonly Entry[]): Question | undefined {
  const told = distinguish(ranking);
  if (!told) return undefined;
  const answers = new Map<string, Answer>();
  for (const { id, count, report } of ranking) {
    const output = report.outputs?.find(({ input }) => input === told.input);
    if (!output) continue;
    const { text, clean } = output;
    const answer = answers.get(gistOf(output)) ?? { text, clean, ids: [], count: 0 };
    answers.set(gistOf(output), { ...answer, ids: [...answer.ids, id], count: answer.count + count });
  }
  const [best, other] = told.outputs.map(({ ids: [id] }) => {
    return [...answers.values()].find(({ ids }) => ids.includes(id!));
  }) as [Answer, Answer];
  const rest = [...answers.values()].filter((answer) => answer !== best && answer !== other);
  // Equal counts stay in the order of the ranking.
  rest.sort((a, b) => b.count - a.count);
  return { input: told.input, answers: [best, other, ...rest] };
}
