import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Caller } from '../../src/core/channel.ts';
import type { JudgeEvent, JudgeRequest, JudgeResults } from '../../src/core/protocol.ts';
import { lines, optionsFor, Workspace, without } from './workspace.ts';

const MAIN = join(import.meta.dirname, '../../src/judge/main.ts');
const FILES = {
  'wait.py': 'def wait():\n    return None\n',
  'test_wait.py': lines(
    'import unittest',
    'from wait import wait',
    'class T(unittest.TestCase):',
    '    def test_it(self):',
    '        self.assertIsNone(wait())',
  ),
};

function start(): { child: ChildProcess; judge: Caller<JudgeRequest, JudgeResults, JudgeEvent> } {
  const child = fork(MAIN);
  const judge = new Caller<JudgeRequest, JudgeResults, JudgeEvent>({
    post: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
  });
  return { child, judge };
}

const foldersOf = (child: ChildProcess) =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`coppice-judge-${child.pid}-`));

/** Processes whose command line names a folder of this judge. */
function startedBy(child: ChildProcess): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`coppice-judge-${child.pid}-`);
    } catch {
      return false;
    }
  });
}

test('the judge answers over its channel, and errors arrive whole', { skip: without.python }, async () => {
  using workspace = new Workspace(FILES);
  const { child, judge } = start();
  try {
    const events: JudgeEvent[] = [];
    const onEvent = (event: JudgeEvent) => void events.push(event);
    const { session, baseline } = await judge.call(
      { kind: 'open', options: optionsFor(workspace, 'wait.py') },
      { onEvent },
    );
    assert.equal(baseline.verdict, 'passed');
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['baseline'],
    );
    const candidate = { id: 'one', text: 'def wait():\n    return 1\n', logprob: -1, tokens: 2 };
    const { report } = await judge.call({ kind: 'judge', session, candidate });
    assert.equal(report.verdict, 'failed');
    await judge.call({ kind: 'close', session });
    await assert.rejects(judge.call({ kind: 'judge', session, candidate }), { name: 'CoppiceError', code: 'usage' });
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
  assert.deepEqual(foldersOf(child), []);
});

for (const end of ['disconnect', 'SIGTERM', 'SIGKILL'] as const) {
  test(`nothing of a judge is alive after ${end}, with a candidate running`, { skip: without.python }, async () => {
    using workspace = new Workspace(FILES);
    const { child, judge } = start();
    const { session } = await judge.call({
      kind: 'open',
      options: optionsFor(workspace, 'wait.py', { timeoutMs: 30_000 }),
    });
    const text = 'import time\ndef wait():\n    time.sleep(60)\n';
    judge.call({ kind: 'judge', session, candidate: { id: 'slow', text } }).catch(() => {});
    await setTimeout(500);
    assert.notDeepEqual(startedBy(child), [], 'the candidate runs');
    if (end === 'disconnect') child.disconnect();
    else child.kill(end);
    await once(child, 'exit');
    await setTimeout(200);
    assert.deepEqual(startedBy(child), []);
    if (end !== 'SIGKILL') {
      assert.deepEqual(foldersOf(child), []);
      return;
    }
    const next = start();
    await next.judge.call({ kind: 'probe' });
    assert.deepEqual(foldersOf(child), [], 'the next judge removes what a killed one left');
    next.child.disconnect();
    await once(next.child, 'exit');
  });
}
