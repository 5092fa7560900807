import { NONE, type Value } from './value.ts';

/** What a type hint says of a value, as far as values can be made from it. */
export type Hint =
  | { kind: 'int' | 'float' | 'text' | 'bool' }
  | { kind: 'literal'; value: Value }
  | { kind: 'list' | 'set'; of: Hint }
  | { kind: 'tuple'; items: Hint[] }
  | { kind: 'dict' | 'map'; key: Hint; of: Hint }
  | { kind: 'record'; fields: [name: string, of: Hint][] }
  | { kind: 'either'; of: Hint[] }
  /** Nothing is said, and anything may do. */
  | { kind: 'any' }
  /** A type that values can't be made of: a class of the project, a function. */
  | { kind: 'foreign' };

const ANY: Hint = { kind: 'any' };
const FOREIGN: Hint = { kind: 'foreign' };
const nothing: Hint = { kind: 'literal', value: NONE };
const DEEPEST = 8;

const SCALARS: Record<string, Hint> = {
  int: { kind: 'int' },
  // Whole numbers are in the domain of nearly all that takes a number.
  number: { kind: 'int' },
  Number: { kind: 'int' },
  bigint: FOREIGN,
  float: { kind: 'float' },
  str: { kind: 'text' },
  string: { kind: 'text' },
  String: { kind: 'text' },
  bool: { kind: 'bool' },
  boolean: { kind: 'bool' },
  None: nothing,
  null: nothing,
  undefined: nothing,
  Any: ANY,
  any: ANY,
  unknown: ANY,
  object: ANY,
  true: { kind: 'literal', value: { kind: 'bool', value: true } },
  false: { kind: 'literal', value: { kind: 'bool', value: false } },
};
const LISTS = /^(list|List|Sequence|Iterable|Iterator|Collection|MutableSequence|Array|ReadonlyArray)$/;
const SETS = /^(set|Set|frozenset|FrozenSet|AbstractSet|MutableSet|ReadonlySet)$/;
const DICTS = /^(dict|Dict|Mapping|MutableMapping|defaultdict|DefaultDict|OrderedDict|Record)$/;
const TOKEN =
  /\s*(?:([A-Za-z_$][\w$.]*)|(-?\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\.\.\.|=>|[[\]{}()<>,|:;?&]))/y;

/** Reads a hint of Python or TypeScript; `any` where there is none, `foreign` where it is not understood. */
export function readHint(text: string | undefined): Hint {
  if (text === undefined || text.trim() === '') return ANY;
  const tokens = tokensOf(text);
  if (!tokens) return FOREIGN;
  const [only] = tokens;
  // Python quotes the name of what is not defined yet.
  if (tokens.length === 1 && only?.kind === 'literal' && only.value.kind === 'text') return readHint(only.text);
  const reader = new HintReader(tokens);
  const hint = reader.either(0);
  return reader.isAtEnd ? hint : FOREIGN;
}

type Token = { kind: 'name' | 'mark'; text: string } | { kind: 'literal'; value: Value; text: string };

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length && text.slice(TOKEN.lastIndex).trim() !== '') {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [, name, number, single, double, mark] = match;
    const string = single ?? double;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) {
      const kind = number.includes('.') ? 'float' : 'int';
      tokens.push({ kind: 'literal', value: { kind, value: Number(number) }, text: number });
    } else if (string !== undefined)
      tokens.push({ kind: 'literal', value: { kind: 'text', value: string }, text: string });
    else tokens.push({ kind: 'mark', text: mark! });
  }
  return tokens;
}

class HintReader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(depth: number): Hint {
    if (depth > DEEPEST) return FOREIGN;
    this.#take('|');
    const choices = [this.#postfixed(depth)];
    while (this.#take('|')) choices.push(this.#postfixed(depth));
    return choices.length === 1 ? choices[0]! : { kind: 'either', of: choices };
  }

  /** `T[]` of TypeScript, as often as it is there. */
  #postfixed(depth: number): Hint {
    let hint = this.#single(depth);
    while (this.#sees('[') && this.#sees(']', 1)) {
      this.#at += 2;
      hint = { kind: 'list', of: hint };
    }
    return hint;
  }

  #single(depth: number): Hint {
    const token = this.#tokens[this.#at++];
    switch (token?.kind) {
      case undefined:
        return FOREIGN;
      case 'literal':
        return { kind: 'literal', value: token.value };
      case 'name':
        return this.#named(token.text, depth);
      case 'mark':
        return this.#marked(token.text, depth);
    }
  }

  #named(name: string, depth: number): Hint {
    if (name === 'readonly') return this.#postfixed(depth);
    const last = name.slice(name.lastIndexOf('.') + 1);
    // In TypeScript `T[]` is a list of T.
    const opens = (this.#sees('[') && !this.#sees(']', 1)) || this.#sees('<');
    const given = opens ? this.#list(this.#sees('[') ? ']' : '>', depth) : [];
    if (!given) return FOREIGN;
    const [first = ANY, second = ANY] = given;
    if (LISTS.test(last)) return { kind: 'list', of: first };
    if (SETS.test(last)) return { kind: 'set', of: first };
    if (DICTS.test(last)) return { kind: 'dict', key: given.length === 0 ? { kind: 'text' } : first, of: second };
    switch (last) {
      case 'Map':
      case 'ReadonlyMap':
        return { kind: 'map', key: first, of: second };
      case 'Counter':
        return { kind: 'dict', key: first, of: { kind: 'int' } };
      case 'tuple':
      case 'Tuple':
        // `tuple[int, ...]`: as many as there are.
        return second === REST ? { kind: 'list', of: first } : { kind: 'tuple', items: given };
      case 'Optional':
        return { kind: 'either', of: [first, nothing] };
      case 'Union':
      case 'Literal':
        return given.length === 0 ? FOREIGN : { kind: 'either', of: given };
      case 'Annotated':
      case 'Final':
      case 'Readonly':
        return first;
      default:
        return Object.hasOwn(SCALARS, last) ? SCALARS[last]! : FOREIGN;
    }
  }

  #marked(mark: string, depth: number): Hint {
    switch (mark) {
      case '[': {
        const items = this.#list(']', depth, true);
        return items ? { kind: 'tuple', items } : FOREIGN;
      }
      case '(': {
        const inner = this.either(depth + 1);
        return this.#take(')') ? inner : FOREIGN;
      }
      case '{':
        return this.#record(depth);
      case '...':
        return REST;
      default:
        return FOREIGN;
    }
  }

  #list(close: string, depth: number, isOpen = false): Hint[] | undefined {
    if (!isOpen) this.#at++;
    const items: Hint[] = [];
    while (!this.#take(close)) {
      // A tuple of TypeScript may name its items.
      if (this.#tokens[this.#at]?.kind === 'name' && this.#sees(':', 1)) this.#at += 2;
      items.push(this.either(depth + 1));
      if (!this.#take(',') && !this.#sees(close)) return undefined;
    }
    return items;
  }

  #record(depth: number): Hint {
    const fields: [string, Hint][] = [];
    while (!this.#take('}')) {
      if (this.#take('[')) {
        // `{ [key: string]: T }`
        this.#at += 2;
        const key = this.either(depth + 1);
        if (!this.#take(']') || !this.#take(':')) return FOREIGN;
        const of = this.either(depth + 1);
        this.#take(';');
        return this.#take('}') ? { kind: 'dict', key, of } : FOREIGN;
      }
      const name = this.#tokens[this.#at++];
      if (name?.kind === 'name' && name.text === 'readonly' && !this.#sees(':')) continue;
      this.#take('?');
      if (!name || name.kind === 'mark' || !this.#take(':')) return FOREIGN;
      fields.push([name.text, this.either(depth + 1)]);
      if (!this.#take(';') && !this.#take(',') && !this.#sees('}')) return FOREIGN;
    }
    return { kind: 'record', fields };
  }

  #sees(mark: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'mark' && token.text === mark;
  }

  #take(mark: string): boolean {
    const sees = this.#sees(mark);
    if (sees) this.#at++;
    return sees;
  }
}

/** What `...` is read as. */
const REST: Hint = { kind: 'foreign' };
