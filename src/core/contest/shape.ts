import type { Value } from '../inputs/value.ts';
import type { ContestProblem } from './problem.ts';

export type Scalar = 'int' | 'float' | 'word';

/** A word of a line that has always as many. */
export interface Field {
  name: string;
  type: Scalar;
  /** It only says how long something is that follows. */
  counts: boolean;
}

/** What comes next in the input of one case. A `count` names the field that says how many there are. */
export type Part =
  | { kind: 'fields'; fields: Field[] }
  /** One line. Without a count it is as long as it is. */
  | { kind: 'list'; name: string; type: Scalar; count?: string }
  /** One line as it stands. */
  | { kind: 'text'; name: string }
  /** Lines of `width` words each, or as they stand where they are of no type. */
  | { kind: 'rows'; name: string; row: { type: Scalar; width: number } | null; count: string };

/**
 * What the inputs of a problem look like, as far as its samples tell; `whole` where they tell nothing. It is a guess: other
 * inputs may look otherwise.
 */
export interface InputShape {
  /** The input begins with the number of cases that follow. */
  manyCases: boolean;
  parts: Part[] | 'whole';
}

/** What a case gives, by all samples. */
export type ResultType = 'int' | 'float' | 'text' | 'ints' | 'texts';

/** One case of a sample, read: the arguments are in the order of the shape, counts left out. */
export interface Case {
  arguments: Value[];
  output: string;
}

const MOST_LINES = 6;
const MOST_FIELDS = 4;

/** The shape of all samples of a problem, and what its cases are. */
export function shapeOf({ samples, manyCases }: Pick<ContestProblem, 'samples' | 'manyCases'>): {
  shape: InputShape;
  cases: Case[];
} {
  const all = samples.map(({ input, output }) => ({ lines: linesOf(input), output: linesOf(output) }));
  const split = all.map(({ lines, output }) => casesOf(lines, output));
  const isSplit =
    split.every((cases) => cases !== undefined) && (manyCases || split.some((cases) => cases!.length > 1));
  if (isSplit) {
    const cases = split.flatMap((some) => some!);
    const parts = partsOf(cases.map(({ lines }) => lines));
    if (parts) return { shape: { manyCases: true, parts }, cases: cases.map((one) => read(one, parts)) };
  }
  const parts = manyCases ? undefined : partsOf(all.map(({ lines }) => lines));
  const shape: InputShape = { manyCases: false, parts: parts ?? 'whole' };
  return { shape, cases: all.map(({ lines, output }) => read({ lines, output }, shape.parts)) };
}

/** What all cases of a problem give. */
export function resultOf(cases: readonly Case[]): ResultType {
  const outputs = cases.map(({ output }) => output.split('\n'));
  const tokens = outputs.flat().flatMap(wordsOf);
  const areOneLine = outputs.every(({ length }) => length <= 1);
  const areInts = tokens.length > 0 && tokens.every((word) => typeOf(word) === 'int');
  if (!areOneLine) return 'texts';
  if (outputs.every(([line = '']) => wordsOf(line).length === 1)) {
    if (areInts) return 'int';
    if (tokens.every((word) => typeOf(word) !== 'word')) return 'float';
  }
  return areInts ? 'ints' : 'text';
}

/** What a case gives, as a value of that type. */
export function resultValue(output: string, type: ResultType): Value {
  switch (type) {
    case 'int':
    case 'float':
      return { kind: type, value: Number(output) };
    case 'text':
      return { kind: 'text', value: output };
    case 'ints':
      return { kind: 'list', items: wordsOf(output).map((word) => scalarValue(word, 'int')) };
    case 'texts':
      return { kind: 'list', items: output.split('\n').map((value) => ({ kind: 'text', value })) };
  }
}

/** Lines without the white space behind them, and without empty ones at the end. */
export function linesOf(text: string): string[] {
  return text.trimEnd() === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd());
}

export function wordsOf(line: string): string[] {
  return line.split(/\s+/).filter(Boolean);
}

/** A number that a double can't hold is a word. */
export function typeOf(word: string): Scalar {
  if (/^[+-]?\d+$/.test(word)) return Number.isSafeInteger(Number(word)) ? 'int' : 'word';
  return /^[+-]?\d*\.\d+$/.test(word) ? 'float' : 'word';
}

interface Lines {
  lines: string[];
  output: string[];
}

/** The cases of an input that begins with their number, each with a line of the output. */
function casesOf([first = '', ...rest]: string[], output: string[]): Lines[] | undefined {
  const count = Number(first);
  if (typeOf(first) !== 'int' || count < 1 || rest.length === 0 || rest.length % count !== 0) return undefined;
  if (output.length !== count) return undefined;
  const height = rest.length / count;
  return output.map((line, at) => ({ lines: rest.slice(at * height, (at + 1) * height), output: [line] }));
}

/** The parts that all of these have; undefined where they have nothing in common. */
function partsOf(inputs: string[][]): Part[] | undefined {
  const height = inputs[0]?.length ?? 0;
  const rows = headerAndRows(inputs);
  // Where it says how many lines follow, that they are as many in every sample is chance.
  if (rows && inputs.some(({ length }) => length > 2)) return rows;
  const isEven = height <= MOST_LINES && inputs.every(({ length }) => length === height);
  return (isEven ? lineByLine(inputs, height) : undefined) ?? rows;
}

/** Names for what is read, each once. */
class Names {
  readonly #used = new Set<string>();

  of(...wanted: string[]): string {
    const numbered = Array.from({ length: MOST_LINES * MOST_FIELDS }, (_, index) => `${wanted.at(-1)}${index + 2}`);
    const name = [...wanted, ...numbered].find((each) => !this.#used.has(each))!;
    this.#used.add(name);
    return name;
  }
}

function lineByLine(inputs: string[][], height: number): Part[] | undefined {
  const names = new Names();
  const parts: Part[] = [];
  for (let at = 0; at < height; at++) {
    const part = lineOf(inputs, at, parts, names);
    if (!part) return undefined;
    parts.push(part);
  }
  return parts.length === 0 ? undefined : parts;
}

function lineOf(inputs: string[][], at: number, before: Part[], names: Names): Part | undefined {
  const lines = inputs.map((input) => wordsOf(input[at]!));
  const lengths = new Set(lines.map(({ length }) => length));
  const type = commonType(lines.flat());
  const counter = countOf(inputs, before, (input) => wordsOf(input[at]!).length);
  if (counter && Math.max(...lengths) > 1) {
    counter.counts = true;
    return { kind: 'list', name: names.of(...listNames(type)), type, count: counter.name };
  }
  const [width = 0] = lengths;
  if (lengths.size === 1 && width > 0 && width <= MOST_FIELDS) {
    const types = Array.from({ length: width }, (_, column) => commonType(lines.map((words) => words[column]!)));
    // One line of words is a text, which may have any number of them elsewhere.
    if (types.every((each) => each === 'word') && width > 1) return { kind: 'text', name: names.of('text') };
    const fields = types.map((each): Field => ({ name: fieldName(each, width, names), type: each, counts: false }));
    return { kind: 'fields', fields };
  }
  if (type === 'word') return { kind: 'text', name: names.of('text') };
  return { kind: 'list', name: names.of(...listNames(type)), type };
}

/** A first line of which one word is the number of lines that follow. */
function headerAndRows(inputs: string[][]): Part[] | undefined {
  const names = new Names();
  if (inputs.some(({ length }) => length < 1)) return undefined;
  const header = lineOf(inputs, 0, [], names);
  if (header?.kind !== 'fields') return undefined;
  const counter = countOf(inputs, [header], ({ length }) => length - 1);
  if (!counter) return undefined;
  counter.counts = true;
  const rows = inputs.flatMap((input) => input.slice(1).map(wordsOf));
  const [width = 0] = new Set(rows.map(({ length }) => length));
  const type = commonType(rows.flat());
  const isEven = rows.length > 0 && rows.every(({ length }) => length === width);
  if (isEven && (type !== 'word' || width === 1)) {
    const name = width === 1 ? names.of(...listNames(type)) : names.of('rows');
    return [header, { kind: 'rows', name, row: { type, width }, count: counter.name }];
  }
  return [header, { kind: 'rows', name: names.of('lines'), row: null, count: counter.name }];
}

/** The first field before that says in every input what `length` does. */
function countOf(inputs: string[][], before: Part[], length: (input: string[]) => number): Field | undefined {
  for (const [line, part] of before.entries()) {
    if (part.kind !== 'fields') continue;
    const found = part.fields.find(
      ({ type }, at) => type === 'int' && inputs.every((input) => Number(wordsOf(input[line]!)[at]) === length(input)),
    );
    if (found) return found;
  }
  return undefined;
}

function commonType(words: string[]): Scalar {
  const types = new Set(words.map(typeOf));
  if (types.has('word') || words.length === 0) return 'word';
  return types.has('float') ? 'float' : 'int';
}

function fieldName(type: Scalar, width: number, names: Names): string {
  if (type === 'word') return names.of('text', 'other', 'word');
  return width === 1 ? names.of('n', 'k', 'm') : names.of('a', 'b', 'c', 'd', 'x');
}

function listNames(type: Scalar): [string, string] {
  return type === 'word' ? ['words', 'others'] : ['numbers', 'others'];
}

// --- Reading a case ---------------------------------------------------------------------------------------------

function read({ lines, output }: Lines, parts: Part[] | 'whole'): Case {
  const said = output.join('\n');
  if (parts === 'whole') return { arguments: [{ kind: 'list', items: lines.map(text) }], output: said };
  const left = [...lines];
  return { arguments: parts.flatMap((part) => partOf(left, part)), output: said };
}

/** What a part is in an input; it takes its lines from what is left. */
function partOf(left: string[], part: Part): Value[] {
  switch (part.kind) {
    case 'fields': {
      const words = wordsOf(left.shift() ?? '');
      return part.fields.flatMap(({ type, counts }, at) => (counts ? [] : [scalarValue(words[at]!, type)]));
    }
    case 'list':
      return [{ kind: 'list', items: wordsOf(left.shift() ?? '').map((word) => scalarValue(word, part.type)) }];
    case 'text':
      return [text(left.shift() ?? '')];
    case 'rows': {
      const { row } = part;
      return [{ kind: 'list', items: left.splice(0).map((line) => (row ? rowOf(line, row) : text(line))) }];
    }
  }
}

function rowOf(line: string, { type, width }: { type: Scalar; width: number }): Value {
  const values = wordsOf(line).map((word) => scalarValue(word, type));
  return width === 1 ? values[0]! : { kind: 'list', items: values };
}

function scalarValue(word: string, type: Scalar): Value {
  return type === 'word' ? text(word) : { kind: type, value: Number(word) };
}

function text(value: string): Value {
  return { kind: 'text', value };
}
