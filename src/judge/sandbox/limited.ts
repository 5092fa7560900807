import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxBackend } from '../../core/protocol.ts';
import { EXPENDABLE, type Limits, limitScript } from '../process/limits.ts';
import type { ConfinedCommand } from '../process/running.ts';
import { type Cell, cleanEnvironment, type Sandbox, type TestCommand } from './sandbox.ts';

const MARK = 'COPPICE_RUN';

/** Limits without isolation: inside a container that is the boundary itself, or by the user's own consent. */
export function limited(backend: SandboxBackend & ('container' | 'none'), description: string): Sandbox {
  return { backend, description, mounts: false, filtersCalls: false, confine: marked };
}

/** A command under limits in the slot itself, whose processes are found by a mark in their environment. */
export function marked(command: TestCommand, cell: Cell, limits: Limits): ConfinedCommand {
  const mark = randomUUID();
  const env = { ...cleanEnvironment(cell.scratch, cell.scratch), ...command.env, [MARK]: mark };
  const script = `${EXPENDABLE}\n${limitScript(limits, { ownUserNamespace: false })}`;
  const argv = ['/bin/sh', '-c', script, 'sh', ...command.argv];
  return { argv, cwd: join(cell.slot, command.folder ?? ''), env, kill: { kind: 'tree', mark: `${MARK}=${mark}` } };
}
