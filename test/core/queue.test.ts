import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { Queue } from '../../src/core/queue.ts';

const never = new AbortController().signal;

test('work is done in the order in which it was asked for, one after the other', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.record({ ms: fc.nat(3), fails: fc.boolean() }), { maxLength: 8 }), async (works) => {
      const queue = new Queue<number>();
      const done: number[] = [];
      let atWork = 0;
      const results = await Promise.allSettled(
        works.map(({ ms, fails }, index) =>
          queue.inTurn(index, never, async () => {
            assert.equal(++atWork, 1);
            await delay(ms);
            atWork--;
            done.push(index);
            if (fails) throw new Error('failed');
          }),
        ),
      );
      assert.deepEqual(
        done,
        works.map((_, index) => index),
      );
      assert.deepEqual(
        results.map(({ status }) => status),
        works.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
      );
    }),
    { numRuns: 30 },
  ));

test('who waits is told, and whoever is called off leaves the queue without having been at work', async () => {
  const seen: string[] = [];
  const queue = new Queue<string>((owners) => seen.push(owners.join(' ')));
  const abort = new AbortController();
  let end = () => {};
  const atWork = new Promise<void>((resolve) => {
    end = resolve;
  });
  const first = queue.inTurn('a', never, () => atWork);
  let ran = false;
  const second = queue.inTurn('b', abort.signal, async () => {
    ran = true;
  });
  const third = queue.inTurn('c', never, async () => {});
  abort.abort();
  await assert.rejects(second, { code: 'cancelled' });
  end();
  await Promise.all([first, third]);
  assert.equal(ran, false);
  assert.deepEqual(seen, ['a', 'a b', 'a b c', 'a c', 'c', '']);
});

test('what is called off before it is asked for is never done', async () => {
  const queue = new Queue<string>();
  await assert.rejects(
    queue.inTurn('a', AbortSignal.abort(), async () => assert.fail('it is done')),
    { code: 'cancelled' },
  );
  await queue.inTurn('b', never, async () => {});
});

test('work that is called off while it is done ends by itself', async () => {
  const queue = new Queue<string>();
  const abort = new AbortController();
  const work = queue.inTurn('a', abort.signal, async () => {
    abort.abort();
    await delay(1);
    return 'whole';
  });
  assert.equal(await work, 'whole');
});
