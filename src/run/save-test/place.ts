import type { Language } from '../../core/language.ts';
import { indentAt, lineEnd } from '../../syntax/region.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { TestCaseRange } from '../../syntax/test-cases.ts';
import { mention } from '../test-scope.ts';

/** Text that goes into a file; `offset` counts UTF-16 code units. */
export interface Insertion {
  offset: number;
  text: string;
}

/** A test case that is a model for another one of the same function. */
export interface Neighbour {
  /** Its source. */
  text: string;
  /** What stands before it on its lines, and what its own lines have more. */
  indent: string;
  step: string;
  /** The head of the class or suite around it. */
  group?: string;
  /** After its last line. */
  end: number;
}

/** The last case that mentions the function. */
export function neighbourOf(syntax: Syntax, language: Language, text: string, symbol: string): Neighbour | undefined {
  const ranges = syntax.testCases(language, text);
  const word = mention(symbol);
  const found = ranges.findLast(({ kind, start, end }) => kind === 'case' && word.test(text.slice(start, end)));
  if (!found) return undefined;
  const isAround = ({ kind, start, end }: TestCaseRange) =>
    kind === 'group' && start <= found.start && found.end <= end;
  const around = ranges.findLast(isAround);
  const source = text.slice(found.start, found.end).trimEnd();
  const indent = indentAt(text, found.start);
  const inner = source
    .split('\n')
    .slice(1)
    .map((line) => /^[ \t]*(?=\S)/.exec(line)?.[0] ?? '')
    .find((space) => space.length > indent.length && space.startsWith(indent));
  return {
    text: source,
    indent,
    step: inner?.slice(indent.length) ?? (language === 'python' ? '    ' : '  '),
    ...(around ? { group: text.slice(around.start, lineEnd(text, around.start)) } : {}),
    end: found.start + source.length,
  };
}

/** What the file calls a function by, as in its other calls: `words.count` of `words.count('a')`. */
export function calleeIn(text: string, symbol: string): string | undefined {
  const calls = new RegExp(`(?<![\\w$.])((?:[A-Za-z_$][\\w$]*\\.)*)${symbol.replaceAll('$', '\\$')}\\s*\\(`, 'g');
  for (const match of text.matchAll(calls)) {
    const owner = match[1]!;
    const isDefinition = /\b(def|function)\s+$/.test(text.slice(0, match.index));
    if (!isDefinition && !/^(self|this|cls)\./.test(owner)) return owner + symbol;
  }
  return undefined;
}

/** After the last line that one of these statements ends on; at the start where there is none. */
export function after(text: string, statements: RegExp): number {
  const last = [...text.matchAll(statements)].at(-1);
  return last ? lineEnd(text, last.index + last[0].length - 1) : 0;
}

/** Literals with the quotes that the file has. They come with single ones. */
export function requoted(literals: string, file: string): string {
  const count = (quote: string) => file.split(quote).length;
  if (count("'") >= count('"')) return literals;
  return literals.replace(/"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g, (whole, inner?: string) => {
    if (inner === undefined || inner.includes('"')) return whole;
    return `"${inner.replaceAll("\\'", "'")}"`;
  });
}

/** One unit of the last digit that is known of a fraction. */
export function unitOf(value: number): number {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return 10 ** (exponent - 8);
}

/** Whether the file says this already, on whatever lines. */
export function says(text: string, statement: string): boolean {
  return text.replace(/\s+/g, ' ').includes(statement.replace(/\s+/g, ' '));
}
