import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Caller } from '../src/core/channel.ts';
import type { JudgeEvent, JudgeRequest, JudgeResults } from '../src/core/protocol.ts';

const CANDIDATES = 24;
const REPEATS = 3;

type JudgeCaller = Caller<JudgeRequest, JudgeResults, JudgeEvent>;

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
export async function bench(): Promise<object> {
  const child = fork(join(import.meta.dirname, '../src/judge/main.ts'));
  const judge: JudgeCaller = new Caller({
    post: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
  });
  try {
    const { sandbox } = await judge.call({ kind: 'probe' });
    const results: object[] = [];
    for (const subject of SUBJECTS) results.push(await measure(judge, subject));
    return {
      bench: 'judge',
      machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), kernel: release(), node: process.version },
      sandbox: sandbox.backend,
      settings: { candidates: CANDIDATES, repeats: REPEATS },
      results,
    };
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
}

async function measure(judge: JudgeCaller, subject: Subject): Promise<object> {
  const workspace = mkdtempSync(join(tmpdir(), 'coppice-bench-'));
  try {
    for (const [path, text] of Object.entries(subject.files)) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), text);
    }
    const opening = performance.now();
    const { session, slots, baseline } = await judge.call({
      kind: 'open',
      options: { workspace, path: subject.path, tests: { kind: 'auto' }, overlays: [], allowUnsandboxed: false },
    });
    const openMs = performance.now() - opening;
    const verdict = async (id: string, text: string) =>
      (await judge.call({ kind: 'judge', session, candidate: { id, text } })).report.verdict;

    assert.equal(await verdict('right', subject.right), 'passed');
    assert.equal(await verdict('wrong', subject.wrong), 'failed');

    const samples: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const began = performance.now();
      const verdicts = await Promise.all(
        Array.from({ length: CANDIDATES }, (_, n) => {
          // Distinct texts, since an identical one would be answered from memory.
          const text = `${n % 2 === 0 ? subject.right : subject.wrong}${subject.comment} ${repeat}.${n}\n`;
          return verdict(`${repeat}.${n}`, text);
        }),
      );
      samples.push((1000 * CANDIDATES) / (performance.now() - began));
      verdicts.forEach((seen, n) => {
        assert.equal(seen, n % 2 === 0 ? 'passed' : 'failed');
      });
    }
    await judge.call({ kind: 'close', session });
    return {
      framework: subject.name,
      slots,
      correct: true,
      openMs: Math.round(openMs),
      baselineMs: Math.round(baseline.durationMs),
      candidatesPerSecond: { best: Math.max(...samples), samples },
    };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
