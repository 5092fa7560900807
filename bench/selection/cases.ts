import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoppiceError } from '../../src/core/errors.ts';
import { type Problem, writeWorkspace } from '../sprout/problem.ts';

/** The assertions of a held-out problem: one a line, in the order in which they are written. */
export function assertionsOf({ id, language, testContent }: Problem): string[] {
  const pattern = language === 'python' ? /^\s+(self\.assert.*)$/gm : /^\s+(assert\..*)$/gm;
  const found = [...testContent.matchAll(pattern)].map(([, assertion]) => assertion!);
  if (found.length < 6) throw new CoppiceError('internal', `${id} has too few assertions.`, 'Look at its tests.');
  return found;
}

/** The problem with these assertions for its tests, each a case of its own, named by its place from 1. */
export function withAssertions(problem: Problem, assertions: readonly string[]): Problem {
  const imports = problem.testContent.split('\n').filter((line) => /^(import|from) /.test(line));
  const cases = assertions.map((text, at) =>
    problem.language === 'python'
      ? `    def test_case_${at + 1}(self):\n        ${text}`
      : `test('case_${at + 1}', () => {\n  ${text}\n});`,
  );
  const suite = problem.language === 'python' ? ['class Cases(unittest.TestCase):'] : [];
  return { ...problem, testContent: `${[...imports, '', ...suite, ...cases].join('\n')}\n` };
}

export function withoutTests(problem: Problem): Problem {
  return { ...problem, testPath: 'nothing.txt', testContent: '' };
}

/** Does something in a workspace of the problem's files, which is gone afterwards. */
export async function inWorkspace<T>(problem: Problem, work: (workspace: string) => Promise<T>): Promise<T> {
  const workspace = await mkdtemp(join(tmpdir(), 'coppice-bench-'));
  try {
    await writeWorkspace(workspace, problem);
    return await work(workspace);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
