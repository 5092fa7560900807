import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import type { SandboxProbe } from '../../core/protocol.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { discard } from '../workspace/discard.ts';
import { SlotPool } from '../workspace/slot-pool.ts';
import { takeSnapshot } from '../workspace/snapshot.ts';
import { projectOf, readerOf } from './discovery.ts';
import { frameworkFor } from './families.ts';
import { TestRunner } from './runner.ts';

const TESTS =
  'import unittest, probe\nclass T(unittest.TestCase):\n    def test_it(self): self.assertEqual(probe.n, 1)\n';
const TIMEOUT_MS = 5_000;

/**
 * Whether Python's tests run in forks of a process that has loaded their framework: tried on a small project.
 *
 * @param folder of its own, which is gone afterwards
 */
export async function probeForks(sandbox: Sandbox, folder: string): Promise<NonNullable<SandboxProbe['forks']>> {
  const signal = new AbortController().signal;
  let runner: TestRunner | undefined;
  try {
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace, { recursive: true });
    writeFileSync(join(workspace, 'probe.py'), 'n = 0\n');
    writeFileSync(join(workspace, 'test_probe.py'), TESTS);
    const source = takeSnapshot(workspace, join(folder, 'snapshot'), []);
    const project = projectOf({ workspace, path: 'probe.py' }, source, readerOf(source.root));
    const framework = frameworkFor({ kind: 'unittest', files: ['test_probe.py'] }, project)!;
    const slots = new SlotPool(folder, source, { width: 1, linkShared: !sandbox.mounts });
    runner = new TestRunner({ sandbox, framework, slots, harness: join(folder, 'harness'), forks: true, guarded: [] });
    const { report } = await runner.run({
      change: { path: 'probe.py', text: 'n = 1\n' },
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (report.verdict !== 'passed') return { ok: false, detail: 'a test that must pass did not' };
    if (!runner.hasForked) return { ok: false, detail: 'every candidate starts Python anew, which is slower' };
    return { ok: true, detail: 'Python and the test framework are started once for each slot' };
  } catch (thrown) {
    return { ok: false, detail: CoppiceError.wrap(thrown).message };
  } finally {
    runner?.dispose();
    discard(folder);
  }
}
