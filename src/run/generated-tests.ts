import type { GeneratedTest } from '../core/generated-test.ts';
import { javascriptText, pythonText } from '../core/inputs/value.ts';
import { type Language, languageOf } from '../core/language.ts';
import { assertionPrompt } from '../core/prompt/assertion.ts';
import type { JudgeOptions } from '../core/protocol.ts';
import type { Expectation } from '../syntax/expectations.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { EMBEDDED_MODEL } from './shelf/embedded-model.ts';
import { mention } from './test-scope.ts';

/** How many tests a model writes at most where the project has few of its own; never more than there are candidates. */
const MOST_UNASKED = 32;
/** A project with so many cases about the function decides better than a model's guesses. */
const ENOUGH_CASES = 3;

interface About {
  language: Language;
  /** The file with the function. */
  text: string;
  symbol: string;
}

interface Asking {
  /** As the user named it; by default the embedded one. */
  model?: string;
  candidates: number;
  tests: JudgeOptions['tests'];
  /** See `JudgingOptions`. */
  observe?: boolean;
  /** How many tests the user wants. */
  generatedTests?: number;
}

/**
 * How many tests the model is asked for: what the user said, or else some, where the project has few and the model is not the
 * embedded one.
 *
 * @param found the project's tests
 */
export function assertionsFor(
  syntax: Syntax,
  { language, text, symbol }: About,
  { model = EMBEDDED_MODEL, candidates, tests, observe = tests.kind !== 'none', generatedTests }: Asking,
  found: readonly { path: string; text: string }[],
): number {
  // They can be asked only of candidates that are run on inputs, and of what can be called by its name alone.
  if (!observe || !syntax.parameters(language, text, symbol)) return 0;
  if (generatedTests !== undefined) return generatedTests;
  // Of the tests that Sprout writes 4 % are right (bench selection), for as much time as its candidates take.
  if (model === EMBEDDED_MODEL) return 0;
  // What a command tests is not known.
  const isKnown = tests.kind === 'auto' || tests.kind === 'none';
  const cases = found.reduce((sum, test) => sum + casesAbout(symbol, test, syntax), 0);
  return isKnown && cases < ENOUGH_CASES ? Math.min(candidates, MOST_UNASKED) : 0;
}

/** Cases that mention a symbol, or calls of it where one case holds several. */
function casesAbout(symbol: string, { path, text }: { path: string; text: string }, syntax: Syntax): number {
  const language = languageOf(path);
  if (!language) return 0;
  const cases = syntax
    .testCases(language, text)
    .filter(({ kind, start, end }) => kind === 'case' && mention(symbol).test(text.slice(start, end)));
  return Math.max(cases.length, syntax.calls(language, text, symbol).length);
}

/** The test that a model wrote behind the beginning of an assertion; undefined where it is no call of literals with a literal. */
export function writtenTest(
  syntax: Syntax,
  { language, symbol }: Pick<About, 'language' | 'symbol'>,
  text: string,
): GeneratedTest | undefined {
  const { start } = assertionPrompt(language, symbol, '');
  const assertion = syntax.assertion(language, start + text, symbol);
  return assertion && testOf(assertion, { language, symbol });
}

/** What an assertion says, written down in one way. */
export function testOf(
  { call, result }: Expectation,
  { language, symbol }: Pick<About, 'language' | 'symbol'>,
): GeneratedTest {
  const write = language === 'python' ? pythonText : javascriptText;
  const named = Object.entries(call.named).map(([name, value]) => `${name}=${write(value)}`);
  return { input: `${symbol}(${[...call.positional.map(write), ...named].join(', ')})`, expected: write(result) };
}
