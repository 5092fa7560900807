import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JudgeRequest, ProgramRun } from '../../src/core/protocol.ts';
import { findProgram } from '../../src/judge/runtime/program.ts';
import { TestJudge, Workspace, without } from './workspace.ts';

const NONE = { tests: { kind: 'none' } } as const;
const hasCompiler = findProgram('c++') !== undefined;

async function executed(
  judge: TestJudge,
  session: string,
  text: string,
  inputs: string[],
  program: Extract<JudgeRequest, { kind: 'execute' }>['program'] = {},
): Promise<ProgramRun[]> {
  return (await judge.ask({ kind: 'execute', session, text, inputs, program })).runs;
}

const said = (runs: ProgramRun[]) => runs.map(({ output, error }) => error ?? output);

test('a program is run once for each input, and its output comes back', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'twice.py': '' });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'twice.py', NONE);
  const run = (text: string, inputs: string[], program = {}) => executed(judge, session, text, inputs, program);
  assert.deepEqual(said(await run('print(2 * int(input()))\n', ['1\n', '20\n', 'x\n'])), [
    '2\n',
    '40\n',
    "runtime error: exit code 1: ValueError: invalid literal for int() with base 10: 'x'",
  ]);
  const slow = 'if input() == "b":\n    while True: pass\nprint("done")\n';
  assert.deepEqual(said(await run(slow, ['a\n', 'b\n'], { timeLimitMs: 300 })), [
    'done\n',
    'time limit of 300 ms exceeded',
  ]);
  const [asArgument] = await run('import sys\nprint(sys.argv[1:], input())\n', ['7'], { asArgument: true });
  assert.equal(asArgument?.output, "['7'] 7\n");
  assert.deepEqual(said(await run('print(1)\n', ['', ''], { run: 'echo hello' })), [
    `hello ${workspace.root}/twice.py\n`,
    `hello ${workspace.root}/twice.py\n`,
  ]);
});

test('a compiler that refuses a program says why, for every input', { skip: !hasCompiler && 'no C++' }, async () => {
  using workspace = new Workspace({ 'a.cpp': '' });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'a.cpp', NONE);
  const runs = await executed(judge, session, 'int main() { return x; }\n', ['1', '2']);
  assert.match(runs[0]!.error!, /^does not compile: .*error/);
  assert.equal(runs[1]!.error, runs[0]!.error);
});

test('it can be called off in the middle', { skip: without.python }, async () => {
  using workspace = new Workspace({ 'a.py': '' });
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'a.py', NONE);
  const text = 'while True: pass\n';
  const calling = new AbortController();
  const program = { timeLimitMs: 20_000 };
  const running = judge.ask({ kind: 'execute', session, text, inputs: ['1'], program }, calling.signal);
  setTimeout(() => calling.abort(), 400);
  const began = performance.now();
  await assert.rejects(running, { code: 'cancelled' });
  assert.ok(performance.now() - began < 3000);
});
