import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { paced } from '../../src/run/paced.ts';

test('work asked for a thousand times is done at once, and once more for the rest', async () => {
  let done = 0;
  const work = paced(async () => {
    done++;
  }, 30);
  work.ask();
  assert.equal(done, 1);
  for (let i = 0; i < 1000; i++) work.ask();
  assert.equal(done, 1);
  await delay(120);
  assert.equal(done, 2);
  work.ask();
  assert.equal(done, 3);
  work.stop();
});

test('work that takes long leaves the greater part of the time to others', async () => {
  let busyMs = 0;
  const startedAt = performance.now();
  const work = paced(async () => {
    const from = performance.now();
    while (performance.now() - from < 20);
    busyMs += performance.now() - from;
    work.ask();
  }, 1);
  work.ask();
  await delay(500);
  work.stop();
  const share = busyMs / (performance.now() - startedAt);
  assert.ok(busyMs > 40 && share < 0.4, `${busyMs.toFixed(0)} ms, a share of ${share.toFixed(2)}`);
});

test('once it is stopped nothing begins, and what is under way knows that it is over', async () => {
  let begun = 0;
  let seen: boolean | undefined;
  const work = paced(async (isOver) => {
    begun++;
    await delay(20);
    seen = isOver();
  }, 1);
  work.ask();
  work.ask();
  work.stop();
  await delay(60);
  work.ask();
  assert.deepEqual([begun, seen], [1, true]);
});

test('work that rejects is asked for again like any other', async () => {
  let done = 0;
  const work = paced(async () => {
    done++;
    throw new Error('not now');
  }, 5);
  work.ask();
  work.ask();
  await delay(60);
  assert.equal(done, 2);
  work.stop();
});
