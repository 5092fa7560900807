import type { ErrorCode } from '../core/errors.ts';

/** What the command line says with its exit code. */
export const EXIT = { found: 0, nothingPassed: 1, usage: 2, environment: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const USAGE: ReadonlySet<ErrorCode> = new Set([
  'usage',
  'file-not-found',
  'symbol-not-found',
  'language-unsupported',
  'candidates-invalid',
  'dataset-invalid',
  'results-invalid',
  'prompt-too-long',
  'problem-invalid',
  'problem-unsupported',
]);

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'cancelled') return EXIT.interrupted;
  return USAGE.has(code) ? EXIT.usage : EXIT.environment;
}
