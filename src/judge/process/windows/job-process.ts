import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Limits } from '../limits.ts';
import { type ConfinedCommand, DRAIN_MS, notInside, notStarted, outOfMemory, type Running } from '../running.ts';
import { commandLine, environmentBlock } from './command-line.ts';
import { Job } from './job.ts';
import { type Handle, Kernel32 } from './kernel32.ts';
import { makePipe, openNothing, type Pipe } from './pipe.ts';

const CREATE_SUSPENDED = 0x4;
const CREATE_UNICODE_ENVIRONMENT = 0x400;
const EXTENDED_STARTUPINFO_PRESENT = 0x8_0000;
const CREATE_NO_WINDOW = 0x800_0000;
const STARTF_USESTDHANDLES = 0x100;
const PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x2_0002n;
/** How Microsoft's C runtime is told of a descriptor: that it is open, and a pipe or a device. */
const [FOPEN, FPIPE, FDEV] = [0x1, 0x8, 0x40];
const POINTER_BYTES = 8;
const STILL_ACTIVE = 258;
const LOOK_MS = 5;
const MOST_LOOKS = 400;
/** What the kernel ends a process with that has used its time. */
const ERROR_NOT_ENOUGH_QUOTA = 1816;

/**
 * Starts a command that is in a job of its own before it runs its first instruction, and has no handle of the judge's but its
 * standard streams and the descriptors behind them.
 *
 * @param more descriptors are open beyond 3, both ways
 */
export async function startInJob(command: ConfinedCommand, limits: Limits, more: number): Promise<Running> {
  const kernel = Kernel32.load();
  if (!kernel) throw notInside('koffi has no binding here');
  const pipes: Pipe[] = [];
  let job: Job;
  let process: Handle;
  try {
    for (let count = 0; count < 3 + more; count++) pipes.push(await makePipe(kernel));
    job = new Job(kernel, limits);
  } catch (thrown) {
    for (const { near, far } of pipes) close(kernel, near, far);
    throw notInside(thrown);
  }
  try {
    process = create(kernel, job, command, pipes);
  } catch (thrown) {
    job[Symbol.dispose]();
    for (const { near } of pipes) near.destroy();
    throw thrown;
  } finally {
    for (const { far } of pipes) kernel.ask('CloseHandle', far);
  }
  const [stdout, stderr, records, wire] = pipes.map(({ near }) => near);
  const closed = Promise.all(
    [stdout!, stderr!, records!].map((stream) => once(stream, 'close').catch(() => undefined)),
  );
  return {
    ...{ output: [stdout!, stderr!], records: records!, ...(wire ? { wire } : {}), entered: true },
    exceeded: () => job.exceeded(),
    kill: () => job.terminate(),
    async ended(interrupted) {
      while (kernel.ask('WaitForSingleObject', process, 0) === STILL_ACTIVE) await pause(LOOK_MS);
      const code = Buffer.alloc(4);
      kernel.ask('GetExitCodeProcess', process, code);
      kernel.ask('CloseHandle', process);
      // A terminated process takes a moment to be gone.
      for (let look = 0; look < MOST_LOOKS && job.processes > 0; look++) {
        job.terminate();
        await pause(LOOK_MS);
      }
      job.exceeded();
      job[Symbol.dispose]();
      await Promise.race([closed, pause(interrupted() ? 0 : DRAIN_MS, undefined, { ref: false })]);
      return code.readUInt32LE();
    },
    limitBehind(exitCode, output) {
      if (exitCode === ERROR_NOT_ENOUGH_QUOTA) return 'cpu';
      return job.exceeded() ?? (exitCode !== 0 && outOfMemory(output) ? 'memory' : undefined);
    },
  };
}

/** What Windows reads through addresses while it starts a process, which the collection of garbage does not see. */
const addressed = new Set<readonly Buffer[]>();

/** The process, running inside the job. */
function create(kernel: Kernel32, job: Job, command: ConfinedCommand, pipes: readonly Pipe[]): Handle {
  const nothing = openNothing(kernel);
  const handles = [nothing, ...pipes.map(({ far }) => far)];
  const attributes = handleList(kernel, handles);
  try {
    const descriptors = descriptorsOf(handles);
    addressed.add([descriptors, attributes.list, attributes.handles]);
    const information = Buffer.alloc(kernel.sizeOf('PROCESS_INFORMATION'));
    const startup = kernel.pack('STARTUPINFOEXW', {
      StartupInfo: {
        cb: kernel.sizeOf('STARTUPINFOEXW'),
        dwFlags: STARTF_USESTDHANDLES,
        cbReserved2: descriptors.length,
        lpReserved2: kernel.addressOf(descriptors),
        ...{ hStdInput: handles[0], hStdOutput: handles[1], hStdError: handles[2] },
      },
      lpAttributeList: kernel.addressOf(attributes.list),
    });
    const flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW;
    const environment = wide(environmentBlock(command.env));
    const program = command.argv[0]!;
    try {
      const { cwd } = command;
      const line = wide(`${commandLine(command.argv)}\0`);
      kernel.call('CreateProcessW', program, line, null, null, 1, flags, environment, cwd, startup, information);
    } catch (thrown) {
      throw notStarted(program, thrown);
    }
    const created = kernel.unpack<{ hProcess: Handle; hThread: Handle }>('PROCESS_INFORMATION', information);
    try {
      job.assign(created.hProcess);
      kernel.ask('ResumeThread', created.hThread);
      return created.hProcess;
    } catch (thrown) {
      kernel.ask('TerminateProcess', created.hProcess, 1);
      kernel.ask('CloseHandle', created.hProcess);
      throw notInside(thrown);
    } finally {
      kernel.ask('CloseHandle', created.hThread);
    }
  } finally {
    kernel.ask('DeleteProcThreadAttributeList', attributes.list);
    addressed.clear();
    kernel.ask('CloseHandle', nothing);
  }
}

/** Says that a process is to have these handles and no other; the list holds the address of `handles`. */
function handleList(kernel: Kernel32, handles: readonly Handle[]): { list: Buffer; handles: Buffer } {
  const bytes = Buffer.alloc(handles.length * POINTER_BYTES);
  for (const [index, handle] of handles.entries()) bytes.writeBigUInt64LE(handle, index * POINTER_BYTES);
  const size = Buffer.alloc(POINTER_BYTES);
  // It fails, and says how many bytes it needs.
  kernel.ask('InitializeProcThreadAttributeList', null, 1, 0, size);
  const list = Buffer.alloc(Number(size.readBigUInt64LE()));
  kernel.call('InitializeProcThreadAttributeList', list, 1, 0, size);
  const attribute = PROC_THREAD_ATTRIBUTE_HANDLE_LIST;
  kernel.call('UpdateProcThreadAttribute', list, 0, attribute, bytes, bytes.length, null, null);
  return { list, handles: bytes };
}

/** The descriptors of a program, from 0 on, as Microsoft's C runtime finds them. */
function descriptorsOf(handles: readonly Handle[]): Buffer {
  const header = 4;
  const bytes = Buffer.alloc(header + handles.length * (1 + POINTER_BYTES));
  bytes.writeUInt32LE(handles.length);
  for (const [index, handle] of handles.entries()) {
    bytes[header + index] = FOPEN | (index === 0 ? FDEV : FPIPE);
    bytes.writeBigUInt64LE(handle, header + handles.length + index * POINTER_BYTES);
  }
  return bytes;
}

function wide(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function close(kernel: Kernel32, near: Pipe['near'], far: Handle): void {
  near.destroy();
  kernel.ask('CloseHandle', far);
}
