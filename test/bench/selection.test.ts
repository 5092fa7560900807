import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimate } from '../../bench/selection/bootstrap.ts';
import { assertionsOf, withAssertions } from '../../bench/selection/cases.ts';
import { chance, filtered, METHODS } from '../../bench/selection/methods.ts';
import { isRight, readSamples } from '../../bench/selection/sample.ts';
import { countTests, hiddenTests, mistaken, rankedBy, readTests } from '../../bench/selection/tests.ts';
import type { Problem } from '../../bench/sprout/problem.ts';
import type { GeneratedTest } from '../../src/core/generated-test.ts';
import { rank } from '../../src/core/rank/rank.ts';
import type { Judged } from '../../src/core/rank/ranking.ts';
import type { Report } from '../../src/core/report.ts';
import type { RankedCandidate } from '../../src/run/run-result.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

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
  for (const name of ['CodeT, own outputs', 'MBR, all outputs', 'MBR, input by input', 'Coppice'])
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

test('hidden assertions are read as tests of a model, and mistaken ones say what another input gives', async () => {
  const syntax = await Syntax.load();
  const python = { language: 'python', symbol: 'f' } as Problem;
  const assertions = [
    "self.assertEqual(f([1, 2], 'a, b'), 'x, y')",
    'self.assertAlmostEqual(f(2), 0.5)',
    'self.assertEqual(f(3), 0.5)',
  ];
  const tests = hiddenTests(syntax, python, assertions);
  const [one, two, three] = ["f([1, 2], 'a, b')", 'f(2)', 'f(3)'];
  const said = (list: GeneratedTest[]) => list.map(({ input, expected }) => [input, expected]);
  assert.deepEqual(said(tests), [
    [one, "'x, y'"],
    [two, '0.5'],
    [three, '0.5'],
  ]);
  assert.deepEqual(said(mistaken(tests)), [
    [one, '0.5'],
    [two, "'x, y'"],
    [three, "'x, y'"],
  ]);
  const typescript = { language: 'typescript', symbol: 'f' } as Problem;
  assert.deepEqual(said(hiddenTests(syntax, typescript, ["assert.deepEqual(f('a'), [1]);", 'assert.ok(f(1));'])), [
    ["f('a')", '[1]'],
  ]);
});

test('a ranking listens to the tests that it is given, and to their inputs, and to no others', () => {
  const inputs = ['f(1)', 'f(2)', 'f(3)', 'f(4)'];
  const judged = [
    ['right', 1, '1'],
    ['wrong', 3, '2'],
  ].map(([id, count, text]): Judged => {
    const generated = ['1', '2'].map((expected) => ({ expected, agrees: expected === text }));
    const outputs = inputs.map((input) => ({
      input,
      text: String(text),
      clean: true,
      origin: 'model' as const,
      generated,
    }));
    const own = { input: 'f(0)', text: String(text), clean: true };
    return {
      id: String(id),
      text: String(id),
      report: { ...PASSED, outputs: [own, ...outputs] },
      count: Number(count),
      logprob: -1,
      tokens: 1,
      changedLines: 1,
    };
  });
  const ranking = rank(judged, FAILED) as unknown as RankedCandidate[];
  const tests = (expected: string, of = inputs) => of.map((input) => ({ input, expected }));
  const first = (list: GeneratedTest[]) => rankedBy(list, ranking, FAILED)[0]!;
  assert.equal(first([]).id, 'wrong');
  assert.deepEqual(
    first([]).report.outputs!.map(({ input }) => input),
    ['f(0)'],
  );
  assert.equal(first(tests('1')).id, 'right');
  assert.equal(first(tests('2')).id, 'wrong');
  assert.equal(first(tests('1', inputs.slice(2))).id, 'wrong', 'two are too few');
  assert.deepEqual(countTests([...tests('1'), ...tests('2'), ...tests('1')], ranking, right), { usable: 8, right: 4 });
  assert.deepEqual(
    countTests(tests('1'), ranking, () => false),
    { usable: 4, right: null },
  );
});

test('Sprout was asked for tests of every problem that has samples', async () => {
  const folder = new URL('../../bench/selection/', import.meta.url);
  const [drawn, { problems }] = [
    await readTests(new URL('tests.jsonl.gz', folder)),
    await readSamples(new URL('samples.jsonl.gz', folder)),
  ];
  assert.deepEqual(
    [...drawn.keys()],
    problems.map(({ problem }) => problem.id),
  );
  for (const texts of drawn.values()) assert.equal(texts.length, 16);
});
