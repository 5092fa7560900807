import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';

/** The process tree as Linux shows it in /proc. Everything here races with the processes it looks at, and says less
 * rather than failing when one is gone. */

/** Live children of a process. */
export function childrenOf(pid: number): number[] {
  const found: number[] = [];
  for (const thread of namesIn(`/proc/${pid}/task`)) {
    found.push(...numbers(textOf(`/proc/${pid}/task/${thread}/children`)));
  }
  return found;
}

/** Whether there is such a process, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process and everything below it, the process first; not many more than `limit`. */
export function treeOf(pid: number, limit: number): number[] {
  const tree = [pid];
  for (let next = 0; next < tree.length && tree.length < limit; next++) tree.push(...childrenOf(tree[next]!));
  return tree;
}

/** Bytes that are the processes' own: anonymous and shared pages, files in memory without a name, not mapped files. */
export function memoryOf(pids: readonly number[]): number {
  let bytes = 0;
  for (const pid of pids) {
    const status = textOf(`/proc/${pid}/status`);
    for (const [, kib] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)) bytes += Number(kib) * 1024;
  }
  return bytes + openBytes(pids, /^\/memfd:/);
}

/** Bytes of the files, each once, that processes have open and whose names match. */
export function openBytes(pids: readonly number[], name: RegExp): number {
  const files = new Map<string, number>();
  for (const pid of pids) {
    for (const handle of namesIn(`/proc/${pid}/fd`)) {
      const found = openFile(`/proc/${pid}/fd/${handle}`, name);
      if (found) files.set(`${found.dev}:${found.ino}`, found.blocks * 512);
    }
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function openFile(link: string, name: RegExp): Stats | undefined {
  try {
    return name.test(readlinkSync(link)) ? statSync(link) : undefined;
  } catch {
    return undefined;
  }
}

/** Processes whose environment, as it was when they started their program, holds `NAME=value`. */
export function markedBy(entry: string): number[] {
  const mark = `\0${entry}\0`;
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `\0${textOf(`/proc/${pid}/environ`)}`.includes(mark))
    .map(Number);
}

/** Kills without asking; a process that is gone is fine. A negative id means a process group. */
export function killNow(pid: number): void {
  signalNow(pid, 'SIGKILL');
}

export function signalNow(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}

/** Names in a folder; none where it can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A file's text; empty where it can't be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function numbers(text: string): number[] {
  return text.split(/\s+/).filter(Boolean).map(Number);
}
