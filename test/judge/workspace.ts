import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JudgeEvent, JudgeOptions, JudgeRequest, JudgeResults, SandboxBackend } from '../../src/core/protocol.ts';
import type { Report } from '../../src/core/report.ts';
import { Judge } from '../../src/judge/judge.ts';
import { findPython } from '../../src/judge/runtime/python.ts';
import { chooseSandbox } from '../../src/judge/sandbox/choose.ts';
import { isContainer, surroundings } from '../../src/judge/sandbox/surroundings.ts';
import type { JudgingOptions } from '../../src/run/judging.ts';

/** A workspace of a user, in a folder of its own. */
export class Workspace implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'coppice-test-'));

  constructor(files: Record<string, string>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** One number for the names and contents of all files. */
  hash(): string {
    const hash = createHash('sha256');
    for (const item of readdirSync(this.root, { recursive: true, withFileTypes: true })) {
      const path = join(item.parentPath, item.name);
      hash.update(`${path}\0`);
      if (item.isFile()) hash.update(readFileSync(path));
    }
    return hash.digest('hex');
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A judge in this process, on the given back ends, with short ways to ask it. */
export class TestJudge implements Disposable {
  readonly judge: Judge;
  readonly events: JudgeEvent[] = [];

  constructor(...backends: SandboxBackend[]) {
    this.judge = new Judge(backends.length === 0 ? undefined : backends);
  }

  ask<K extends JudgeRequest['kind']>(
    request: Extract<JudgeRequest, { kind: K }>,
    signal = new AbortController().signal,
  ): Promise<JudgeResults[K]> {
    const context = { signal, emit: (event: JudgeEvent) => void this.events.push(event) };
    return this.judge.handle(request, context) as Promise<JudgeResults[K]>;
  }

  open(workspace: Workspace, path: string, options: Partial<JudgeOptions> = {}): Promise<JudgeResults['open']> {
    return this.ask({ kind: 'open', options: optionsFor(workspace, path, options) });
  }

  async report(session: string, text: string, id = text): Promise<Report> {
    return (await this.ask({ kind: 'judge', session, candidate: { id, text } })).report;
  }

  [Symbol.dispose](): void {
    this.judge.dispose();
  }
}

export function optionsFor(workspace: Workspace, path: string, options: Partial<JudgingOptions> = {}): JudgingOptions {
  return {
    workspace: workspace.root,
    path,
    tests: { kind: 'auto' },
    overlays: [],
    allowUnsandboxed: true,
    hypothesis: false,
    ...options,
  };
}

/** Why a test can't be run on this machine, in the form that `node:test` takes; false where it can. */
export const without = {
  python: reason(() => findPython(tmpdir())),
  pytest: reason(() => findPython(tmpdir(), { pytest: true })),
};

export async function withoutBackend(backend: SandboxBackend): Promise<string | false> {
  // Limits alone are tried only where a container bounds the damage.
  if (backend === 'none') return !isContainer(surroundings()) && 'no container around this machine';
  const folder = mkdtempSync(join(tmpdir(), 'coppice-test-'));
  const { probe } = await chooseSandbox(folder, [backend]);
  rmSync(folder, { recursive: true });
  const [tried] = probe.tried;
  // One that runs and does not hold is a failure of ours, not of the machine.
  if (!tried || tried.ok || tried.detail.startsWith('does not hold')) return false;
  return `${backend}: ${tried.detail}`;
}

function reason(find: () => unknown): string | false {
  try {
    find();
    return false;
  } catch (thrown) {
    return String(thrown);
  }
}

/** Lines as a file. */
export function lines(...text: string[]): string {
  return `${text.join('\n')}\n`;
}

/** The state of each case by the last word of its id. */
export function statuses(report: Report): Record<string, string> {
  return Object.fromEntries(report.cases.map(({ id, status }) => [id.split(/[.>:]+ ?/).at(-1), status]));
}
