import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxBackend } from '../../core/protocol.ts';
import { limitScript } from '../process/limits.ts';
import { cleanEnvironment, type Sandbox } from './sandbox.ts';

const MARK = 'COPPICE_RUN';

/** Limits without isolation: inside a container that is the boundary itself, or by the user's own consent. */
export function limited(backend: SandboxBackend & ('container' | 'none'), description: string): Sandbox {
  return {
    backend,
    description,
    mounts: false,
    filtersCalls: false,
    confine(command, cell, limits) {
      const mark = randomUUID();
      const env = { ...cleanEnvironment(cell.scratch, cell.scratch), ...command.env, [MARK]: mark };
      const argv = ['/bin/sh', '-c', limitScript(limits, { ownUserNamespace: false }), 'sh', ...command.argv];
      return { argv, cwd: join(cell.slot, command.folder ?? ''), env, kill: { kind: 'tree', mark: `${MARK}=${mark}` } };
    },
  };
}

/** What contains this machine, by name; undefined when nothing seems to. */
export function containerName(): string | undefined {
  if (process.env.CODESPACES === 'true') return 'a GitHub Codespace';
  if (process.env.REMOTE_CONTAINERS === 'true') return 'a development container';
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined) return 'a Kubernetes pod';
  if (existsSync('/.dockerenv')) return 'a Docker container';
  if (existsSync('/run/.containerenv')) return 'a Podman container';
  return undefined;
}
