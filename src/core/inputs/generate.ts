import type { Hint } from './hint.ts';
import { Random } from './random.ts';
import { pythonText, type Value } from './value.ts';

export interface Parameter {
  name: string;
  hint: Hint;
  /** It may be left out. */
  optional: boolean;
}

export interface GenerateRequest {
  parameters: readonly Parameter[];
  /** Argument lists that are inputs themselves. */
  examples: readonly Value[][];
  /** Argument lists that others are made from: what a test already asks tells no candidates apart. */
  seeds: readonly Value[][];
  count: number;
  seed: number;
}

/** At most so many inputs are examples as they stand. */
const MOST_EXAMPLES = 8;
const ATTEMPTS = 60;
/** No input is longer when it is written down. */
const LONGEST = 300;
/** How many of ten inputs stay close to an example, where there is one. */
const CLOSE = 7;

/**
 * Argument lists for a function, distinct: examples, values one step away from examples and seeds, and values made from
 * the hints. The same request gives the same inputs. Empty where nothing is known of a parameter.
 */
export function generateInputs({ parameters, examples, seeds, count, seed }: GenerateRequest): Value[][] {
  const random = new Random(seed);
  const fits = (values: Value[]) =>
    values.length <= parameters.length && parameters.slice(values.length).every(({ optional }) => optional);
  const known = [...examples, ...seeds].filter(fits);
  const isKnown = parameters.every(({ hint, optional }) => optional || isMade(hint));
  if (parameters.length === 0 || (known.length === 0 && !isKnown)) return [];

  const found = new Map<string, Value[]>();
  const asked = new Set(seeds.map(textOf));
  const add = (values: Value[]) => {
    const text = textOf(values);
    if (!asked.has(text) && text.length <= LONGEST && found.size < count) found.set(text, values);
  };
  for (const values of examples.filter(fits).slice(0, MOST_EXAMPLES)) add(values);
  for (let attempt = 0; attempt < ATTEMPTS * count && found.size < count; attempt++) {
    if (known.length > 0 && (!isKnown || random.below(10) < CLOSE)) {
      // Sometimes two steps away.
      const from = random.below(3) === 0 ? [...found.values()].at(-1) : undefined;
      add(mutated(from ?? random.of(known), known, random));
    } else {
      add(made(parameters, random));
    }
  }
  return [...found.values()];
}

function textOf(values: Value[]): string {
  return values.map(pythonText).join(', ');
}

// --- From hints -------------------------------------------------------------------------------------------------

const WORDS = [
  ...['', 'a', 'ab', 'aab', 'abc', 'level', 'apple', 'Banana', 'two words', 'A b  C', 'x1', 'a-b_c'],
  ...['12', '1,2', '0.5', '1.10.2', '12:30', 'k=v', '(a[b])'],
];
const NUMBERS = [0, 1, 2, 3, 4, 5, 7, 10, 12, 37, 100, -1, -2, -6];
const LENGTHS = [0, 1, 2, 2, 3, 3, 4, 6];

function isMade(hint: Hint): boolean {
  switch (hint.kind) {
    case 'foreign':
      return false;
    case 'list':
    case 'set':
      return isMade(hint.of);
    case 'dict':
    case 'map':
      return isMade(hint.key) && isMade(hint.of);
    case 'tuple':
      return hint.items.every(isMade);
    case 'record':
      return hint.fields.every(([, of]) => isMade(of));
    case 'either':
      return hint.of.some(isMade);
    default:
      return true;
  }
}

function made(parameters: readonly Parameter[], random: Random): Value[] {
  const required = parameters.findLastIndex(({ optional }) => !optional) + 1;
  const usable = parameters.findIndex(({ hint }) => !isMade(hint));
  const most = usable < 0 ? parameters.length : usable;
  const length = required + random.below(Math.max(0, most - required) + 1);
  const palette = new Palette(random);
  return parameters.slice(0, length).map(({ hint }) => valueFor(hint, palette, 0));
}

/** The simple values of one input: some come again, as where one argument is looked for in another. */
class Palette {
  readonly random: Random;
  readonly #used = new Map<readonly unknown[], unknown[]>();

  constructor(random: Random) {
    this.random = random;
  }

  of<T>(pool: readonly T[]): T {
    const used = (this.#used.get(pool) ?? []) as T[];
    if (used.length > 0 && this.random.below(3) === 0) return this.random.of(used);
    const fresh = this.random.of(pool);
    this.#used.set(pool, [...used, fresh]);
    return fresh;
  }
}

function valueFor(hint: Hint, palette: Palette, depth: number): Value {
  const { random } = palette;
  const some = <T>(make: () => T): T[] => {
    const length = depth > 1 ? random.below(3) : random.of(LENGTHS);
    return Array.from({ length }, make);
  };
  const inner = (of: Hint) => valueFor(of, palette, depth + 1);
  switch (hint.kind) {
    case 'int':
      return { kind: 'int', value: palette.of(NUMBERS) };
    case 'float':
      return { kind: 'float', value: palette.of(NUMBERS) + random.below(4) / 4 };
    case 'text':
      return { kind: 'text', value: palette.of(WORDS) };
    case 'bool':
      return { kind: 'bool', value: random.below(2) === 1 };
    case 'literal':
      return hint.value;
    case 'list':
      return { kind: 'list', items: some(() => inner(hint.of)) };
    case 'set':
      return { kind: 'set', items: distinct(some(() => inner(hint.of))) };
    case 'tuple':
      return { kind: 'tuple', items: hint.items.map(inner) };
    case 'dict':
    case 'map': {
      const keys = distinct(some(() => inner(hint.key)));
      return { kind: hint.kind, entries: keys.map((key) => [key, inner(hint.of)]) };
    }
    case 'record':
      return { kind: 'dict', entries: hint.fields.map(([name, of]) => [{ kind: 'text', value: name }, inner(of)]) };
    case 'either':
      return inner(random.of(hint.of.filter(isMade)));
    case 'any':
    case 'foreign':
      return inner(random.of<Hint>([{ kind: 'int' }, { kind: 'text' }, { kind: 'list', of: { kind: 'int' } }]));
  }
}

function distinct(values: Value[]): Value[] {
  return [...new Map(values.map((value) => [pythonText(value), value])).values()];
}

// --- From examples ----------------------------------------------------------------------------------------------

/** One argument changed, or taken from another example. */
function mutated(values: Value[], known: readonly Value[][], random: Random): Value[] {
  if (values.length === 0) return values;
  const at = random.below(values.length);
  const others = known.flatMap((other) => other[at] ?? []);
  const taken = others.length > 0 && random.below(4) === 0;
  const changed = taken ? random.of(others) : stepped(values[at]!, others, random);
  return values.with(at, changed);
}

/** @param others values that stood in the same place */
function stepped(value: Value, others: readonly Value[], random: Random): Value {
  switch (value.kind) {
    case 'none':
      return others.length > 0 ? random.of(others) : value;
    case 'bool':
      return { kind: 'bool', value: !value.value };
    case 'int': {
      const step = random.of([-1, 1, 2, 10, -value.value, value.value, -2 * value.value]);
      return within({ kind: 'int', value: value.value + step });
    }
    case 'float': {
      const step = random.of([-1, 1, 0.5, 0.25, -value.value, value.value, -2 * value.value]);
      return within({ kind: 'float', value: value.value + step });
    }
    case 'text': {
      const texts = others.flatMap((other) => (other.kind === 'text' ? [[...other.value]] : []));
      return { kind: 'text', value: rearranged([...value.value], texts, random).join('') };
    }
    case 'list':
    case 'tuple': {
      const lists = others.flatMap((other) => (other.kind === value.kind ? [other.items] : []));
      // A tuple keeps its length: its places have meanings.
      if (value.items.length > 0 && (value.kind === 'tuple' || random.below(3) === 0)) {
        const at = random.below(value.items.length);
        const siblings = value.kind === 'tuple' ? lists.flatMap((items) => items[at] ?? []) : lists.flat();
        return { kind: value.kind, items: value.items.with(at, stepped(value.items[at]!, siblings, random)) };
      }
      return { kind: value.kind, items: rearranged(value.items, lists, random) };
    }
    case 'set': {
      const sets = others.flatMap((other) => (other.kind === 'set' ? [other.items] : []));
      return { kind: 'set', items: distinct(rearranged(value.items, sets, random)) };
    }
    case 'dict':
    case 'map': {
      const others_ = others.flatMap((other) => (other.kind === value.kind ? [other.entries] : []));
      if (value.entries.length > 0 && random.below(2) === 0) {
        const at = random.below(value.entries.length);
        const [key, of] = value.entries[at]!;
        const siblings = others_
          .flat()
          .flatMap(([name, other]) => (pythonText(name) === pythonText(key) ? [other] : []));
        return { kind: value.kind, entries: value.entries.with(at, [key, stepped(of, siblings, random)]) };
      }
      const entries = rearranged(value.entries, others_, random);
      return {
        kind: value.kind,
        entries: [...new Map(entries.map((entry) => [pythonText(entry[0]), entry])).values()],
      };
    }
  }
}

/** A number that both languages hold exactly. */
function within(value: Value & { kind: 'int' | 'float' }): Value {
  return Number.isSafeInteger(Math.trunc(value.value)) ? value : { kind: value.kind, value: 0 };
}

/** Items one step away: one less, one twice, two swapped, turned round, or the beginning of one and the end of another. */
function rearranged<T>(items: readonly T[], others: readonly (readonly T[])[], random: Random): T[] {
  const other = others.length > 0 ? random.of(others) : items;
  const at = random.below(items.length + 1);
  switch (random.below(7)) {
    case 0:
      return items.toSpliced(at, 1);
    case 1:
      return at < items.length ? items.toSpliced(at, 0, items[at]!) : [...items];
    case 2:
      return items.toReversed();
    case 3:
      return [...items.slice(0, at), ...other.slice(random.below(other.length + 1))];
    case 4:
      return [...items, ...other];
    case 5:
      return other.length > 0 ? items.toSpliced(at, 0, random.of(other)) : [...items];
    default:
      return items.slice(0, random.below(3));
  }
}
