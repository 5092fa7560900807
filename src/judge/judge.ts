import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoppiceError } from '../core/errors.ts';
import type { JudgeOptions, JudgeRequest, JudgeResults, SandboxBackend } from '../core/protocol.ts';
import { said } from '../core/said.ts';
import { ControlGroup } from './process/control-group.ts';
import { closeInherited } from './process/descriptors.ts';
import { isAlive } from './process/tree.ts';
import { probeRuntimes } from './runtime/probe.ts';
import { type Choice, chooseSandbox, sandboxMissing, unsandboxed } from './sandbox/choose.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { Session, type SessionContext } from './session.ts';
import { discoverTests, readerOf, testPlans } from './tests/discovery.ts';
import { probeForks } from './tests/probe-forks.ts';
import { discard } from './workspace/discard.ts';
import { listWorkspace } from './workspace/listing.ts';
import { pathInside, workspaceRoot } from './workspace/path.ts';
import { addFile } from './workspace/snapshot.ts';

const FOLDER = 'coppice-judge-';

/** Everything the judge process owns: the choice of sandbox, the open sessions and their folder. */
export class Judge {
  readonly #folder: string;
  readonly #backends: readonly SandboxBackend[] | undefined;
  readonly #sessions = new Map<string, Session>();
  readonly #ending = new AbortController();
  #choice: Promise<Choice> | undefined;

  /** @param backends the sandbox back ends to consider; by default all, the strongest first */
  constructor(backends?: readonly SandboxBackend[]) {
    this.#backends = backends;
    closeInherited();
    removeAbandoned();
    ControlGroup.removeAbandoned();
    this.#folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  }

  async handle(request: JudgeRequest, context: SessionContext): Promise<JudgeResults[JudgeRequest['kind']]> {
    switch (request.kind) {
      case 'probe':
        return this.#probe();
      case 'discover':
        return discoverTests(...lookedAt(request.options));
      case 'plans':
        return testPlans(...lookedAt(request.options));
      case 'open':
        return this.#open(request.options, context);
      case 'judge':
        return this.#session(request.session).judge(request.candidate, context);
      case 'observe':
        return { outputs: (await this.#session(request.session).observe(request, context)) ?? null };
      case 'execute':
        return { runs: await this.#session(request.session).execute(request, context) };
      case 'confirm':
        return this.#session(request.session).confirm(request.text, context);
      case 'isolate':
        return this.#session(request.session).isolate(request.text, context);
      case 'close':
        this.#session(request.session).dispose();
        this.#sessions.delete(request.session);
        return null;
    }
  }

  /** Ends every run and removes every copy. */
  dispose(): void {
    this.#ending.abort();
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
    discard(this.#folder);
  }

  async #probe(): Promise<JudgeResults['probe']> {
    const { probe, sandbox } = await this.#chosen();
    const runtimes = probeRuntimes();
    if (!sandbox) return { sandbox: probe, runtimes };
    const here = runtimes.flatMap(({ name, found }) => (found ? [name] : []));
    const folder = mkdtempSync(join(this.#folder, 'forks-'));
    return { sandbox: { ...probe, forks: await probeForks(sandbox, here, folder) }, runtimes };
  }

  async #open(options: JudgeOptions, context: SessionContext): Promise<JudgeResults['open']> {
    const signal = AbortSignal.any([context.signal, this.#ending.signal]);
    const session = await Session.open(this.#folder, options, () => this.#sandboxFor(options), { ...context, signal });
    this.#sessions.set(session.id, session);
    return { session: session.id, ...session.opened };
  }

  async #sandboxFor(options: JudgeOptions): Promise<Sandbox> {
    const { sandbox, probe } = await this.#chosen();
    if (sandbox && !sandbox.exposes) return sandbox;
    const consented = options.allowUnsandboxed ? (sandbox ?? unsandboxed()) : undefined;
    if (consented) return consented;
    throw sandboxMissing(probe);
  }

  #chosen(): Promise<Choice> {
    this.#choice ??= chooseSandbox(join(this.#folder, 'sandbox'), this.#backends);
    return this.#choice;
  }

  #session(id: string): Session {
    const session = this.#sessions.get(id);
    if (session) return session;
    throw new CoppiceError('usage', said`The judge has no session ${id}.`, said`Open the workspace again.`);
  }
}

/** A workspace as it is, with unsaved buffers, for whoever only looks at it. */
function lookedAt(options: JudgeOptions): Parameters<typeof discoverTests> {
  const workspace = workspaceRoot(options.workspace);
  const path = pathInside(workspace, options.path);
  const overlays = new Map(options.overlays.map((overlay) => [pathInside(workspace, overlay.path), overlay.text]));
  const saved = readerOf(workspace);
  const entries = listWorkspace(workspace);
  for (const [file, text] of overlays) addFile(entries, file, text);
  return [{ ...options, workspace, path }, { entries }, (file) => overlays.get(file) ?? saved(file)];
}

/** Copies that a judge left behind because it was killed itself: their name tells whose they were. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(FOLDER) ? Number.parseInt(name.slice(FOLDER.length), 10) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) discard(join(tmpdir(), name));
  }
}
