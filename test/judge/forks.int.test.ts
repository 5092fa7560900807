import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import { lines, statuses, TestJudge, Workspace, without, withoutBackend } from './workspace.ts';

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
  'looks at its descriptors': {
    body: "assert not os.path.exists('/proc/self/fd/4') or os.readlink('/proc/self/fd/4')[:6] != 'socket'",
  },
  'looks for its server': {
    body: "assert [n for n in os.listdir('/proc') if n.isdigit() and 'coppice-forks' in open(f'/proc/{n}/status').read()] == []",
  },
};

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

for (const backend of ['bubblewrap', 'namespaces'] satisfies SandboxBackend[]) {
  for (const framework of ['unittest', 'pytest'] as const) {
    const skip = (framework === 'pytest' ? without.pytest : without.python) || (await withoutBackend(backend));
    describe(`${framework} under ${backend}`, { skip, timeout: 180_000 }, () => {
      test('a fork says of every candidate what a run from nothing says', async (t) => {
        using workspace = new Workspace({ 'work.py': textOf({}), 'test_work.py': TESTS[framework] });
        using judge = new TestJudge(backend);
        const open = (forks: boolean) => judge.open(workspace, 'work.py', { slots: 1, timeoutMs: 3000, forks });
        const [forked, fresh] = [await open(true), await open(false)];
        const seen = async (session: string, text: string) => {
          const report = await judge.report(session, text);
          return {
            verdict: report.verdict,
            interrupted: report.interrupted,
            cases: statuses(report),
            ms: report.durationMs,
          };
        };
        const all = Object.entries(CANDIDATES);
        const inTurn = async (session: string) => {
          const results: Awaited<ReturnType<typeof seen>>[] = [];
          for (const [, candidate] of all) results.push(await seen(session, textOf(candidate)));
          return results;
        };
        const [inForks, anew] = await Promise.all([inTurn(forked.session), inTurn(fresh.session)]);
        const told = (results: typeof inForks) =>
          Object.fromEntries(results.map(({ ms: _, ...rest }, i) => [all[i]![0], rest]));
        assert.deepEqual(told(inForks), told(anew));
        // Being told the same is not enough where a candidate looks for what it must not find.
        for (const [i, [name]] of all.entries()) {
          if (/^(passes|reads|looks|writes to the harness)/.test(name))
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
