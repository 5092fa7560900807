import type { Interruption } from '../../../core/report.ts';
import { diskWatch } from '../disk.ts';
import type { Limits } from '../limits.ts';
import type { Handle, Kernel32 } from './kernel32.ts';

/** Classes of information about a job, by number (winnt.h). */
const ACCOUNTING = 1;
const PROCESS_IDS = 3;
const UI_RESTRICTIONS = 4;
const COMPLETION_PORT = 7;
const EXTENDED_LIMITS = 9;

/**
 * JOB_OBJECT_LIMIT_*: user time and memory of each process, memory of the job, number of processes, priority; no window that
 * asks about a crash; all end when the last handle is closed, which the judge holds. None may break away.
 */
const LIMIT = {
  PROCESS_TIME: 0x2,
  ACTIVE_PROCESS: 0x8,
  PRIORITY_CLASS: 0x20,
  PROCESS_MEMORY: 0x100,
  JOB_MEMORY: 0x200,
  DIE_ON_UNHANDLED_EXCEPTION: 0x400,
  KILL_ON_JOB_CLOSE: 0x2000,
};
const BELOW_NORMAL_PRIORITY_CLASS = 0x4000;
/** No clipboard, windows of others, desktops, settings of the display or the system, global atoms, and nobody is logged off. */
const EVERY_UI_RESTRICTION = 0xff;

/** JOB_OBJECT_MSG_*: what the kernel tells of a limit that was reached. */
const REACHED: Readonly<Record<number, Interruption>> = { 2: 'cpu', 3: 'processes', 9: 'memory', 10: 'memory' };
const MOST_MESSAGES = 4096;
const POINTER_BYTES = 8;

const TICKS_PER_SECOND = 10_000_000n;
const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const KILLED = 137;

/**
 * A job object: processes, and all that they start, under limits that the kernel keeps together. What it does not keep, as on
 * an imitation of Windows, the judge finds by looking.
 */
export class Job implements Disposable {
  readonly #kernel: Kernel32;
  readonly #limits: Limits;
  readonly #job: Handle;
  readonly #port: Handle;
  readonly #fills: ((pids: readonly number[]) => boolean) | undefined;
  #reached: Interruption | undefined;
  #open = true;

  /** Throws a `WindowsError` where Windows does not make it so. */
  constructor(kernel: Kernel32, limits: Limits) {
    this.#kernel = kernel;
    this.#limits = limits;
    this.#fills = limits.disk && diskWatch(limits.disk.folder, limits.disk.bytes);
    this.#job = kernel.call('CreateJobObjectW', null, null);
    this.#port = kernel.call('CreateIoCompletionPort', -1n, null, null, 1);
    try {
      const flags = Object.values(LIMIT).reduce((all, flag) => all | flag);
      this.#set(
        EXTENDED_LIMITS,
        kernel.pack('JOBOBJECT_EXTENDED_LIMIT_INFORMATION', {
          BasicLimitInformation: {
            PerProcessUserTimeLimit: BigInt(limits.cpuSeconds) * TICKS_PER_SECOND,
            LimitFlags: flags,
            ActiveProcessLimit: limits.processes,
            PriorityClass: BELOW_NORMAL_PRIORITY_CLASS,
          },
          ProcessMemoryLimit: limits.memoryBytes,
          JobMemoryLimit: limits.memoryBytes,
        }),
      );
      this.#set(COMPLETION_PORT, kernel.pack('JOBOBJECT_ASSOCIATE_COMPLETION_PORT', { CompletionPort: this.#port }));
    } catch (thrown) {
      this[Symbol.dispose]();
      throw thrown;
    }
  }

  /** Before it runs. Windows does not put a process of another job into one that restricts the interface: that comes second, if it can. */
  assign(process: Handle): void {
    this.#kernel.call('AssignProcessToJobObject', this.#job, process);
    const restrictions = { UIRestrictionsClass: EVERY_UI_RESTRICTION };
    const bytes = this.#kernel.pack('JOBOBJECT_BASIC_UI_RESTRICTIONS', restrictions);
    this.#kernel.ask('SetInformationJobObject', this.#job, UI_RESTRICTIONS, bytes, bytes.length);
  }

  /** How many of its processes are alive. */
  get processes(): number {
    if (!this.#open) return 0;
    const name = 'JOBOBJECT_BASIC_ACCOUNTING_INFORMATION';
    const bytes = Buffer.alloc(this.#kernel.sizeOf(name));
    this.#query(ACCOUNTING, bytes);
    return this.#kernel.unpack<{ ActiveProcesses: number }>(name, bytes).ActiveProcesses;
  }

  /** The limit that was reached, by the word of the kernel or by what is there now. */
  exceeded(): Interruption | undefined {
    if (!this.#open) return this.#reached;
    this.#listen();
    this.#reached ??= this.#look();
    return this.#reached;
  }

  /** Ends all of its processes; they are gone a moment later. */
  terminate(): void {
    if (this.#open) this.#kernel.ask('TerminateJobObject', this.#job, KILLED);
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#kernel.ask('CloseHandle', this.#job);
    this.#kernel.ask('CloseHandle', this.#port);
  }

  #look(): Interruption | undefined {
    const { processes, memoryBytes } = this.#limits;
    if (this.processes > processes) return 'processes';
    const pids = this.#pids();
    if (pids.reduce((sum, pid) => sum + this.#memoryOf(pid), 0) > memoryBytes) return 'memory';
    return this.#fills?.(pids) ? 'disk' : undefined;
  }

  #listen(): void {
    const [message, key, about] = [Buffer.alloc(4), Buffer.alloc(POINTER_BYTES), Buffer.alloc(POINTER_BYTES)];
    for (let count = 0; count < MOST_MESSAGES; count++) {
      if (this.#kernel.ask('GetQueuedCompletionStatus', this.#port, message, key, about, 0) === 0) return;
      this.#reached ??= REACHED[message.readUInt32LE()];
    }
  }

  /** Not many more than the limit. */
  #pids(): number[] {
    const header = 8;
    const most = this.#limits.processes + 1;
    const bytes = Buffer.alloc(header + most * POINTER_BYTES);
    this.#query(PROCESS_IDS, bytes);
    const count = Math.min(bytes.readUInt32LE(4), most);
    return Array.from({ length: count }, (_, index) => Number(bytes.readBigUInt64LE(header + index * POINTER_BYTES)));
  }

  /** Bytes that are its own alone, which is what the limit counts (since Windows 8); 0 where it is gone. */
  #memoryOf(pid: number): number {
    const name = 'PROCESS_MEMORY_COUNTERS';
    const bytes = Buffer.alloc(this.#kernel.sizeOf(name));
    try {
      const process = this.#kernel.call('OpenProcess', PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
      const isKnown = this.#kernel.ask('K32GetProcessMemoryInfo', process, bytes, bytes.length) !== 0;
      this.#kernel.ask('CloseHandle', process);
      return isKnown ? Number(this.#kernel.unpack<{ PagefileUsage: number }>(name, bytes).PagefileUsage) : 0;
    } catch {
      return 0;
    }
  }

  #set(kind: number, bytes: Buffer): void {
    this.#kernel.call('SetInformationJobObject', this.#job, kind, bytes, bytes.length);
  }

  /** Fails where there is more than fits, and fills what there is room for. */
  #query(kind: number, bytes: Buffer): void {
    this.#kernel.ask('QueryInformationJobObject', this.#job, kind, bytes, bytes.length, null);
  }
}
