import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contestProblem, problemText, sampleTests } from '../../../src/core/contest/problem.ts';
import { CoppiceError } from '../../../src/core/errors.ts';

/** As Competitive Companion sends one. */
const SENT = {
  name: 'A. Watermelon',
  group: 'Codeforces - Codeforces Beta Round 4',
  url: 'https://codeforces.com/problemset/problem/4/A',
  interactive: false,
  memoryLimit: 64,
  timeLimit: 1000,
  tests: [{ input: '8\r\n', output: 'YES\r\n' }],
  testType: 'single',
  input: { type: 'stdin' },
  output: { type: 'stdout' },
  languages: { java: { mainClass: 'Main', taskClass: 'AWatermelon' } },
  batch: { id: '123', size: 1 },
};

const codeOf = (value: unknown) => {
  try {
    contestProblem(value);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof CoppiceError, String(error));
    return error.code;
  }
};

test('a problem as Competitive Companion sends it is read, and is the same when written and read again', () => {
  const problem = contestProblem(SENT);
  assert.deepEqual(problem, {
    ...{ name: SENT.name, group: SENT.group, url: SENT.url, samples: [{ input: '8\n', output: 'YES\n' }] },
    ...{ manyCases: false, timeLimitMs: 1000, memoryLimitMb: 64 },
  });
  assert.deepEqual(contestProblem(JSON.parse(problemText(problem))), problem);
});

test('what samples can not decide is refused by name', () => {
  assert.equal(codeOf({ ...SENT, interactive: true }), 'problem-unsupported');
  assert.throws(() => contestProblem({ ...SENT, input: { type: 'file', fileName: 'cows.in' } }), /cows\.in/);
  assert.throws(() => contestProblem({ ...SENT, output: { type: 'file', fileName: 'cows.out' } }), /cows\.out/);
  assert.equal(codeOf({ ...SENT, input: { type: 'regex', pattern: '.*' } }), 'problem-unsupported');
});

test('what is no problem is refused, whatever it is', () => {
  for (const value of [null, 7, 'text', [], {}, { tests: [] }, { tests: [{ input: 1, output: '' }] }]) {
    assert.equal(codeOf(value), 'problem-invalid', JSON.stringify(value));
  }
  assert.equal(codeOf({ ...SENT, timeLimit: -1 }), 'problem-invalid');
  assert.equal(codeOf({ ...SENT, tests: Array(101).fill(SENT.tests[0]) }), 'problem-invalid');
  assert.equal(codeOf({ ...SENT, tests: [{ input: 'x'.repeat(2 ** 20 + 1), output: '' }] }), 'problem-invalid');
});

test('nothing that is sent breaks it, and names have one line without control characters', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string({ unit: 'binary' }), (value, name) => {
      codeOf(value);
      codeOf({ ...SENT, input: value, output: value, tests: value });
      const { name: shown } = contestProblem({ ...SENT, name });
      assert.match(shown, /^[^\p{Cc}]{1,200}$/u);
    }),
  );
});

test('a limit below what an interpreter needs to start is raised, and one without end is not believed', () => {
  const limits = (changes: object) => sampleTests(contestProblem({ ...SENT, ...changes }));
  assert.equal(limits({ timeLimit: 50 }).timeLimitMs, 1000);
  assert.equal(limits({ timeLimit: 9e9 }).timeLimitMs, 60_000);
  assert.equal(limits({ memoryLimit: 4 }).memoryLimitMb, 64);
  assert.equal(limits({ timeLimit: 3000 }).timeLimitMs, 3000);
});

test('answers with fractions may differ in the last digits, others may not', () => {
  const compared = (output: string) =>
    sampleTests(contestProblem({ ...SENT, tests: [{ input: '1', output }] })).compare?.kind;
  assert.equal(compared('0.5\n'), 'numbers');
  assert.equal(compared('1 2.25'), 'numbers');
  assert.equal(compared('5\n'), undefined);
  assert.equal(compared('v1.2 yes'), undefined);
});
