import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimate } from '../../bench/selection/bootstrap.ts';
import { assertionsOf, withAssertions } from '../../bench/selection/cases.ts';
import { chance, filtered, METHODS } from '../../bench/selection/methods.ts';
import { isRight, readSamples } from '../../bench/selection/sample.ts';
import { rank } from '../../src/core/rank/rank.ts';
import type { Judged } from '../../src/core/rank/ranking.ts';
import type { Report } from '../../src/core/report.ts';
import type { RankedCandidate } from '../../src/run/run-result.ts';

const PASSED: Report = {
  ...{ verdict: 'passed', passed: 1, failed: 0, errors: 0, timedOut: false, durationMs: 1 },
  cases: [{ id: 'a', status: 'passed', durationMs: 1 }],
};
const FAILED: Report = { ...PASSED, verdict: 'failed', passed: 0, failed: 1, cases: [] };

/** Entries as a run ranks them. */
function ranked(...given: [id: string, count: number, logprob: number, output: string | undefined][]) {
  const judged = given.map(([id, count, logprob, text]): Judged => {
    const report = text === undefined ? FAILED : { ...PASSED, outputs: [{ input: 'f()', text, clean: true }] };
    return { id, text: id, report, count, logprob, tokens: 1, changedLines: 1 };
  });
  return rank(judged, FAILED) as unknown as RankedCandidate[];
}

const right = ({ id }: RankedCandidate) => id.startsWith('right');
const by = (name: string, entries: RankedCandidate[]) => chance(entries, METHODS[name]!(entries), right);

test('each way of choosing has the chance that its definition gives it', () => {
  const all = ranked(
    ['right1', 2, -5, '1'],
    ['right2', 1, -4, '1'],
    ['wrong1', 1, -1, '2'],
    ['wrong2', 4, -9, undefined],
  );
  const entries = filtered(all);
  assert.deepEqual(entries.map(({ id }) => id).sort(), ['right1', 'right2', 'wrong1'], 'what fails is left out');
  assert.equal(by('random', entries), 3 / 4);
  assert.equal(by('log-probability', entries), 0);
  for (const name of ['CodeT', 'MBR, all outputs', 'MBR, input by input', 'Coppice'])
    assert.equal(by(name, entries), 1, name);
});

test('ties are drawn by lot, each candidate with the same chance', () => {
  const entries = ranked(['right1', 1, -1, '1'], ['wrong1', 3, -1, '1']);
  assert.equal(by('MBR, input by input', entries), 1 / 4);
});

test('an interval holds its mean, and is a point where all problems are alike', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 5, maxLength: 60 }), (samples) => {
      const { mean, interval } = estimate(samples);
      assert.ok(interval[0] <= mean && mean <= interval[1], `${interval} does not hold ${mean}`);
      if (mean === 0 || mean === 1) assert.deepEqual(interval, [mean, mean]);
    }),
  );
});

test('the samples are of at least 100 problems with 30 candidates each, told right by all assertions', async () => {
  const { settings, problems } = await readSamples(new URL('../../bench/selection/samples.jsonl.gz', import.meta.url));
  assert.ok(problems.length >= 100);
  for (const { problem, texts } of problems) {
    assert.equal(
      texts.reduce((sum, { count }) => sum + count, 0),
      settings.n,
      problem.id,
    );
    const assertions = assertionsOf(problem);
    for (const { passes } of texts) assert.equal(passes.length, assertions.length);
    assert.equal(assertionsOf(withAssertions(problem, assertions)).length, assertions.length);
  }
  const mixed = problems.filter(({ texts }) => texts.some(isRight) && !texts.every(isRight));
  assert.ok(mixed.length >= 100, `only ${mixed.length} problems have right and wrong candidates`);
});
