import type { StopRules } from '../candidate.ts';
import { type Language, lineComment } from '../language.ts';

/** It is one line, and longer ones are rarely right. */
export const ASSERTION_STOP: StopRules = { maxTokens: 48, strings: ['\n'] };

/** An assertion that a model is to finish: whatever it adds up to the end of the line belongs behind `start`. */
export interface AssertionPrompt {
  /** What stands where the body would: one that does nothing, the end of the function, and `start`. */
  text: string;
  start: string;
}

/** How a model is asked for a test of a function, as CodeT does it (Chen et al. 2022, arXiv 2207.10397, section 2.1). */
export function assertionPrompt(language: Language, symbol: string, bodyIndent: string): AssertionPrompt {
  const isPython = language === 'python';
  const body = isPython ? `${bodyIndent}pass\n\n\n` : `${bodyIndent}throw new Error('not written');\n}\n\n`;
  const start = isPython ? `assert ${symbol}(` : `assert.deepEqual(${symbol}(`;
  return { text: `${body}${lineComment(language)} Check the correctness of ${symbol}.\n${start}`, start };
}
