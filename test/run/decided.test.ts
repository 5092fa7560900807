import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { refutations } from '../../src/core/rank/decision.ts';
import { question } from '../../src/core/rank/question.ts';
import type { Output, Report } from '../../src/core/report.ts';
import { decided } from '../../src/run/decided.ts';
import type { RankedCandidate } from '../../src/run/run-result.ts';
import { typedAnswer } from '../../src/run/typed-answer.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const BASELINE: Report = {
  ...{ verdict: 'failed', passed: 0, failed: 1, errors: 0, timedOut: false, durationMs: 0 },
  cases: [{ id: 't', status: 'failed', durationMs: 0 }],
};

/** Each list has what one candidate gives; a digit below 7 is a value. */
function rankingOf(outputs: number[][]): RankedCandidate[] {
  const candidates = outputs.map((digits, at): RankedCandidate => {
    const given = digits.map((digit, number): Output => {
      const clean = digit < 7;
      return { input: `f(${number})`, text: clean ? String(digit) : `raises E${digit}: ${at}`, clean };
    });
    const cases = [{ id: 't', status: 'passed' as const, durationMs: 0 }];
    const report: Report = { ...BASELINE, verdict: 'passed', passed: 1, failed: 0, cases, outputs: given };
    const rest = { diff: '', state: 'judged' as const, cluster: 0, rank: 0, evidence: [] };
    return {
      ...rest,
      id: `c${at}`,
      text: `${at}`,
      count: 1 + (at % 3),
      logprob: -1 - at,
      tokens: 4,
      changedLines: 1,
      report,
    };
  });
  return decided(candidates, BASELINE, []);
}

const rankings = fc
  .integer({ min: 1, max: 5 })
  .chain((inputs) => fc.array(fc.array(fc.nat(9), { minLength: inputs, maxLength: inputs }), { maxLength: 12 }));

test('whoever answers every question has a best candidate that none gives more of what was said than, and can take it all back', () => {
  fc.assert(
    fc.property(rankings, fc.infiniteStream(fc.nat(3)), (outputs, choices) => {
      const first = rankingOf(outputs);
      const decisions: { input: string; expected: string }[] = [];
      let now = first;
      for (let asked = question(now); asked; asked = question(now)) {
        const { input, answers } = asked;
        assert.ok(!decisions.some((decision) => decision.input === input), 'nothing is asked twice');
        const right = answers[choices.next().value! % answers.length]!;
        decisions.push({ input, expected: right.text });
        now = decided(now, BASELINE, decisions);
        const [best = Infinity, ...rest] = now.map(({ report }) => refutations(report));
        assert.ok(rest.every((wrong) => wrong >= best));
        assert.ok(decisions.length > 1 || right.ids.includes(now[0]!.id));
      }
      assert.deepEqual(decided(now, BASELINE, []), first);
    }),
  );
});

test('what a ranking says of a candidate beside its place stays', () => {
  const ranking = rankingOf([[1], [2]]);
  const before = ranking.find(({ id }) => id === 'c0')!;
  const [best] = decided(ranking, BASELINE, [{ input: 'f(0)', expected: '1' }]);
  assert.deepEqual([before.rank, best!.rank, best!.id, best!.logprob, best!.diff], [2, 1, 'c0', before.logprob, '']);
  assert.match(best!.evidence.map(({ text }) => text).join('\n'), /gives what you said/);
});

test('a typed literal is the output that has its value, however it is written; anything that would have to run is none', async () => {
  const syntax = await Syntax.load();
  const python = (typed: string, ...outputs: string[]) => typedAnswer(syntax, 'python', typed, outputs);
  assert.equal(python(' 2.0 ', '1', '2'), '2');
  assert.equal(python('{"b": [1], "a": (2,)}', "{'a': (2,), 'b': [1]}"), "{'a': (2,), 'b': [1]}");
  assert.equal(python('{2, 1}', '{1, 2}'), '{1, 2}');
  assert.equal(python('{2, 1}', '{1, 3}'), '{2, 1}');
  assert.equal(python('1, 2', '[1, 2]'), '1, 2');
  assert.equal(python('[1, 2]', '(1, 2)'), '[1, 2]');
  assert.equal(python('0.3333333333333', '0.333333333'), '0.333333333');
  assert.equal(python('True', '1'), 'True');
  for (const typed of ['', ' ', 'g(1)', '2) == (2', '1 # one', 'f"{x}"', 'raises ValueError', '[1']) {
    assert.equal(python(typed, '2'), undefined, typed);
  }
  const javascript = (typed: string, ...outputs: string[]) => typedAnswer(syntax, 'javascript', typed, outputs);
  assert.equal(javascript('{ "a": 1, b: [`x`] }', "{a: 1, b: ['x']}"), "{a: 1, b: ['x']}");
  assert.equal(javascript('null', 'undefined'), 'null');
  assert.equal(javascript('undefined', 'null'), 'undefined');
  assert.equal(javascript('alert()', '1'), undefined);
});
