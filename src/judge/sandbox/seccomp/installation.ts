import { mkdirSync, writeFileSync } from 'node:fs';
import { arch } from 'node:process';
import { type Architecture, CALLS } from './calls.ts';
import { caller, entrance } from './executable.ts';
import { filterProgram } from './filter.ts';

/** A filter in the forms in which it is installed. */
export interface CallFilter {
  /** The program for seccomp: in a file, as bubblewrap takes it, and in base64. */
  file: string;
  text: string;
  /** An executable that runs its arguments behind the filter. */
  entrance: string;
}

/** Undefined on architectures whose calls are not known here. @param folder gets two files */
export function writeFilter(folder: string): CallFilter | undefined {
  const architecture = thisArchitecture();
  if (!architecture) return undefined;
  const program = filterProgram(architecture);
  const filter = { file: `${folder}/filter`, text: program.toString('base64'), entrance: `${folder}/entrance` };
  mkdirSync(folder, { recursive: true });
  writeFileSync(filter.file, program);
  writeFileSync(filter.entrance, entrance(architecture, program), { mode: 0o755 });
  return filter;
}

/**
 * An executable that makes a call which the rules refuse, and which the kernel would let any process make: it asks to be traced
 * by its parent. It ends with the error, or 0.
 */
export function refusedCall(): Buffer | undefined {
  const architecture = thisArchitecture();
  return architecture && caller(architecture, CALLS.ptrace[architecture]);
}

function thisArchitecture(): Architecture | undefined {
  return arch === 'x64' || arch === 'arm64' ? arch : undefined;
}
