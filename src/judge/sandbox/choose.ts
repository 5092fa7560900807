import { platform } from 'node:os';
import { CoppiceError } from '../../core/errors.ts';
import type { SandboxBackend, SandboxProbe } from '../../core/protocol.ts';
import { inWords, type Said, said } from '../../core/said.ts';
import { findNode } from '../runtime/node.ts';
import { findProgram } from '../runtime/program.ts';
import { bubblewrap } from './bubblewrap.ts';
import { jobObject } from './job-object.ts';
import { limited } from './limited.ts';
import { attackLimits } from './limits-probe.ts';
import { namespaces } from './namespaces.ts';
import { attack } from './probe.ts';
import type { Sandbox } from './sandbox.ts';
import { seatbelt } from './seatbelt.ts';
import { type CallFilter, writeFilter } from './seccomp/installation.ts';
import { isContainer, isolationRemedy, nameOf, surroundings } from './surroundings.ts';

export interface Choice {
  probe: SandboxProbe;
  /** Absent when nothing isolates here. */
  sandbox?: Sandbox;
}

const CONSENT = said`Or consent to running tests unsandboxed for this workspace.`;
/** Ways to isolate, the strongest first. A maker gives nothing where what it needs is not installed. */
export type Backends = readonly (readonly [SandboxBackend, (filter?: CallFilter) => Sandbox | undefined])[];

const LINUX: Backends = [
  ['bubblewrap', bubblewrap],
  ['namespaces', namespaces],
];
const MACOS: Backends = [['seatbelt', () => seatbelt()]];
const WINDOWS: Backends = [['job-object', () => jobObject()]];

interface Attempt {
  sandbox: Sandbox | undefined;
  checks: SandboxProbe['checks'];
  detail: string;
}

/**
 * The best way to isolate tests here: the first back end that runs a program and holds against every attack of it.
 *
 * @param folder of its own, for what the sandbox needs as long as it is used
 * @param allowed the back ends to consider
 */
export async function chooseSandbox(
  folder: string,
  allowed: readonly SandboxBackend[] = ['bubblewrap', 'namespaces', 'seatbelt', 'container', 'job-object'],
  backends = backendsOf(platform()),
): Promise<Choice> {
  const tried: SandboxProbe['tried'] = [];
  const around = surroundings();
  const inside = nameOf(around);
  const seen = { tried, ...(inside === undefined ? {} : { inside }) };
  const filter = writeFilter(folder);
  for (const [backend, make] of backends) {
    if (!allowed.includes(backend)) continue;
    const { sandbox, checks, detail } = await strongest(make, filter);
    tried.push({ backend, ok: sandbox !== undefined, detail });
    if (!sandbox) continue;
    const remedy = sandbox.exposes && said`${isolationRemedy(false)} ${CONSENT}`;
    return { sandbox, probe: { backend, ...worded(sandbox.description, remedy), ...seen, checks } };
  }

  const remedy = isolationRemedy(findProgram('bwrap') !== undefined);
  if (!allowed.includes('container') || !isContainer(around)) {
    const words = worded(
      said`Nothing here isolates tests from your files and the network.`,
      said`${remedy} ${CONSENT}`,
    );
    return { probe: { backend: 'none', ...words, ...seen, checks: [] } };
  }
  const boundary =
    `Limits on time, memory and processes inside ${inside}, which is the boundary: ` +
    'tests can reach whatever this container can.';
  tried.push({ backend: 'container', ok: true, detail: `inside ${inside}` });
  const checks = [{ name: 'isolation within the container', ok: false, detail: `${inside} is the boundary` }];
  return {
    sandbox: limited('container', boundary),
    probe: { backend: 'container', ...worded(boundary, remedy), ...seen, checks },
  };
}

function worded(
  description: string | Said,
  remedy: Said | undefined,
): Pick<SandboxProbe, 'description' | 'remedy' | 'said'> {
  return {
    description: inWords(description),
    ...(remedy && { remedy: inWords(remedy) }),
    said: { ...(typeof description === 'string' ? {} : { description }), ...(remedy && { remedy }) },
  };
}

export function backendsOf(system: string): Backends {
  return system === 'linux' ? LINUX : system === 'darwin' ? MACOS : system === 'win32' ? WINDOWS : [];
}

/** With the filter, or without one where the kernel or another sandbox around this one does not take it. */
async function strongest(
  make: (filter?: CallFilter) => Sandbox | undefined,
  filter: CallFilter | undefined,
): Promise<Attempt> {
  const filtered = filter && (await attempt(make(filter)));
  if (filtered?.sandbox) return filtered;
  const { sandbox, checks, detail } = await attempt(make());
  if (!sandbox || !filtered) return { sandbox, checks, detail };
  return { sandbox, checks, detail: `${detail}; with a seccomp filter: ${filtered.detail}` };
}

/** Keeps the sandbox only when it holds. */
async function attempt(sandbox: Sandbox | undefined): Promise<Attempt> {
  if (!sandbox) return { sandbox, checks: [], detail: 'not installed' };
  try {
    const isolation = await attack(sandbox, findNode());
    const limits = sandbox.exposes ? await attackLimits(sandbox, findNode()) : [];
    const checks = [...isolation, ...limits];
    // What exposes the user is taken for its limits; the first check is that tests work in it at all.
    const claimed = sandbox.exposes ? [...isolation.slice(0, 1), ...limits] : checks;
    const broken = claimed.filter(({ ok }) => !ok).map(({ name }) => name);
    if (broken.length === 0) return { sandbox, checks, detail: 'holds against every attack tried' };
    return { sandbox: undefined, checks, detail: `does not hold: ${broken.join('; ')}` };
  } catch (thrown) {
    const { message, cause } = thrown instanceof Error ? thrown : new Error(String(thrown));
    // The word of the program that was to set it up, where there is one.
    return { sandbox: undefined, checks: [], detail: typeof cause === 'string' ? cause : message };
  }
}

/** Limits alone, by the user's consent; undefined where nothing but a job object could keep them. */
export function unsandboxed(): Sandbox | undefined {
  if (platform() === 'win32') return undefined;
  return limited('none', 'Limits on time, memory and processes; nothing keeps tests from your files and the network.');
}

/** What stands in the way of running tests here. */
export function sandboxMissing(probe: SandboxProbe): CoppiceError {
  const failed = probe.tried.filter(({ ok }) => !ok);
  const reasons = failed.map(({ backend, detail }) => `${backend}: ${detail}`).join('; ');
  const { description, remedy, said } = probe;
  return new CoppiceError(
    'sandbox-missing',
    said?.description ?? description,
    said?.remedy ?? remedy ?? CONSENT,
    reasons || undefined,
  );
}
