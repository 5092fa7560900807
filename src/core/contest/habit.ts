import type { CaseInput } from './input.ts';
import { type Scalar, typeOf } from './shape.ts';

/** What is known of the words of one place in the inputs of a problem. */
export interface Habit {
  type: Scalar;
  least: number;
  most: number;
  /** Letters of words. */
  letters: string[];
  /** The longest word. */
  length: number;
}

/** Numbers may be as large as this even where those of the samples are smaller. */
export const LEAST_MOST = 6;

/** Numbers are as large as in the samples, and a little larger; whether they may be 0 or less is as it is there. */
export function habitOf(words: readonly string[], type: Scalar): Habit {
  const numbers = words.map(Number).filter(Number.isFinite);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const letters = [...new Set(words.join('').replace(/\s/g, ''))];
  return {
    ...{ type, letters: letters.length === 0 ? ['a', 'b'] : letters },
    length: Math.max(1, ...words.map((word) => word.length)),
    least: least < 0 ? -Math.max(LEAST_MOST, -least) : Math.min(least, 1),
    most: Math.max(LEAST_MOST, most),
  };
}

/** All words, or lines, that stand in one place. */
export function wordsAt(known: readonly CaseInput[], name: string): string[] {
  return known.flatMap((one) => (one[name] === undefined ? [] : ([one[name]].flat(2) as string[])));
}

/** Whether its rows are words, as wide as one another in every sample, and more than one in some. */
export function isGrid(known: readonly CaseInput[], name: string): boolean {
  const rows = known.map((one) => wordsOfRows(one, name));
  return (
    rows.some(({ length }) => length > 1) &&
    rows.flat().every((row) => typeOf(row) === 'word') &&
    rows.every((some) => new Set(some.map(({ length }) => length)).size === 1)
  );
}

/** The field that says in every sample how wide the rows of a grid are; undefined where none does. */
export function widthField(known: readonly CaseInput[], name: string): string | undefined {
  if (!isGrid(known, name)) return undefined;
  const isWidth = (field: string) =>
    known.every((one) => typeof one[field] === 'string' && Number(one[field]) === wordsOfRows(one, name)[0]?.length);
  return Object.keys(known[0] ?? {}).find(isWidth);
}

/** Rows that hold one text or one word each. */
export function wordsOfRows(one: CaseInput, name: string): string[] {
  return (one[name] as (string | string[])[]).map((row) => (typeof row === 'string' ? row : row[0]!));
}
