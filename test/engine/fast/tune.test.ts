import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreeing, type Contest, decide } from '../../../src/engine/fast/tune.ts';

const right = [4, -2, 1];
const near = [4.01, -2, 0.99];
const wrong = [8, -4, 2];

async function kept(...results: [kind: string, columns: number[]][]): Promise<number[]> {
  const resultOf = async (i: number) => ({ kind: results[i]![0], columns: Float64Array.from(results[i]![1]) });
  return agreeing([...results.keys()], resultOf);
}

test('ways that compute something else than most of their kind are left out', async () => {
  assert.deepEqual(await kept(['plain', wrong], ['plain', right], ['plain', near], ['plain', right]), [1, 2, 3]);
  assert.deepEqual(await kept(['plain', right], ['plain', [Number.NaN, 0, 0]], ['plain', near]), [0, 2]);
  assert.deepEqual(await kept(['plain', right], ['plain', [0, 0, 0]], ['plain', near]), [0, 2]);
});

test('kinds are not compared with each other', async () => {
  const some: [string, number[]][] = [
    ['plain', right],
    ['normed', wrong],
    ['normed', wrong],
    ['plain', near],
  ];
  assert.deepEqual(await kept(...some), [0, 1, 2, 3]);
});

/** A product's ways, each with what it takes alone. */
function contest(key: string, ...us: number[]): Contest {
  const way = (splits: number) => ({ kind: 'tile', tile: { BM: 16, BN: 16, BK: 16, WM: 16, WN: 16 }, splits }) as const;
  return { key, rows: 1, ways: us.map((each, i) => ({ way: way(i + 1), us: each })) };
}

test('between ways that are close alone, what a whole pass takes decides', async () => {
  const inPass: Record<string, number[]> = { a: [10, 8, 9], b: [5, 5.001], c: [7] };
  const passes: number[] = [];
  const decided = await decide([contest('a', 1, 1.1, 1.2), contest('b', 3, 3.1), contest('c', 2)], async (taken) => {
    const us = [...taken].reduce(
      (sum, [key, { way }]) => sum + inPass[key]![(way as { splits: number }).splits - 1]!,
      0,
    );
    passes.push(us);
    return us;
  });
  const splits = Object.fromEntries([...decided].map(([key, { way }]) => [key, (way as { splits: number }).splits]));
  assert.deepEqual(splits, { a: 2, b: 1, c: 1 });
  assert.equal(passes.length, 4);
});

test('where no two ways are close, no pass is timed', async () => {
  const decided = await decide([contest('a', 1), contest('b', 2)], () => assert.fail('timed'));
  assert.equal(decided.size, 2);
});

test('a cancel ends the passes', async () => {
  const abort = new AbortController();
  const timing = decide(
    [contest('a', 1, 1.1, 1.2)],
    async () => {
      abort.abort();
      return 1;
    },
    abort.signal,
  );
  await assert.rejects(timing, { code: 'cancelled' });
});
