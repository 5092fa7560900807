import { type Said, said } from './said.ts';

/** How the output of a program is held against what was expected. */
export type Comparison =
  /** The same words, whatever white space is between them. */
  | { kind: 'tokens' }
  /** The same bytes, but for one line break at the end. */
  | { kind: 'exact' }
  /** As `tokens`, but numbers may differ by `tolerance`, absolute or relative to the expected one. */
  | { kind: 'numbers'; tolerance: number };

const SHOWN = 60;

/** Undefined where the output will do; otherwise what is wrong with it, in words. */
export function differenceOf(output: string, expected: string, comparison: Comparison): Said | undefined {
  if (comparison.kind === 'exact') {
    const [seen, wanted] = [withoutLastBreak(output), withoutLastBreak(expected)];
    if (seen === wanted) return undefined;
    const lines = [seen.split('\n'), wanted.split('\n')] as const;
    const at = lines[1].findIndex((line, index) => line !== lines[0][index]);
    const line = at < 0 ? lines[1].length : at;
    return said`line ${line + 1}: expected ${quoted(lines[1][line])}, got ${quoted(lines[0][line])}`;
  }
  const [seen, wanted] = [output, expected].map((text) => text.split(/\s+/).filter(Boolean)) as [string[], string[]];
  const equal = comparison.kind === 'numbers' ? nearly(comparison.tolerance) : (a: string, b: string) => a === b;
  const at = wanted.findIndex((word, index) => seen[index] === undefined || !equal(seen[index], word));
  if (at < 0 && seen.length === wanted.length) return undefined;
  const word = at < 0 ? wanted.length : at;
  return said`word ${word + 1}: expected ${quoted(wanted[word])}, got ${quoted(seen[word])}`;
}

function nearly(tolerance: number): (seen: string, wanted: string) => boolean {
  return (seen, wanted) => {
    if (seen === wanted) return true;
    const [a, b] = [numberOf(seen), numberOf(wanted)];
    return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
  };
}

/** NaN, which is near nothing, where it is not a decimal number. */
function numberOf(word: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN;
}

function withoutLastBreak(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '');
}

function quoted(text: string | undefined): string | Said {
  if (text === undefined) return said`nothing more`;
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
