/** A value that can be written down in Python and in JavaScript: what calls in examples and tests are made of. */
export type Value =
  | { kind: 'none' }
  | { kind: 'bool'; value: boolean }
  | { kind: 'int' | 'float'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'list' | 'tuple' | 'set'; items: Value[] }
  /** A dictionary; in JavaScript an object, or a `Map`. */
  | { kind: 'dict' | 'map'; entries: [Value, Value][] };

export const NONE: Value = { kind: 'none' };

/** Outputs are written with so many digits. */
const DIGITS = 9;

/** Whether two values are the same as outputs are compared: 3.0 is 3, and the last digits of a fraction do not matter. */
export function isSameValue(one: Value, two: Value): boolean {
  if (isNumber(one) && isNumber(two)) return one.value.toPrecision(DIGITS) === two.value.toPrecision(DIGITS);
  switch (one.kind) {
    case 'none':
      return two.kind === 'none';
    case 'bool':
    case 'int':
    case 'float':
    case 'text':
      return two.kind === one.kind && one.value === two.value;
    case 'list':
    case 'tuple':
      return (
        two.kind === one.kind &&
        one.items.length === two.items.length &&
        one.items.every((item, at) => isSameValue(item, two.items[at]!))
      );
    case 'set':
      return two.kind === 'set' && haveSame(one.items, two.items, isSameValue);
    case 'dict':
    case 'map':
      return (
        two.kind === one.kind &&
        haveSame(one.entries, two.entries, (a, b) => isSameValue(a[0], b[0]) && isSameValue(a[1], b[1]))
      );
  }
}

function isNumber(value: Value): value is Value & { kind: 'int' | 'float' } {
  return value.kind === 'int' || value.kind === 'float';
}

/** In whatever order; each is there once. */
function haveSame<T>(ones: readonly T[], twos: readonly T[], same: (one: T, two: T) => boolean): boolean {
  return ones.length === twos.length && ones.every((one) => twos.some((two) => same(one, two)));
}

/** As a Python literal, which `ast.literal_eval` reads. */
export function pythonText(value: Value): string {
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
    case 'text':
      return quoted(value.value);
    case 'list':
      return `[${value.items.map(pythonText).join(', ')}]`;
    case 'tuple':
      return value.items.length === 1
        ? `(${pythonText(value.items[0]!)},)`
        : `(${value.items.map(pythonText).join(', ')})`;
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${value.items.map(pythonText).join(', ')}}`;
    case 'dict':
    case 'map':
      return `{${value.entries.map(([key, of]) => `${pythonText(key)}: ${pythonText(of)}`).join(', ')}}`;
  }
}

/** As a JavaScript expression. */
export function javascriptText(value: Value): string {
  switch (value.kind) {
    case 'none':
      return 'null';
    case 'bool':
    case 'int':
    case 'float':
      return String(value.value);
    case 'text':
      return quoted(value.value);
    case 'list':
    case 'tuple':
      return `[${value.items.map(javascriptText).join(', ')}]`;
    case 'set':
      return `new Set([${value.items.map(javascriptText).join(', ')}])`;
    case 'dict':
      return `{${value.entries.map(([key, of]) => `${keyText(key)}: ${javascriptText(of)}`).join(', ')}}`;
    case 'map':
      return `new Map([${value.entries.map(([key, of]) => `[${javascriptText(key)}, ${javascriptText(of)}]`).join(', ')}])`;
  }
}

function keyText(key: Value): string {
  const name = key.kind === 'text' ? key.value : javascriptText(key);
  // As a plain key this one would set the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Both languages read these escapes alike. */
function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  const escaped = text.replace(/[\\'\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]/gu, (character) => {
    const code = character.charCodeAt(0);
    const [digits, letter] = code < 0x100 ? ([2, 'x'] as const) : ([4, 'u'] as const);
    return ESCAPES[character] ?? `\\${letter}${code.toString(16).padStart(digits, '0')}`;
  });
  return `'${escaped}'`;
}
