import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { ConfinedCommand } from '../../src/judge/process/running.ts';
import { type Backends, chooseSandbox, sandboxMissing } from '../../src/judge/sandbox/choose.ts';
import { limited } from '../../src/judge/sandbox/limited.ts';
import type { Sandbox } from '../../src/judge/sandbox/sandbox.ts';
import { isContainer, surroundings } from '../../src/judge/sandbox/surroundings.ts';

const skip = !isContainer(surroundings()) && 'no container around this machine';

/** Limits without isolation: the choice among such back ends, with the one of this system. */
describe('a back end that limits tests and does not isolate them', { skip, timeout: 240_000 }, () => {
  const base = mkdtempSync(join(tmpdir(), 'coppice-test-'));
  after(() => rmSync(base, { recursive: true }));
  const exposing = (changes: Partial<Sandbox> = {}): Backends => {
    const sandbox = { ...limited('none', 'Limits. Not isolated: files and network.'), exposes: ['files', 'network'] };
    return [['job-object', () => ({ ...sandbox, backend: 'job-object', ...changes })]];
  };

  test('is chosen for its limits, and what it leaves open is said', async () => {
    const { sandbox, probe } = await chooseSandbox(join(base, 'holds'), ['job-object'], exposing());
    assert.equal(probe.backend, 'job-object');
    assert.deepEqual(sandbox?.exposes, ['files', 'network']);
    assert.match(probe.remedy ?? '', /consent/);
    const of = (name: string) => probe.checks.find((check) => check.name === name)?.ok;
    for (const name of ['files outside cannot be read', 'files outside cannot be written', 'the network is off']) {
      assert.equal(of(name), false, name);
    }
    for (const name of ['the number of processes is limited', 'memory is limited', 'nothing outlives the tests']) {
      assert.equal(of(name), true, name);
    }
    const { code, message, cause } = sandboxMissing(probe);
    assert.equal(code, 'sandbox-missing');
    assert.match(message, /Not isolated: files and network/);
    assert.equal(cause, undefined);
  });

  test('is not chosen where its limits do not hold', async () => {
    const { confine } = limited('none', '');
    const loose = (command: ConfinedCommand): ConfinedCommand => ({
      ...command,
      kill: { kind: 'tree', mark: 'NO=such' },
    });
    const backends = exposing({ confine: (command, cell, limits) => loose(confine(command, cell, limits)) });
    const { sandbox, probe } = await chooseSandbox(join(base, 'loose'), ['job-object'], backends);
    assert.equal(sandbox, undefined);
    assert.equal(probe.backend, 'none');
    assert.match(probe.tried[0]!.detail, /^does not hold: nothing outlives the tests/);
  });
});
