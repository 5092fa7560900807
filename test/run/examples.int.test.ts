import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { judgeCandidates } from '../../src/run/judge-candidates.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { readSourceFile } from '../../src/run/source-file.ts';
import { fileWith, findTarget } from '../../src/run/target.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { exampleProject } from './scratch.ts';

const judge = new JudgeClient();
after(() => judge.dispose());
const syntax = await Syntax.load();

/** For each example function a right body, and one that its tests must tell from it. */
const BODIES = {
  python: {
    count_vowels: ['return sum(c in "aeiou" for c in text.lower())', 'return len(set(text.lower()) & set("aeiou"))'],
    initials: ['return "".join(word[0].upper() for word in name.split())', 'return name[:1].upper()'],
    group_by_first_letter: [
      'return {word[0]: [w for w in words if w[0] == word[0]] for word in words}',
      'return {word[0]: [word] for word in words}',
    ],
  },
  typescript: {
    clamp: ['return Math.min(Math.max(value, low), high);', 'return Math.max(value, low);'],
    runningTotals: ['let sum = 0;\n  return values.map((value) => (sum += value));', 'return values;'],
    secondLargest: [
      'return [...new Set(values)].sort((a, b) => b - a)[1] ?? null;',
      'return values.toSorted((a, b) => b - a)[1] ?? null;',
    ],
  },
} as const;

for (const [project, path] of [
  ['python', 'words.py'],
  ['typescript', 'src/numbers.ts'],
] as const) {
  for (const [symbol, [right, wrong]] of Object.entries(BODIES[project])) {
    test(`the tests of ${symbol} in examples/${project} tell a right body from a wrong one`, async () => {
      const workspace = exampleProject(project);
      const target = findTarget(syntax, await readSourceFile(workspace, path), { symbol });
      const text = (body: string) => fileWith(target, `${target.region.bodyIndent}${body}\n`);
      const { ranking } = await judgeCandidates(
        [
          { id: 'wrong', text: text(wrong) },
          { id: 'right', text: text(right) },
        ],
        { workspace, path, symbol, tests: { kind: 'auto' }, overlays: [], allowUnsandboxed: true },
        { judge, syntax },
      );
      assert.deepEqual(
        ranking.map(({ id, report }) => [id, report.verdict]),
        [
          ['right', 'passed'],
          ['wrong', 'failed'],
        ],
      );
    });
  }
}
