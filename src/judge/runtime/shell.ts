import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { SYSTEM_FOLDERS } from './program.ts';

/** Runs a command as the user would type it: in a POSIX shell, or in cmd.exe on Windows, without its AutoRun. */
export function shellCommand(command: string): string[] {
  if (process.platform !== 'win32') return ['/bin/sh', '-c', command];
  return [process.env.ComSpec ?? join(SYSTEM_FOLDERS[0]!, 'cmd.exe'), '/d', '/s', '/c', command];
}

/** A script of ours for a POSIX shell, with its arguments. Throws `runtime-missing` where there is none. */
export function shellScript(script: string, ...args: string[]): string[] {
  if (process.platform !== 'win32') return ['/bin/sh', '-c', script, ...args];
  throw new CoppiceError(
    'runtime-missing',
    said`These tests are run by scripts for a POSIX shell, which Windows has not got.`,
    said`Open the workspace in WSL 2 and run Coppice there.`,
  );
}
