import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import { lines, TestJudge, Workspace, without, withoutBackend } from './workspace.ts';

/** What candidates do to be told apart, or not to be: bodies of `work`, and what runs when the module is loaded. */
const CANDIDATES: Record<string, { body?: string; top?: string }> = {
  passes: {},
  'returns something else': { body: 'return 1' },
  raises: { body: "raise ValueError('no')" },
  'is broken when loaded': { top: "raise RuntimeError('loading')" },
  'asks for a module that is not there': { top: 'import nowhere_to_be_found' },
  'exits with success': { body: 'sys.exit(0)' },
  'exits with success when loaded': { top: 'sys.exit(0)' },
  'leaves at once': { body: 'os._exit(0)' },
  'leaves at once when loaded': { top: 'os._exit(0)' },
  'kills itself': { body: 'os.kill(os.getpid(), signal.SIGKILL)' },
  'ends its parent': { body: 'os.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(0.2)' },
  hangs: { body: 'time.sleep(60)' },
  'hangs at its end': { top: 'import atexit\natexit.register(time.sleep, 60)' },
  'leaves a thread': { top: 'import threading\nthreading.Thread(target=time.sleep, args=(60,)).start()' },
  'makes every assertion hold': {
    top: 'import unittest\nunittest.TestCase.assertIsNone = lambda *_: None',
    body: 'return 1',
  },
  'makes unittest say success': {
    top: 'import unittest\nunittest.TestResult.wasSuccessful = lambda self: True',
    body: 'return 1',
  },
  'closes the descriptors': { body: 'os.closerange(0, 64)' },
  'writes what the next would read': { body: "open('/tmp/left', 'w').write('x')\nopen('left', 'w').write('x')" },
  'reads what the one before wrote': { body: "assert not os.path.exists('/tmp/left') and not os.path.exists('left')" },
  'changes its environment': { body: "os.environ['LEFT'] = 'x'\nsys.path.insert(0, '/nowhere')" },
  'reads the environment': { body: "assert 'LEFT' not in os.environ and '/nowhere' not in sys.path" },
  'writes to the harness': {
    body: [
      "seen = open('/proc/self/cmdline').read().split('\\0') + [os.environ.get('PYTHONPATH', '') + '/x']",
      "harness = next(os.path.dirname(path) for path in seen if '/harness/' in path)",
      'try:',
      "    open(harness + '/left', 'w').write('x')",
      'except OSError:',
      '    return None',
      "return 'written'",
    ].join('\n'),
  },
  'looks for rights': {
    body: "assert [line for line in open('/proc/self/status') if line.startswith('Cap') and int(line.split()[1], 16)] == []",
  },
  'calls what is filtered': {
    body: 'import ctypes\nassert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == -1',
  },
  'looks at its descriptors': {
    body: "assert not os.path.exists('/proc/self/fd/4') or os.readlink('/proc/self/fd/4')[:6] != 'socket'",
  },
  'looks for its server': {
    body: "assert [n for n in os.listdir('/proc') if n.isdigit() and 'coppice-forks' in open(f'/proc/{n}/status').read()] == []",
  },
};

/** How candidates of a kind differ: by number, so that each run of this test asks of the same ones. */
type Variant = (n: number) => { body?: string; top?: string };
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

const QUICK: Variant[] = [
  (n) => ({ body: `total = sum(range(${n}))\nreturn None if total >= 0 else total` }),
  (n) => ({ body: `print('${'x'.repeat(n % 80)}')\nreturn ${pick(['None', '[]', '0', "''", 'print', '...'], n)}` }),
  (n) => ({ body: `return ${pick(['1', "'é–字'", '{1: [2]}', 'float("nan")', '"x" * 5000', 'b"\\xff"'], n)}` }),
  (n) => ({
    body: `raise ${pick(['ValueError', 'KeyError', 'OSError', 'AssertionError', 'RecursionError', 'StopIteration'], n)}('né ${n}')`,
  }),
  (n) => ({ body: `raise ${pick(['KeyboardInterrupt', 'SystemExit', 'GeneratorExit', 'MemoryError'], n)}(${n % 3})` }),
  (n) => ({ top: `raise ${pick(['ValueError', 'ImportError', 'SystemExit', 'SyntaxError'], n)}(${n % 3})` }),
  (n) => ({ [pick(['body', 'top'], n)]: `sys.exit(${n % 4})` }),
  (n) => ({ [pick(['body', 'top'], n)]: `os._exit(${n % 4})` }),
  (n) => ({ body: `os.kill(os.getpid(), signal.${pick(['SIGKILL', 'SIGTERM', 'SIGABRT', 'SIGSEGV', 'SIGINT'], n)})` }),
  (n) => ({
    top: `import unittest\nunittest.TestCase.${pick(['assertIsNone', 'assertEqual', 'run', 'fail', 'setUp'], n)} = lambda *_: None`,
    body: `return ${n}`,
  }),
  (n) => ({
    top: `import builtins\nbuiltins.${pick(['isinstance', 'len', 'getattr', 'repr', 'print'], n)} = lambda *_, **__: True`,
    body: 'return 1',
  }),
  (n) => ({
    top: `sys.${pick(['settrace', 'setprofile', 'excepthook'], n)} ${n % 3 === 2 ? '= print' : '(lambda *_: None)'}`,
  }),
  (n) => ({ body: `for place in ('.', '/tmp', '/dev/shm'): open(place + '/left', 'a').write('${n}')` }),
  () => ({ body: "return [p for p in ('.', '/tmp', '/dev/shm') if os.path.exists(p + '/left')] or None" }),
  (n) => ({ body: `os.environ['LEFT'] = '${n}'\nos.chdir('/')\nsys.path.insert(0, '/nowhere')` }),
  () => ({ body: "import json\nassert os.getcwd() != '/' and json.dumps(1) == '1' and 'LEFT' not in os.environ" }),
  (n) => ({ body: `if os.fork() == 0:\n    ${n % 2 ? 'os.setsid()\n    ' : ''}time.sleep(60)` }),
  (n) => ({ body: `import threading\nthreading.Thread(target=time.sleep, args=(${(n % 3) / 100},)).start()` }),
  (n) => ({
    body: `for name in ('test_work.py', 'work.py', 'notes'):\n    open(name, '${pick(['w', 'a'], n)}').write('#')`,
  }),
  (n) => ({ body: `os.close(${pick([0, 1, 2, 3], n)})` }),
  (n) => ({ body: `import random, unittest\nraise unittest.SkipTest(str(${n} * random.Random(${n}).random()))` }),
  () => ({
    top: 'import gc\ngc.disable()\nsys.setrecursionlimit(80)',
    body: 'def deep(n): return deep(n + 1)\ndeep(0)',
  }),
];
/** Few: each takes its whole limit. */
const SLOW: Variant[] = [
  () => ({ body: 'time.sleep(60)' }),
  () => ({ top: 'while True: pass' }),
  () => ({ body: 'signal.pause()' }),
];

function mixed(count: number): [string, { body?: string; top?: string }][] {
  return Array.from({ length: count }, (_, n) => {
    const variants = n % 167 === 166 ? SLOW : QUICK;
    // The kinds come in another order each round, so that each follows every other.
    const round = Math.floor(n / variants.length);
    return [`number ${n}`, pick(variants, n * (1 + (round % 5) * 2) + round)(n)];
  });
}

const TESTS = {
  unittest: lines(
    'import unittest',
    'from work import work',
    'class T(unittest.TestCase):',
    '    def test_quick(self):',
    '        self.assertTrue(True)',
    '    def test_work(self):',
    '        self.assertIsNone(work())',
    '    def test_yet(self):',
    '        self.assertEqual(1, 1)',
  ),
  pytest: lines(
    'from work import work',
    'def test_quick():',
    '    assert True',
    'def test_work(capsys, tmp_path):',
    '    assert work() is None',
    'def test_yet():',
    '    assert 1 == 1',
  ),
};

const textOf = ({ body = 'return None', top = '' }: { body?: string; top?: string }) =>
  lines('import os, signal, sys, time', top, 'def work():', body.replace(/^/gm, '    '));

/** One that hangs takes so long; starting pytest anew beside a fork takes a good part of it on a slow machine. */
const LIMIT_MS = { unittest: 2000, pytest: 6000 };
/** How many more are made up, where the strongest back end of this machine runs them. */
const MORE = { unittest: 475, pytest: 10 };
let strongest: SandboxBackend | undefined;

for (const backend of ['bubblewrap', 'namespaces'] satisfies SandboxBackend[]) {
  for (const framework of ['unittest', 'pytest'] as const) {
    const missing = await withoutBackend(backend);
    if (!missing) strongest ??= backend;
    const skip = (framework === 'pytest' ? without.pytest : without.python) || missing;
    describe(`${framework} under ${backend}`, { skip, timeout: 240_000 }, () => {
      test('a fork says of every candidate what a run from nothing says', async (t) => {
        using workspace = new Workspace({ 'work.py': textOf({}), 'test_work.py': TESTS[framework] });
        using judge = new TestJudge(backend);
        const open = (forks: boolean) =>
          judge.open(workspace, 'work.py', { slots: 1, timeoutMs: LIMIT_MS[framework], forks });
        const [forked, fresh] = [await open(true), await open(false)];
        const seen = async (session: string, text: string) => {
          const report = await judge.report(session, text);
          return {
            verdict: report.verdict,
            interrupted: report.interrupted,
            cases: report.cases.map(({ id, status, message }) => ({ id, status, message })),
            ms: report.durationMs,
          };
        };
        const all = [...Object.entries(CANDIDATES), ...mixed(backend === strongest ? MORE[framework] : 0)];
        const inTurn = async (session: string) => {
          const results: Awaited<ReturnType<typeof seen>>[] = [];
          for (const [name, candidate] of all) results.push(await seen(session, `${textOf(candidate)}# ${name}\n`));
          return results;
        };
        const [inForks, anew] = await Promise.all([inTurn(forked.session), inTurn(fresh.session)]);
        const differing = all.flatMap(([name], i) => {
          const [one, other] = [inForks, anew].map((results) => JSON.stringify({ ...results[i], ms: 0 }));
          return one === other ? [] : [`${name}: ${textOf(all[i]![1])}\n  in a fork: ${one}\n  anew: ${other}`];
        });
        assert.deepEqual(differing, []);
        // Being told the same is not enough where a candidate looks for what it must not find.
        for (const [i, [name]] of all.entries()) {
          if (/^(passes|reads|looks|calls|writes to the harness)/.test(name))
            assert.equal(inForks[i]!.verdict, 'passed', name);
        }
        const quickest = (results: typeof inForks) => Math.min(...results.map(({ ms }) => ms)).toFixed(0);
        t.diagnostic(
          `${all.length} candidates; the quickest took ${quickest(inForks)} ms in a fork, ${quickest(anew)} ms anew`,
        );
      });
    });
  }
}

/** What the server finds out of them once, it must not say where each session would say something else. */
const KNOWN_BEFORE: Record<string, Record<string, string>> = {
  'a test file whose rewriting warns, where warnings are errors': {
    'pytest.ini': lines('[pytest]', 'filterwarnings = error'),
    'test_work.py': lines('from work import work', 'def test_work():', "    assert (work() is None, 'always')"),
  },
  'fixtures of a plugin that makes them late': {
    'conftest.py': lines(
      'import pytest, _pytest.freeze_support as place',
      'def pytest_configure():',
      '    place.late = pytest.fixture(lambda: 1, name="late")',
    ),
    'test_work.py': lines('from work import work', 'def test_work(late):', '    assert work() is None and late == 2'),
  },
};

/** What pytest does and says before it collects tests, once for all forks. */
const STARTED_BEFORE: Record<string, Record<string, string>> = {
  'what it says at its start': {
    'pytest.ini': lines('[pytest]', 'addopts = -v -rA'),
    'test_work.py': lines(
      'from work import work',
      'def test_work(capfd):',
      '    print("printed")',
      '    assert work() == 1',
    ),
  },
  'tests whose output is not captured': {
    'pytest.ini': lines('[pytest]', 'addopts = -s'),
    'test_work.py': lines(
      'from work import work',
      'def test_work():',
      '    print("printed")',
      '    assert work() == 1',
    ),
  },
  'a warning that the project has a class for': {
    'pytest.ini': lines('[pytest]', 'filterwarnings = error::kinds.Odd'),
    'kinds.py': lines('class Odd(Warning):', '    pass'),
    'test_work.py': lines(
      'import kinds, warnings, work',
      'def test_work():',
      '    warnings.warn(kinds.Odd("odd"))',
      '    work.work()',
    ),
  },
};

for (const [name, files] of Object.entries({ ...KNOWN_BEFORE, ...STARTED_BEFORE })) {
  test(`a fork of pytest says what a run from nothing says of ${name}`, {
    skip: without.pytest || (strongest === undefined && 'no sandbox with forks'),
  }, async () => {
    using workspace = new Workspace({ 'work.py': textOf({}), ...files });
    using judge = new TestJudge(strongest!);
    const seen = [];
    for (const forks of [true, false]) {
      const { session } = await judge.open(workspace, 'work.py', { slots: 1, forks });
      const reports = [
        await judge.report(session, `${textOf({})}# 1\n`),
        await judge.report(session, `${textOf({})}# 2\n`),
      ];
      seen.push(
        reports.map(({ verdict, cases, output }) => ({
          ...{ verdict, cases: cases.map(({ durationMs: _, ...rest }) => rest) },
          output: output?.replace(/=* ?(\d+ (?:failed|error).*) in [\d.]+s.*/g, '$1').replace(/ at 0x\w+/g, ''),
        })),
      );
    }
    assert.deepEqual(seen[0], seen[1]);
    assert.equal(seen[0]![0]!.verdict, 'failed');
  });
}

/** How the server was started, and whether it forks where tests are collected: as a fork sees it. */
const FORKED: Record<string, { seen: string; files: Record<string, string> }> = {
  'where tests are collected': { seen: "('module', True)", files: {} },
  'before a conftest.py beside the tests': { seen: "('module', False)", files: { 'tests/conftest.py': '' } },
  'before a plugin that is not known': {
    seen: "('module', False)",
    files: { 'pytest.ini': lines('[pytest]', 'addopts = -p json.tool') },
  },
  'before settings that load a file of the project': {
    seen: "('early', False)",
    files: {
      'pytest.ini': lines('[pytest]', 'filterwarnings = error::kinds.Odd'),
      'kinds.py': lines('class Odd(Warning):', '    pass'),
    },
  },
};

for (const [place, { seen, files }] of Object.entries(FORKED)) {
  test(`pytest forks ${place}`, {
    skip: without.pytest || (strongest === undefined && 'no sandbox with forks'),
  }, async () => {
    const tests = lines(
      'import coppice_pytest, work',
      'def test_where():',
      "    words = open('/proc/self/cmdline').read().split('\\0')",
      `    assert (words[6], coppice_pytest.ahead is not None) == ${seen}`,
    );
    using workspace = new Workspace({ 'work.py': textOf({}), 'tests/test_work.py': tests, ...files });
    using judge = new TestJudge(strongest!);
    const { session } = await judge.open(workspace, 'work.py', { slots: 1 });
    const report = await judge.report(session, `${textOf({})}# 1\n`);
    assert.equal(report.cases[0]?.message, undefined);
    assert.equal(report.verdict, 'passed');
  });
}
