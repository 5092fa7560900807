import { CoppiceError } from '../errors.ts';
import { type Language, lineComment } from '../language.ts';
import { said } from '../said.ts';
import { inEnglish, type Translate } from '../translate.ts';
import { ASSERTION_STOP, assertionPrompt } from './assertion.ts';
import { type Cut, cutPrefix, cutSuffix, cutTests, type Range } from './cut.ts';
import { dialectNamed, fillsMiddle } from './dialect.ts';
import type { DialectName } from './dialects.ts';
import type { ContextPiece, Role } from './piece.ts';
import { withoutSecrets } from './secrets.ts';
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
  /** What is worth most of the text before and after it where not all of that fits, the best first. */
  wanted?: { before: Range[]; after: Range[] };
}

export interface GrowTreeOptions {
  /** What the user said besides the file; it goes into a comment directly above the function. */
  problem?: string;
  tests: { path: string; text: string; cut?: string }[];
  /** Parts of other files, in their order. */
  context?: readonly ContextPiece[];
  /** Ids of pieces that are switched off. */
  without?: readonly string[];
  candidates: number;
  /** How many tests the model writes beside them. */
  assertions?: number;
  /** Whole lines that every body begins with; no strategies are forced then. */
  start?: string;
  dialect: DialectName;
  /** Room for all text of one path from the root to a leaf, in UTF-16 code units. */
  characters: number;
  /** For what is said of the pieces. */
  t?: Translate;
}

/**
 * The prompt tree of a grow run: the file and its tests at the root, in the order of the dialect, the problem below them,
 * and below that the forced strategies, and last the beginning of an assertion: bodies are numbered as if no tests grew beside them. Half of the
 * candidates grow from the problem itself; where the first lines of the body are given, all of them grow from those. Throws `prompt-too-long` when the function's own header does not fit.
 */
export function growTree(context: FunctionContext, options: GrowTreeOptions): PromptTree {
  const { language, path, bodyIndent } = context;
  const problemText = context.comments + userComment(context, options.problem) + context.header;
  const { wanted } = context;
  const { t = inEnglish } = options;
  const others = options.context ?? [];
  const sharable = options.characters - problemText.length - longestVariant(context, options);
  const room = share(sharable - others.reduce((sum, { text }) => sum + text.length, 0), context, options);

  const dialect = dialectNamed(options.dialect);
  const ofFile = (role: 'prefix' | 'suffix', title: string, cut: () => Cut): ContextPiece => {
    const isOff = options.without?.includes(role) === true;
    return { role, id: role, title, path, ...(isOff ? { text: '', cut: t('switched off') } : cut()) };
  };
  const pieces: Partial<Record<Role, ContextPiece[]>> = {
    system:
      dialect.templates.system === undefined
        ? []
        : [{ ...{ role: 'system', id: 'system', title: t('the beginning') }, text: '' }],
    repository: others.filter(({ role }) => role === 'repository'),
    tests: options.tests.map((test) => ({
      ...{ role: 'tests', id: testsId(test.path), title: t('tests'), path: test.path },
      ...testsWithin(test, context.symbol, room.tests, t),
    })),
    recent: others.filter(({ role }) => role === 'recent'),
    prefix: [
      ofFile('prefix', t('the file before the function'), () =>
        shown(context.before, (text) => cutPrefix(text, room.prefix, wanted?.before, t), t),
      ),
    ],
    problem: [{ role: 'problem', id: 'problem', title: context.symbol, path, text: problemText }],
    suffix: [
      ofFile('suffix', t('the file after the function'), () =>
        fillsMiddle(dialect) || context.after === ''
          ? shown(context.after, (text) => cutSuffix(text, room.suffix, wanted?.after, t), t)
          : { text: '', cut: t('all of it: this model can not fill in the middle') },
      ),
    ],
  };
  const inOrder = dialect.order.flatMap((role) => pieces[role] ?? []);
  const fromProblem = inOrder.findIndex(({ role }) => role === 'problem');

  const { plain, variants } = beginnings(context, options);
  const assertion: PromptNode = {
    pieces: [
      {
        ...{ role: 'assertion', id: 'assertion', title: t('a test to finish') },
        text: assertionPrompt(language, context.symbol, bodyIndent).text,
      },
    ],
    ...{ children: [], candidates: options.assertions ?? 0, stop: ASSERTION_STOP },
  };
  const problem: PromptNode = {
    pieces: inOrder.slice(fromProblem),
    children: [...variants, assertion].filter((variant) => variant.candidates > 0),
    candidates: plain,
  };
  return { pieces: inOrder.slice(0, fromProblem), children: [problem], candidates: 0 };
}

/** What is forced before the first sampled token: the lines that are given, or else the strategies. */
function beginnings(
  { language, bodyIndent }: FunctionContext,
  { candidates, start = '', t = inEnglish }: GrowTreeOptions,
) {
  if (start !== '') {
    const piece: ContextPiece = { role: 'start', id: 'start', title: t('the first lines'), text: start };
    const variant: PromptNode = { pieces: [piece], children: [], candidates };
    return { plain: 0, variants: [variant] };
  }
  const { plain, strategies } = shareOut(candidates);
  const variants = STRATEGIES.map((strategy, index): PromptNode => {
    const text = strategyLine(strategy, language, bodyIndent);
    const piece: ContextPiece = { role: 'strategy', id: `strategy:${strategy}`, title: strategy, text };
    return { pieces: [piece], children: [], candidates: strategies[index]! };
  });
  return { plain, variants };
}

/** The id of the piece with the tests of a file. */
export function testsId(path: string): string {
  return `tests:${path}`;
}

/** A text without secrets, cut. */
function shown(text: string, cut: (text: string) => Cut, t: Translate): Cut {
  const safe = withoutSecrets(text, t);
  return withCuts(cut(safe.text), safe.cut);
}

function testsWithin(test: Cut, symbol: string, characters: number, t: Translate): Cut {
  return withCuts(
    shown(test.text, (text) => cutTests(text, symbol, characters, t), t),
    test.cut,
  );
}

/** A text with what was left out of it before. */
function withCuts({ text, cut }: Cut, before: string | undefined): Cut {
  const cuts = [before, cut].filter((part) => part !== undefined).join('; ');
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
  { assertions = 0, start = '' }: GrowTreeOptions,
): number {
  const strategies = STRATEGIES.map((strategy) => strategyLine(strategy, language, bodyIndent));
  const all = [...strategies, start, assertions > 0 ? assertionPrompt(language, symbol, bodyIndent).text : ''];
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
      said`The header of ${context.symbol} and its comments do not fit into the model's context.`,
      said`Shorten the comment, or choose a model with a longer context.`,
    );
  }
  const { tests } = options;
  const off = (role: Role) => options.without?.includes(role) === true;
  const need = {
    prefix: off('prefix') ? 0 : context.before.length,
    tests: tests.reduce((sum, test) => sum + test.text.length, 0),
    suffix: fillsMiddle(dialectNamed(options.dialect)) && !off('suffix') ? context.after.length : 0,
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
