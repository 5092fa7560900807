import { cancelled, throwIfCancelled } from '../core/errors.ts';
import { languageOf } from '../core/language.ts';
import { ASSERTION_STOP } from '../core/prompt/assertion.ts';
import { chooseContext, contextTokens, type Excerpt } from '../core/prompt/context.ts';
import { growTree, testsId } from '../core/prompt/grow-tree.ts';
import type { LeftOut } from '../core/prompt/piece.ts';
import type { PromptTree } from '../core/prompt/tree.ts';
import type { ModelInfo, TreePlan } from '../core/protocol.ts';
import { inEnglish, type Translate } from '../core/translate.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { DefinitionFinder } from './context/definitions.ts';
import { gatherContext, type RecentEdit, wantedOf } from './context/gather.ts';
import { PromptFiles } from './context/prompt-files.ts';
import type { EngineClient } from './engine-client.ts';
import type { Overlay } from './source-file.ts';
import { contextOf, type Target } from './target.ts';
import { mention } from './test-scope.ts';

export interface GrowPrompt {
  tree: PromptTree;
  plan: TreePlan;
  /** What would have been in the prompt too, and why it is not. */
  leftOut: LeftOut[];
}

export interface GrowPromptRequest {
  model: ModelInfo;
  target: Target;
  problem?: string | undefined;
  tests: { path: string; text: string }[];
  candidates: number;
  maxTokens: number;
  /** How many tests the model writes beside them. */
  assertions?: number;
  /** See `GrowRequest`. */
  start?: string;
  /** Absent where the function stands alone, as in a data set. */
  context?: ContextOptions;
  /** Ids of pieces that the user has switched off. */
  without?: readonly string[] | undefined;
  /** For what is said of the pieces. */
  t?: Translate;
}

/** What of the workspace around the file is shown to the model. */
export interface ContextOptions {
  overlays: readonly Overlay[];
  /** Patterns of files that the user has hidden, as .gitignore has them. */
  excluded?: readonly string[] | undefined;
  /** Who knows where names are defined. Imports are followed in any case. */
  finder?: DefinitionFinder | undefined;
  /** Where the user has worked of late, the latest first. */
  recent?: readonly RecentEdit[] | undefined;
  /** How many tokens it may take; default: see `contextTokens`. */
  tokens?: number | undefined;
}

/** Prompts are not longer than this even where a model would take more: a local GPU has to read them. */
const MAX_PROMPT_TOKENS = 8192;
/** Code has 2.5 to 4 characters a token; the count of the first plan corrects the guess. */
const CHARACTERS_PER_TOKEN = 3;
const ATTEMPTS = 4;

/**
 * Builds the prompt tree of a run so that every path, with the tokens to be sampled, fits into the model's context.
 * Throws `prompt-too-long` when it can't.
 */
export async function buildGrowPrompt(
  syntax: Syntax,
  engine: EngineClient,
  request: GrowPromptRequest,
  signal?: AbortSignal,
): Promise<GrowPrompt> {
  const { model, target, candidates, problem, assertions = 0, without = [], start = '', t = inEnglish } = request;
  const longestGrowth = Math.max(request.maxTokens, assertions > 0 ? ASSERTION_STOP.maxTokens : 0);
  const room = Math.min(MAX_PROMPT_TOKENS, model.maxPositions - longestGrowth);
  const around = await orCancelled(surroundings(syntax, request, room), signal);

  const context = { ...contextOf(target), wanted: wantedOf(syntax, target) };
  const tests = around.tests.map((test) => relevantTests(syntax, test, context.symbol, t));
  let characters = room * CHARACTERS_PER_TOKEN;
  let contextCharacters = around.tokens * CHARACTERS_PER_TOKEN;
  for (let attempt = 1; ; attempt++) {
    const { pieces, leftOut } = chooseContext(around.excerpts, contextCharacters, without, t);
    const tree = growTree(context, {
      ...(problem === undefined ? {} : { problem }),
      ...{ context: pieces, without, tests, candidates, assertions, start, dialect: model.dialect, characters, t },
    });
    const plan = await engine.call({ kind: 'plan', model: model.path, tree }, { signal });
    const longest = longestPath(plan);
    const taken = contextOfPlan(plan);
    const fits = longest.tokens <= room && taken.tokens <= around.tokens;
    if (fits || attempt === ATTEMPTS) return { tree, plan, leftOut: [...around.leftOut, ...leftOut] };
    if (longest.tokens > room) characters = scaled(longest, room);
    if (taken.tokens > around.tokens) contextCharacters = scaled(taken, around.tokens);
  }
}

/** Rejects with `cancelled` as soon as `signal` aborts: reading files can't be called off, but nobody has to wait for it. */
async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  throwIfCancelled(signal);
  let stop = () => {};
  const called = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled());
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, called]);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** How many characters may be in so many tokens, by a text that was too long. */
function scaled({ characters, tokens }: Length, room: number): number {
  return Math.floor((characters * room * 0.95) / tokens);
}

/** What may be shown of the files around the function: its tests, and parts of others with the tokens that they may take. */
async function surroundings(syntax: Syntax, request: GrowPromptRequest, room: number) {
  const { model, target, context, without = [], t = inEnglish } = request;
  const leftOut: LeftOut[] = [];
  const leave = (role: LeftOut['role'], id: string, title: string, why: string, path?: string) =>
    leftOut.push({ role, id, title, why, ...(path === undefined ? {} : { path }) });
  if (!context) return { tests: request.tests, excerpts: [] as Excerpt[], tokens: 0, leftOut };

  const { overlays, excluded = [], finder, recent } = context;
  const files = new PromptFiles(target.source.workspace, { overlays, excluded, t });
  const tests: typeof request.tests = [];
  for (const test of request.tests) {
    const why = without.includes(testsId(test.path)) ? t('switched off') : await files.refusal(test.path);
    if (why === undefined) tests.push(test);
    else leave('tests', testsId(test.path), t('tests'), why, test.path);
  }

  const tokens = Math.min(context.tokens ?? contextTokens(model, room), room);
  if (tokens === 0) {
    const millions = Math.round(model.parameters / 1e5) / 10;
    const why =
      context.tokens === 0
        ? t('switched off')
        : t('a model of {0} million parameters is shown the file and its tests alone', millions);
    leave('repository', 'repository', t('other files'), why);
    return { tests, excerpts: [] as Excerpt[], tokens, leftOut };
  }
  const paths = request.tests.map(({ path }) => path);
  const excerpts = await gatherContext(syntax, files, { target, tests: paths, finder, recent });
  for (const { path, why } of await files.refusals()) {
    if (!paths.includes(path)) leave('repository', `file:${path}`, t('another file'), why, path);
  }
  return { tests, excerpts, tokens, leftOut };
}

/** A test file without the cases that do not mention the function. */
function relevantTests(syntax: Syntax, test: { path: string; text: string }, symbol: string, t: Translate) {
  const language = languageOf(test.path);
  if (!language) return test;
  const ranges = syntax.testCases(language, test.text);
  const others = ranges.filter(({ start, end }) => !mention(symbol).test(test.text.slice(start, end)));
  const [all, left] = [ranges, others].map((list) => list.filter((range) => range.kind === 'case').length) as [
    number,
    number,
  ];
  if (left === 0 || left === all) return test;
  let text = '';
  let from = 0;
  for (const { start, end } of others) {
    // A case in a group that is left out already.
    if (start < from) continue;
    text += test.text.slice(from, start);
    from = end;
  }
  const cut = t('{0} of {1} test cases, which do not mention "{2}"', left, all, symbol);
  return { path: test.path, text: text + test.text.slice(from), cut };
}

interface Length {
  tokens: number;
  characters: number;
}

/** What the parts of other files take. */
function contextOfPlan({ nodes }: TreePlan): Length {
  const pieces = nodes.flatMap((node) => node.pieces.filter(({ role }) => role === 'repository' || role === 'recent'));
  return pieces.reduce(
    (sum, { tokens, text }) => ({ tokens: sum.tokens + tokens, characters: sum.characters + text.length }),
    { tokens: 0, characters: 0 },
  );
}

/** The path from the root with the most tokens, in a plan in pre-order. */
function longestPath(plan: TreePlan): Length {
  const path: Length[] = [];
  let longest = { tokens: 0, characters: 0 };
  for (const { depth, tokens, pieces } of plan.nodes) {
    const above = path[depth - 1] ?? { tokens: 0, characters: 0 };
    const characters = pieces.reduce((sum, { text }) => sum + text.length, above.characters);
    path[depth] = { tokens: above.tokens + tokens, characters };
    if (path[depth].tokens > longest.tokens) longest = path[depth];
  }
  return longest;
}
