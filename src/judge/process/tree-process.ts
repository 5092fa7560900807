import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ControlGroup } from './control-group.ts';
import { diskWatch } from './disk.ts';
import { type Limits, tasksOf } from './limits.ts';
import { type ConfinedCommand, DRAIN_MS, limitBehind, notStarted, type Running } from './running.ts';
import { childrenOf, killNow, markedBy, memoryOf, signalNow, treeOf } from './tree.ts';

export const INSIST_MS = 100;
const MOST_SWEEPS = 20;
/** The kernel does not count the processes of root: there, nothing but this keeps a fork bomb from slowing the judge. */
const NICE = process.getuid?.() === 0 ? 19 : 5;
const SIGXCPU = 24;
const SIGKILL = 9;

/**
 * Starts a command whose processes are told apart by a namespace or by their place in the tree.
 *
 * @param more descriptors are open beyond 3, both ways
 */
export function startTree(command: ConfinedCommand, limits: Limits, more: number): Running {
  const child = start(command, tasksOf(limits), more);
  const [, stdout, stderr, records, wire] = child.stdio as unknown as [null, Readable, Readable, Duplex, Duplex?];
  return {
    ...{ output: [stdout, stderr], records, ...(wire ? { wire } : {}), entered: false },
    exceeded: treeWatch(() => child.pid, limits),
    kill: () => kill(child, command),
    ended: (interrupted) => ended(child, command, interrupted),
    limitBehind,
  };
}

/** Says which limit a process and everything below it exceed together. */
export function treeWatch(root: () => number | undefined, limits: Limits): Running['exceeded'] {
  const fills = limits.disk && diskWatch(limits.disk.folder, limits.disk.bytes);
  return () => {
    const pid = root();
    if (pid === undefined) return undefined;
    // Counting stops one above the limit, so that a fork bomb does not make its own detection slow.
    const tree = treeOf(pid, limits.processes + 1);
    if (tree.length > limits.processes) return 'processes';
    if (memoryOf(tree) > limits.memoryBytes) return 'memory';
    return fills?.(tree) ? 'disk' : undefined;
  };
}

/**
 * @param tasks what the kernel lets it start in all
 * @param more descriptors are open beyond 3, both ways
 */
export function start(command: ConfinedCommand, tasks: number, more = 0): ChildProcess {
  const group = ControlGroup.make(tasks);
  const [program, ...args] = group?.enter(command.argv) ?? command.argv;
  try {
    // `detached` gives it a process group of its own, which can be killed as one.
    const child = spawn(program!, args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...Array<'pipe'>(more).fill('pipe')],
    });
    if (child.pid !== undefined) comeAfterOthers(child.pid);
    child.once(child.pid === undefined ? 'error' : 'exit', () => group?.dispose());
    return child;
  } catch (cause) {
    group?.dispose();
    throw notStarted(program!, cause);
  }
}

/** The editor and the judge itself come first: a fork bomb must not keep them from noticing. */
function comeAfterOthers(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already.
  }
}

/** The exit code, once the streams are drained and no process is left. */
async function ended(child: ChildProcess, command: ConfinedCommand, interrupted: () => boolean): Promise<number> {
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(command.argv[0]!, cause)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === 'SIGXCPU' ? SIGXCPU : SIGKILL)));
  });
  if (command.kill.kind === 'tree') {
    const { mark } = command.kill;
    // A killed process takes a moment to die.
    for (let round = 0; round < MOST_SWEEPS && sweep(mark) > 0; round++) await pause(5 * round);
  }
  // What it wrote is still in the pipes; a survivor that holds them open must not hold the judge.
  await Promise.race([closed, pause(interrupted() ? 0 : DRAIN_MS, undefined, { ref: false })]);
  return exitCode;
}

function kill(child: ChildProcess, command: ConfinedCommand): void {
  const pid = child.pid;
  if (pid === undefined) return;
  if (command.kill.kind === 'tree') {
    // The group dies in one stroke, which a fork bomb can't outrun; then whoever left the group.
    killNow(-pid);
    sweep(command.kill.mark);
    return;
  }
  // It has ended, and its namespace with it: nobody would tell the strikes to stop.
  if (child.exitCode !== null || child.signalCode !== null) return;
  // The namespace's first process, and not the one that waits for it: then `exit` comes after the last one is dead.
  const strike = () => {
    const first = childrenOf(pid);
    if (first.length === 0) killNow(-pid);
    for (const child of first) killNow(child);
  };
  strike();
  const insist = setInterval(strike, INSIST_MS);
  child.once('exit', () => clearInterval(insist));
}

/**
 * Without a namespace: stops all that carry the mark, so that none can fork any more, and then kills them. Returns
 * how many there were.
 */
function sweep(mark: string): number {
  const stopped = new Set<number>();
  for (let round = 0; round < MOST_SWEEPS; round++) {
    const fresh = markedBy(mark).filter((pid) => pid !== process.pid && !stopped.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      signalNow(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  }
  for (const pid of stopped) killNow(pid);
  return stopped.size;
}
