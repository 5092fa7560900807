import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { judgeCandidates } from '../../src/run/judge-candidates.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import type { JudgingOptions } from '../../src/run/judging.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { lines, optionsFor, Workspace, without } from '../judge/workspace.ts';

const judge = new JudgeClient();
after(() => judge.dispose());
const syntax = await Syntax.load();

const HEADER = 'def count_words(text: str) -> int:\n';
const BODIES: Record<string, [count: number, body: string]> = {
  splits: [2, 'return len(text.split())'],
  loops: [1, 'return sum(1 for word in text.split() if word)'],
  spaces: [2, "return len(text.split(' '))"],
  counts: [2, "return text.count(' ') + 1"],
  hangs: [1, 'while len(text) != 7: pass\n    return 2'],
  wrong: [3, 'return 3'],
  broken: [1, 'return ('],
};
const CANDIDATES = Object.entries(BODIES).flatMap(([name, [count, body]]) =>
  Array.from({ length: count }, (_, copy) => ({
    ...{ id: `${name}${copy}`, text: `${HEADER}    ${body}\n`, logprob: -copy - 1, tokens: 10 },
  })),
);
const FILES = {
  'words.py': `${HEADER}    raise NotImplementedError\n`,
  'test_words.py': lines(
    'import unittest',
    'from words import count_words',
    'class CountWords(unittest.TestCase):',
    '    def test_two(self):',
    "        self.assertEqual(count_words('one two'), 2)",
  ),
};

async function judged(options: Partial<JudgingOptions> = {}) {
  using workspace = new Workspace(FILES);
  const all = optionsFor(workspace, 'words.py', { symbol: 'count_words', ...options });
  return await judgeCandidates(CANDIDATES, all, { judge, syntax });
}

test('the ranking by tests, outputs and likelihood is the golden one', { skip: without.python }, async () => {
  const { run, ranking } = await judged();
  const actual = {
    distinguishing: run.distinguishing,
    ranking: ranking.map(({ rank, id, cluster, evidence }) => ({
      rank,
      id,
      cluster,
      // Where nothing isolates, nothing is confirmed.
      evidence: evidence.filter(({ fact }) => fact !== 'isolated').map(({ text }) => text),
    })),
    best: ranking[0]!.report.outputs!.map(({ input, text }) => `${input} gives ${text}`),
  };
  const file = fileURLToPath(new URL('golden/ranking.json', import.meta.url));
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  assert.deepEqual(actual, JSON.parse(readFileSync(file, 'utf8')));
});

test('what the user expects turns the ranking round, and the input is not asked again', {
  skip: without.python,
}, async () => {
  const [{ run }, right] = [await judged(), await judged({ expectations: ["count_words('') == 0"] })];
  assert.equal(run.distinguishing!.input, "count_words('')");
  assert.deepEqual(
    right.ranking.slice(0, 2).map(({ id }) => id),
    ['loops0', 'splits0'],
  );
  assert.notEqual(right.run.distinguishing?.input, "count_words('')");
  assert.equal(right.ranking.at(-1)!.id, 'broken0', 'the tests come first');
});

test('without tests nothing is run unless that was asked for', { skip: without.python }, async () => {
  const silent = await judged({ tests: { kind: 'none' } });
  assert.ok(silent.ranking.every(({ report }) => report.outputs === undefined));
  assert.equal(silent.run.distinguishing, null);
  const { ranking } = await judged({ tests: { kind: 'none' }, observe: true });
  assert.equal(ranking.filter(({ report }) => report.outputs).length, 6);
  const no = await judged({ observe: false });
  assert.ok(no.ranking.every(({ report }) => report.outputs === undefined));
});
