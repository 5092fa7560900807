import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { SandboxProbe } from '../../core/protocol.ts';
import { limitsFor } from '../process/limits.ts';
import { runConfined } from '../process/run.ts';
import type { NodeRuntime } from '../runtime/node.ts';
import { discard } from '../workspace/discard.ts';
import { ATTACK, type AttackPlan, type AttackResult } from './attack.ts';
import type { Sandbox } from './sandbox.ts';
import { refusedCall } from './seccomp/installation.ts';

export type Check = SandboxProbe['checks'][number];

const TITLES: Record<AttackResult['name'], string> = {
  work: 'tests can write in their own copy',
  read: 'files outside cannot be read',
  write: 'files outside cannot be written',
  home: 'the home folder is hidden',
  network: 'the network is off',
  kernel: 'settings of the machine cannot be changed',
  signal: 'processes outside cannot be reached',
  calls: 'calls that tests never need are refused',
};

/**
 * Runs a program in the sandbox that attacks it, and says what happened. A check is judged by its effect outside
 * where it has one, not by what the program says. Rejects when the program could not be run at all.
 */
export async function attack(sandbox: Sandbox, node: NodeRuntime): Promise<Check[]> {
  const base = mkdtempSync(join(tmpdir(), 'coppice-probe-'));
  const folder = (name: string) => {
    mkdirSync(join(base, name));
    return join(base, name);
  };
  const outside = folder('outside');
  const plan: AttackPlan = {
    secret: join(outside, 'secret'),
    target: join(outside, 'target'),
    home: homedir(),
    port: 0,
    pid: 0,
    caller: sandbox.filtersCalls ? (refusedCall()?.toString('base64') ?? '') : '',
  };
  writeFileSync(plan.secret, 'secret');
  let connections = 0;
  const victim = spawn(node.path, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  victim.on('error', () => {});
  plan.pid = victim.pid ?? 0;
  const listener = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  try {
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(0, '127.0.0.1', resolve);
    });
    const address = listener.address();
    if (address && typeof address === 'object') plan.port = address.port;
    const cell = {
      slot: folder('slot'),
      workspace: folder('workspace'),
      shared: [],
      readable: node.readable,
      scratch: folder('scratch'),
    };
    const command = { argv: [node.path, '-e', ATTACK, JSON.stringify(plan)], env: node.env };
    const limits = limitsFor(10_000, 1);
    const outcome = await runConfined(sandbox.confine(command, cell, limits), limits);
    const results = parse(outcome.output);
    if (!results) throw new Error(lastLine(outcome.output) || `exit code ${outcome.exitCode}`);

    const attempt = (name: AttackResult['name']) => results.find((result) => result.name === name);
    const check = (name: AttackResult['name'], ok: boolean): Check => {
      return { name: TITLES[name], ok, detail: attempt(name)?.detail.split('\n')[0] ?? 'not tried' };
    };
    const held = (name: AttackResult['name']) => attempt(name)?.succeeded === false;
    return [
      check(
        'work',
        attempt('work')?.succeeded === true && readFileSync(join(cell.slot, 'probe.txt'), 'utf8') === 'kept',
      ),
      check('read', held('read')),
      check('write', !existsSync(plan.target)),
      { name: TITLES.home, ...homeHidden(attempt('home'), [...cell.readable, base]) },
      check('network', held('network') && connections === 0),
      // A file of Linux.
      ...(process.platform === 'win32' ? [] : [check('kernel', held('kernel'))]),
      check('signal', held('signal') && victim.exitCode === null && victim.signalCode === null),
      ...(sandbox.filtersCalls ? [check('calls', held('calls'))] : []),
    ];
  } finally {
    listener.close();
    victim.kill('SIGKILL');
    discard(base);
  }
}

/** The home folder may show the way to what was shown on purpose, and nothing else. */
function homeHidden(attempt: AttackResult | undefined, shown: string[]): { ok: boolean; detail: string } {
  if (!attempt?.succeeded) return { ok: attempt !== undefined, detail: attempt?.detail ?? 'not tried' };
  const allowed = new Set(shown.map((path) => relative(homedir(), path).split(sep)[0]));
  const real = readdirSync(homedir());
  const leaked = attempt.detail.split('\n').filter((name) => real.includes(name) && !allowed.has(name));
  return { ok: leaked.length === 0, detail: leaked.length === 0 ? 'hidden' : `shows ${leaked.length} entries` };
}

function parse(output: string): AttackResult[] | undefined {
  try {
    return JSON.parse(lastLine(output)) as AttackResult[];
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
