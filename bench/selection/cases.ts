import { CoppiceError } from '../../src/core/errors.ts';
import type { Problem } from '../sprout/problem.ts';

/** The assertions of a held-out problem: one a line, in the order in which they are written. */
export function assertionsOf({ id, language, testContent }: Problem): string[] {
  const pattern = language === 'python' ? /^\s+(self\.assert.*)$/gm : /^\s+(assert\..*)$/gm;
  const found = [...testContent.matchAll(pattern)].map(([, assertion]) => assertion!);
  if (found.length < 6) throw new CoppiceError('internal', `${id} has too few assertions.`, 'Look at its tests.');
  return found;
}

/** The problem with these assertions for its tests, each a case of its own named by its place from 1. */
export function withAssertions(problem: Problem, assertions: readonly string[]): Problem {
  const imports = problem.testContent.split('\n').filter((line) => /^(import|from) /.test(line));
  const cases =
    problem.language === 'python'
      ? [
          'class Cases(unittest.TestCase):',
          ...assertions.map((text, at) => `    def test_${at + 1}(self):\n        ${text}`),
        ]
      : assertions.map((text, at) => `test('${at + 1}', () => {\n  ${text}\n});`);
  return { ...problem, testContent: `${[...imports, '', ...cases].join('\n')}\n` };
}
