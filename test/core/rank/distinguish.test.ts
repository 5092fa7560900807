import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distinguish } from '../../../src/core/rank/distinguish.ts';
import { rank } from '../../../src/core/rank/rank.ts';
import type { Judged } from '../../../src/core/rank/ranking.ts';
import type { Output, Report } from '../../../src/core/report.ts';

const UNTESTED: Report = {
  ...{ verdict: 'untested', passed: 0, failed: 0, errors: 0, timedOut: false, durationMs: 0, cases: [] },
};

function judged(id: string, count: number, texts: string[] | undefined): Judged {
  const calls = ["f('a  b')", "f('a')", "f('b')", 'f(1)'];
  const outputs = texts?.map((text, at): Output => ({ input: calls[at]!, text, clean: !text.startsWith('raises') }));
  const report = { ...UNTESTED, ...(outputs ? { outputs } : {}) };
  return { id, text: id, report, count, changedLines: 1 };
}

const told = (...entries: Judged[]) => distinguish(rank(entries, UNTESTED));

test('the shortest input on which the two best clusters give different values is the one that is told', () => {
  const told_ = told(
    judged('x', 5, ['2', '1', '1', 'raises A']),
    judged('y', 1, ['2', '1', '1', 'raises A']),
    judged('z', 2, ['3', '1', '4', 'raises B']),
    judged('w', 1, ['9', '9', '9', '9']),
  );
  assert.deepEqual(told_, {
    input: "f('b')",
    outputs: [
      { cluster: 1, output: '1', ids: ['x', 'y'] },
      { cluster: 2, output: '4', ids: ['z'] },
    ],
  });
});

test('an error tells less than a value, however short its input is', () => {
  const { input } = told(judged('x', 5, ['2', '1', '1', '1']), judged('z', 2, ['3', '1', 'raises B', 'raises B']))!;
  assert.equal(input, "f('a  b')");
});

test('what the user has decided is not asked again', () => {
  const decided = (id: string, count: number, texts: string[]) => {
    const entry = judged(id, count, texts);
    return { ...entry, report: { ...entry.report, outputs: entry.report.outputs!.with(0, answered(texts[0]!)) } };
  };
  const answered = (text: string): Output => ({ input: "f('a  b')", text, clean: true, expected: '2' });
  assert.equal(told(decided('x', 5, ['2', '1']), decided('y', 5, ['3', '1'])), undefined);
  assert.equal(told(decided('x', 5, ['2', '1']), decided('y', 5, ['3', '4']))!.input, "f('a')");
});

test('where all behave alike, or nothing was run, there is nothing to tell', () => {
  assert.equal(told(), undefined);
  assert.equal(told(judged('x', 1, ['1']), judged('y', 1, ['1'])), undefined);
  assert.equal(told(judged('x', 1, ['1']), judged('y', 1, undefined)), undefined);
});
