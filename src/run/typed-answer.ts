import { isSameValue } from '../core/inputs/value.ts';
import type { Language } from '../core/language.ts';
import type { Syntax } from '../syntax/syntax.ts';

/**
 * What the user typed as the right result, written as outputs are: the one of `outputs` that has the same value, where there
 * is one, else as it was typed. Undefined where it is no literal of the language.
 */
export function typedAnswer(
  syntax: Syntax,
  language: Language,
  typed: string,
  outputs: readonly string[],
): string | undefined {
  const value = syntax.literal(language, typed);
  if (!value) return undefined;
  const text = typed.trim();
  if (outputs.includes(text)) return text;
  // `undefined` and `null` are one value to whoever reads literals, and two to JavaScript.
  const names = (output: string) => /\bundefined\b/.test(output);
  const same = outputs.find((output) => {
    const given = syntax.literal(language, output);
    return given && names(output) === names(text) && isSameValue(value, given);
  });
  return same ?? text;
}
