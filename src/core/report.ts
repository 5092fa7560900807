import type { Said } from './said.ts';

export type CaseStatus = 'passed' | 'failed' | 'error' | 'skipped';

/** One test case of one run. `id` is stable between runs of the same tests. */
export interface CaseResult {
  id: string;
  status: CaseStatus;
  durationMs: number;
  /** The assertion or the exception, cut to a readable length. */
  message?: string;
  /** What that was made from, where it is in words of ours. */
  said?: { message: Said };
  /** Where the test is written, relative to the workspace. */
  file?: string;
  /** 1-based. */
  line?: number;
  /** It is no test of the project, and says what is wrong with the run as a whole. */
  ofRun?: true;
}

/** Why a run ended other than by itself. */
export type Interruption = 'wall-clock' | 'cpu' | 'memory' | 'processes' | 'disk' | 'output' | 'cancelled';

/** What a second run on the same tests showed: the same, or that a test passes and fails as it likes. */
export interface Confirmation {
  kind: 'repeated' | 'flaky';
  /** The first case that the two runs do not agree on, in words. */
  why?: string;
  said?: { why: Said };
}

/**
 * What the tests say where they are in a sandbox of their own, which never loads the candidate. `unconfirmed` says nothing
 * against it; `contradicted`: a test that passed does not, and nothing but the candidate explains it.
 */
export interface Isolation {
  kind: 'confirmed' | 'unconfirmed' | 'contradicted';
  /** In words, where it is not confirmed. */
  why?: string;
  /** What they were made from. */
  said?: { why: Said };
  /** It lies with the tests or the machine: no other candidate would be confirmed. */
  forAll?: true;
}

/** What a candidate does to tests that do not concern its file. */
export interface OtherTestsReport {
  ran: number;
  /** Those that passed before and do not now. */
  broken: CaseResult[];
  durationMs: number;
}

/** What the judge saw when it ran the tests on a candidate. */
export interface Report {
  /**
   * `unparsable`: the file did not parse and no test was run. `error`: no case could be run. `untested`: it parses,
   * and no tests were asked for.
   */
  verdict: 'passed' | 'failed' | 'error' | 'unparsable' | 'untested';
  passed: number;
  failed: number;
  errors: number;
  timedOut: boolean;
  /** Which limit ended the run, if one did. */
  interrupted?: Interruption;
  durationMs: number;
  cases: CaseResult[];
  /** Cases left out of all the figures: they failed before in the same way and do not mention the function. */
  outOfScope?: number;
  /** Only of the best candidates, which are run once more. */
  confirmation?: Confirmation;
  /** Only of the best candidates, where the second run said the same. */
  isolation?: Isolation;
  /** Only of the best candidates, where the project has other tests that can be run in time. */
  others?: OtherTestsReport;
  /** The end of what the tests printed, at most 4 KiB. */
  output?: string;
  /** What the function gave for inputs of ours, the same ones for every candidate; absent where that was not asked. */
  outputs?: Output[];
}

/** Whether it passes its tests and nothing contradicts that. */
export function passes({ verdict, isolation }: Report): boolean {
  return verdict === 'passed' && isolation?.kind !== 'contradicted';
}

/** What one call of the function came to. The candidate's own process says so: it is a claim. */
export interface Output {
  /** The call as it is written: `f('a  b', 2)`. */
  input: string;
  /** The value it gave, written down in one way only; or that it raised, or did not end. */
  text: string;
  /** It gave a value. */
  clean: boolean;
  /** What the user said that it should give, written in the same way. */
  expected?: string;
  /** Who thought of the input, where that was not Coppice. */
  origin?: InputOrigin;
  /** What tests that a model wrote say of this input, which nobody has checked. */
  generated?: GeneratedOutcome[];
}

/** `hypothesis`: made by that library from the type hints. */
export type InputOrigin = 'user' | 'hypothesis' | 'model';

export interface GeneratedOutcome {
  /** What the model says that the function gives, as it wrote it. */
  expected: string;
  /** Whether it gave that. */
  agrees: boolean;
}
