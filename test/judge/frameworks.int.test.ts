import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, statuses, TestJudge, Workspace, without } from './workspace.ts';

const ADD_PY = 'def add(a, b):\n    raise NotImplementedError\n';
const RIGHT_PY = 'def add(a, b):\n    return a + b\n';
const WRONG_PY = 'def add(a, b):\n    return a - b\n';

test('unittest cases are reported one by one with message and line', { skip: without.python }, async () => {
  using workspace = new Workspace({
    'calc/__init__.py': '',
    'calc/sums.py': ADD_PY,
    'tests/test_sums.py': [
      'import unittest',
      'from calc.sums import add',
      'class Add(unittest.TestCase):',
      '    def test_zero(self):',
      '        self.assertEqual(add(0, 0), 0)',
      '    def test_one(self):',
      '        self.assertEqual(add(1, 1), 2)',
      '    @unittest.skip("later")',
      '    def test_big(self):',
      '        pass',
      '    def test_many(self):',
      '        for n in range(3):',
      '            with self.subTest(n=n):',
      '                self.assertEqual(add(n, 1), n + 1)',
      '',
    ].join('\n'),
  });
  using judge = new TestJudge();
  const { session, plan, baseline, timeoutMs } = await judge.open(workspace, 'calc/sums.py', { symbol: 'add' });
  assert.deepEqual(plan, { kind: 'unittest', files: ['tests/test_sums.py'] });
  assert.equal(baseline.verdict, 'failed');
  assert.equal(timeoutMs, 2000);
  assert.deepEqual(statuses(baseline), {
    test_zero: 'error',
    test_one: 'error',
    test_big: 'skipped',
    test_many: 'error',
  });

  const right = await judge.report(session, RIGHT_PY);
  assert.equal(right.verdict, 'passed');
  assert.equal(right.passed, 3);

  const wrong = await judge.report(session, WRONG_PY);
  assert.equal(wrong.verdict, 'failed');
  assert.deepEqual(statuses(wrong), {
    test_zero: 'passed',
    test_one: 'failed',
    test_big: 'skipped',
    test_many: 'failed',
  });
  const one = wrong.cases.find(({ id }) => id.endsWith('test_one'))!;
  assert.equal(one.message, 'AssertionError: 0 != 2');
  assert.equal(one.file, 'tests/test_sums.py');
  assert.equal(one.line, 7);
  assert.match(wrong.cases.find(({ id }) => id.endsWith('test_many'))!.message!, /\(n=0\) AssertionError: -1 != 1/);
});

test('a unittest module that cannot be imported is a case that a candidate can repair', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace({
    'sums.py': 'def other():\n    pass\n',
    'test_sums.py': lines(
      'import unittest',
      'from sums import add',
      'class T(unittest.TestCase):',
      '    def test_it(self):',
      '        self.assertEqual(add(1, 2), 3)',
    ),
  });
  using judge = new TestJudge();
  const { session, baseline } = await judge.open(workspace, 'sums.py');
  assert.equal(baseline.errors, 1);
  assert.match(baseline.cases[0]!.message!, /ImportError: cannot import name 'add'/);
  assert.equal((await judge.report(session, RIGHT_PY)).verdict, 'passed');
});

test('pytest cases, parameters, fixtures that fail and syntax errors in a test file are told apart', {
  skip: without.pytest,
}, async () => {
  using workspace = new Workspace({
    'src/sums.py': ADD_PY,
    'pyproject.toml': '[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    'tests/test_sums.py': [
      'import pytest',
      'from sums import add',
      '@pytest.mark.parametrize("n", [0, 5])',
      'def test_zero(n):',
      '    assert add(n, 0) == n',
      'def test_two():',
      '    assert add(1, 1) == 2',
      '@pytest.fixture',
      'def broken():',
      '    return 1 / add(0, 0)',
      'def test_fixture(broken):',
      '    pass',
      '',
    ].join('\n'),
  });
  using judge = new TestJudge();
  const { session, plan } = await judge.open(workspace, 'src/sums.py', { symbol: 'add' });
  assert.equal(plan.kind, 'pytest');
  const wrong = await judge.report(session, WRONG_PY);
  assert.deepEqual(statuses(wrong), {
    'test_zero[0]': 'passed',
    'test_zero[5]': 'passed',
    test_two: 'failed',
    test_fixture: 'error',
  });
  const two = wrong.cases.find(({ id }) => id.endsWith('test_two'))!;
  assert.match(two.message!, /assert 0 == 2/);
  assert.equal(two.file, 'tests/test_sums.py');
  assert.equal(two.line, 7);
});

test('what a module of pytest sets up is set up once', { skip: without.pytest }, async () => {
  using workspace = new Workspace({
    'sums.py': ADD_PY,
    'test_sums.py': lines(
      'from sums import add',
      'def setup_module():',
      "    print('a module is set up')",
      'def test_two():',
      '    assert add(1, 1) == 2',
    ),
    'pytest.ini': lines('[pytest]', 'addopts = -s'),
  });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py');
  const { output } = await judge.report(session, WRONG_PY);
  assert.equal(output?.split('a module is set up').length, 2);
});

for (const extension of ['js', 'ts']) {
  test(`node --test cases in .${extension} files carry their suite, message and line`, async () => {
    const typed = extension === 'ts' ? ': number' : '';
    const source = (body: string) => `export function add(a${typed}, b${typed})${typed} { ${body} }\n`;
    using workspace = new Workspace({
      'package.json': '{"type": "module"}',
      [`src/sums.${extension}`]: source('throw new Error("not yet");'),
      [`test/sums.test.${extension}`]: [
        "import assert from 'node:assert/strict';",
        "import { describe, it, test } from 'node:test';",
        `import { add } from '../src/sums.${extension}';`,
        "test('zero', () => assert.equal(add(0, 0), 0));",
        "describe('ones', () => {",
        "  it('one', () => assert.equal(add(1, 1), 2));",
        "  it('later', { skip: true }, () => {});",
        '});',
        '',
      ].join('\n'),
    });
    using judge = new TestJudge();
    const { session, plan, baseline } = await judge.open(workspace, `src/sums.${extension}`, { symbol: 'add' });
    assert.deepEqual(plan, { kind: 'node-test', files: [`test/sums.test.${extension}`] });
    assert.equal(baseline.failed, 2);
    const right = await judge.report(session, source('return a + b;'));
    assert.equal(right.verdict, 'passed');
    assert.deepEqual(statuses(right), { zero: 'passed', one: 'passed', later: 'skipped' });
    const wrong = await judge.report(session, source('return a - b;'));
    const one = wrong.cases.find(({ id }) => id.endsWith('ones > one'))!;
    assert.equal(one.status, 'failed');
    assert.match(one.message!, /AssertionError: Expected values to be strictly equal/);
    assert.equal(one.line, 6);
    assert.equal(one.file, `test/sums.test.${extension}`);
  });
}

test('several node test files run as one report', async () => {
  using workspace = new Workspace({
    'half.mjs': 'export const half = (n) => n;\n',
    'a.test.mjs': lines(
      "import test from 'node:test';",
      "import assert from 'node:assert';",
      "import { half } from './half.mjs';",
      "test('two', () => assert.equal(half(2), 1));",
    ),
    'b.test.mjs': lines(
      "import test from 'node:test';",
      "import assert from 'node:assert';",
      "import { half } from './half.mjs';",
      "test('nought', () => assert.equal(half(0), 0));",
    ),
  });
  using judge = new TestJudge();
  const { session, baseline } = await judge.open(workspace, 'half.mjs', { symbol: 'half' });
  assert.deepEqual(statuses(baseline), { two: 'failed', nought: 'passed' });
  assert.equal((await judge.report(session, 'export const half = (n) => n / 2;\n')).passed, 2);
});

test('any command is one case, decided by its exit code', async () => {
  using workspace = new Workspace({ 'answer.txt': 'no', 'check.sh': 'grep -qx yes answer.txt' });
  using judge = new TestJudge();
  const tests = { kind: 'command', command: 'sh check.sh' } as const;
  const { session, baseline } = await judge.open(workspace, 'answer.txt', { tests });
  assert.equal(baseline.verdict, 'failed');
  assert.equal((await judge.report(session, 'yes')).verdict, 'passed');
  const no = await judge.report(session, 'maybe');
  assert.equal(no.cases[0]!.message, 'exit code 1');
});

test('a candidate that leaves early does not pass', { skip: without.python }, async () => {
  using workspace = new Workspace({
    'sums.py': ADD_PY,
    'test_sums.py': lines(
      'import unittest',
      'from sums import add',
      'class T(unittest.TestCase):',
      '    def test_a(self):',
      '        self.assertEqual(add(1, 2), 3)',
      '    def test_b(self):',
      '        self.assertEqual(add(2, 2), 4)',
    ),
  });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py');
  const left = await judge.report(session, 'import os\ndef add(a, b):\n    os._exit(0)\n');
  assert.equal(left.verdict, 'failed');
  assert.deepEqual(statuses(left), { test_a: 'error', test_b: 'error' });
  const atImport = await judge.report(session, 'raise SystemExit(0)\n');
  assert.equal(atImport.verdict, 'failed');
});

const MEDDLING = {
  unittest: ['import unittest', 'unittest.TestCase.assertEqual = lambda *a, **k: None'],
  pytest: ['import _pytest.python', '_pytest.python.Function.runtest = lambda self: None'],
};
for (const framework of ['unittest', 'pytest'] as const) {
  const skip = framework === 'pytest' ? without.pytest : without.python;
  test(`a candidate that changes what ${framework} takes for a failure does not pass`, { skip }, async () => {
    const cases =
      framework === 'pytest'
        ? ['def test_one():', '    assert add(1, 1) == 2']
        : ['import unittest', 'class T(unittest.TestCase):', '    def test_one(self): self.assertEqual(add(1, 1), 2)'];
    using workspace = new Workspace({ 'sums.py': ADD_PY, 'test_sums.py': lines('from sums import add', ...cases) });
    using judge = new TestJudge();
    const { session } = await judge.open(workspace, 'sums.py');
    const report = await judge.report(session, lines(...MEDDLING[framework], 'def add(a, b): return 0'));
    assert.equal(report.verdict, 'failed');
    assert.deepEqual(statuses(report), { test_one: 'error', control: 'error' });
    assert.equal((await judge.report(session, RIGHT_PY)).verdict, 'passed');
  });
}

test('a test that a candidate ends as unittest ends one itself does not pass', { skip: without.python }, async () => {
  const cases = [
    'import unittest',
    'class T(unittest.TestCase):',
    '    def test_one(self): self.assertEqual(add(1, 1), 2)',
  ];
  using workspace = new Workspace({ 'sums.py': ADD_PY, 'test_sums.py': lines('from sums import add', ...cases) });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py');
  const stops = lines('from unittest.case import _ShouldStop', 'def add(a, b): raise _ShouldStop()');
  assert.deepEqual(statuses(await judge.report(session, stops)), { test_one: 'failed' });
});

const AFTERWARDS = {
  unittest: {
    path: 'sums.py',
    skip: without.python,
    files: {
      'test_sums.py':
        'import unittest\nfrom sums import add\nclass T(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(add(1, 1), 2)\n',
    },
    original: WRONG_PY,
    right: RIGHT_PY,
    exits: `import atexit, os\natexit.register(lambda: os._exit(3))\n${RIGHT_PY}`,
  },
  'node-test': {
    path: 'sums.js',
    skip: false,
    files: {
      'sums.test.js':
        "require('node:test').test('one', () => require('node:assert').equal(require('./sums.js').add(1, 1), 2));\n",
    },
    original: 'exports.add = () => 0;\n',
    right: 'exports.add = (a, b) => a + b;\n',
    exits: "process.on('exit', () => { process.exitCode = 3; });\nexports.add = (a, b) => a + b;\n",
  },
};
for (const [kind, { path, skip, files, original, right, exits }] of Object.entries(AFTERWARDS)) {
  test(`a process of ${kind} that ends badly after tests that pass is told of`, { skip }, async () => {
    using workspace = new Workspace({ ...files, [path]: original });
    using judge = new TestJudge();
    for (const forks of [true, false]) {
      const { session, plan } = await judge.open(workspace, path, { slots: 1, forks });
      assert.equal(plan.kind, kind);
      const report = await judge.report(session, exits);
      const messages = report.cases.filter(({ status }) => status === 'error').map(({ message }) => message);
      assert.deepEqual(messages, ['The tests passed, and then their process ended with exit code 3.']);
      assert.deepEqual([report.verdict, report.passed], ['failed', 1]);
      assert.equal((await judge.report(session, right)).verdict, 'passed');
    }
  });
}
