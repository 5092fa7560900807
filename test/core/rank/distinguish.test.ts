import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDecisions } from '../../../src/core/rank/decision.ts';
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

/** With what the user said of the first input. */
function answered(id: string, count: number, texts: string[], expected: string): Judged {
  const { report, ...entry } = judged(id, count, texts);
  return { ...entry, report: withDecisions(report, [{ input: "f('a  b')", expected }]) };
}

test('what the user has decided is not asked again', () => {
  const decided = (id: string, count: number, texts: string[]) => answered(id, count, texts, '2');
  assert.equal(told(decided('x', 5, ['2', '1']), decided('y', 5, ['3', '1'])), undefined);
  assert.equal(told(decided('x', 5, ['2', '1']), decided('y', 5, ['2', '4']))!.input, "f('a')");
});

test('a cluster that gives something else than the user said is out of the question, and the next one is asked about', () => {
  const told_ = told(
    answered('x', 5, ['2', '1', '1'], '2'),
    answered('y', 9, ['3', '4', '1'], '2'),
    answered('z', 1, ['2', '1', '5'], '2'),
  )!;
  assert.deepEqual([told_.input, told_.outputs.map(({ output }) => output)], ["f('b')", ['1', '5']]);
  const allWrong = told(answered('x', 5, ['2', '1'], '7'), answered('y', 1, ['3', '4'], '7'))!;
  assert.equal(allWrong.input, "f('a')", 'where all are wrong the user may go on');
});

test('where all behave alike, or nothing was run, there is nothing to tell', () => {
  assert.equal(told(), undefined);
  assert.equal(told(judged('x', 1, ['1']), judged('y', 1, ['1'])), undefined);
  assert.equal(told(judged('x', 1, ['1']), judged('y', 1, undefined)), undefined);
});
