import { type Language, lineComment } from '../language.ts';

/**
 * Ways to write a body, as a comment that is forced before the first sampled token. Variants of the prompt make a small
 * model's candidates differ where a higher temperature would only make them worse. The embedded model is trained on
 * exactly these sentences.
 */
export const STRATEGIES = ['one expression', 'an explicit loop', 'step by step'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The forced line, indented like the body. */
export function strategyLine(strategy: Strategy, language: Language, indent: string): string {
  return `${indent}${lineComment(language)} Approach: ${strategy}.\n`;
}

/** A body without the strategy line that the model wrote by itself: it says how, not what, and is no part of the answer. */
export function withoutStrategyLine(body: string, language: Language): string {
  const [first = ''] = body.split('\n', 1);
  const isStrategy = STRATEGIES.some((strategy) => first.trim() === strategyLine(strategy, language, '').trim());
  return isStrategy ? body.slice(first.length + 1) : body;
}

/**
 * How many of N candidates grow from each variant: half of them, rounded up, without a forced strategy, the rest spread
 * over the strategies as evenly as it goes, the first ones getting one more.
 */
export function shareOut(candidates: number): { plain: number; strategies: number[] } {
  const plain = Math.ceil(candidates / 2);
  const rest = candidates - plain;
  const strategies = STRATEGIES.map((_, index) => Math.max(0, Math.ceil((rest - index) / STRATEGIES.length)));
  return { plain, strategies };
}
