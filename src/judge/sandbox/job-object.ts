import { join, parse } from 'node:path';
import { said } from '../../core/said.ts';
import { Kernel32 } from '../process/windows/kernel32.ts';
import { cleanEnvironment, type Sandbox } from './sandbox.ts';

/** What programs need to know of the machine to start at all, or to find what is installed on it. */
const KEPT = [
  ...[
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ComSpec',
    'PATHEXT',
    'OS',
    'NUMBER_OF_PROCESSORS',
    'PROCESSOR_ARCHITECTURE',
  ],
  ...['ProgramData', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'CommonProgramFiles'],
];

/**
 * A job object of Windows: limits that the kernel keeps for a whole tree of processes, none of which can leave it by starting
 * another, and no isolation. Undefined on another system, and where koffi has no binding.
 *
 * Tests run as the user. One that wants to can have a process started for it by another program of the user's, such as the task
 * scheduler, which is then in no job.
 */
export function jobObject(): Sandbox | undefined {
  if (!Kernel32.load()) return undefined;
  return {
    backend: 'job-object',
    description: said`Job object: limits on time, memory, processes and output, and the whole process tree ends with the tests. Not isolated: files and network. Tests can read and change whatever you can, reach the network, and ask your other programs to act for them.`,
    mounts: false,
    filtersCalls: false,
    exposes: ['files', 'network', 'other programs'],
    confine: (command, cell) => ({
      argv: command.argv,
      cwd: join(cell.slot, command.folder ?? ''),
      env: { ...cleanEnvironment(cell.scratch, cell.scratch), ...windowsEnvironment(cell.scratch), ...command.env },
      kill: { kind: 'job' },
    }),
  };
}

/** What Windows and its programs look for beside what is said on every system. */
function windowsEnvironment(folder: string): Record<string, string> {
  const kept = KEPT.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const { root } = parse(folder);
  const drive = root.replace(/[\\/]+$/, '');
  return {
    ...Object.fromEntries(kept),
    ...{ TEMP: folder, TMP: folder, USERPROFILE: folder, APPDATA: folder, LOCALAPPDATA: folder },
    ...{ HOMEDRIVE: drive, HOMEPATH: folder.slice(drive.length) },
  };
}
