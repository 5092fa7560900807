/**
 * What the extension and the page that draws the prompt tree tell each other. The page starts with nothing, and gets what changed
 * since the last message: the tokens of hundreds of candidates are sent once.
 */

export type ToPage = Update;

export type FromPage =
  /** The page has loaded, or was hidden and knows nothing any more. */
  | { kind: 'ready' }
  | { kind: 'openCandidate'; id: string }
  | { kind: 'openPiece'; path: string }
  | { kind: 'switchPiece'; id: string; on: boolean }
  | { kind: 'grow' }
  | { kind: 'growAgain' };

export interface Update {
  kind: 'update';
  /** What is known of a run before this is no longer true. */
  fresh: boolean;
  /** Absent where nothing has grown in this window. */
  run?: RunFacts;
  /** In pre-order, once the prompt is known. */
  nodes?: PromptNodeFacts[];
  /** Pieces that would have been in the prompt too. */
  leftOut?: PieceFacts[];
  words: [id: number, text: string][];
  candidates: CandidateUpdate[];
}

export interface RunFacts {
  symbol: string;
  /** How far it is, or how it came out, in words. */
  status: string;
  isGoing: boolean;
  candidates: number;
  passed: number;
  /** Ids of pieces that the next run leaves out. */
  off: string[];
  /** Whether that is not what this run left out. */
  switched: boolean;
}

export interface PieceFacts {
  /** Absent where it can't be named, and so not be switched off. */
  id?: string;
  /** What it is, in words. */
  title: string;
  path?: string;
  tokens: number;
  /** What is not in the prompt of it, and why. */
  cut?: string;
  /** Whether a run can do without it. */
  optional: boolean;
}

export interface PromptNodeFacts {
  depth: number;
  /** Child positions from the root. */
  path: number[];
  pieces: PieceFacts[];
  tokens: number;
  /** Candidates that grow from exactly here, and all that do from here or below. */
  candidates: number;
  descendants: number;
  /** What grows here are tests that the model writes. */
  writesTests: boolean;
}

export type CandidateState =
  | 'growing'
  /** Complete, and not judged yet. */
  | 'waiting'
  | 'passed'
  | 'failed'
  /** It passed, and something speaks against it: other tests, a second run, or the user. */
  | 'contradicted'
  | 'unparsable'
  | 'untested'
  /** The run ended before it was complete or judged. */
  | 'stopped';

/** What is new of a candidate. */
export interface CandidateUpdate {
  /** Its number. */
  index: number;
  growth?: { from: number; tokens: number[]; logprob: number };
  facts?: CandidateFacts;
}

export interface CandidateFacts {
  state: CandidateState;
  /** Of the candidate that stands for all of equal text; absent until it is complete. */
  id?: string;
  /** Its text, where it is complete, in UTF-16 code units. Tokens may have been sampled beyond its end. */
  length?: number;
  rank?: number;
  cluster?: number;
  /** What its tests came to, in words. */
  outcome?: string;
}
