import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitTime } from '../../../src/engine/gpu/wait-time.ts';

test('nothing is expected before the first wait', () => {
  assert.equal(new WaitTime().expected, undefined);
});

test('a wait that was held up changes nothing', () => {
  const wait = new WaitTime();
  for (const ms of [10, 10, 400, 11]) wait.learn(ms, false);
  assert.equal(wait.expected, 10);
});

test('work that has become longer is believed after some waits', () => {
  const wait = new WaitTime();
  wait.learn(10, false);
  for (let i = 0; i < 8; i++) wait.learn(30, false);
  assert.equal(wait.expected, 30);
});

test('a thread that always wakes too late sleeps less and less', () => {
  const wait = new WaitTime();
  wait.learn(1000, false);
  // It sleeps for what is expected, and the work is done in 10 ms.
  for (let i = 0; i < 20; i++) wait.learn(Math.max(10, wait.expected!), wait.expected! > 10);
  assert.equal(wait.expected! <= 10, true, `${wait.expected}`);
});
