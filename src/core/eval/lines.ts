import type { CoppiceError } from '../errors.ts';

/** No text of a problem or a completion is longer, in UTF-16 code units: one that is would only fill the judge. */
const LONGEST_TEXT = 1024 ** 2;
const MOST_TEXTS = 10_000;

type Invalid = (what: string, cause?: unknown) => CoppiceError;

/** The objects of a file of JSON lines; empty lines are none. A file that starts with `[` is one JSON array of them. */
export function rowsOf(name: string, text: string, invalid: Invalid): Row[] {
  const parse = (source: string, where: string): unknown => {
    try {
      return JSON.parse(source);
    } catch (cause) {
      throw invalid(`${where}: it is not JSON`, cause);
    }
  };
  const content = text.replace(/^\uFEFF/, '');
  if (content.trimStart().startsWith('[')) {
    const whole = parse(content, name);
    return (Array.isArray(whole) ? whole : []).map(
      (value, index) => new Row(value, `${name}, entry ${index + 1}`, invalid),
    );
  }
  return content.split('\n').flatMap((line, index) => {
    const where = `${name}, line ${index + 1}`;
    return line.trim() === '' ? [] : [new Row(parse(line, where), where, invalid)];
  });
}

/** One object of a file that others wrote, with what to say where a field is not what it must be. */
export class Row {
  readonly #fields: Record<string, unknown>;
  readonly #where: string;
  readonly #invalid: Invalid;

  constructor(value: unknown, where: string, invalid: Invalid) {
    this.#where = where;
    this.#invalid = invalid;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('it is not an object');
    this.#fields = value as Record<string, unknown>;
  }

  wrong(what: string): CoppiceError {
    return this.#invalid(`${this.#where}: ${what}`);
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#fields, field) && this.#fields[field] !== null;
  }

  text(field: string): string {
    return this.#checked(this.#value(field), `"${field}"`);
  }

  texts(field: string): string[] {
    const value = this.#value(field);
    if (!Array.isArray(value) || value.length > MOST_TEXTS) throw this.wrong(`"${field}" is not a list of strings`);
    return value.map((item) => this.#checked(item, `an entry of "${field}"`));
  }

  rows(field: string): Row[] {
    const value = this.#value(field);
    if (!Array.isArray(value)) throw this.wrong(`"${field}" is not a list`);
    return value.map((item) => new Row(item, `${this.#where}, "${field}"`, this.#invalid));
  }

  /** A name; MBPP numbers its tasks. */
  id(field: string): string {
    const value = this.#value(field);
    const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof id !== 'string' || id === '' || id.length > 200) throw this.wrong(`"${field}" is not a name`);
    return id;
  }

  number(field: string): number {
    const value = this.#value(field);
    if (typeof value !== 'number') throw this.wrong(`"${field}" is not a number`);
    return value;
  }

  #value(field: string): unknown {
    if (!this.has(field)) throw this.wrong(`"${field}" is missing`);
    return this.#fields[field];
  }

  #checked(value: unknown, what: string): string {
    if (typeof value !== 'string') throw this.wrong(`${what} is not a string`);
    if (value.length > LONGEST_TEXT) throw this.wrong(`${what} is longer than ${LONGEST_TEXT} characters`);
    return value;
  }
}
