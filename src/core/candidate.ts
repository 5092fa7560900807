import type { Language } from './language.ts';

/** When something that grows is done. */
export interface StopRules {
  maxTokens: number;
  /** Growth ends before the first of these. */
  strings: string[];
  /** Growth ends where the function ends by syntax: `header` is its source up to the first line of the body. */
  functionEnd?: { language: Language; header: string };
}

/** Why a candidate stopped growing. */
export type StopReason = 'end-token' | 'stop-string' | 'end-of-function' | 'token-limit' | 'cancelled';

/** One leaf path of the token tree. */
export interface Candidate {
  /** Stable within a run: its number among the N, in the order of the prompt tree's leaves. */
  index: number;
  /** The text it adds at the cursor: the forced strategy line is not part of it. */
  text: string;
  /** Sampled token ids, the end token excluded. */
  tokens: number[];
  /** Sum of the natural-log probabilities of the sampled tokens under the untempered model. */
  logprob: number;
  /** Which leaf of the prompt tree it grew from, as child positions from the root. */
  leaf: number[];
  stop: StopReason;
}

/** How the next token is drawn. Filters apply in the order temperature, top-k, top-p, min-p. */
export interface Sampling {
  /** 0 is greedy. */
  temperature: number;
  /** Keep the k most likely tokens; 0 keeps all. */
  topK: number;
  /** Keep the smallest set of tokens whose probability reaches this; 1 keeps all. */
  topP: number;
  /** Drop tokens less likely than this fraction of the most likely one; 0 keeps all. */
  minP: number;
  seed: number;
}

export const DEFAULT_SAMPLING: Sampling = { temperature: 0.8, topK: 0, topP: 0.95, minP: 0, seed: 1 };
