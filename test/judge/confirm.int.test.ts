import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoppiceError } from '../../src/core/errors.ts';
import { OtherTests } from '../../src/judge/tests/other-tests.ts';
import { judgeCandidates } from '../../src/run/judge-candidates.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { lines, optionsFor, Workspace, without } from './workspace.ts';

const SUMS = lines(
  'def add(a, b):',
  '    raise NotImplementedError',
  '',
  'def total(numbers):',
  '    return sum(numbers)',
);
const TESTS = {
  'sums.py': SUMS,
  'test_add.py': lines(
    'import unittest',
    'from sums import add',
    'class Add(unittest.TestCase):',
    '    def test_add(self): self.assertEqual(add(1, 2), 3)',
  ),
  // Does not mention what is grown, and uses its file.
  'test_report.py': lines(
    'import unittest, report',
    'class Report(unittest.TestCase):',
    "    def test_report(self): self.assertEqual(report.text([1, 2]), 'total 3')",
    '    def test_broken_before(self): self.fail()',
  ),
  'report.py': lines('import sums', 'def text(numbers):', "    return f'total {sums.total(numbers)}'"),
};
const ADD = 'def add(a, b):\n    return a + b\n';
const TOTAL = '\ndef total(numbers):\n    return sum(numbers)\n';

async function ranked(workspace: Workspace, candidates: Record<string, string>, symbol = 'add') {
  const judge = new JudgeClient();
  try {
    const list = Object.entries(candidates).map(([id, text], at) => ({ id, text, logprob: -at, tokens: 1 }));
    const options = optionsFor(workspace, 'sums.py', { symbol, observe: false });
    return (await judgeCandidates(list, options, { judge, syntax: await Syntax.load() })).ranking;
  } finally {
    await judge.dispose();
  }
}

test('the best candidate is run on the other tests too, and one that breaks them gives way', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace(TESTS);
  const ranking = await ranked(workspace, {
    // What its tests see is right, and it comes first by its log-probability.
    breaks: `${ADD}\ndef total(numbers):\n    return 0\n`,
    keeps: `${ADD}${TOTAL}`,
    fails: SUMS.replace('raise NotImplementedError', 'return a'),
  });
  assert.deepEqual(
    ranking.map(({ id }) => id),
    // One test gained and one lost is nothing gained.
    ['keeps', 'fails', 'breaks'],
  );
  const [keeps, fails, breaks] = ranking.map(({ report }) => report);
  assert.deepEqual(keeps!.confirmation, { kind: 'repeated' });
  assert.deepEqual([keeps!.others!.ran, keeps!.others!.broken], [2, []]);
  assert.deepEqual(
    breaks!.others!.broken.map(({ id }) => id),
    ['test_report.Report.test_report'],
  );
  assert.equal(breaks!.verdict, 'passed', 'its own tests do pass');
  assert.equal(fails!.others, undefined, 'the others are for the best alone');
  const text = ranking[0]!.evidence.find(({ fact }) => fact === 'no-new-failures')!.text;
  assert.equal(text, 'breaks no test, nor any of 2 others of the project');
});

test('a flaky test is said to be flaky, and what passes again comes first', { skip: without.python }, async () => {
  using workspace = new Workspace({
    'sums.py': SUMS,
    'test_add.py': TESTS['test_add.py'],
  });
  // Passes now and then.
  const flaky = lines(
    'import time',
    'def add(a, b):',
    '    return a + b if time.time_ns() // 1000 % 2 else a',
    ...TOTAL.split('\n'),
  );
  let seen: Awaited<ReturnType<typeof ranked>> | undefined;
  for (let round = 0; round < 20 && !seen; round++) {
    const text = `${flaky}# ${round}\n`;
    const ranking = await ranked(workspace, { flaky: text, steady: `${ADD}${TOTAL}` });
    // Half of the time it fails at first, and half of the rest it passes twice.
    if (ranking.some(({ report }) => report.confirmation?.kind === 'flaky')) seen = ranking;
  }
  assert.ok(seen);
  assert.deepEqual(
    seen.map(({ id, report }) => [id, report.confirmation?.kind]),
    [
      ['steady', 'repeated'],
      ['flaky', 'flaky'],
    ],
  );
  const said = seen[1]!.evidence.find(({ fact }) => fact === 'repeats')!.text;
  assert.equal(said, 'flaky: a second run differed, test_add.Add.test_add: passed, then failed');
});

test('other tests whose runtime is missing are left out, and nothing else is', async () => {
  const made = (code: 'runtime-missing' | 'workspace-invalid') =>
    new OtherTests(() => {
      throw new CoppiceError(code, 'not here', 'get it');
    });
  const run = (others: OtherTests) => others.run({ path: 'a.py', text: '' }, new AbortController().signal);
  assert.equal(await run(made('runtime-missing')), undefined);
  await assert.rejects(run(made('workspace-invalid')), /not here/);
});
