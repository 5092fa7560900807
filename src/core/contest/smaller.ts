import { type Habit, habitOf, isGrid, widthField, wordsAt } from './habit.ts';
import { type CaseInput, inputText, nameOf, parseInput } from './input.ts';
import type { ContestProblem } from './problem.ts';
import { type Part, shapeOf, typeOf } from './shape.ts';

/**
 * Inputs that are a little smaller than one and have its form, the smallest first: a case, an item or a letter less, or a smaller
 * number. Empty where it has not the form of the problem's samples.
 */
export function smallerInputs(input: string, problem: ContestProblem): string[] {
  const { shape } = shapeOf(problem);
  const { parts } = shape;
  const cases = parts === 'whole' ? undefined : parseInput(input, shape);
  if (!cases || parts === 'whole') return [];
  const known = problem.samples.flatMap((sample) => parseInput(sample.input, shape) ?? []);
  const single = cases.map((one) => [one]);
  const fewer = cases.length > 1 ? [...single, ...cases.map((_, at) => cases.toSpliced(at, 1))] : [];
  const smaller = cases.flatMap((one, at) =>
    parts.flatMap((part) => withSmaller(one, part, parts, known)).map((other) => cases.with(at, other)),
  );
  const texts = new Set([...fewer, ...smaller].map((some) => inputText(some, shape)));
  return bySize([...texts].filter((text) => compareSizes(text, input) < 0));
}

export function bySize(inputs: readonly string[]): string[] {
  return inputs.toSorted(compareSizes);
}

/** Shorter first, then nearer to 0. */
export function compareSizes(one: string, two: string): number {
  return one.length - two.length || distanceOf(one) - distanceOf(two);
}

/** Of two that are equally far from 0 the positive one is the smaller. */
function distanceOf(input: string): number {
  const numbers = (input.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  return numbers.reduce((sum, value) => sum + Math.abs(value) + (value < 0 ? 0.5 : 0), 0);
}

/** The case with that part one step smaller, in all ways. */
function withSmaller(one: CaseInput, part: Part, parts: readonly Part[], known: readonly CaseInput[]): CaseInput[] {
  const within = (name: string, word: string) => smallerWords(word, habitOf(wordsAt(known, name), typeOf(word)));
  const isWidth = (name: string) =>
    parts.some((other) => other.kind === 'rows' && widthField(known, other.name) === name);
  switch (part.kind) {
    case 'fields':
      return part.fields.flatMap(({ name, counts }) =>
        counts || isWidth(name) ? [] : within(name, one[name] as string).map((word) => ({ ...one, [name]: word })),
      );
    case 'text':
      return within(part.name, one[part.name] as string).map((line) => ({ ...one, [part.name]: line }));
    case 'list':
    case 'rows': {
      const { name } = part;
      const items = one[name] as (string | string[])[];
      // Lists that one field counts stay equally long.
      const together = parts.filter((other) => other === part || isCountedAlike(other, part));
      const names = together.map((other) => nameOf(other)!);
      const shorter = (cut: (all: unknown[]) => unknown[]) =>
        ({ ...one, ...Object.fromEntries(names.map((each) => [each, cut(one[each] as unknown[])])) }) as CaseInput;
      const half = Math.ceil(items.length / 2);
      const halves = items.length > 3 ? [shorter((all) => all.slice(0, half)), shorter((all) => all.slice(half))] : [];
      const least = Math.min(1, ...known.map((other) => other[name]!.length));
      const without = items.length > least ? items.map((_, at) => shorter((all) => all.toSpliced(at, 1))) : [];
      // A grid with one row that is narrower is none.
      const others = part.kind === 'rows' && isGrid(known, name) ? [] : items;
      const smaller = others.flatMap((item, at) =>
        smallerItems(item, (word) => within(name, word)).map(
          (other) => ({ ...one, [name]: items.with(at, other) }) as CaseInput,
        ),
      );
      return [...halves, ...without, ...smaller];
    }
  }
}

function isCountedAlike(one: Part, other: Part): boolean {
  const countOf = (part: Part) => (part.kind === 'list' || part.kind === 'rows' ? part.count : undefined);
  return countOf(one) !== undefined && countOf(one) === countOf(other);
}

function smallerItems(item: string | string[], smaller: (word: string) => string[]): (string | string[])[] {
  if (typeof item === 'string') return smaller(item);
  return item.flatMap((word, at) => smaller(word).map((other) => item.with(at, other)));
}

/** A letter less, or a number that is nearer to 0 and not less than those of the samples are. */
function smallerWords(word: string, { least }: Habit): string[] {
  if (typeOf(word) === 'word') {
    return word.length > 1 ? [...word].map((_, at) => [...word].toSpliced(at, 1).join('')) : [];
  }
  const value = Number(word);
  const nearer = [0, 1, Math.trunc(value / 2), value - Math.sign(value), Math.trunc(value), -value];
  const isNearer = (other: number) => Math.abs(other) < Math.abs(value) || (other === -value && value < 0);
  return [...new Set(nearer)].filter((other) => isNearer(other) && other >= least).map(String);
}
