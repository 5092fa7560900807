import { CoppiceError } from '../../core/errors.ts';
import type { GeneratedTest } from '../../core/generated-test.ts';
import { generateInputs, type Parameter } from '../../core/inputs/generate.ts';
import { readHint } from '../../core/inputs/hint.ts';
import { javascriptText, pythonText, type Value } from '../../core/inputs/value.ts';
import type { Language } from '../../core/language.ts';
import type { InputOrigin } from '../../core/report.ts';
import { said } from '../../core/said.ts';
import type { LiteralCall } from '../../syntax/calls.ts';
import type { Syntax } from '../../syntax/syntax.ts';

/** A call of the function under work. */
export interface Input {
  /** As the user reads it. */
  call: string;
  /** Expressions of its language. */
  arguments: string[];
  /** What the user said that it gives, as an expression. */
  expected?: string;
  origin?: InputOrigin;
  /** What tests that a model wrote say that it gives, as expressions. */
  generated?: string[];
}

/** The function under work, and where its inputs come from. */
export interface InputSources {
  language: Language | undefined;
  path: string;
  /** The file with the function. */
  original: string;
  symbol?: string;
  /** Tests that mention it. */
  tests: readonly { text: string }[];
  /** Whether these tests are run, so that what they ask tells nothing more. */
  tested: boolean;
  /** Calls with their results that the user is sure of, as `f(1) == 2`. */
  expectations?: readonly string[];
}

/** Inputs of others, which join our own. */
export interface MoreInputs {
  /** Calls that were made from the type hints, as text. */
  made?: readonly string[];
  /** Tests that a model wrote. What is not a call of literals with a literal is left out. */
  generated?: readonly GeneratedTest[];
}

/** The sources where there is a function that its name is enough to call. */
type Known = InputSources & { language: Language; symbol: string };

const COUNT = 24;
const SEED = 1;
const MOST_TEST_CALLS = 40;
const MOST_GENERATED = 64;
/** No call or result of others is longer. */
const LONGEST = 300;

/**
 * Inputs for a function: what the user said first, then at most 24 of our own, then those of others. The same sources give
 * the same inputs. Empty where it can't be called by its name alone. Throws `usage` for an expectation that is none.
 */
export function inputsFor(syntax: Syntax, sources: InputSources, more: MoreInputs = {}): Input[] {
  const { language, original, symbol, expectations = [] } = sources;
  const written = language && symbol !== undefined ? syntax.parameters(language, original, symbol) : undefined;
  if (!written || !language || symbol === undefined) {
    if (expectations.length > 0) throw notCallable(sources);
    return [];
  }
  const known = { ...sources, language, symbol };
  const parameters = written.map(({ name, type, optional }): Parameter => ({ name, hint: readHint(type), optional }));
  const callsIn = (source: string) =>
    syntax.calls(language, source, symbol).flatMap((call) => inOrder(call, parameters) ?? []);
  const shown = documentation(syntax, known).flatMap(callsIn);
  const asked = sources.tests.flatMap(({ text }) => callsIn(text)).slice(0, MOST_TEST_CALLS);
  const inputs = expectations.map((text) => expected(syntax, known, text, parameters));
  const generated = generateInputs({
    parameters,
    examples: sources.tested ? shown : [...shown, ...asked],
    seeds: sources.tested ? asked : [],
    ...{ count: COUNT, seed: SEED },
  });
  const own = generated.map((values) => inputOf(language, symbol, values));
  const all = new Map<string, Input>();
  const add = (input: Input) => {
    const there = all.get(input.call);
    if (!there) all.set(input.call, input);
    return there ?? input;
  };
  for (const input of [...inputs, ...own]) add(input);
  const ours = all.size;
  for (const { generated: [result] = [], ...input } of generatedInputs(syntax, known, more, parameters)) {
    if (!all.has(input.call) && all.size === ours + MOST_GENERATED) continue;
    const there = add(input);
    if (!there.generated?.includes(result!)) there.generated = [...(there.generated ?? []), result!];
  }
  // Last, since these alone may be far outside of what the function is for.
  for (const input of madeInputs(syntax, known, more, parameters)) add(input);
  return [...all.values()];
}

/** What a process that ran the project's code says that Hypothesis made: read as calls of literals, or not at all. */
function madeInputs(
  syntax: Syntax,
  { language, symbol }: Known,
  { made = [] }: MoreInputs,
  parameters: readonly Parameter[],
): Input[] {
  return made.flatMap((text): Input[] => {
    const [call] = text.length <= LONGEST ? syntax.calls(language, text, symbol) : [];
    const [values] = (call && inOrder(call, parameters)) ?? [];
    return values ? [{ ...inputOf(language, symbol, values), origin: 'hypothesis' }] : [];
  });
}

function generatedInputs(
  syntax: Syntax,
  { language, symbol }: Known,
  { generated = [] }: MoreInputs,
  parameters: readonly Parameter[],
): Input[] {
  return generated.flatMap(({ input, expected }): Input[] => {
    if (input.length > LONGEST || expected.length > LONGEST) return [];
    const expectation = syntax.expectation(language, `${input} == ${expected}`, symbol);
    const [values] = (expectation && inOrder(expectation.call, parameters)) ?? [];
    if (!expectation || !values) return [];
    const result = writerOf(language)(expectation.result);
    return [{ ...inputOf(language, symbol, values), origin: 'model', generated: [result] }];
  });
}

function expected(syntax: Syntax, { language, symbol }: Known, text: string, parameters: readonly Parameter[]): Input {
  const expectation = syntax.expectation(language, text, symbol);
  const [values] = (expectation && inOrder(expectation.call, parameters)) ?? [];
  if (!expectation || !values) throw notAnExpectation(text, symbol);
  return { ...inputOf(language, symbol, values), origin: 'user', expected: writerOf(language)(expectation.result) };
}

function notAnExpectation(text: string, symbol: string): CoppiceError {
  return new CoppiceError(
    'usage',
    said`"${text}" does not say what ${symbol} gives for an input.`,
    said`Write a call and its result, both with literals alone: ${symbol}(1) == 2`,
  );
}

function notCallable({ path, symbol }: InputSources): CoppiceError {
  return new CoppiceError(
    'usage',
    symbol === undefined
      ? said`An expectation is about a function.`
      : said`${symbol} of ${path} can not be called by its name alone.`,
    said`Name a function of the file itself.`,
  );
}

function inputOf(language: Language, symbol: string, values: readonly Value[]): Input {
  const texts = values.map(writerOf(language));
  return { call: `${symbol}(${texts.join(', ')})`, arguments: texts };
}

function writerOf(language: Language): (value: Value) => string {
  return language === 'python' ? pythonText : javascriptText;
}

/** The arguments in the order of the parameters; undefined where one that has to be there is not, or one is too much. */
function inOrder({ positional, named }: LiteralCall, parameters: readonly Parameter[]): [Value[]] | undefined {
  const values = [...positional];
  const names = parameters.slice(positional.length).map(({ name }) => name);
  for (const name of names) {
    const value = named[name];
    if (value === undefined) break;
    values.push(value);
  }
  const isWhole =
    parameters.slice(values.length).every(({ optional }) => optional) && values.length <= parameters.length;
  return isWhole && values.length === positional.length + Object.keys(named).length ? [values] : undefined;
}

/** The lines of the docstring and of the comment above that call the function, each from the call on. */
function documentation(syntax: Syntax, { language, original, symbol }: Known): string[] {
  const region = syntax.findFunction(language, original, { symbol });
  if (!region) return [];
  const lines = `${original.slice(region.leadingStart, region.start)}\n${region.docstring ?? ''}`.split('\n');
  return lines.flatMap((line) => {
    const at = line.indexOf(`${symbol}(`);
    return at < 0 ? [] : [line.slice(at)];
  });
}
