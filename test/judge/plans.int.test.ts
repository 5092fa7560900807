import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, optionsFor, TestJudge, Workspace, without } from './workspace.ts';

const OPEN = 'def add(a, b):\n    """\n    >>> add(1, 1)\n    2\n    """\n';
const RIGHT = `${OPEN}    return a + b\n`;
const UNITTEST = lines(
  'import unittest',
  'from sums import add',
  'class Add(unittest.TestCase):',
  '    def test_one(self):',
  '        self.assertEqual(add(1, 1), 2)',
);
const FUNCTIONS = lines('from sums import add', 'def test_one():', '    assert add(1, 1) == 2');

const plansOf = (judge: TestJudge, workspace: Workspace, path = 'sums.py') =>
  judge.ask({ kind: 'plans', options: optionsFor(workspace, path, { symbol: 'add' }) });

test('tests can be run by all frameworks that take them, and the one found first is said first', {
  skip: without.pytest,
}, async () => {
  using workspace = new Workspace({ 'sums.py': RIGHT, 'test_sums.py': UNITTEST });
  using judge = new TestJudge();
  const files = ['test_sums.py'];
  assert.deepEqual(await plansOf(judge, workspace), [
    { kind: 'unittest', files },
    { kind: 'pytest', files },
    { kind: 'doctest', files: ['sums.py'] },
  ]);
  assert.deepEqual((await plansOf(judge, workspace, 'test_sums.py'))[0], { kind: 'unittest', files });
  workspace.write('test_sums.py', FUNCTIONS);
  assert.deepEqual(
    (await plansOf(judge, workspace)).map(({ kind }) => kind),
    ['pytest', 'doctest'],
  );
  using bare = new Workspace({ 'sums.rb': '', 'sums.js': '' });
  assert.deepEqual(await plansOf(judge, bare, 'sums.js'), []);
  assert.deepEqual(await plansOf(judge, bare, 'sums.rb'), []);
});

test('the framework that was chosen runs them', { skip: without.pytest }, async () => {
  using workspace = new Workspace({ 'sums.py': OPEN, 'test_sums.py': UNITTEST });
  using judge = new TestJudge();
  for (const framework of ['pytest', 'unittest', 'doctest'] as const) {
    const tests = { kind: 'auto' as const, framework };
    const { session, plan } = await judge.open(workspace, 'sums.py', { symbol: 'add', tests });
    assert.equal(plan.kind, framework);
    assert.equal((await judge.report(session, RIGHT)).verdict, 'passed');
    assert.equal((await judge.report(session, RIGHT.replace('+', '-'))).verdict, 'failed');
  }
});

test('one of another language is not meant, and one that takes none of the tests is said to', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace({ 'sums.py': OPEN, 'test_sums.py': UNITTEST });
  using judge = new TestJudge();
  const vitest = { symbol: 'add', tests: { kind: 'auto' as const, framework: 'vitest' as const } };
  assert.equal((await judge.open(workspace, 'sums.py', vitest)).plan.kind, 'unittest');
  workspace.write('test_sums.py', FUNCTIONS);
  const unittest = { symbol: 'add', tests: { kind: 'auto' as const, framework: 'unittest' as const } };
  await assert.rejects(judge.open(workspace, 'sums.py', unittest), {
    code: 'tests-not-found',
    message: 'The tests of sums.py are none that unittest runs.',
  });
});
