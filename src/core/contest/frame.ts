import { javascriptText, pythonText } from '../inputs/value.ts';
import { type EcmascriptFlavour, ecmascriptFrame } from './frame-ecmascript.ts';
import { pythonFrame } from './frame-python.ts';
import type { ContestProblem } from './problem.ts';
import { type Case, type InputShape, type ResultType, resultOf, resultValue, shapeOf } from './shape.ts';

/** The languages that programs are grown in. */
export const PROGRAM_LANGUAGES = ['python', 'javascript', 'typescript'] as const;
export type ProgramLanguage = (typeof PROGRAM_LANGUAGES)[number];

/** A program that reads and writes, and leaves one function open. */
export interface Frame {
  /** A name for its file. */
  path: string;
  text: string;
  symbol: string;
  /** The samples as tests of the function, for the prompt. */
  tests: { path: string; text: string }[];
}

/** What a frame is written from. */
export interface FrameParts {
  symbol: string;
  /** Lines for the head of the file. */
  title: string[];
  /** Lines that say what the function is to do. */
  task: string[];
  shape: InputShape;
  result: ResultType;
  /** An input may be empty. */
  mayBeEmpty: boolean;
}

const EXTENSIONS = { python: '.py', javascript: '.js', typescript: '.ts' };
const LONGEST_SYMBOL = 40;
const MOST_EXAMPLES = 8;
const LONGEST_EXAMPLE = 300;

/**
 * The frame for a problem. How input is read follows from the samples, so that a model has a function to write and no parser;
 * where they have no common form the function gets the lines. A competitor reads the frame with the solution, and can change it.
 *
 * @param statement what Competitive Companion does not send
 */
export function frameFor(problem: ContestProblem, language: ProgramLanguage, statement = ''): Frame {
  const { shape, cases } = shapeOf(problem);
  const result = resultOf(cases);
  const words = wordsOfName(problem.name);
  const symbol = language === 'python' ? words.join('_') : camelCase(words);
  const parts: FrameParts = {
    ...{ symbol, shape, result },
    title: [[problem.name, problem.group].filter(Boolean).join(', '), problem.url].filter(Boolean),
    task: linesToShow(statement.trim() === '' ? `Return the answer to "${problem.name}".` : statement),
    mayBeEmpty: problem.samples.some(({ input }) => input.trim() === ''),
  };
  const path = `${fileStem(problem)}${EXTENSIONS[language]}`;
  const text =
    language === 'python' ? pythonFrame(parts) : ecmascriptFrame(parts, language satisfies EcmascriptFlavour);
  return { path, text, symbol, tests: testsOf(cases, result, { symbol, path, language }) };
}

/** A name for files about a problem, without an ending. */
export function fileStem({ name }: Pick<ContestProblem, 'name'>): string {
  return asciiWords(name).join('-').slice(0, LONGEST_SYMBOL).replace(/-$/, '') || 'problem';
}

/** `A. Two Sums` is `two`, `sums`. A single word might be the name of something else. */
function wordsOfName(name: string): string[] {
  const words = asciiWords(name.replace(/^\s*[A-Z]\d*\s*[.)\]:-]\s+/, ''));
  const kept = words.filter((_, at) => words.slice(0, at + 1).join('_').length <= LONGEST_SYMBOL);
  const isName = kept.length > 1 && /^[a-z]/.test(kept[0]!);
  return isName ? kept : ['solve', ...kept];
}

function asciiWords(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  );
}

function camelCase(words: string[]): string {
  return words.map((word, at) => (at === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
}

function linesToShow(text: string): string[] {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.replace(/\p{Cc}+/gu, ' ').trimEnd());
}

function testsOf(
  cases: readonly Case[],
  result: ResultType,
  { symbol, path, language }: { symbol: string; path: string; language: ProgramLanguage },
): Frame['tests'] {
  const write = language === 'python' ? pythonText : javascriptText;
  const calls = cases
    .map(
      (one) => [`${symbol}(${one.arguments.map(write).join(', ')})`, write(resultValue(one.output, result))] as const,
    )
    .filter(([call, expected]) => call.length + expected.length <= LONGEST_EXAMPLE)
    .slice(0, MOST_EXAMPLES);
  if (calls.length === 0) return [];
  if (language === 'python') {
    const name = path.slice(0, -'.py'.length).replaceAll('-', '_');
    const text = [
      ...['import unittest', '', `from ${name} import ${symbol}`, '', '', 'class TestSamples(unittest.TestCase):'],
      ...calls.flatMap(([call, expected], at) => [
        ...(at === 0 ? [] : ['']),
        `    def test_${at + 1}(self):`,
        `        self.assertEqual(${call}, ${expected})`,
      ]),
    ];
    return [{ path: `test_${name}.py`, text: `${text.join('\n')}\n` }];
  }
  const text = [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { ${symbol} } from './${path}';`,
    ...calls.flatMap(([call, expected], at) => [
      ...['', `test('sample ${at + 1}', () => {`, `  assert.deepEqual(${call}, ${expected});`, '});'],
    ]),
  ];
  return [{ path: path.replace(/(\.[jt]s)$/, '.test$1'), text: `${text.join('\n')}\n` }];
}
