import { CoppiceError } from '../../core/errors.ts';
import type { Problem } from '../../core/eval/problem.ts';
import type { Completion } from '../../core/eval/samples.ts';
import { stubOf } from '../../core/eval/stub.ts';
import { withoutStrategyLine } from '../../core/prompt/strategy.ts';
import type { EngineEvent, ModelInfo } from '../../core/protocol.ts';
import { headerOf } from '../../syntax/region.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { EngineClient } from '../engine-client.ts';
import { buildGrowPrompt } from '../grow-prompt.ts';
import { bodyOf, fileWith, type Target } from '../target.ts';
import type { ModelSettings } from './source.ts';

/** The function that a model fills in for a problem. Throws `dataset-invalid` where the problem has none. */
export function targetOf(problem: Problem, syntax: Syntax): Target {
  const text = stubOf(problem);
  const name = problem.entryPoint;
  const region =
    text === undefined || name === undefined ? undefined : syntax.findFunction('python', text, { symbol: name });
  if (text === undefined || !region?.isStub || text.slice(region.bodyEnd).trim() !== '') {
    throw new CoppiceError(
      'dataset-invalid',
      `The problem ${problem.id} does not end in a function without a body, so there is nothing to grow.`,
      'Give completions with --samples instead, or leave the problem out of the data set.',
    );
  }
  const source = { workspace: '/', path: 'solution.py', language: 'python' as const, text, asWritten: String };
  return { source, region };
}

/**
 * Grows completions of one problem: all from the same prompt, since pass@k is about independent draws (the variants that `grow`
 * forces would not be). Rejects as the engine does.
 */
export async function growCompletions(
  problem: Problem,
  target: Target,
  { model, weights, n, maxTokens, sampling }: Omit<ModelSettings, 'model'> & { model: ModelInfo },
  { engine, syntax }: { engine: EngineClient; syntax: Syntax },
  { signal, onEvent }: { signal: AbortSignal; onEvent: (event: EngineEvent) => void },
): Promise<Completion[]> {
  // The prompt of a single candidate has no variants.
  const request = { model, target, tests: [], candidates: 1, maxTokens };
  const { tree } = await buildGrowPrompt(syntax, engine, request, signal);
  let leaf = tree;
  while (leaf.children[0]) leaf = leaf.children[0];
  leaf.candidates = n;
  const { text, language } = target.source;
  const functionEnd = { language, header: headerOf(text, target.region) };
  const { candidates } = await engine.call(
    {
      kind: 'grow',
      ...{ model: model.path, ...(weights ? { weights } : {}), tree, sampling },
      stop: { maxTokens, strings: [], functionEnd },
      reproducible: false,
    },
    { signal, onEvent },
  );
  return candidates.map((candidate) => ({
    text: fileWith(target, bodyOf(withoutStrategyLine(candidate.text, language))).slice(problem.prompt.length),
    logprob: candidate.logprob,
    tokens: candidate.tokens.length,
  }));
}
