import type { PlannedNode } from '../protocol.ts';

/** Tokens that need not be read because all candidates below a node share it: without sharing each would read it by itself. */
export function savedTokens({ tokens, descendants }: Pick<PlannedNode, 'tokens' | 'descendants'>): number {
  return tokens * Math.max(0, descendants - 1);
}
