/** The two values that a failed assertion compared, as the test framework wrote them. */
export interface ComparedValues {
  actual: string;
  expected: string;
  /** The framework itself says which is which; otherwise `actual` is just the first of the two. */
  isSure: boolean;
}

/** A longer message is none of an assertion's; patterns are not tried on it. */
const MOST_CHARACTERS = 20_000;

/**
 * Reads the two sides out of the message of a failed test, as unittest, pytest, doctest, node:assert, jest, vitest and chai write
 * them. Undefined where it is another message, or is cut off.
 */
export function comparedValues(message: string): ComparedValues | undefined {
  if (message.length > MOST_CHARACTERS) return undefined;
  const text = message.replaceAll('\r\n', '\n').trimEnd();
  return fromLabels(text) ?? fromNodeAssert(text) ?? fromJestDiff(text) ?? fromChai(text) ?? fromPython(text);
}

/** jest: `Expected: 4`, `Received: 3`. doctest: `expected 4`, `got 3`, each up to the next label or the end. */
function fromLabels(text: string): ComparedValues | undefined {
  const jest = /^Expected: +(.+)\nReceived: +(.+)$/m.exec(text);
  if (jest) return { expected: jest[1]!, actual: jest[2]!, isSure: true };
  const doctest = /^[^\n]*\nexpected ([\s\S]+?)\ngot ([\s\S]+)$/.exec(text);
  return doctest ? { expected: doctest[1]!, actual: doctest[2]!, isSure: true } : undefined;
}

/** node:assert: `3 !== 4` below a heading, or lines marked `+ actual - expected`. */
function fromNodeAssert(text: string): ComparedValues | undefined {
  const short = /^(?:\w+ \[ERR_ASSERTION\]: |AssertionError: )?Expected values to be [^\n]*:\n\n(.+) !==? (.+)$/.exec(
    text,
  );
  if (short) return { actual: short[1]!, expected: short[2]!, isSure: true };
  const at = /\+ actual - expected[^\n]*\n\n?/.exec(text);
  if (!at) return undefined;
  return sides(text.slice(at.index + at[0].length), { actual: '+', expected: '-' });
}

/** jest: a diff below the legend `- Expected - 1`, `+ Received + 1`. */
function fromJestDiff(text: string): ComparedValues | undefined {
  const legend = /^- Expected +- \d+\n\+ Received +\+ \d+\n\n/m.exec(text);
  if (!legend) return undefined;
  return sides(text.slice(legend.index + legend[0].length), { actual: '+', expected: '-' });
}

/** vitest and chai: `expected 3 to equal 4`. */
function fromChai(text: string): ComparedValues | undefined {
  const found =
    /^(?:\w*Error: )?expected (.+?) to (?:be|equal|deeply equal|strictly equal|deep equal|loosely deep equal) ((?!an? |the ).+?)(?: \/\/ .*)?$/m.exec(
      text,
    );
  return found ? { actual: found[1]!, expected: found[2]!, isSure: true } : undefined;
}

/** unittest: `AssertionError: 3 != 4`. pytest: `assert 3 == 4`, with `where 3 = f(1)` where one side is a call. */
function fromPython(text: string): ComparedValues | undefined {
  const [first = '', ...rest] = text.split('\n');
  const unittest = /^(?:\w*Error: )?(?:\w+ differ: )?(.+) != (.+)$/.exec(first);
  const pytest = /^(?:\w*Error: )?assert (.+) == (.+)$/.exec(first);
  const found = pytest ?? unittest;
  // Python cuts long values in the middle: what is left of them compares nothing.
  if (!found || /\[\d+ chars\]|\.\.\./.test(first)) return undefined;
  const [left, right] = [found[1]!, found[2]!];
  const called = rest.map((line) => /^ *\+ +where (.+?) = [\w.]+\(/.exec(line)?.[1]).find(Boolean);
  if (pytest && called === right && called !== left) return { actual: right, expected: left, isSure: true };
  return { actual: left, expected: right, isSure: pytest !== null && called === left };
}

/** Both sides of a diff whose common lines begin with a blank; undefined where lines were left out of it. */
function sides(diff: string, marks: { actual: string; expected: string }): ComparedValues | undefined {
  const lines = diff.split('\n').filter((line) => line.trim() !== '');
  if (lines.some((line) => /^\.\.\.|^@@/.test(line))) return undefined;
  const side = (mark: string) =>
    lines
      .filter((line) => line.startsWith(mark) || line.startsWith(' '))
      .map((line) => line.slice(2))
      .join('\n');
  const [actual, expected] = [side(marks.actual), side(marks.expected)];
  return actual === '' || expected === '' ? undefined : { actual, expected, isSure: true };
}
