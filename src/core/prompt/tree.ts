import type { StopRules } from '../candidate.ts';
import type { ContextPiece } from './piece.ts';

/**
 * A node of the prompt tree: the pieces that every candidate below it shares. Leaves carry how many candidates
 * grow from them, so the fan-out may be ragged.
 */
export interface PromptNode {
  pieces: ContextPiece[];
  children: PromptNode[];
  /** Candidates that grow directly from this node. */
  candidates: number;
  /** When these are done, where it is not what the whole run says. */
  stop?: StopRules;
}

/** The prompt tree: its root is shared by all candidates. */
export type PromptTree = PromptNode;
