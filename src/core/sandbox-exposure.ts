import type { SandboxBackend } from './protocol.ts';

/** What tests can reach in a sandbox of this kind, in words; undefined where it is made to keep them from everything. */
export function exposureOf(backend: SandboxBackend): string | undefined {
  return backend === 'job-object' || backend === 'none' ? 'files and network' : undefined;
}
