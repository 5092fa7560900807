import { languageOf } from '../core/language.ts';
import { ASSERTION_STOP } from '../core/prompt/assertion.ts';
import { growTree } from '../core/prompt/grow-tree.ts';
import type { PromptTree } from '../core/prompt/tree.ts';
import type { ModelInfo, TreePlan } from '../core/protocol.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { EngineClient } from './engine-client.ts';
import { contextOf, type Target } from './target.ts';
import { mention } from './test-scope.ts';

export interface GrowPrompt {
  tree: PromptTree;
  plan: TreePlan;
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
  const { model, target, candidates, problem, assertions = 0 } = request;
  const context = contextOf(target);
  const tests = request.tests.map((test) => relevantTests(syntax, test, context.symbol));
  const longestGrowth = Math.max(request.maxTokens, assertions > 0 ? ASSERTION_STOP.maxTokens : 0);
  const room = Math.min(MAX_PROMPT_TOKENS, model.maxPositions - longestGrowth);
  let characters = room * CHARACTERS_PER_TOKEN;
  for (let attempt = 1; ; attempt++) {
    const tree = growTree(context, {
      ...(problem === undefined ? {} : { problem }),
      ...{ tests, candidates, assertions, dialect: model.dialect, characters },
    });
    const plan = await engine.call({ kind: 'plan', model: model.path, tree }, { signal });
    const longest = longestPath(plan);
    if (longest.tokens <= room || attempt === ATTEMPTS) return { tree, plan };
    characters = Math.floor((longest.characters * room * 0.95) / longest.tokens);
  }
}

/** A test file without the cases that do not mention the function. */
function relevantTests(syntax: Syntax, test: { path: string; text: string }, symbol: string) {
  const language = languageOf(test.path);
  if (!language) return test;
  const ranges = syntax.testCases(language, test.text);
  const others = ranges.filter(({ start, end }) => !mention(symbol).test(test.text.slice(start, end)));
  const [all, left] = [ranges, others].map((list) => list.filter((range) => range.kind === 'case').length);
  if (left === 0 || left === all) return test;
  let text = '';
  let from = 0;
  for (const { start, end } of others) {
    // A case in a group that is left out already.
    if (start < from) continue;
    text += test.text.slice(from, start);
    from = end;
  }
  const cut = `${left} of ${all} test cases, which do not mention "${symbol}"`;
  return { path: test.path, text: text + test.text.slice(from), cut };
}

/** The path from the root with the most tokens, in a plan in pre-order. */
function longestPath(plan: TreePlan): { tokens: number; characters: number } {
  const path: { tokens: number; characters: number }[] = [];
  let longest = { tokens: 0, characters: 0 };
  for (const { depth, tokens, pieces } of plan.nodes) {
    const above = path[depth - 1] ?? { tokens: 0, characters: 0 };
    const characters = pieces.reduce((sum, { text }) => sum + text.length, above.characters);
    path[depth] = { tokens: above.tokens + tokens, characters };
    if (path[depth].tokens > longest.tokens) longest = path[depth];
  }
  return longest;
}
