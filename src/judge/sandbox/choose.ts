import { platform } from 'node:os';
import { CoppiceError } from '../../core/errors.ts';
import type { SandboxBackend, SandboxProbe } from '../../core/protocol.ts';
import { findNode } from '../runtime/node.ts';
import { bubblewrap } from './bubblewrap.ts';
import { containerName, limited } from './limited.ts';
import { namespaces } from './namespaces.ts';
import { attack } from './probe.ts';
import type { Sandbox } from './sandbox.ts';

export interface Choice {
  probe: SandboxProbe;
  /** Absent when nothing isolates here. */
  sandbox?: Sandbox;
}

const INSTALL =
  'Install bubblewrap (package `bubblewrap`), or allow unprivileged user namespaces ' +
  '(on Ubuntu 24.04: load the AppArmor profile `bwrap-userns-restrict`), or consent to running tests unsandboxed.';

/**
 * The best way to isolate tests here: the first back end that runs a program and holds against every attack of it.
 *
 * @param allowed the back ends to consider, in this order of preference
 */
export async function chooseSandbox(
  allowed: readonly SandboxBackend[] = ['bubblewrap', 'namespaces', 'container'],
): Promise<Choice> {
  const tried: SandboxProbe['tried'] = [];
  if (platform() !== 'linux') return refuse(tried, `Tests cannot be isolated on ${platform()} yet.`);

  const node = findNode();
  for (const make of [bubblewrap, namespaces]) {
    const backend = make === bubblewrap ? 'bubblewrap' : 'namespaces';
    if (!allowed.includes(backend)) continue;
    const sandbox = make();
    if (!sandbox) {
      tried.push({ backend, ok: false, detail: 'not installed' });
      continue;
    }
    try {
      const checks = await attack(sandbox, node);
      const broken = checks.filter(({ ok }) => !ok).map(({ name }) => name);
      const detail = broken.length === 0 ? 'holds against every attack tried' : `does not hold: ${broken.join('; ')}`;
      tried.push({ backend, ok: broken.length === 0, detail });
      if (broken.length > 0) continue;
      return { sandbox, probe: { backend, description: sandbox.description, tried, checks } };
    } catch (thrown) {
      tried.push({ backend, ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }

  const container = allowed.includes('container') ? containerName() : undefined;
  if (container === undefined) return refuse(tried, 'Nothing here isolates tests from your files and the network.');
  const description =
    `Limits on time, memory and processes inside ${container}, which is the boundary: ` +
    'tests can reach whatever this container can.';
  tried.push({ backend: 'container', ok: true, detail: `inside ${container}` });
  const checks = [{ name: 'isolation within the container', ok: false, detail: `${container} is the boundary` }];
  return {
    sandbox: limited('container', description),
    probe: { backend: 'container', description, tried, checks, remedy: INSTALL },
  };
}

/** Limits alone, by the user's consent. */
export function unsandboxed(): Sandbox {
  return limited('none', 'Limits on time, memory and processes; nothing keeps tests from your files and the network.');
}

/** What stands in the way of running tests here. */
export function sandboxMissing(probe: SandboxProbe): CoppiceError {
  const reasons = probe.tried.map(({ backend, detail }) => `${backend}: ${detail}`).join('; ');
  return new CoppiceError('sandbox-missing', probe.description, probe.remedy ?? INSTALL, reasons || undefined);
}

function refuse(tried: SandboxProbe['tried'], description: string): Choice {
  const remedy = platform() === 'linux' ? INSTALL : 'Consent to running tests unsandboxed for this workspace.';
  return { probe: { backend: 'none', description, tried, checks: [], remedy } };
}
