import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SampleTests } from '../../src/core/protocol.ts';
import { findProgram } from '../../src/judge/runtime/program.ts';
import { lines, TestJudge, Workspace, without } from './workspace.ts';

const SUM: SampleTests = {
  samples: [
    { input: '1 2\n', output: '3\n' },
    { input: '10 20\n', output: '30\n' },
  ],
  timeLimitMs: 1000,
};
const RIGHT = 'print(sum(map(int, input().split())))\n';

/** The state and the message of each sample. */
async function outcomes(judge: TestJudge, session: string, text: string): Promise<string[]> {
  const { cases } = await judge.report(session, text);
  return cases.map(({ status, message }) => (message === undefined ? status : `${status}: ${message}`));
}

test('a program is judged by what it writes for each sample', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'sum.py': 'pass\n' });
  using judge = new TestJudge();
  const { session, baseline } = await judge.open(workspace, 'sum.py', { tests: { kind: 'samples', ...SUM } });
  assert.equal(baseline.verdict, 'failed');
  const said = (text: string) => outcomes(judge, session, text);
  assert.deepEqual(await said(RIGHT), ['passed', 'passed']);
  assert.deepEqual(await said('print(3)\n'), ['passed', 'failed: wrong answer, word 1: expected "30", got "3"']);
  assert.deepEqual(await said('print(3); raise ValueError("no")\n'), [
    'error: runtime error: exit code 1: ValueError: no',
    'error: runtime error: exit code 1: ValueError: no',
  ]);
  assert.deepEqual(await said('raise SystemExit(0)\n'), [
    'failed: wrong answer, word 1: expected "3", got nothing more',
    'failed: wrong answer, word 1: expected "30", got nothing more',
  ]);
  assert.deepEqual(await said('import time\nprint(3 if input() == "1 2" else time.sleep(9))\n'), [
    'passed',
    'error: time limit of 1000 ms exceeded',
  ]);
  assert.deepEqual(await said('import os\nos.write(1, b"x" * 5_000_000)\n'), [
    'error: output limit exceeded',
    'error: output limit exceeded',
  ]);
});

test('what should come out is nowhere in the sandbox, and no descriptor leads to the judge', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace({ 'sum.py': 'pass\n' });
  using judge = new TestJudge();
  const secret = 'expected-7391';
  const samples = [{ input: '1\n', output: secret }];
  const { session } = await judge.open(workspace, 'sum.py', { tests: { kind: 'samples', samples } });
  const looking = lines(
    'import os, subprocess',
    'word = "expected-7" + "391"',
    'files = [f"/proc/{pid}/{name}" for pid in os.listdir("/proc") if pid.isdigit() for name in ("cmdline", "environ")]',
    'harness = os.path.dirname(os.readlink("/proc/self/fd/0"))',
    'found = subprocess.run(["grep", "-rl", word, harness, "/tmp", ".", *files], capture_output=True).stdout.decode()',
    'fds = [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]',
    'print(",".join(fds + found.split()))',
  );
  const [said] = await outcomes(judge, session, looking);
  assert.equal(said, `failed: wrong answer, word 1: expected "${secret}", got "0,1,2"`);
});

test('a checker decides where more than one output is right, and nothing of the program is left by then', {
  skip: without.python,
}, async () => {
  using workspace = new Workspace({
    'root.py': 'pass\n',
    'check.py': lines(
      'import sys',
      'given, said, answer = (open(path).read() for path in sys.argv[1:])',
      'try: root = float(said)',
      "except ValueError: print('not a number'); sys.exit(2)",
      "if abs(root * root - float(given)) > 1e-6: print(f'{root} squared is not {given.strip()}'); sys.exit(1)",
    ),
  });
  using judge = new TestJudge();
  const compare = { kind: 'checker', command: 'python3 check.py' } as const;
  const samples = [{ input: '2\n', output: '1.41421356\n' }];
  const { session } = await judge.open(workspace, 'root.py', { tests: { kind: 'samples', samples, compare } });
  const said = (text: string) => outcomes(judge, session, text);
  assert.deepEqual(await said('print(float(input()) ** 0.5)\n'), ['passed']);
  assert.deepEqual(await said('print(-(float(input()) ** 0.5))\n'), ['passed']);
  assert.deepEqual(await said('print(1)\n'), ['failed: wrong answer: 1.0 squared is not 2']);
  assert.deepEqual(await said('print("two")\n'), ['failed: wrong answer: not a number']);
  const meddling = 'open("check.py", "w").write("")\nprint("two")\n';
  assert.deepEqual(await said(meddling), ['failed: wrong answer: not a number']);
});

const skip = !findProgram('cc') && 'no C compiler';
test('a C program is compiled, and what keeps it from that is told', { skip }, async () => {
  using workspace = new Workspace({ 'sum.c': 'int main(void) { return 0; }\n' });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sum.c', { tests: { kind: 'samples', ...SUM } });
  const right = '#include <stdio.h>\nint main(void) { int a, b; scanf("%d%d", &a, &b); printf("%d\\n", a + b); }\n';
  assert.deepEqual(await outcomes(judge, session, right), ['passed', 'passed']);
  const [broken] = await outcomes(judge, session, 'int main(void) { return x; }\n');
  assert.match(broken!, /^error: does not compile: .*sum\.c:1:\d+: error: /);
  const [crash] = await outcomes(judge, session, 'int main(void) { *(volatile int *)0 = 1; }\n');
  assert.equal(crash, 'error: runtime error: SIGSEGV');
});

test('time counts that the program had, and memory that it took', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'sum.py': 'pass\n' });
  using judge = new TestJudge();
  const samples = SUM.samples.slice(0, 1);
  const { session } = await judge.open(workspace, 'sum.py', {
    tests: { kind: 'samples', ...SUM, samples, memoryLimitMb: 64 },
  });
  const said = (text: string) => outcomes(judge, session, text);
  // As on a machine that is busy with others.
  assert.deepEqual(await said(`import time; time.sleep(1.3)\n${RIGHT}`), ['passed']);
  assert.deepEqual(await said(`while True: pass\n${RIGHT}`), ['error: time limit of 1000 ms exceeded']);
  const [greedy] = await said(`import time; many = b"x" * 120_000_000; time.sleep(0.5)\n${RIGHT}`);
  assert.equal(greedy, 'error: memory limit of 64 MB exceeded');
});

test('after three samples that ran out of time the rest is not tried', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'sum.py': 'pass\n' });
  using judge = new TestJudge();
  const samples = Array.from({ length: 5 }, () => SUM.samples[0]!);
  const { session } = await judge.open(workspace, 'sum.py', {
    tests: { kind: 'samples', samples, timeLimitMs: 200 },
  });
  const late = 'error: time limit of 200 ms exceeded';
  const untried = 'error: not run, since too many others ran out of time';
  assert.deepEqual(await outcomes(judge, session, 'while True: pass\n'), [late, late, late, untried, untried]);
});

test('what passes has passed where nothing of it could reach the answers', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'sum.py': 'pass\n' });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'sum.py', { tests: { kind: 'samples', ...SUM } });
  await judge.report(session, RIGHT);
  const { confirmation, isolation } = await judge.ask({ kind: 'confirm', session, text: RIGHT });
  assert.deepEqual([confirmation.kind, isolation?.kind], ['repeated', 'confirmed']);
});
