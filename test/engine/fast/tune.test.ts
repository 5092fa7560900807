import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreeing } from '../../../src/engine/fast/tune.ts';

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
