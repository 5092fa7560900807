import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rank } from '../../../src/core/rank/rank.ts';
import type { Judged } from '../../../src/core/rank/ranking.ts';
import type { CaseStatus, Isolation, Output, Report } from '../../../src/core/report.ts';

const CASES = ['a', 'b', 'c'];

function reportOf(statuses: CaseStatus[], verdict?: Report['verdict'], messages: (string | undefined)[] = []): Report {
  const count = (status: CaseStatus) => statuses.filter((one) => one === status).length;
  return {
    verdict: verdict ?? (statuses.every((status) => status === 'passed') ? 'passed' : 'failed'),
    passed: count('passed'),
    failed: count('failed'),
    errors: count('error'),
    timedOut: false,
    durationMs: 1,
    cases: statuses.map((status, index) => {
      const message = messages[index];
      return { id: CASES[index]!, status, durationMs: 1, ...(message === undefined ? {} : { message }) };
    }),
  };
}

function judgedOf(id: string, report: Report, rest: Partial<Judged> = {}): Judged {
  return { id, text: `text of ${id}`, report, count: 1, changedLines: 1, ...rest };
}

const BASELINE = reportOf(['passed', 'failed', 'failed']);
const order = (entries: Judged[]) => rank(entries, BASELINE).map(({ id }) => id);

/** Every fact of the evidence, in the order in which they decide. */
const FACTS = [
  ...['parses', 'passed', 'no-new-failures', 'isolated', 'repeats', 'expected'],
  ...['generated-tests', 'agreement', 'cluster', 'mean-logprob', 'changed-lines'],
];

const status = fc.constantFrom<CaseStatus>('passed', 'failed', 'error', 'skipped');
const output = fc.record(
  { text: fc.constantFrom('1', '2'), clean: fc.boolean(), expected: fc.constantFrom('1', '2') },
  { requiredKeys: ['text', 'clean'] },
);
const outputs = fc
  .array(output, { minLength: 2, maxLength: 2 })
  .map((list) => list.map((one, at): Output => ({ ...one, input: `f(${at})` })));
const tested = fc.oneof(
  fc.array(status, { minLength: 3, maxLength: 3 }).map((statuses) => reportOf(statuses)),
  fc.constant(reportOf([], 'unparsable')),
  fc.constant(reportOf([], 'error')),
);
const isolation = fc.constantFrom<Isolation>({ kind: 'confirmed' }, { kind: 'contradicted', why: 'a' });
const report = fc.tuple(tested, fc.option(outputs), fc.option(isolation)).map(
  ([one, seen, apart]): Report => ({
    ...one,
    ...(seen ? { outputs: seen } : {}),
    ...(apart ? { isolation: apart } : {}),
  }),
);
const entries = fc.uniqueArray(
  fc.record(
    {
      id: fc.string({ minLength: 1, maxLength: 4 }),
      text: fc.string(),
      report,
      count: fc.integer({ min: 1, max: 5 }),
      logprob: fc.double({ min: -50, max: 0, noNaN: true }),
      tokens: fc.integer({ min: 0, max: 20 }),
      changedLines: fc.integer({ min: 0, max: 5 }),
      generated: fc.subarray(['x == 1', 'y == 2']),
    },
    { requiredKeys: ['id', 'text', 'report', 'count', 'logprob', 'tokens', 'changedLines'] },
  ),
  { selector: ({ id }) => id, maxLength: 12 },
);

test('the ranking is the same whatever the order of the entries', () => {
  const shuffled = entries.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  );
  fc.assert(fc.property(shuffled, ([one, other]) => assert.deepEqual(rank(one, BASELINE), rank(other, BASELINE))));
});

test('ranks are 1 to n, every entry is there once, and clusters are numbered in the order they appear', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const ranking = rank(list, BASELINE);
      assert.deepEqual(
        ranking.map((entry) => entry.rank),
        list.map((_, index) => index + 1),
      );
      assert.deepEqual(new Set(ranking.map(({ id }) => id)), new Set(list.map(({ id }) => id)));
      let seen = 0;
      for (const { cluster } of ranking) {
        assert.ok(cluster <= seen + 1);
        seen = Math.max(seen, cluster);
      }
    }),
  );
});

test('an entry never ranks above one that is better in the first fact on which they differ', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const ranking = rank(list, BASELINE);
      for (const [index, above] of ranking.entries()) {
        for (const below of ranking.slice(index + 1)) {
          const values = (entry: typeof above) =>
            // Not to have been asked says nothing.
            new Map([['isolated', 0], ...entry.evidence.map(({ fact, value }) => [fact as string, value] as const)]);
          const [a, b] = [values(above), values(below)];
          const fact = FACTS.find((name) => a.get(name) !== b.get(name));
          const of = (facts: Map<string, number>) => facts.get(fact!) ?? Number.NEGATIVE_INFINITY;
          assert.ok(fact === undefined || of(a) > of(b), `${fact}: ${of(a)} above ${of(b)}`);
        }
      }
    }),
  );
});

test('counts are votes: the weights of all clusters add up to the number of candidates', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const weights = new Map<number, number>();
      for (const { cluster, evidence } of rank(list, BASELINE)) {
        weights.set(cluster, evidence.find(({ fact }) => fact === 'cluster')!.value);
      }
      const votes = list.reduce((sum, { count }) => sum + count, 0);
      assert.equal(
        [...weights.values()].reduce((sum, weight) => sum + weight, 0),
        votes,
      );
    }),
  );
});

test('whoever is contradicted comes behind all that pass as many tests, and who is not confirmed behind nobody', () => {
  const all = reportOf(['passed', 'passed', 'passed']);
  const isolated = (isolation: Isolation): Report => ({ ...all, isolation });
  const contradicted = isolated({ kind: 'contradicted', why: 'b: 1 != 2' });
  const unconfirmed = isolated({ kind: 'unconfirmed', why: 'its own A.__eq__ decides' });
  const confirmed = isolated({ kind: 'confirmed' });
  const flaky: Report = { ...all, confirmation: { kind: 'flaky', why: 'b' } };
  assert.deepEqual(order([judgedOf('a', contradicted, { count: 9 }), judgedOf('b', flaky)]), ['b', 'a']);
  assert.deepEqual(order([judgedOf('a', contradicted), judgedOf('b', reportOf(['passed', 'passed', 'failed']))]), [
    'a',
    'b',
  ]);
  assert.deepEqual(order([judgedOf('a', unconfirmed), judgedOf('b', confirmed)]), ['a', 'b']);
  assert.deepEqual(order([judgedOf('a', unconfirmed), judgedOf('b', all, { changedLines: 0 })]), ['b', 'a']);
  const texts = rank([judgedOf('a', unconfirmed), judgedOf('b', confirmed)], BASELINE).map(
    ({ evidence }) => evidence.find(({ fact }) => fact === 'isolated')?.text,
  );
  assert.deepEqual(texts, [
    'not confirmed with the tests in a process of their own: its own A.__eq__ decides',
    'confirmed: passes with the tests in a process of their own',
  ]);
});

test('each fact decides only when the facts before it are equal', () => {
  const all = reportOf(['passed', 'passed', 'passed']);
  const one = reportOf(['passed', 'passed', 'failed']);
  const other = reportOf(['passed', 'failed', 'passed']);
  const breaks = reportOf(['failed', 'passed', 'passed']);
  const broken = reportOf([], 'unparsable');
  assert.deepEqual(order([judgedOf('x', broken, { count: 99 }), judgedOf('y', breaks)]), ['y', 'x']);
  assert.deepEqual(order([judgedOf('x', breaks), judgedOf('y', one)]), ['y', 'x']);
  assert.deepEqual(order([judgedOf('x', one, { count: 99 }), judgedOf('y', all)]), ['y', 'x']);
  assert.deepEqual(order([judgedOf('x', one), judgedOf('y', other, { count: 2 })]), ['y', 'x']);
  assert.deepEqual(
    order([judgedOf('x', all, { logprob: -9, tokens: 3 }), judgedOf('y', all, { logprob: -10, tokens: 10 })]),
    ['y', 'x'],
  );
  assert.deepEqual(order([judgedOf('x', all), judgedOf('y', all, { logprob: -10, tokens: 10 })]), ['y', 'x']);
  assert.deepEqual(order([judgedOf('x', all, { changedLines: 7 }), judgedOf('y', all, { changedLines: 3 })]), [
    'y',
    'x',
  ]);
  assert.deepEqual(order([judgedOf('y', all), judgedOf('x', all)]), ['x', 'y']);
});

test('two wrong answers are two behaviours, and an object address is not', () => {
  const says = (message: string) => reportOf(['passed', 'passed', 'failed'], 'failed', [undefined, undefined, message]);
  const clusters = (a: Report, b: Report) =>
    new Set(rank([judgedOf('x', a), judgedOf('y', b)], BASELINE).map(({ cluster }) => cluster)).size;
  assert.equal(clusters(says('3 != 4'), says('5 != 4')), 2);
  assert.equal(clusters(says('<Node at 0x7f01aa> != 4'), says('<Node at 0x7f02bb> != 4')), 1);
});

test('the evidence says in words what a test run showed', () => {
  const [entry] = rank(
    [judgedOf('x', reportOf(['failed', 'passed', 'failed']), { logprob: -3, tokens: 6, changedLines: 2 })],
    BASELINE,
  );
  assert.deepEqual(
    entry!.evidence.map(({ text }) => text),
    [
      'parses',
      'passes 1 of 3 tests, 1 newly',
      'breaks 1 test that passed before',
      '1 of 1 candidate behaves like this',
      'mean log-probability -0.500 a token',
      'changes 2 lines',
    ],
  );
});

test('without tests nothing is called passed', () => {
  const untested = reportOf([], 'untested');
  const [entry] = rank([judgedOf('x', untested)], untested);
  assert.equal(entry!.evidence.find(({ fact }) => fact === 'passed')!.text, 'no tests were run');
});

test("nothing of our own, the user's word or the candidates' number outranks one more test of the project", () => {
  const outputs: Output[] = [{ input: 'f(1)', text: '1', clean: true, expected: '1' }];
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 99 }), (list, count) => {
      const worse = { ...reportOf(['passed', 'passed', 'failed']), outputs };
      const better = reportOf(['passed', 'passed', 'passed']);
      const two = [
        judgedOf('worse!', worse, { count, generated: ['a', 'b'], logprob: -1, tokens: 9, changedLines: 0 }),
        judgedOf('better!', better),
      ];
      const ids = order([...list, ...two]);
      assert.ok(ids.indexOf('better!') < ids.indexOf('worse!'));
    }),
  );
});

test('among those that pass the same tests the outputs decide: what the user said, then what most agree on', () => {
  const all = reportOf(['passed', 'passed', 'passed']);
  const giving = (text: string, expected?: string): Report => ({
    ...all,
    outputs: [{ input: "f('')", text, clean: true, ...(expected === undefined ? {} : { expected }) }],
  });
  const few = (expected?: string) => judgedOf('x', giving('0', expected), { count: 2 });
  const many = (expected?: string) => judgedOf('y', giving('1', expected), { count: 3 });
  const unseen = judgedOf('z', all, { count: 9 });
  assert.deepEqual(order([few(), many(), unseen]), ['y', 'x', 'z']);
  assert.deepEqual(order([few('0'), many('0'), unseen]), ['x', 'y', 'z']);
  const [, last] = rank([few('0'), many('0')], BASELINE);
  const said = (fact: string) => last!.evidence.find((line) => line.fact === fact)?.text;
  assert.equal(said('expected'), "f('') gives 1, and you said 0");
  assert.equal(said('agreement'), "agrees with the 5 that were run on 60% of 1 input of Coppice's own");
});

test("tests of the model's own decide by CodeT's score, before what agrees", () => {
  const all = reportOf(['passed', 'passed', 'passed']);
  const entry = (id: string, count: number, generated: string[]) => judgedOf(id, all, { count, generated });
  // 2 x root 1 against 1 x root 3.
  assert.deepEqual(order([entry('x', 3, ['a']), entry('y', 1, ['a', 'b'])]), ['y', 'x']);
});
