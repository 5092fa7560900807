import type { Report } from '../report.ts';

/** A judged text: what the ranking orders. Identical texts are one entry with a `count`. */
export interface Judged {
  id: string;
  /** The whole new content of the file. */
  text: string;
  report: Report;
  /** How many candidates had exactly this text. */
  count: number;
  /** Sum of token log-probabilities; absent when unknown. */
  logprob?: number;
  /** Sampled tokens; absent when unknown. */
  tokens?: number;
  /** Lines added plus lines removed against the original file. */
  changedLines: number;
}

/** One line of the evidence: a fact that the order rests on, in words and as a number (higher is better). */
export interface Evidence {
  fact:
    | 'parses'
    | 'no-new-failures'
    | 'passed'
    | 'isolated'
    | 'repeats'
    | 'expected'
    | 'generated-tests'
    | 'cluster'
    | 'agreement'
    | 'mean-logprob'
    | 'changed-lines';
  value: number;
  text: string;
}

export interface RankedEntry extends Judged {
  /** 1 is the best. */
  rank: number;
  /** Entries with the same observed behaviour share a cluster; 1 is the cluster of the best entry. */
  cluster: number;
  evidence: Evidence[];
}
