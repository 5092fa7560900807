import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Waiter } from '../../../src/engine/gpu/waiter.ts';

/** A promise that is over after so many milliseconds of a loop that never rests, as Dawn's binding has it. */
function spinning(ms: number): Promise<string> {
  const until = performance.now() + ms;
  return new Promise((resolve) => {
    const turn = () => (performance.now() < until ? void setImmediate(turn) : resolve('done'));
    setImmediate(turn);
  });
}

test('a long wait leaves the core to others, and ends soon after what it waits for', async () => {
  const waiter = new Waiter();
  const start = performance.now();
  const before = process.cpuUsage();
  assert.equal(await waiter.wait(spinning(400)), 'done');
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - start;
  assert.ok((user + system) / 1000 < 0.5 * ms, `${(user + system) / 1000} ms of ${ms} ms`);
  assert.ok(ms < 600, `${ms} ms`);
});

test('timers and other waits go on meanwhile', async () => {
  const waiter = new Waiter();
  const order: string[] = [];
  await Promise.all([
    waiter.wait(spinning(120)).then(() => order.push('long')),
    waiter.wait(spinning(20)).then(() => order.push('short')),
    delay(60).then(() => order.push('timer')),
  ]);
  assert.deepEqual(order, ['short', 'timer', 'long']);
});

test('what fails is thrown, and the next wait works', async () => {
  const waiter = new Waiter();
  await assert.rejects(waiter.wait(Promise.reject(new Error('lost'))), /lost/);
  assert.equal(await waiter.wait(spinning(2)), 'done');
});
