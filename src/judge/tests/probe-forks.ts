import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import type { SandboxProbe, TestPlan } from '../../core/protocol.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { discard } from '../workspace/discard.ts';
import { SlotPool } from '../workspace/slot-pool.ts';
import { takeSnapshot } from '../workspace/snapshot.ts';
import { projectOf, readerOf } from './discovery.ts';
import { frameworkFor } from './families.ts';
import { TestRunner } from './runner.ts';

const TIMEOUT_MS = 5_000;

/** A small project whose test passes with `right` alone. */
interface Trial {
  runtime: string;
  path: string;
  wrong: string;
  right: string;
  plan: TestPlan & { files: string[] };
  tests: string;
}

const TRIALS: Trial[] = [
  {
    ...{ runtime: 'Python', path: 'probe.py', wrong: 'n = 0\n', right: 'n = 1\n' },
    plan: { kind: 'unittest', files: ['test_probe.py'] },
    tests: 'import unittest, probe\nclass T(unittest.TestCase):\n    def test_it(self): self.assertEqual(probe.n, 1)\n',
  },
  {
    ...{ runtime: 'Node', path: 'probe.mjs', wrong: 'export const n = 0;\n', right: 'export const n = 1;\n' },
    plan: { kind: 'node-test', files: ['probe.test.mjs'] },
    tests:
      "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { n } from './probe.mjs';\n" +
      "test('it', () => assert.equal(n, 1));\n",
  },
];

/**
 * Which tests run in forks of a process that has loaded their framework: tried on small projects.
 *
 * @param runtimes of those that are here
 * @param folder of its own, which is gone afterwards
 */
export async function probeForks(
  sandbox: Sandbox,
  runtimes: readonly string[],
  folder: string,
): Promise<NonNullable<SandboxProbe['forks']>> {
  try {
    const trials = TRIALS.filter(({ runtime }) => runtimes.includes(runtime.toLowerCase()));
    return await Promise.all(trials.map((trial) => tryForks(sandbox, trial, join(folder, trial.runtime))));
  } finally {
    discard(folder);
  }
}

async function tryForks(sandbox: Sandbox, { runtime, path, wrong, right, plan, tests }: Trial, folder: string) {
  const found = (ok: boolean, detail: string) => ({ runtime, ok, detail });
  let runner: TestRunner | undefined;
  try {
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace, { recursive: true });
    writeFileSync(join(workspace, path), wrong);
    writeFileSync(join(workspace, plan.files[0]!), tests);
    const source = takeSnapshot(workspace, join(folder, 'snapshot'), []);
    const project = projectOf({ workspace, path }, source, readerOf(source.root));
    const framework = frameworkFor(plan, project)!;
    const slots = new SlotPool(folder, source, { width: 1, linkShared: !sandbox.mounts });
    runner = new TestRunner({ sandbox, framework, slots, harness: join(folder, 'harness'), forks: true, guarded: [] });
    const { signal } = new AbortController();
    const { report } = await runner.run({ change: { path, text: right }, timeoutMs: TIMEOUT_MS, signal });
    if (report.verdict !== 'passed') return found(false, 'a test that must pass did not');
    if (!runner.hasForked) return found(false, `every candidate starts ${runtime} anew, which is slower`);
    return found(true, `${runtime} and the test framework are started once for each slot`);
  } catch (thrown) {
    return found(false, CoppiceError.wrap(thrown).message);
  } finally {
    runner?.dispose();
  }
}
