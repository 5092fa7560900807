import { Random } from '../inputs/random.ts';
import { type Habit, habitOf, isGrid, LEAST_MOST, widthField, wordsAt, wordsOfRows } from './habit.ts';
import { type CaseInput, inputText, parseInput } from './input.ts';
import type { ContestProblem } from './problem.ts';
import { type InputShape, type Part, shapeOf, typeOf } from './shape.ts';

const MOST_CASES = 4;
const LONGEST_LIST = 8;
/** From which try on inputs may be as large as they get. */
const GROWN = 100;

/** What inputs are made from. */
interface Source {
  known: CaseInput[];
  /** From 0 to 1: how large they may be. */
  size: number;
  random: Random;
}

/**
 * Inputs of the form that the samples of a problem have, small ones first, with numbers and letters as they are there. The same
 * seed gives the same ones. What a statement demands beyond that is not known: a reference that refuses an input has the word.
 */
export function* inputsLike(problem: ContestProblem, seed: number): Generator<string, never> {
  const { shape } = shapeOf(problem);
  const known = problem.samples.flatMap(({ input }) => parseInput(input, shape) ?? []);
  const random = new Random(seed);
  for (let attempt = 0; ; attempt++) {
    const source = { known, random, size: Math.min(1, (attempt + 1) / GROWN) };
    if (shape.parts === 'whole') yield rewritten(random.of(problem.samples).input, source);
    else yield inputText(casesLike(shape, shape.parts, source), shape);
  }
}

function casesLike({ manyCases }: InputShape, parts: Part[], source: Source): CaseInput[] {
  const more = Math.round(source.size * (MOST_CASES - 1));
  const count = manyCases ? 1 + source.random.below(1 + more) : 1;
  return Array.from({ length: count }, () => caseLike(parts, source));
}

function caseLike(parts: Part[], source: Source): CaseInput {
  const { known } = source;
  const made: CaseInput = {};
  const lengths = new Map<string, number>();
  for (const part of parts) {
    switch (part.kind) {
      case 'fields':
        for (const { name, type, counts } of part.fields) {
          if (!counts) made[name] = wordLike(habitOf(wordsAt(known, name), type), source);
        }
        break;
      case 'list': {
        const habit = habitOf(wordsAt(known, part.name), part.type);
        const length = lengthLike(part, lengths, source);
        made[part.name] = Array.from({ length }, () => wordLike(habit, source));
        break;
      }
      case 'text':
        made[part.name] = lineLike(wordsAt(known, part.name), source);
        break;
      case 'rows': {
        const { row } = part;
        const words = wordsAt(known, part.name);
        const width = gridWidth(part.name, made, source);
        const length = lengthLike(part, lengths, source);
        const one = (type: 'word' | 'int' | 'float') => wordLike(habitOf(words, type), source, width);
        made[part.name] = row
          ? Array.from({ length }, () => Array.from({ length: row.width }, () => one(row.type)))
          : Array.from({ length }, () => (width === undefined ? lineLike(words, source) : one('word')));
        break;
      }
    }
  }
  return made;
}

/** What one field counts is equally long. */
function lengthLike(part: Extract<Part, { kind: 'list' | 'rows' }>, lengths: Map<string, number>, source: Source) {
  const { known, size, random } = source;
  const { name, count } = part;
  const there = count === undefined ? undefined : lengths.get(count);
  if (there !== undefined) return there;
  const seen = known.map((one) => one[name]!.length);
  const least = Math.min(1, ...seen);
  const most = Math.max(LONGEST_LIST, Math.min(2 * LONGEST_LIST, ...seen));
  const length = least + random.below(1 + Math.round(size * (most - least)));
  if (count !== undefined) lengths.set(count, length);
  return length;
}

/** What a field before says of the width in each sample, if one does; else that of a sample. Undefined where it is no grid. */
function gridWidth(name: string, made: CaseInput, { known }: Source): number | undefined {
  const field = widthField(known, name);
  if (field === undefined) return isGrid(known, name) ? wordsOfRows(known[0]!, name)[0]!.length : undefined;
  const width = Math.max(1, Math.min(LONGEST_LIST, Number(made[field])));
  made[field] = String(width);
  return width;
}

function wordLike(habit: Habit, { size, random }: Source, width?: number): string {
  const { type, least, most, letters, length } = habit;
  if (type === 'word') {
    const longest = Math.max(1, Math.round(size * Math.max(length, LEAST_MOST)));
    return Array.from({ length: width ?? 1 + random.below(longest) }, () => random.of(letters)).join('');
  }
  // Large ones are rare, so that equal ones come.
  const reach = random.below(4) === 0 ? size * (most - Math.min(0, least)) : 0;
  const distance = random.below(1 + Math.round(Math.max(LEAST_MOST, reach)));
  const away = least < 0 && random.below(2) === 0 ? -distance : Math.max(0, least) + distance;
  const value = Math.max(least, Math.min(most, away));
  return type === 'float' ? (value + random.below(4) / 4).toFixed(2) : String(value);
}

/** A line of words with blanks where lines of the samples have some. */
function lineLike(lines: string[], source: Source): string {
  const habit = habitOf(lines, 'word');
  const most = Math.max(1, ...lines.map((line) => line.split(/\s+/).length));
  const short = { ...habit, length: Math.ceil(habit.length / most) };
  return Array.from({ length: 1 + source.random.below(most) }, () => wordLike(short, source)).join(' ');
}

/** Without a form: one sample with other words of the same types. */
function rewritten(sample: string, source: Source): string {
  const all = wordsAt(source.known, 'lines');
  return sample.replace(/\S+/g, (word) => {
    if (source.random.below(3) > 0) return word;
    const type = typeOf(word);
    const alike = all.filter((other) => typeOf(other) === type);
    return wordLike(habitOf(alike, type), { ...source, size: 1 }, type === 'word' ? word.length : undefined);
  });
}
