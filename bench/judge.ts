import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { JudgeClient } from '../src/run/judge-client.ts';
import type { Bench, Benchmark } from './harness.ts';

/** A small workspace of one framework, with a right and a wrong candidate to check the judge by. */
interface Subject {
  name: string;
  path: string;
  comment: string;
  files: Record<string, string>;
  right: string;
  wrong: string;
}

const SUBJECTS: Subject[] = [
  {
    name: 'unittest',
    path: 'words.py',
    comment: '#',
    files: {
      'words.py': 'def count_words(text):\n    raise NotImplementedError\n',
      'test_words.py': [
        'import unittest',
        'from words import count_words',
        'class CountWords(unittest.TestCase):',
        '    def test_none(self):',
        "        self.assertEqual(count_words(''), 0)",
        '    def test_two(self):',
        "        self.assertEqual(count_words('a  b'), 2)",
        '',
      ].join('\n'),
    },
    right: 'def count_words(text):\n    return len(text.split())\n',
    wrong: "def count_words(text):\n    return len(text.split(' '))\n",
  },
  {
    name: 'pytest',
    path: 'words.py',
    comment: '#',
    files: {
      'words.py': 'def count_words(text):\n    raise NotImplementedError\n',
      'test_words.py': [
        'from words import count_words',
        'def test_none():',
        "    assert count_words('') == 0",
        'def test_two():',
        "    assert count_words('a  b') == 2",
        '',
      ].join('\n'),
    },
    right: 'def count_words(text):\n    return len(text.split())\n',
    wrong: "def count_words(text):\n    return len(text.split(' '))\n",
  },
  {
    name: 'node-test',
    path: 'words.ts',
    comment: '//',
    files: {
      'package.json': '{"type": "module"}',
      'words.ts': "export function countWords(text: string): number {\n  throw new Error('not yet');\n}\n",
      'words.test.ts': [
        "import assert from 'node:assert/strict';",
        "import { test } from 'node:test';",
        "import { countWords } from './words.ts';",
        "test('none', () => assert.equal(countWords(''), 0));",
        "test('two', () => assert.equal(countWords('a  b'), 2));",
        '',
      ].join('\n'),
    },
    right:
      'export function countWords(text: string): number {\n  return text.split(/\\s+/).filter(Boolean).length;\n}\n',
    wrong: "export function countWords(text: string): number {\n  return text.split(' ').length;\n}\n",
  },
];

/** Candidates judged in a second, by framework, through the real judge process and its best sandbox here. */
export const benchmark: Benchmark<'candidates'> = {
  about: 'judging candidates in the sandbox',
  sizes: { candidates: { about: 'candidates of one sample', software: [24], hardware: [24] } },
  async run(bench) {
    const { candidates } = bench.on(null);
    const judge = new JudgeClient();
    try {
      const { sandbox } = await judge.call({ kind: 'probe' });
      for (const subject of SUBJECTS) {
        for (const forks of [true, false]) {
          await measure(bench, judge, subject, { sandbox: sandbox.backend, candidates: candidates[0]!, forks });
        }
      }
    } finally {
      await judge.dispose();
    }
  },
};

async function measure(
  bench: Bench<'candidates'>,
  judge: JudgeClient,
  subject: Subject,
  { sandbox, candidates, forks }: { sandbox: string; candidates: number; forks: boolean },
): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'coppice-bench-'));
  try {
    for (const [path, text] of Object.entries(subject.files)) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), text);
    }
    const { session, slots } = await judge.call({
      kind: 'open',
      options: {
        ...{ workspace, path: subject.path, tests: { kind: 'auto' }, overlays: [], allowUnsandboxed: false },
        ...{ forks, slots: availableParallelism() },
      },
    });
    const verdict = async (id: string, text: string) =>
      (await judge.call({ kind: 'judge', session, candidate: { id, text } })).report.verdict;
    const against = 'wrong verdicts on texts written by hand';
    bench.check(against, (await verdict('right', subject.right)) === 'passed' ? 0 : 1, 0);
    bench.check(against, (await verdict('wrong', subject.wrong)) === 'failed' ? 0 : 1, 0);

    let sample = 0;
    await bench.measure(
      { framework: subject.name, sandbox, slots, runs: forks ? 'in forks' : 'from nothing' },
      async () => {
        sample++;
        const began = performance.now();
        const verdicts = await Promise.all(
          Array.from({ length: candidates }, (_, n) => {
            // Distinct texts, as candidates are: what was compiled for one is not there for the next.
            const text = `${n % 2 === 0 ? subject.right : subject.wrong}${subject.comment} ${sample}.${n}\n`;
            return verdict(`${sample}.${n}`, text);
          }),
        );
        const seconds = (performance.now() - began) / 1000;
        bench.check(against, verdicts.filter((seen, n) => seen !== (n % 2 === 0 ? 'passed' : 'failed')).length, 0);
        return { candidatesPerSecond: candidates / seconds };
      },
    );
    await judge.call({ kind: 'close', session });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
