import { delimiter } from 'node:path';
import type { SandboxBackend } from '../../core/protocol.ts';
import type { Said } from '../../core/said.ts';
import type { Limits } from '../process/limits.ts';
import type { ConfinedCommand } from '../process/running.ts';
import { SYSTEM_FOLDERS } from '../runtime/program.ts';
import type { CallFilter } from './seccomp/installation.ts';

/** What one run may see of the file system. All paths are absolute and on the host. */
export interface Cell {
  /** The private copy of the workspace: the only thing that can be written and outlives the run. */
  slot: string;
  /** The user's workspace: namespaces show the slot under this path, so that absolute paths keep their meaning. */
  workspace: string;
  /** Heavy parts of the workspace, relative to it, that are shown read-only as they are. */
  shared: string[];
  /** Runtimes and the harness: shown read-only under their own paths. */
  readable: string[];
  /** An empty folder of this run for HOME and TMPDIR, where the back end can't mount memory there. */
  scratch: string;
  /** Where compilers keep what they made, for this slot alone. Absent where nothing is compiled. */
  cache?: { folder: string; writable: boolean };
}

/** Where namespaces show the cache: compilers write paths into what they make, which other slots then start with. */
export const CACHE = '/var/coppice';

/** What the tests are run as. `root` in it is where they find the workspace. */
export interface TestCommand {
  argv: string[];
  env: Record<string, string>;
  /** Where it starts, relative to the workspace; by default the workspace itself. */
  folder?: string;
}

/** A way to run a program so that it can do no harm. */
export interface Sandbox {
  readonly backend: SandboxBackend;
  /** In words: what isolates, and what does not. */
  readonly description: string | Said;
  /** Whether the slot appears under the workspace's own path, and heavy parts are mounted instead of linked. */
  readonly mounts: boolean;
  /** Whether the tests are refused the calls that seccomp/policy.ts names. */
  readonly filtersCalls: boolean;
  /** What tests reach all the same, in words: the user must have consented to that. Absent where they are kept from everything. */
  readonly exposes?: readonly string[];
  confine(command: TestCommand, cell: Cell, limits: Limits): ConfinedCommand;
  /** For a fork server, which isolates each of its forks again. Absent where nothing could. */
  readonly forks?: ForkConfinement;
}

/** What a fork makes of itself before it runs tests. */
export interface ForkRights {
  /** Who the tests of a run by itself would be. */
  uid: number;
  gid: number;
  /** The program for seccomp that it enters, in base64; absent where calls are not filtered. */
  filter?: string;
}

/** How a fork server is confined: as any run, but with the rights to make namespaces, of which it leaves none to its forks. */
export interface ForkConfinement extends ForkRights {
  confine(command: TestCommand, cell: Cell): ConfinedCommand;
}

/** Ends the sentence of a back end that says what isolates. */
export function filterWords(filter: CallFilter | undefined): string {
  return filter ? 'a seccomp filter refuses the calls that tests never need' : 'there is no seccomp filter';
}

/** Where the tests find the workspace. */
export function rootSeen(sandbox: Sandbox, cell: Cell): string {
  return sandbox.mounts ? cell.workspace : cell.slot;
}

/** Where the compilers and the tests find the cache of a cell that has one. */
export function cacheSeen(sandbox: Sandbox, folder: string): string {
  return sandbox.mounts ? CACHE : folder;
}

/** What every program in a sandbox finds in its environment; nothing of the user's own gets in but the locale. */
export function cleanEnvironment(home: string, temp: string): Record<string, string> {
  const env: Record<string, string> = {
    HOME: home,
    TMPDIR: temp,
    PATH: SYSTEM_FOLDERS.join(delimiter),
    TERM: 'dumb',
    NO_COLOR: '1',
    CI: '1',
    // One run has one core to itself; libraries that start a thread for every core only slow the others down.
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
  };
  for (const name of ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
