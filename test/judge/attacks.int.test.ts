import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import { findProgram } from '../../src/judge/runtime/program.ts';
import type { StageName } from './attacks/attack.ts';
import { ON_THE_MACHINE, ON_THE_VERDICT } from './attacks/corpus.ts';
import { Outside } from './attacks/outside.ts';
import { Scene } from './attacks/scene.ts';
import { without, withoutBackend } from './workspace.ts';

/**
 * Candidates that mean harm, judged as any other, and by what they did outside: nothing may have come out of the sandbox and
 * nothing may be left. They implement nothing, so none may pass.
 */
const needs: Record<StageName, string | false> = {
  unittest: without.python,
  pytest: without.pytest,
  program: without.python,
  node: false,
  'node-files': false,
  shell: false,
  c: findProgram('cc') === undefined && 'no C compiler',
};

let strongest: SandboxBackend | undefined;

for (const backend of ['bubblewrap', 'namespaces'] satisfies SandboxBackend[]) {
  const missing = await withoutBackend(backend);
  if (!missing) strongest ??= backend;
  const skip = without.python || missing;
  const corpus = { ...ON_THE_MACHINE, ...(backend === strongest ? ON_THE_VERDICT : {}) };
  describe(`under ${backend}`, { skip, timeout: 280_000 }, () => {
    let outside: Outside;
    const scenes = new Map<StageName, Promise<Scene>>();
    const sceneOf = (stage: StageName) => {
      const scene = scenes.get(stage) ?? Scene.open(backend, stage, outside);
      scenes.set(stage, scene);
      // The next attack tries anew.
      scene.catch(() => scenes.delete(stage));
      return scene;
    };
    before(async () => {
      outside = await Outside.plant();
    });
    after(async () => {
      for (const scene of await Promise.all(scenes.values())) scene[Symbol.dispose]();
      await outside[Symbol.asyncDispose]();
    });

    for (const [goal, attacks] of Object.entries(corpus)) {
      for (const attack of attacks) {
        test(`${goal}: a candidate that ${attack.name}`, { skip: needs[attack.stage] }, async () => {
          const scene = await sceneOf(attack.stage);
          await scene.withstands(attack);
        });
      }
    }
  });
}

test('the attacks are at least sixty', (t) => {
  const count = Object.values({ ...ON_THE_MACHINE, ...ON_THE_VERDICT }).flat().length;
  t.diagnostic(`${count} attacks`);
  assert.ok(count >= 60);
});
