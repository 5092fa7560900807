import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import type { Report } from '../../src/core/report.ts';
import { findPython } from '../../src/judge/runtime/python.ts';
import { survivors } from './survivors.ts';
import { lines, statuses, TestJudge, Workspace, without, withoutBackend } from './workspace.ts';

/**
 * Candidates that mean harm. Each is judged in a workspace where `test_quick` passes without them and `test_work`
 * calls them.
 */
const TOKEN = `hostile-${randomUUID()}`;
const work = (body: string) =>
  lines(
    'import os, shutil, signal, socket, subprocess, sys, time',
    `os.environ['TOKEN'] = '${TOKEN}'`,
    'def work():',
    body.replace(/^/gm, '    '),
  );

const WORKSPACE = {
  'work.py': 'def work():\n    return None\n',
  'notes/keep.txt': 'mine',
  'test_work.py': [
    'import unittest',
    'from work import work',
    'class T(unittest.TestCase):',
    '    def test_quick(self):',
    '        self.assertTrue(True)',
    '    def test_work(self):',
    '        self.assertIsNone(work())',
    '',
  ].join('\n'),
};
const QUIET = 'def work():\n    return None\n';
const CPU_BOUND = { test_quick: 'passed', test_work: 'error' };

const isolating: SandboxBackend[] = ['bubblewrap', 'namespaces'];

for (const backend of [...isolating, 'none'] as const) {
  const namespaced = backend !== 'none';
  const skip = without.python || (await withoutBackend(backend));
  describe(`a hostile candidate under ${backend}`, { timeout: 120_000, skip }, () => {
    let workspace: Workspace;
    let judge: TestJudge;
    let session: string;
    let untouched: string;

    before(async () => {
      workspace = new Workspace(WORKSPACE);
      untouched = workspace.hash();
      judge = new TestJudge(backend);
      const opened = await judge.open(workspace, 'work.py', {
        slots: 1,
        timeoutMs: 3000,
      });
      session = opened.session;
      assert.equal(opened.sandbox, backend);
      assert.equal(opened.baseline.verdict, 'passed');
    });
    after(() => {
      judge[Symbol.dispose]();
      workspace[Symbol.dispose]();
    });

    /** Judges a candidate; then nothing of it is alive, the user's files are as they were, and the next one is safe. */
    const judged = async (body: string): Promise<Report> => {
      const began = performance.now();
      const report = await judge.report(session, work(body));
      assert.ok(performance.now() - began < 15_000, 'the report came in time');
      assert.deepEqual(survivors(TOKEN), [], 'nothing survives the run');
      assert.equal(workspace.hash(), untouched, 'the files of the user keep their hashes');
      const quiet = await judge.report(session, `${QUIET}# ${randomUUID()}\n`);
      assert.deepEqual(
        statuses(quiet),
        { test_quick: 'passed', test_work: 'passed' },
        'the next candidate is judged right',
      );
      return report;
    };

    test('that loops for ever is ended by the wall clock', async () => {
      const seen = setTimeout(1000).then(() => survivors(TOKEN));
      const report = await judged('while True: pass');
      assert.notDeepEqual(await seen, [], 'a living process would be noticed');
      assert.equal(report.verdict, 'failed');
      assert.equal(report.interrupted, 'wall-clock');
      assert.equal(report.timedOut, true);
      assert.deepEqual(statuses(report), CPU_BOUND);
      assert.match(report.cases.at(-1)!.message!, /wall-clock limit while running/);
    });

    test('that is a fork bomb is ended', async () => {
      const report = await judged(
        ['while True:', '    try:', '        os.fork()', '    except OSError:', '        pass'].join('\n'),
      );
      assert.equal(report.verdict, 'failed');
      assert.ok(['processes', 'wall-clock'].includes(report.interrupted!), `ended by ${report.interrupted}`);
      assert.equal(statuses(report).test_work, 'error');
    });

    test('that allocates 4 GiB fails its test or is ended', async () => {
      const report = await judged('block = bytearray(4 << 30)\nfor i in range(0, len(block), 4096): block[i] = 1');
      assert.equal(report.verdict, 'failed');
      const { message } = report.cases.find(({ id }) => id.endsWith('test_work'))!;
      assert.match(message!, /MemoryError|memory limit/);
    });

    test('that allocates in many processes is ended by the memory of all of them', async () => {
      const patient = await judge.open(workspace, 'work.py', {
        slots: 1,
        timeoutMs: 20_000,
      });
      const report = await judge.report(
        patient.session,
        work(
          lines(
            'for _ in range(8):',
            '    if os.fork() == 0:',
            '        block = bytearray(600 << 20)',
            '        time.sleep(60)',
            'time.sleep(60)',
          ),
        ),
      );
      assert.equal(report.interrupted, 'memory');
      assert.deepEqual(survivors(TOKEN), []);
    });

    test("that takes all memory of the machine would be ended before the user's programs", async () => {
      for (const forks of [true, false]) {
        const opened = await judge.open(workspace, 'work.py', { slots: 1, forks });
        const report = await judge.report(
          opened.session,
          work("assert open('/proc/self/oom_score_adj').read() == '1000\\n'"),
        );
        assert.equal(report.verdict, 'passed', JSON.stringify(report.cases));
      }
    });

    test('that prints 1 GiB is ended by the output limit', async () => {
      const report = await judged("line = 'x' * (1 << 20)\nfor _ in range(1 << 10): print(line)");
      assert.equal(report.interrupted, 'output');
      assert.ok(Buffer.byteLength(report.output!) <= 4096);
    });

    test('that ignores SIGTERM and leaves children in sessions of their own is ended whole', async () => {
      const report = await judged(
        [
          'signal.signal(signal.SIGTERM, signal.SIG_IGN)',
          'if os.fork() == 0:',
          '    os.setsid()',
          '    if os.fork() > 0: os._exit(0)',
          '    os.closerange(0, 64)',
          '    time.sleep(60)',
          `subprocess.Popen(['sleep', '60'], start_new_session=True)`,
          'time.sleep(60)',
        ].join('\n'),
      );
      assert.equal(report.interrupted, 'wall-clock');
    });

    test('that passes and leaves a child behind takes it along', async () => {
      const report = await judged(
        lines(
          'nowhere = subprocess.DEVNULL',
          "subprocess.Popen(['sleep', '60'], start_new_session=True, stdin=nowhere, stdout=nowhere, stderr=nowhere)",
        ),
      );
      assert.equal(report.verdict, 'passed');
    });

    test('that deletes the workspace deletes a copy', async () => {
      const report = await judged(
        lines("for name in os.listdir('.'):", '    shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)'),
      );
      assert.equal(statuses(report).test_work, 'passed');
    });

    test('that leaves a tree too deep for a path, unreadable folders and links is cleaned up after', async () => {
      const report = await judged(
        [
          "shutil.rmtree('notes')",
          `os.symlink('${homedir()}', 'notes')`,
          "os.remove('work.py')",
          "os.symlink('/etc/passwd', 'work.py')",
          "os.makedirs('locked/in', mode=0o700)",
          "os.chmod('locked', 0)",
          'for _ in range(3000):',
          "    os.mkdir('deep')",
          "    os.chdir('deep')",
        ].join('\n'),
      );
      assert.equal(statuses(report).test_work, 'passed');
    });

    if (!namespaced) return;

    test('that writes to home and to the real workspace writes nowhere', async () => {
      const name = `.${TOKEN}`;
      const places = [join(homedir(), name), join('/tmp', name), join('/usr/local', name), join('/var/tmp', name)];
      const report = await judged(
        [
          `for place in ${JSON.stringify(places)}:`,
          '    try:',
          '        os.makedirs(os.path.dirname(place), exist_ok=True)',
          "        open(place, 'w').write('was here')",
          '    except OSError as error:',
          '        print(error)',
          `open('${workspace.root}/notes/keep.txt', 'w').write('was here')`,
        ].join('\n'),
      );
      assert.equal(statuses(report).test_work, 'passed');
      for (const place of places) {
        assert.equal(existsSync(place), false, place);
        rmSync(place, { force: true });
      }
    });

    test('that reads the home folder finds nothing of it', async () => {
      const secret = readdirSync(homedir()).find((name) => name.startsWith('.'));
      const report = await judged(`assert not os.path.exists('${join(homedir(), secret ?? '.profile')}')`);
      assert.equal(report.verdict, 'passed');
    });

    test('that connects to a listener on loopback does not reach it', async () => {
      let connections = 0;
      const listener = createServer((socket) => {
        connections++;
        socket.destroy();
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const address = listener.address();
      assert.ok(address && typeof address === 'object');
      try {
        const report = await judged(`socket.create_connection(('127.0.0.1', ${address.port}), timeout=1)`);
        assert.equal(statuses(report).test_work, 'error');
        assert.match(report.cases.at(-1)!.message!, /ConnectionRefusedError|OSError|TimeoutError/);
        assert.equal(connections, 0);
      } finally {
        listener.close();
      }
    });

    test('that looks for the environment and the processes of the user finds neither', async () => {
      process.env.COPPICE_TEST_SECRET = 'secret';
      try {
        const report = await judged(
          [
            "assert 'COPPICE_TEST_SECRET' not in os.environ",
            "numbers = [int(name) for name in os.listdir('/proc') if name.isdigit()]",
            'assert len(numbers) <= 3, numbers',
            "environment = open('/proc/1/environ').read()",
            "assert 'COPPICE_TEST_SECRET' not in environment",
          ].join('\n'),
        );
        assert.equal(report.verdict, 'passed');
      } finally {
        delete process.env.COPPICE_TEST_SECRET;
      }
    });
  });
}
test('a descriptor that whoever started the judge left open does not reach the tests', {
  skip: without.python,
}, async () => {
  const program = [
    "import { TestJudge, Workspace, lines } from './test/judge/workspace.ts';",
    "using workspace = new Workspace({ 'work.py': '' });",
    'using judge = new TestJudge();',
    "const tests = { kind: 'samples', samples: [{ input: '', output: '' }] };",
    "const { session } = await judge.open(workspace, 'work.py', { tests });",
    'const text = lines(\'import os\', \'print(*[fd for fd in range(300) if os.path.exists(f"/proc/self/fd/{fd}")], sep=",")\');',
    'console.log((await judge.report(session, text)).cases[0].message);',
  ];
  // Node looks for inherited descriptors itself, as far as the first gap.
  const leave = 'import os, sys; os.dup2(os.open("/dev/null", os.O_WRONLY), 251); os.execv(sys.argv[1], sys.argv[1:])';
  const node = [process.execPath, '--input-type=module', '-e', program.join('\n')];
  const { stdout } = spawnSync(findPython(tmpdir()).path, ['-c', leave, ...node], { encoding: 'utf8' });
  assert.match(stdout, /got "0,1,2"$/m);
});
