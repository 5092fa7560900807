import type { Value } from '../../core/inputs/value.ts';
import type { Language } from '../../core/language.ts';
import { type Decision, raisedError } from '../../core/rank/decision.ts';
import { headerOf } from '../../syntax/region.ts';
import type { Syntax } from '../../syntax/syntax.ts';

/** What a function is to give for an input, as a test says it. */
export interface Example {
  language: Language;
  symbol: string;
  /** The arguments with their parentheses, in the function's own language. */
  given: string;
  /** Its result has to be awaited. */
  isAsync: boolean;
  right:
    | { kind: 'value'; text: string }
    /** A fraction, of which only nine digits are known. */
    | { kind: 'rounded'; text: string; value: number }
    /** Without a name where what was thrown is no error. */
    | { kind: 'error'; name?: string };
}

/** @param source the file of the function. Undefined where what is right has no literal of its own. */
export function exampleOf(
  syntax: Syntax,
  { language, text: source, symbol }: { language: Language; text: string; symbol: string },
  { input, expected }: Decision,
): Example | undefined {
  const region = syntax.findFunction(language, source, { symbol });
  const header = region ? headerOf(source, region) : '';
  const right = rightOf(syntax, language, expected);
  if (!right || !input.startsWith(`${symbol}(`)) return undefined;
  const isAsync = /\basync\b/.test(header) || /\)\s*:\s*Promise\s*</.test(header);
  return { language, symbol, given: input.slice(symbol.length), isAsync, right };
}

function rightOf(syntax: Syntax, language: Language, expected: string): Example['right'] | undefined {
  if (/^(raises|throws) /.test(expected)) {
    const name = raisedError(expected);
    return { kind: 'error', ...(name === undefined ? {} : { name }) };
  }
  const value = syntax.literal(language, expected);
  if (!value) return undefined;
  if (value.kind === 'float' && !isExact(value.value)) return { kind: 'rounded', text: expected, value: value.value };
  // Inside of a list it can't be said how close is close enough.
  return isWhole(value) ? { kind: 'value', text: expected } : undefined;
}

/** Binary fractions such as 2.75 are what they seem. Of others, such as 0.3, the last digits may have been left out. */
function isExact(value: number): boolean {
  return Number.isInteger(value * 1024);
}

/** Nothing in it is known to some digits only. */
function isWhole(value: Value): boolean {
  switch (value.kind) {
    case 'float':
      return isExact(value.value);
    case 'list':
    case 'tuple':
    case 'set':
      return value.items.every(isWhole);
    case 'dict':
    case 'map':
      return value.entries.every(([key, of]) => isWhole(key) && isWhole(of));
    default:
      return true;
  }
}
