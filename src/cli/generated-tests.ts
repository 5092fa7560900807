import { CoppiceError } from '../core/errors.ts';
import type { GeneratedTest } from '../core/generated-test.ts';
import { languageOf } from '../core/language.ts';
import { readText } from '../run/source-file.ts';
import type { Syntax } from '../syntax/syntax.ts';

/** More are refused: so many say no more of a function. */
const MOST = 1000;

/**
 * Reads tests that a model wrote, one {"input": "f(1)", "expected": "2"} a line. Throws `usage` with the line that is no call of
 * the function with literals and a literal, since nothing else may be run.
 *
 * @param path the file that candidates replace
 */
export async function readGeneratedTests(
  file: string,
  { path, symbol }: { path: string; symbol: string | undefined },
  syntax: Syntax,
): Promise<GeneratedTest[]> {
  const language = languageOf(path);
  if (symbol === undefined || language === undefined) {
    throw new CoppiceError(
      'usage',
      'Generated tests are about a function of a Python, TypeScript or JavaScript file.',
      'Name it with --symbol.',
    );
  }
  const remedy = `Each line is {"input": "${symbol}(1)", "expected": "2"}: a call with literals, and a literal.`;
  const lines = (await readText(file)).split('\n').map((text, at) => ({ text, number: at + 1 }));
  const filled = lines.filter(({ text }) => text.trim() !== '');
  if (filled.length === 0) throw new CoppiceError('usage', `${file} holds no test.`, remedy);
  if (filled.length > MOST) throw new CoppiceError('usage', `${file} holds more than ${MOST} tests.`, 'Give fewer.');
  return filled.map(({ text, number }) => {
    const invalid = (what: string, cause?: unknown) =>
      new CoppiceError('usage', `${file}, line ${number}: ${what}.`, remedy, cause);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw invalid('it is not JSON', cause);
    }
    const { input, expected } = (value ?? {}) as Record<string, unknown>;
    if (typeof input !== 'string') throw invalid('"input" is not a string');
    if (typeof expected !== 'string') throw invalid('"expected" is not a string');
    if (!syntax.expectation(language, `${input} == ${expected}`, symbol)) {
      throw invalid(`it does not say with literals alone what ${symbol} gives`);
    }
    return { input, expected };
  });
}
