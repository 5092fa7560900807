import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { JudgeOptions } from '../../src/core/protocol.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { exampleProject } from './scratch.ts';

const judge = new JudgeClient();
after(() => judge.dispose());

const options: JudgeOptions = {
  ...{ workspace: exampleProject('python'), path: 'words.py', symbol: 'initials', tests: { kind: 'auto' } },
  ...{ overlays: [], allowUnsandboxed: true },
};

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a process starts with the first call and answers', async () => {
  assert.equal(await judge.pid(), undefined);
  const { tests } = await judge.call({ kind: 'discover', options });
  assert.deepEqual(
    tests.map(({ path }) => path),
    ['tests/test_words.py'],
  );
  assert.ok(alive((await judge.pid())!));
});

test('an error of the other side arrives as it was thrown', async () => {
  await assert.rejects(judge.call({ kind: 'discover', options: { ...options, workspace: '/nowhere/at/all' } }), {
    name: 'CoppiceError',
    code: 'workspace-invalid',
  });
});

test('when the process dies its calls reject, and the next one starts another', async () => {
  const pid = (await judge.pid())!;
  const call = judge.call({ kind: 'open', options: { ...options, tests: { kind: 'command', command: 'sleep 30' } } });
  await delay(50);
  process.kill(pid, 'SIGKILL');
  await assert.rejects(call, { code: 'judge-crashed' });
  await judge.call({ kind: 'discover', options });
  assert.notEqual(await judge.pid(), pid);
});

test('it says when it starts and when it ends by itself, not when it is disposed of', async () => {
  const said: (string | undefined)[] = [];
  const own = new JudgeClient({ onChange: (ended) => said.push(ended?.code) });
  await own.call({ kind: 'discover', options });
  assert.deepEqual(said, [undefined]);
  process.kill((await own.pid())!, 'SIGKILL');
  while (said.length < 2) await delay(5);
  await own.call({ kind: 'discover', options });
  await own.dispose();
  assert.deepEqual(said, [undefined, 'judge-crashed', undefined]);
});

test('a cancelled call rejects within 100 ms and the process lives on', async () => {
  const pid = await judge.pid();
  const controller = new AbortController();
  const call = judge.call(
    { kind: 'open', options: { ...options, tests: { kind: 'command', command: 'sleep 30' } } },
    { signal: controller.signal },
  );
  await delay(100);
  const startedAt = performance.now();
  controller.abort();
  await assert.rejects(call, { code: 'cancelled' });
  assert.ok(performance.now() - startedAt < 100);
  await judge.call({ kind: 'discover', options });
  assert.equal(await judge.pid(), pid);
});

test('a disposed process is gone, and so is the service', async () => {
  const other = new JudgeClient();
  await other.call({ kind: 'discover', options });
  const pid = (await other.pid())!;
  await other.dispose();
  assert.equal(alive(pid), false);
  await assert.rejects(other.call({ kind: 'probe' }), { code: 'judge-crashed' });
});

test('a Node that is not there is named with a remedy', async () => {
  const other = new JudgeClient({ node: '/nowhere/node' });
  await assert.rejects(other.call({ kind: 'probe' }), { code: 'runtime-missing' });
});
