import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoppiceError } from '../../../src/core/errors.ts';
import { PATIENCE, patiently, retryAfter, Transient } from '../../../src/engine/hub/patience.ts';

const quick = { ...PATIENCE, pauseMs: 1, longestMs: 2 };
const failure = new CoppiceError('hub-unreachable', 'It is busy.', 'Wait.');
const { signal } = new AbortController();

test('what a server asks to wait for is a number of seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfter('7', now), 7000);
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000);
  assert.equal(retryAfter('Wed, 31 Dec 2025 00:01:00 GMT', now), 0);
  for (const nonsense of [null, '', 'soon', '99999999999', '-'])
    assert.equal(retryAfter(nonsense, now), undefined, `${nonsense}`);
});

test('patience ends after so many tries in a row that get nowhere', async () => {
  const tried = async (advances: boolean[]) => {
    let tries = 0;
    const work = async () => {
      const advanced = advances[tries++];
      if (advanced === undefined) return 'done';
      throw new Transient(failure, { advanced });
    };
    return [await patiently(work, quick, signal).catch((error) => error.code), tries];
  };
  const nowhere = (count: number) => Array<boolean>(count).fill(false);
  assert.deepEqual(await tried(nowhere(5)), ['done', 6]);
  assert.deepEqual(await tried(nowhere(6)), ['hub-unreachable', 6]);
  assert.deepEqual(await tried([...nowhere(5), true, ...nowhere(4)]), ['done', 11]);
  assert.deepEqual(await tried([...nowhere(5), true, ...nowhere(5)]), ['hub-unreachable', 11]);
});

test('other failures, and an abort, end it at once', async () => {
  let tries = 0;
  const failing = (error: Error) => async () => {
    tries++;
    throw error;
  };
  await assert.rejects(patiently(failing(failure), quick, signal), failure);
  const abort = new AbortController();
  const slow = { ...quick, pauseMs: 60_000, longestMs: 60_000 };
  const waiting = patiently(failing(new Transient(failure)), slow, abort.signal);
  setTimeout(() => abort.abort(), 5);
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal(tries, 2);
});
