import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { ErrorCode } from '../../src/core/errors.ts';
import { CoppiceError } from '../../src/core/errors.ts';
import { lines, optionsFor, TestJudge, Workspace, without, withoutBackend } from './workspace.ts';

const TESTS = [
  'import unittest',
  'from sums import add',
  'class Add(unittest.TestCase):',
  '    def test_zero(self):',
  '        self.assertEqual(add(0, 0), 0)',
  '    def test_one(self):',
  '        self.assertEqual(add(1, 1), 2)',
  '',
].join('\n');
const FILES = { 'sums.py': 'def add(a, b):\n    return 0\n', 'test_sums.py': TESTS };
const RIGHT = 'def add(a, b):\n    return a + b\n';

const rejectsWith = (code: ErrorCode) => (thrown: unknown) => {
  assert.ok(thrown instanceof CoppiceError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.notEqual(thrown.remedy, '');
  return true;
};

test('candidates are judged side by side, and what does not parse is not run', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace(FILES);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py', { slots: 2 });
  const texts = {
    minus: 'def add(a, b):\n    return a - b\n',
    right: RIGHT,
    broken: 'def add(a, b:\n    return a\n',
    breaks: 'def add(a, b):\n    return 2\n',
  };
  const answers = await Promise.all(
    Object.entries(texts).map(([id, text]) =>
      judge.ask({ kind: 'judge', session, candidate: { id, text, logprob: -2, tokens: 4 } }),
    ),
  );
  assert.deepEqual(
    answers.map(({ report }) => [report.verdict, report.passed]),
    [
      ['failed', 1],
      ['passed', 2],
      ['unparsable', 0],
      ['failed', 1],
    ],
  );
  const started = judge.events.filter(({ kind }) => kind === 'started');
  assert.equal(started.length, 3, 'the unparsable one is not run');
});

test('unsaved buffers replace files, and the files stay as they are', { skip: without.python }, async () => {
  using workspace = new Workspace({ ...FILES, 'test_sums.py': '# nothing here yet: sums\n' });
  const before = workspace.hash();
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py', { overlays: [{ path: 'test_sums.py', text: TESTS }] });
  assert.equal((await judge.report(session, RIGHT)).passed, 2);
  assert.equal(workspace.hash(), before);
});

test('a file saved or deleted during the run changes nothing for the candidates still to come', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace(FILES);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py');
  rmSync(join(workspace.root, 'test_sums.py'));
  workspace.write('sums.py', 'saved in between');
  assert.equal((await judge.report(session, RIGHT)).passed, 2);
});

test('what one candidate changes in its slot is gone for the next', { skip: without.python }, async () => {
  using workspace = new Workspace({ ...FILES, 'data/numbers.txt': '1' });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py', { slots: 1 });
  const spoil = [
    'import os, shutil',
    "stat = os.stat('data/numbers.txt')",
    "open('data/numbers.txt', 'w').write('2')",
    "os.utime('data/numbers.txt', ns=(stat.st_atime_ns, stat.st_mtime_ns))",
    "open('data/more.txt', 'w').write('2')",
    "os.remove('test_sums.py')",
    "os.mkdir('test_sums.py')",
    RIGHT,
  ].join('\n');
  const spoiling = await judge.report(session, spoil);
  assert.deepEqual([spoiling.verdict, spoiling.passed], ['failed', 2]);
  assert.equal(spoiling.cases.at(-1)!.message, 'The run changed test_sums.py.', 'its tests are not what they were');
  const look = [
    'import os',
    "assert open('data/numbers.txt').read() == '1'",
    "assert os.listdir('data') == ['numbers.txt']",
    RIGHT,
  ].join('\n');
  assert.equal((await judge.report(session, look)).verdict, 'passed');
});

for (const backend of ['bubblewrap', 'namespaces', 'none'] as const) {
  const skip = await withoutBackend(backend);
  test(`installed packages are seen and ${backend === 'none' ? 'linked' : 'cannot be changed'} under ${backend}`, {
    skip,
  }, async () => {
    using workspace = new Workspace({
      'package.json': '{"type": "module"}',
      'node_modules/one/package.json': '{"name": "one", "type": "module", "main": "index.js"}',
      'node_modules/one/index.js': 'export const one = 1;\n',
      'next.js': 'export const next = (n) => n;\n',
      'next.test.js': [
        "import test from 'node:test';",
        "import assert from 'node:assert';",
        "import { next } from './next.js';",
        "test('follows', () => assert.equal(next(1), 2));",
        '',
      ].join('\n'),
    });
    const before = workspace.hash();
    using judge = new TestJudge(backend);
    const { session } = await judge.open(workspace, 'next.js');
    const using_ = await judge.report(session, "import { one } from 'one';\nexport const next = (n) => n + one;\n");
    assert.equal(using_.verdict, 'passed', using_.output);
    if (backend === 'none') return;
    const spoiling = await judge.report(
      session,
      lines(
        "import fs from 'node:fs';",
        "fs.writeFileSync('node_modules/one/index.js', 'export const one = 2;');",
        'export const next = (n) => n + 1;',
      ),
    );
    assert.notEqual(spoiling.verdict, 'passed');
    assert.match(spoiling.output!, /EROFS/);
    assert.equal(workspace.hash(), before);
  });
}

test('a cancelled run ends within 100 ms, and the text can be judged again', { skip: without.python }, async () => {
  using workspace = new Workspace(FILES);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py', { slots: 1 });
  const text = `import time\ntime.sleep(1)\n${RIGHT}`;
  const candidate = { id: 'slow', text };
  const controller = new AbortController();
  const running = judge.ask({ kind: 'judge', session, candidate }, controller.signal);
  const other = judge.ask({ kind: 'judge', session, candidate: { id: 'same', text } });
  const queued = judge.ask({ kind: 'judge', session, candidate: { id: 'queued', text: RIGHT } }, controller.signal);
  await setTimeout(300);
  const began = performance.now();
  controller.abort();
  await Promise.all([
    assert.rejects(running, rejectsWith('cancelled')),
    assert.rejects(queued, rejectsWith('cancelled')),
  ]);
  const took = performance.now() - began;
  assert.ok(took < 100, `${took} ms`);
  assert.equal((await other).report.verdict, 'passed', 'who asked for the same text gets an answer');
});

test('without tests a candidate is parsed and nothing more is claimed', async () => {
  using workspace = new Workspace({ 'sums.py': FILES['sums.py'] });
  using judge = new TestJudge('none');
  const { session, plan, sandbox } = await judge.open(workspace, 'sums.py', { tests: { kind: 'none' } });
  assert.deepEqual([plan.kind, sandbox], ['none', 'none']);
  assert.equal((await judge.report(session, RIGHT)).verdict, 'untested');
  assert.equal((await judge.report(session, 'def add(')).verdict, 'unparsable');
});

test('each thing that is wrong with a workspace is an error with a code and a remedy', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace({
    'sums.py': FILES['sums.py'],
    'test_other.py': 'import unittest\n',
    'test_empty.py': '# sums\nimport sums, unittest\n',
  });
  symlinkSync(tmpdir(), join(workspace.root, 'out'));
  symlinkSync('/nowhere/at/all', join(workspace.root, 'dangling.py'));
  using judge = new TestJudge();
  const opening = (path: string, options = {}) => judge.open(workspace, path, options);
  const nowhere = { ...optionsFor(workspace, 'sums.py'), workspace: '/nowhere/at/all' };
  await assert.rejects(judge.ask({ kind: 'open', options: nowhere }), rejectsWith('workspace-invalid'));
  await assert.rejects(opening('missing.py'), rejectsWith('file-not-found'));
  await assert.rejects(opening('../sums.py'), rejectsWith('usage'));
  await assert.rejects(opening('/etc/passwd'), rejectsWith('usage'));
  await assert.rejects(opening('out/x.py'), rejectsWith('usage'));
  await assert.rejects(opening('dangling.py'), rejectsWith('usage'));
  await assert.rejects(opening('sums.py', { overlays: [{ path: 'out/x.py', text: '' }] }), rejectsWith('usage'));
  await assert.rejects(opening('sums.py', { symbol: 'add' }), rejectsWith('tests-not-found'));
  rmSync(join(workspace.root, 'test_empty.py'));
  await assert.rejects(opening('sums.py'), rejectsWith('tests-not-found'));
  const tests = { kind: 'command', command: 'no-such-program --at-all' };
  await assert.rejects(opening('sums.py', { tests }), rejectsWith('tests-broken'));
  await assert.rejects(judge.ask({ kind: 'confirm', session: 'none', text: '' }), rejectsWith('usage'));
});

test('where nothing isolates, tests are refused unless the user consented', { skip: without.python }, async () => {
  using workspace = new Workspace(FILES);
  using judge = new TestJudge('none');
  const refused = judge.open(workspace, 'sums.py', { allowUnsandboxed: false });
  await assert.rejects(refused, rejectsWith('sandbox-missing'));
  const { sandbox } = await judge.open(workspace, 'sums.py', { allowUnsandboxed: true });
  assert.equal(sandbox, 'none');
});

test('a temporary folder that vanishes during the run is an error that says so', { skip: without.python }, async () => {
  using workspace = new Workspace(FILES);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py');
  const name = readdirSync(tmpdir()).find((item) => item.startsWith(`coppice-judge-${process.pid}-`))!;
  rmSync(join(tmpdir(), name), { recursive: true });
  await assert.rejects(judge.report(session, RIGHT), rejectsWith('workspace-invalid'));
});

test('history and pipes of the workspace stay out of the copies', { skip: without.python }, async () => {
  using workspace = new Workspace({ ...FILES, '.git/config': '' });
  execFileSync('mkfifo', [join(workspace.root, 'pipe')]);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sums.py');
  const report = await judge.report(session, `import os\nassert not {'.git', 'pipe'} & set(os.listdir('.'))\n${RIGHT}`);
  assert.equal(report.verdict, 'passed');
});

test('the probe attacks the sandbox it names, and finds the runtimes', async () => {
  using judge = new TestJudge();
  const { sandbox, runtimes } = await judge.ask({ kind: 'probe' });
  assert.equal(runtimes.find(({ name }) => name === 'node')!.found, true);
  if (!without.python && sandbox.checks.every(({ ok }) => ok)) {
    assert.deepEqual(
      sandbox.forks?.map(({ runtime, ok }) => [runtime, ok]),
      [
        ['Python', true],
        ['Node', true],
      ],
    );
  }
  if (sandbox.backend === 'none' || sandbox.backend === 'container') {
    assert.notEqual(sandbox.remedy, undefined);
    return;
  }
  // The last is about the calls that a filter refuses, where there is one.
  assert.ok(sandbox.checks.length === (sandbox.description.includes('a seccomp filter refuses') ? 8 : 7));
  assert.deepEqual(
    sandbox.checks.filter(({ ok }) => !ok),
    [],
  );
});

test('tests that mention the symbol serve the prompt, cut to what mentions it', async () => {
  const filler = Array.from(
    { length: 80 },
    (_, n) => `    def test_other_${n}(self):\n        self.assertTrue(True)  # ${'x'.repeat(30)}\n`,
  );
  const large = TESTS.replace('    def test_zero', `${filler.join('')}    def test_zero`);
  using workspace = new Workspace({ ...FILES, 'test_sums.py': large, 'test_more.py': '# sums only by name\n' });
  using judge = new TestJudge();
  const found = await judge.ask({ kind: 'discover', options: optionsFor(workspace, 'sums.py', { symbol: 'add' }) });
  assert.deepEqual(found.plan, { kind: 'unittest', files: ['test_sums.py'] });
  assert.equal(found.tests.length, 1);
  assert.equal(found.tests[0]!.text, TESTS);
});
