import fc from 'fast-check';

/** Values that programs trip over where they expect a number, a text or a small object. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  '',
  '64',
  '../../etc/passwd',
  'x'.repeat(100_000),
  0,
  -1,
  -0.5,
  1.5,
  2 ** 31,
  2 ** 53,
  1e308,
  5e-324,
  [],
  {},
  [[[]]],
  { toString: 1, valueOf: 1 },
  { length: 2 ** 32 },
  JSON.parse('{"__proto__": {"rope_type": "yarn"}, "constructor": 1}'),
  '@deep',
  '@infinite',
];

/** What JSON.parse reads but JSON.stringify can't write: nesting too deep for a recursive walk, a number too large. */
const UNWRITABLE = { '"@deep"': '['.repeat(50_000) + ']'.repeat(50_000), '"@infinite"': '1e999' };

/** JSON text of a value, its hostile members included. */
export function hostileText(value: unknown): string {
  let text = JSON.stringify(value) ?? 'null';
  for (const [mark, written] of Object.entries(UNWRITABLE)) text = text.replaceAll(mark, written);
  return text;
}

export const hostileValue = fc.oneof(fc.constantFrom(...HOSTILE_VALUES), fc.jsonValue(), fc.double());

/** The bytes with some of them changed, then cut or lengthened. */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
  const length = fc.oneof({ weight: 3, arbitrary: fc.constant(bytes.length) }, fc.nat(bytes.length + 16));
  return fc.tuple(fc.array(change, { maxLength: 6 }), length).map(([changes, size]) => {
    const copy = new Uint8Array(size);
    copy.set(bytes.subarray(0, size));
    for (const [at, value] of changes) if (at < size) copy[at] = value;
    return copy;
  });
}

/** `value` with the member at some path inside it replaced, or taken away. */
export function tampered(value: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(value, []);
  return fc.tuple(fc.constantFrom(...paths), hostileValue, fc.boolean()).map(([path, replacement, remove]) => {
    const copy = structuredClone(value) as Record<string, unknown>;
    let at = copy;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    const last = path.at(-1)!;
    if (remove && !Array.isArray(at)) delete at[last];
    else at[last] = replacement;
    return copy;
  });
}

function pathsOf(value: unknown, path: string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  // Long tables have many members that are all alike.
  const keys = Object.keys(value).slice(0, 40);
  return keys.flatMap((key) => {
    const here = [...path, key];
    return [here, ...pathsOf((value as Record<string, unknown>)[key], here)];
  });
}
