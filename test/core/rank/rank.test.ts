import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generatedTests } from '../../../src/core/rank/generated.ts';
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
  ...['parses', 'passed', 'no-new-failures', 'contradicted', 'repeats', 'expected', 'isolated'],
  ...['generated-tests', 'agreement', 'cluster', 'mean-logprob', 'changed-lines'],
];

const status = fc.constantFrom<CaseStatus>('passed', 'failed', 'error', 'skipped');
const output = fc.record(
  { text: fc.constantFrom('1', '2'), clean: fc.boolean(), expected: fc.constantFrom('1', '2') },
  { requiredKeys: ['text', 'clean'] },
);
const generated = fc.uniqueArray(fc.record({ expected: fc.constantFrom('1', '2'), agrees: fc.boolean() }), {
  ...{ minLength: 1, selector: ({ expected }) => expected },
});
const outputs = fc
  .array(fc.tuple(output, fc.option(generated)), { minLength: 2, maxLength: 2 })
  .map((list) =>
    list.map(([one, said], at): Output => ({ ...one, input: `f(${at})`, ...(said ? { generated: said } : {}) })),
  );
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
            new Map([
              ['isolated', 0],
              ['contradicted', entry.report.isolation?.kind === 'contradicted' ? -1 : 0],
              ...entry.evidence.map(({ fact, value }) => [fact as string, value] as const),
            ]);
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

test('whoever is contradicted comes behind all that pass as many tests, and who is confirmed before them', () => {
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
  assert.deepEqual(order([judgedOf('a', unconfirmed, { count: 9 }), judgedOf('b', confirmed)]), ['b', 'a']);
  assert.deepEqual(order([judgedOf('a', all, { count: 9 }), judgedOf('b', confirmed)]), ['b', 'a']);
  const one = { ...reportOf(['passed', 'passed', 'failed']), isolation: { kind: 'confirmed' } } satisfies Report;
  assert.deepEqual(order([judgedOf('a', unconfirmed), judgedOf('b', one)]), ['a', 'b']);
  const expecting = (report: Report, expected: string): Report => ({
    ...report,
    outputs: [{ input: 'f(1)', text: '1', clean: true, expected }],
  });
  const said = [judgedOf('a', expecting(confirmed, '2')), judgedOf('b', expecting(all, '1'))];
  assert.deepEqual(order(said), ['b', 'a'], 'what the user said goes before');
  assert.deepEqual(order([judgedOf('a', unconfirmed), judgedOf('b', all, { changedLines: 0 })]), ['b', 'a']);
  const texts = rank([judgedOf('a', unconfirmed), judgedOf('b', confirmed)], BASELINE).map(
    ({ evidence }) => evidence.find(({ fact }) => fact === 'isolated')?.text,
  );
  assert.deepEqual(texts, [
    'confirmed: passes with the tests in a process of their own',
    'not confirmed with the tests in a process of their own: its own A.__eq__ decides',
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
      const generated = ['1', '2', '3'].map((expected) => ({ expected, agrees: true }));
      const said = [...outputs, { input: 'f(2)', text: '1', clean: true, generated }];
      const worse = { ...reportOf(['passed', 'passed', 'failed']), outputs: said };
      const better = reportOf(['passed', 'passed', 'passed']);
      const two = [
        judgedOf('worse!', worse, { count, logprob: -1, tokens: 9, changedLines: 0 }),
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

/** What a candidate gives for `f(0)`, `f(1)`, ..., where the model said that each gives 1. */
function givingOf(texts: string[]): Report {
  const outputs = texts.map((text, at): Output => {
    return { input: `f(${at})`, text, clean: true, generated: [{ expected: '1', agrees: text === '1' }] };
  });
  return { ...reportOf(['passed', 'passed', 'passed']), outputs };
}

test("tests that the model wrote decide by CodeT's score, before what agrees, and are called unverified", () => {
  // 4 x root 1 against 2 x root 3.
  const entries = [
    judgedOf('x', givingOf(['1', '1', '0', '0']), { count: 3 }),
    judgedOf('y', givingOf(['1', '1', '1', '1'])),
    judgedOf('z', givingOf(['0', '0', '0', '0']), { count: 2 }),
  ];
  assert.deepEqual(order(entries), ['y', 'x', 'z']);
  const said = rank(entries, BASELINE).map(({ evidence }) => evidence.find(({ fact }) => fact === 'generated-tests'));
  assert.deepEqual(
    said.map((line) => [line?.value, line?.text]),
    [
      [4, 'agrees with 4 of 4 tests that the model wrote itself, unverified'],
      [2 * Math.sqrt(3), 'agrees with 2 of 4 tests that the model wrote itself, unverified'],
      [0, 'agrees with 0 of 4 tests that the model wrote itself, unverified'],
    ],
  );
  assert.deepEqual(generatedTests(entries, [], 9), {
    ...{ verified: false, written: 9, ran: 6, counted: true },
    tests: [4, 4, 1, 1].map((agree, at) => ({ input: `f(${at})`, expected: '1', agree })),
  });
});

test('tests of a model with which no candidate agrees on three and a third do not count', () => {
  const few = (agreeing: number, asked: number) => [
    judgedOf('x', givingOf(Array.from({ length: asked }, (_, at) => (at < agreeing ? '1' : '2')))),
    judgedOf('y', givingOf(Array(asked).fill('0')), { count: 2 }),
  ];
  assert.deepEqual(order(few(3, 9)), ['x', 'y']);
  for (const [agreeing, asked] of [
    [2, 2],
    [3, 10],
  ] as const) {
    const entries = few(agreeing, asked);
    assert.deepEqual(order(entries), ['y', 'x']);
    assert.equal(generatedTests(entries, [], asked)!.counted, false);
    const said = rank(entries, BASELINE).map(({ evidence }) => evidence.find(({ fact }) => fact === 'generated-tests'));
    assert.equal(said[0]!.value, said[1]!.value);
    assert.match(said[1]!.text, /, unverified, and too often wrong to count$/);
  }
});

test('tests that no candidate was run on are listed as they were written', () => {
  const given = [{ input: 'f(0)', expected: '1' }];
  const tests = [{ ...given[0]!, agree: 0 }];
  const failed = [judgedOf('x', reportOf(['failed']))];
  assert.deepEqual(generatedTests(failed, [...given, ...given], 4), {
    ...{ verified: false, written: 4, ran: 0, counted: false, tests },
  });
  assert.equal(generatedTests(failed, [], 0), null);
});

test('what the user said goes before what a model wrote', () => {
  const expecting = (text: string): Report => {
    const { outputs, ...report } = givingOf(['0']);
    const said: Output = { input: "f('')", text, clean: true, expected: '7' };
    return { ...report, outputs: [...outputs!, said] };
  };
  const agreeing = {
    ...expecting('8'),
    outputs: [...expecting('8').outputs!.slice(1), ...givingOf(['1', '1', '1']).outputs!],
  };
  assert.deepEqual(order([judgedOf('x', agreeing, { count: 9 }), judgedOf('y', expecting('7'))]), ['y', 'x']);
});
