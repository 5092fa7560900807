import type { Interruption } from '../../../src/core/report.ts';

/** Where an attack is judged: which tests run it, and so its language (stage.ts). */
export type StageName = 'unittest' | 'pytest' | 'node' | 'node-files' | 'shell' | 'c' | 'program';

/**
 * A candidate that means harm and implements nothing, so that the verdict `passed` would be false. It finds the names of
 * `Targets` as constants, and says `reached(what)` where nothing outside could show that it got what it must not.
 */
export interface Attack {
  /** Ends the sentence "a candidate that ...". */
  name: string;
  stage: StageName;
  /** The body of `work`, the function under test; the whole program in a shell or in C, where it is that of `main`. */
  source: string;
  /** What comes before it: it runs when the module is loaded. */
  top?: string;
  /** Judged twice in one slot, where the second must find nothing of the first: its source runs once, when it is loaded. */
  twice?: true;
  /** It may get to what the one before it left, to be told by it and no more, and this is why. */
  reaches?: string;
  /** The limits of which one must end it. */
  ends?: Interruption[];
  /**
   * It shares the process with the tests, and so passes; tests in a process that never loads the candidate contradict it, so that it
   * is no pass. Both are asserted: the list is neither too long nor too short.
   */
  contradicted?: true;
}

/** What attacks aim at, outside of the sandbox; the test has put it there. */
export interface Targets {
  /** A file that holds the token, and one like it where keys are kept. */
  SECRET: string;
  KEY: string;
  /** The folder of both. */
  OUTSIDE: string;
  /** A file in the user's home that holds the token. */
  PLANTED: string;
  HOME: string;
  WORKSPACE: string;
  /** Name of a file that must appear nowhere. */
  ESCAPE: string;
  /** Listeners on loopback: TCP over IPv4 and IPv6, UDP, and sockets by path and by an abstract name. */
  TCP4: number;
  TCP6: number;
  UDP: number;
  SOCKET: string;
  ABSTRACT: string;
  /** A process of the user with the token in its environment, its arguments and a shared segment of this key. */
  VICTIM: number;
  SEGMENT: number;
  /** The process of the judge. */
  JUDGE: number;
}

/** What `reached` prints before what was reached. The sources do not hold it whole, so that no quoted line looks like it. */
export const REACHED = 'REACHED';
