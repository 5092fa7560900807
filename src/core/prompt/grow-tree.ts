import { CoppiceError } from '../errors.ts';
import { type Language, lineComment } from '../language.ts';
import { ASSERTION_STOP, assertionPrompt } from './assertion.ts';
import { cutPrefix, cutSuffix, cutTests } from './cut.ts';
import { dialectNamed, fillsMiddle } from './dialect.ts';
import type { DialectName } from './dialects.ts';
import type { ContextPiece, Role } from './piece.ts';
import { STRATEGIES, shareOut, strategyLine } from './strategy.ts';
import type { PromptNode, PromptTree } from './tree.ts';

/** A function to fill in, taken apart. Joined, `before`, `comments`, `header`, a body and `after` are the file. */
export interface FunctionContext {
  language: Language;
  /** Relative to the workspace, forward slashes. */
  path: string;
  symbol: string;
  before: string;
  /** The comment lines directly above the function. */
  comments: string;
  /** Up to its body, ending with a line break. */
  header: string;
  after: string;
  indent: string;
  bodyIndent: string;
}

export interface GrowTreeOptions {
  /** What the user said besides the file; it goes into a comment directly above the function. */
  problem?: string;
  tests: { path: string; text: string; cut?: string }[];
  candidates: number;
  /** How many tests the model writes beside them. */
  assertions?: number;
  dialect: DialectName;
  /** Room for all text of one path from the root to a leaf, in UTF-16 code units. */
  characters: number;
}

/**
 * The prompt tree of a grow run: the file and its tests at the root, in the order of the dialect, the problem below them,
 * and below that the forced strategies, and last the beginning of an assertion: bodies are numbered as if no tests grew beside them. Half of the
 * candidates grow from the problem itself. Throws `prompt-too-long` when the function's own header does not fit.
 */
export function growTree(context: FunctionContext, options: GrowTreeOptions): PromptTree {
  const { language, path, bodyIndent } = context;
  const problemText = context.comments + userComment(context, options.problem) + context.header;
  const room = share(options.characters - problemText.length - longestVariant(context, options), context, options);

  const dialect = dialectNamed(options.dialect);
  const pieces: Partial<Record<Role, ContextPiece[]>> = {
    system: dialect.templates.system === undefined ? [] : [{ role: 'system', text: '' }],
    tests: options.tests.map((test) => piece('tests', test.path, testsWithin(test, context.symbol, room.tests))),
    prefix: [piece('prefix', path, cutPrefix(context.before, room.prefix))],
    problem: [{ role: 'problem', path, text: problemText }],
    suffix: [
      fillsMiddle(dialect) || context.after === ''
        ? piece('suffix', path, cutSuffix(context.after, room.suffix))
        : piece('suffix', path, { text: '', cut: 'all of it: this model can not fill in the middle' }),
    ],
  };
  const inOrder = dialect.order.flatMap((role) => pieces[role] ?? []);
  const fromProblem = inOrder.findIndex(({ role }) => role === 'problem');

  const { plain, strategies } = shareOut(options.candidates);
  const variants = STRATEGIES.map((strategy, index): PromptNode => {
    const text = strategyLine(strategy, language, bodyIndent);
    return { pieces: [{ role: 'strategy', text }], children: [], candidates: strategies[index]! };
  });
  const assertion: PromptNode = {
    pieces: [{ role: 'assertion', text: assertionPrompt(language, context.symbol, bodyIndent).text }],
    ...{ children: [], candidates: options.assertions ?? 0, stop: ASSERTION_STOP },
  };
  const problem: PromptNode = {
    pieces: inOrder.slice(fromProblem),
    children: [...variants, assertion].filter((variant) => variant.candidates > 0),
    candidates: plain,
  };
  return { pieces: inOrder.slice(0, fromProblem), children: [problem], candidates: 0 };
}

function piece(role: 'tests' | 'prefix' | 'suffix', path: string, part: { text: string; cut?: string }): ContextPiece {
  return { role, path, text: part.text, ...(part.cut ? { cut: part.cut } : {}) };
}

function testsWithin(test: { text: string; cut?: string }, symbol: string, characters: number) {
  const { text, cut } = cutTests(test.text, symbol, characters);
  const cuts = [test.cut, cut].filter((part) => part !== undefined).join('; ');
  return { text, ...(cuts ? { cut: cuts } : {}) };
}

/** The user's words as line comments above the function. */
function userComment({ language, indent }: FunctionContext, problem: string | undefined): string {
  if (!problem?.trim()) return '';
  const lines = problem.trim().split(/\r?\n/);
  return lines
    .map((line) => `${indent}${lineComment(language)} ${line.trim()}`.trimEnd())
    .join('\n')
    .concat('\n');
}

function longestVariant(
  { language, symbol, bodyIndent }: FunctionContext,
  { assertions = 0 }: GrowTreeOptions,
): number {
  const strategies = STRATEGIES.map((strategy) => strategyLine(strategy, language, bodyIndent));
  const all = assertions > 0 ? [...strategies, assertionPrompt(language, symbol, bodyIndent).text] : strategies;
  return Math.max(...all.map(({ length }) => length));
}

/**
 * How the room is shared. The text before the function comes first (its neighbours, types and imports), then the
 * tests, then what follows; what one does not need goes to the next.
 */
function share(characters: number, context: FunctionContext, options: GrowTreeOptions) {
  if (characters < 0) {
    throw new CoppiceError(
      'prompt-too-long',
      `The header of ${context.symbol} and its comments do not fit into the model's context.`,
      'Shorten the comment, or choose a model with a longer context.',
    );
  }
  const { tests } = options;
  const need = {
    prefix: context.before.length,
    tests: tests.reduce((sum, test) => sum + test.text.length, 0),
    suffix: fillsMiddle(dialectNamed(options.dialect)) ? context.after.length : 0,
  };
  const fair = { prefix: characters * 0.4, tests: characters * 0.4, suffix: characters * 0.2 };
  let left = characters;
  const grant = (name: keyof typeof need, others: (keyof typeof need)[]) => {
    const reserved = others.reduce((sum, other) => sum + Math.min(need[other], fair[other]), 0);
    const granted = Math.max(0, Math.floor(Math.min(need[name], left - reserved)));
    left -= granted;
    return granted;
  };
  const prefix = grant('prefix', ['tests', 'suffix']);
  const forTests = grant('tests', ['suffix']);
  const perTest = forTests < need.tests ? Math.floor(forTests / tests.length) : need.tests;
  return { prefix, tests: perTest, suffix: grant('suffix', []) };
}
