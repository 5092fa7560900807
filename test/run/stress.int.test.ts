import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { contestProblem } from '../../src/core/contest/problem.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { type StressEvent, type StressRequest, stress } from '../../src/run/stress.ts';
import { lines, without } from '../judge/workspace.ts';

const judge = new JudgeClient();
after(() => judge.dispose());

const python = (name: string, ...text: string[]) => ({ name, text: lines(...text), extension: '.py' });
const READ = 'n = int(input()); a = list(map(int, input().split()))';
const RIGHT = python('right', READ, 'assert len(a) == n', 'print(max(a))');
/** Wrong where every number is negative. */
const FROM_ZERO = python('from zero', READ, 'print(max([0, *a]))');
const problem = contestProblem({
  name: 'Largest',
  tests: [
    { input: '3\n1 9 -3\n', output: '9\n' },
    { input: '4\n-5 2 7 -1\n', output: '7\n' },
  ],
});
const request: StressRequest = {
  ...{ solution: FROM_ZERO, reference: RIGHT, problem, tries: 300, timeMs: 60_000, seed: 1 },
  ...{ limits: {}, allowUnsandboxed: true },
};
const skip = without.python;

test('the smallest input on which two programs differ is found from samples on which they agree', {
  skip,
}, async () => {
  const events: StressEvent[] = [];
  const { difference, run } = await stress(request, judge, { onEvent: (event) => events.push(event) });
  assert.deepEqual(difference, {
    ...{ input: '1\n-1\n', expected: '-1\n', output: '0\n', why: 'word 1: expected "-1", got "0"' },
    said: { why: { template: 'word {0}: expected {1}, got {2}', values: [1, '"-1"', '"0"'] } },
  });
  assert.ok(run.tried > 2 && !run.timeUp);
  assert.ok(events.some(({ kind }) => kind === 'difference'));
});

test('programs that agree are run on as many inputs as asked, and no difference is made up', { skip }, async () => {
  const same = python('same', READ, 'print(sorted(a)[-1])');
  const { difference, run } = await stress({ ...request, solution: same, tries: 40 }, judge);
  assert.equal(difference, null);
  assert.deepEqual([run.tried, run.refused], [40, 0]);
});

test('a generator makes the inputs, by the seed in its argument', { skip }, async () => {
  const generator = python('generator', 'import sys', 'print(2)', 'print(-int(sys.argv[1]), -int(input()))');
  const { problem: _, ...rest } = request;
  const { difference } = await stress({ ...rest, generator, tries: 20, seed: 5 }, judge);
  assert.deepEqual([difference?.input, difference?.expected], ['2\n-5 -5\n', '-5\n']);
});

test('a crash where the reference has an answer is a difference, and what the reference refuses is none', {
  skip,
}, async () => {
  const crashes = python('crashes', READ, 'print(max(a) if n > 0 and max(a) != 2 else 1 // 0)');
  const { difference } = await stress({ ...request, solution: crashes }, judge);
  assert.deepEqual([difference?.input, difference?.expected], ['1\n2\n', '2\n']);
  assert.match(difference!.why, /ZeroDivisionError/);
  const choosy = python('choosy', READ, 'assert max(a) >= 0', 'print(max(a))');
  const { difference: none, run } = await stress({ ...request, reference: choosy, tries: 40 }, judge);
  assert.equal(none, null);
  assert.ok(run.refused > 0 && run.refused < run.tried);
});

test('a reference or a generator that does not work is said to be broken', { skip }, async () => {
  const broken = python('broken', 'raise SystemExit(3)');
  await assert.rejects(stress({ ...request, reference: broken, tries: 20 }, judge), {
    ...{ code: 'candidates-invalid', message: /reference.*exit code 3/ },
  });
  await assert.rejects(stress({ ...request, generator: broken, tries: 20 }, judge), {
    ...{ code: 'candidates-invalid', message: /generator.*exit code 3/ },
  });
});

test('it ends when its time is up, and at once when it is called off', { skip }, async () => {
  const slow = python('slow', READ, 'import time; time.sleep(0.4)', 'print(max(a))');
  const { difference, run } = await stress({ ...request, solution: slow, timeMs: 4000 }, judge);
  assert.deepEqual([difference, run.timeUp], [null, true]);
  assert.ok(run.timings.totalMs < 6000, String(run.timings.totalMs));
  const calling = new AbortController();
  setTimeout(() => calling.abort(), 1500);
  await assert.rejects(stress({ ...request, solution: slow }, judge, { signal: calling.signal }), {
    code: 'cancelled',
  });
});
