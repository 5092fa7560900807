import { release, totalmem } from 'node:os';

/** What one run may use. Every limit ends the run, and the report says which one did. */
export interface Limits {
  wallMs: number;
  /** Summed over the threads of one process. */
  cpuSeconds: number;
  /** For the whole tree, and for the data of each process. */
  memoryBytes: number;
  processes: number;
  fileBytes: number;
  /** What the tests may print, and what their records may take. */
  outputBytes: number;
  /** By how much a run may fill the disk with its slot. */
  disk?: { folder: string; bytes: number };
}

const MIB = 1024 ** 2;
const OPEN_FILES = 1024;
/** The kernel counts threads, and whatever else the namespace runs; the judge counts processes before that. */
const TASKS_FOR_EACH = 4;
export const PROCESSES = 96;

/** Where memory runs out, the kernel ends tests and not the user's programs: a line of a shell, for all that it starts. */
export const EXPENDABLE = '{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null || :';

/** The first line on descriptor 3 once the sandbox is set up: without it, what follows is not what tests did. */
export const ENTERED = 'entered';

/**
 * @param slots runs at the same time, which share the machine's memory
 * @param slot the folder that the run may write
 */
export function limitsFor(wallMs: number, slots: number, slot?: string): Limits {
  return {
    wallMs,
    // Twice the wall clock: only a candidate that keeps several cores busy gets there first.
    cpuSeconds: Math.ceil((2 * wallMs) / 1000) + 1,
    memoryBytes: Math.round(Math.min(2048 * MIB, Math.max(512 * MIB, (0.6 * totalmem()) / slots))),
    processes: PROCESSES,
    fileBytes: 256 * MIB,
    outputBytes: 16 * MIB,
    ...(slot === undefined ? {} : { disk: { folder: slot, bytes: 1024 * MIB } }),
  };
}

/** For compilers, which start many processes and need more than the tests that they make. */
export function buildLimitsFor(wallMs: number, slots: number): Limits {
  const limits = limitsFor(wallMs, slots);
  const memoryBytes = Math.max(limits.memoryBytes, Math.round(Math.min(8192 * MIB, (0.6 * totalmem()) / slots)));
  return { ...limits, memoryBytes, processes: 384, fileBytes: 2048 * MIB };
}

/**
 * Sets resource limits, runs its arguments as a child and exits with its status. It must be the first process of the
 * process-id namespace: when it exits, the kernel kills every process the tests left behind before anyone is told.
 *
 * RLIMIT_DATA and not RLIMIT_AS: V8 reserves address space by the gigabyte and dies under RLIMIT_AS, while reserved
 * pages that can't be written do not count as data (Linux 4.7).
 */
export function limitScript(limits: Limits, options: { ownUserNamespace: boolean }): string {
  const kib = (bytes: number) => Math.ceil(bytes / 1024);
  const lines = [
    'ulimit -c 0',
    `ulimit -t ${limits.cpuSeconds}`,
    `ulimit -f ${Math.ceil(limits.fileBytes / 512)}`,
    `ulimit -d ${kib(limits.memoryBytes)}`,
    `ulimit -n ${OPEN_FILES}`,
  ];
  // Counts threads too. Before Linux 5.14, and without a namespace, it counts everything that the user runs.
  if (options.ownUserNamespace && countsPerNamespace(release())) {
    const most = tasksOf(limits);
    lines.push(`ulimit -u ${most} 2>/dev/null || ulimit -p ${most}`);
  }
  return `${lines.join('\n')}\necho ${ENTERED} >&3\n"$@"\nexit $?\n`;
}

/** The same limits as a fork sets them for itself, by the names of `resource` in Python. */
export function forkLimits(limits: Limits): Record<string, number> {
  return {
    RLIMIT_CORE: 0,
    RLIMIT_CPU: limits.cpuSeconds,
    RLIMIT_FSIZE: limits.fileBytes,
    RLIMIT_DATA: limits.memoryBytes,
    RLIMIT_NOFILE: OPEN_FILES,
    ...(countsPerNamespace(release()) ? { RLIMIT_NPROC: tasksOf(limits) } : {}),
  };
}

/** What the kernel counts, where the judge counts processes. */
export function tasksOf({ processes }: Pick<Limits, 'processes'>): number {
  return TASKS_FOR_EACH * processes;
}

function countsPerNamespace(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}
