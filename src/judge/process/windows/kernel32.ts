import { createRequire } from 'node:module';
import type { KoffiFunc, TypeObject } from 'koffi';
import { bindingOfKoffi } from '../../runtime/koffi.ts';

type Koffi = typeof import('koffi');

/** An open object of the kernel, as koffi gives a pointer. */
export type Handle = bigint;

/** The structures of winnt.h and processthreadsapi.h that jobs and processes are described with, on 64-bit Windows. */
export function structures(koffi: Pick<Koffi, 'struct'>) {
  const limits = koffi.struct({
    PerProcessUserTimeLimit: 'int64_t',
    PerJobUserTimeLimit: 'int64_t',
    LimitFlags: 'uint32_t',
    MinimumWorkingSetSize: 'size_t',
    MaximumWorkingSetSize: 'size_t',
    ActiveProcessLimit: 'uint32_t',
    Affinity: 'size_t',
    PriorityClass: 'uint32_t',
    SchedulingClass: 'uint32_t',
  });
  const transfers = koffi.struct({
    ReadOperationCount: 'uint64_t',
    WriteOperationCount: 'uint64_t',
    OtherOperationCount: 'uint64_t',
    ReadTransferCount: 'uint64_t',
    WriteTransferCount: 'uint64_t',
    OtherTransferCount: 'uint64_t',
  });
  const startup = koffi.struct({
    cb: 'uint32_t',
    lpReserved: 'void*',
    lpDesktop: 'void*',
    lpTitle: 'void*',
    dwX: 'uint32_t',
    dwY: 'uint32_t',
    dwXSize: 'uint32_t',
    dwYSize: 'uint32_t',
    dwXCountChars: 'uint32_t',
    dwYCountChars: 'uint32_t',
    dwFillAttribute: 'uint32_t',
    dwFlags: 'uint32_t',
    wShowWindow: 'uint16_t',
    cbReserved2: 'uint16_t',
    lpReserved2: 'void*',
    hStdInput: 'void*',
    hStdOutput: 'void*',
    hStdError: 'void*',
  });
  return {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION: koffi.struct({
      BasicLimitInformation: limits,
      IoInfo: transfers,
      ProcessMemoryLimit: 'size_t',
      JobMemoryLimit: 'size_t',
      PeakProcessMemoryUsed: 'size_t',
      PeakJobMemoryUsed: 'size_t',
    }),
    JOBOBJECT_BASIC_UI_RESTRICTIONS: koffi.struct({ UIRestrictionsClass: 'uint32_t' }),
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION: koffi.struct({
      TotalUserTime: 'int64_t',
      TotalKernelTime: 'int64_t',
      ThisPeriodTotalUserTime: 'int64_t',
      ThisPeriodTotalKernelTime: 'int64_t',
      TotalPageFaultCount: 'uint32_t',
      TotalProcesses: 'uint32_t',
      ActiveProcesses: 'uint32_t',
      TotalTerminatedProcesses: 'uint32_t',
    }),
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT: koffi.struct({ CompletionKey: 'void*', CompletionPort: 'void*' }),
    SECURITY_ATTRIBUTES: koffi.struct({
      nLength: 'uint32_t',
      lpSecurityDescriptor: 'void*',
      bInheritHandle: 'int32_t',
    }),
    STARTUPINFOEXW: koffi.struct({ StartupInfo: startup, lpAttributeList: 'void*' }),
    PROCESS_INFORMATION: koffi.struct({
      hProcess: 'void*',
      hThread: 'void*',
      dwProcessId: 'uint32_t',
      dwThreadId: 'uint32_t',
    }),
    PROCESS_MEMORY_COUNTERS: koffi.struct({
      cb: 'uint32_t',
      PageFaultCount: 'uint32_t',
      PeakWorkingSetSize: 'size_t',
      WorkingSetSize: 'size_t',
      QuotaPeakPagedPoolUsage: 'size_t',
      QuotaPagedPoolUsage: 'size_t',
      QuotaPeakNonPagedPoolUsage: 'size_t',
      QuotaNonPagedPoolUsage: 'size_t',
      PagefileUsage: 'size_t',
      PeakPagefileUsage: 'size_t',
    }),
  } satisfies Record<string, TypeObject>;
}

/** By what they return and take, with the names of koffi's types. */
const FUNCTIONS = {
  AssignProcessToJobObject: ['int', 'void*', 'void*'],
  CloseHandle: ['int', 'void*'],
  CreateFileW: ['void*', 'str16', 'uint32_t', 'uint32_t', 'void*', 'uint32_t', 'uint32_t', 'void*'],
  CreateIoCompletionPort: ['void*', 'void*', 'void*', 'void*', 'uint32_t'],
  CreateJobObjectW: ['void*', 'void*', 'str16'],
  CreateProcessW: ['int', 'str16', 'void*', 'void*', 'void*', 'int', 'uint32_t', 'void*', 'str16', 'void*', 'void*'],
  DeleteProcThreadAttributeList: ['void', 'void*'],
  GetExitCodeProcess: ['int', 'void*', 'void*'],
  GetLastError: ['uint32_t'],
  GetQueuedCompletionStatus: ['int', 'void*', 'void*', 'void*', 'void*', 'uint32_t'],
  InitializeProcThreadAttributeList: ['int', 'void*', 'uint32_t', 'uint32_t', 'void*'],
  K32GetProcessMemoryInfo: ['int', 'void*', 'void*', 'uint32_t'],
  OpenProcess: ['void*', 'uint32_t', 'int', 'uint32_t'],
  QueryInformationJobObject: ['int', 'void*', 'int', 'void*', 'uint32_t', 'void*'],
  ResumeThread: ['uint32_t', 'void*'],
  SetInformationJobObject: ['int', 'void*', 'int', 'void*', 'uint32_t'],
  TerminateJobObject: ['int', 'void*', 'uint32_t'],
  TerminateProcess: ['int', 'void*', 'uint32_t'],
  UpdateProcThreadAttribute: ['int', 'void*', 'uint32_t', 'size_t', 'void*', 'size_t', 'void*', 'void*'],
  WaitForSingleObject: ['uint32_t', 'void*', 'uint32_t'],
} as const;

type Structures = ReturnType<typeof structures>;

/** A call of Windows that did not do what it should, by its name and the number of its error. */
export class WindowsError extends Error {}

const INVALID_HANDLES: readonly (bigint | null)[] = [null, 0n, -1n, 0xffff_ffff_ffff_ffffn];

/** What a job needs of kernel32.dll, through koffi. */
export class Kernel32 {
  readonly #koffi: Koffi;
  readonly #functions: Record<keyof typeof FUNCTIONS, KoffiFunc<(...values: unknown[]) => unknown>>;
  readonly #structures: Structures;

  private constructor(koffi: Koffi) {
    this.#koffi = koffi;
    this.#structures = structures(koffi);
    const library = koffi.load('kernel32.dll');
    const entries = Object.entries(FUNCTIONS).map(([name, [result, ...parameters]]) => {
      return [name, library.func('__stdcall', name, result, [...parameters])];
    });
    this.#functions = Object.fromEntries(entries);
  }

  /** Undefined on another system, and where koffi has no binding that is installed. */
  static load(): Kernel32 | undefined {
    if (process.platform !== 'win32') return undefined;
    loaded ??= Kernel32.#make();
    return loaded;
  }

  static #make(): Kernel32 | undefined {
    const path = bindingOfKoffi();
    return path === undefined ? undefined : new Kernel32(createRequire(import.meta.url)(path) as Koffi);
  }

  /** The result of a function that gives 0 or an invalid handle where it fails; then throws a `WindowsError`. */
  call(name: keyof typeof FUNCTIONS, ...values: unknown[]): Handle {
    const result = this.#functions[name](...values) as number | Handle | null;
    if (result === 0 || INVALID_HANDLES.includes(result as Handle | null)) {
      throw new WindowsError(`${name}: error ${this.#functions.GetLastError()}`);
    }
    return result as Handle;
  }

  /** The result of a function, whatever it means. */
  ask(name: keyof typeof FUNCTIONS, ...values: unknown[]): number {
    return Number(this.#functions[name](...values));
  }

  /** The bytes of a structure; what is not named is zero. */
  pack(name: keyof Structures, values: object): Buffer {
    const type = this.#structures[name];
    const bytes = Buffer.alloc(type.size);
    const whole = this.#koffi.decode(bytes, type) as object;
    this.#koffi.encode(bytes, type, merged(whole, values));
    return bytes;
  }

  /** The fields of a structure that these bytes hold. */
  unpack<T>(name: keyof Structures, bytes: Buffer): T {
    return this.#koffi.decode(bytes, this.#structures[name]) as T;
  }

  sizeOf(name: keyof Structures): number {
    return this.#structures[name].size;
  }

  addressOf(bytes: Buffer): bigint {
    return this.#koffi.address(bytes);
  }
}

let loaded: Kernel32 | undefined;

function merged(whole: object, values: object): object {
  const parts = Object.entries(values).map(([name, value]) => {
    const before = (whole as Record<string, unknown>)[name];
    const isStructure = typeof before === 'object' && before !== null && typeof value === 'object';
    return [name, isStructure ? merged(before, value as object) : value];
  });
  return { ...whole, ...Object.fromEntries(parts) };
}
