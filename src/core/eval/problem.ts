/** A problem of a data set: what a completion continues, and what decides about it. */
export interface Problem {
  id: string;
  format: 'humaneval' | 'mbpp';
  /** A completion stands behind it; empty where the completion is the whole code. */
  prompt: string;
  /** In words, where the prompt does not say it. */
  description?: string;
  /** The function that the tests call; absent where the tests do not tell. */
  entryPoint?: string;
  /** The data set's own completion, where it has one. */
  solution?: string;
  /** Comes before the tests. */
  setup: string;
  /** Sources that end without an exception for a right completion, one after the other. */
  tests: string[];
  visible: Visible;
}

/**
 * What a user would have: examples (`>>>`) in the prompt's docstring; calls in its words, of which nobody can tell the right
 * answer but which tell completions apart; the first of the tests; or nothing.
 */
export const VISIBLE = ['examples', 'calls', 'first-assert', 'nothing'] as const;
export type Visible = (typeof VISIBLE)[number];

/** What the judge runs in place of a project's tests (harness/coppice_program.py): it passes when it gets to its end. */
export interface Program {
  code: string;
  tests: string[];
  /** What comes with the tests and not with the code: they find it as it is, where the code is in another process. */
  context?: { prompt: string; entryPoint?: string };
  /** Of what the prompt shows of the function, each is a case of its own. */
  shown?: { kind: 'examples' | 'calls'; prompt: string; entryPoint: string };
}

/** The program that decides whether a completion is right. */
export function hiddenProgram(problem: Problem, completion: string): Program {
  const { prompt, entryPoint, setup, tests } = problem;
  const context = { prompt, ...(entryPoint === undefined ? {} : { entryPoint }) };
  return { code: prompt + completion, tests: [setup, ...tests], context };
}

/** The program that the ranking may see. Nothing of the hidden tests is in it. */
export function visibleProgram(problem: Problem, completion: string): Program {
  const { prompt, entryPoint, setup, tests, visible } = problem;
  const code = prompt + completion;
  switch (visible) {
    case 'examples':
    case 'calls':
      return { code, tests: [], shown: { kind: visible, prompt, entryPoint: entryPoint ?? '' } };
    case 'first-assert':
      return { code, tests: [setup, ...tests.slice(0, 1)] };
    case 'nothing':
      return { code, tests: [] };
  }
}
