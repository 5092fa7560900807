import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { findPrograms } from './program.ts';

export interface GoRuntime {
  path: string;
  version: string;
  readable: string[];
  env: Record<string, string>;
  /** Whether the output of tests can be marked so that what they print is told from what is said of them (Go 1.20). */
  marks: boolean;
}

/** The Go of a workspace. It reaches no network and finds what was downloaded before. Throws `runtime-missing`. */
export function findGo(workspace: string | undefined): GoRuntime {
  for (const path of findPrograms('go')) {
    try {
      const printed = execFileSync(path, ['env', '-json', 'GOROOT', 'GOVERSION', 'GOMODCACHE'], {
        ...(workspace === undefined ? {} : { cwd: workspace }),
        encoding: 'utf8',
        timeout: 10_000,
        stdio: 'pipe',
        // Another toolchain that go.mod asks for is not downloaded.
        env: { ...process.env, GOTOOLCHAIN: 'local' },
      });
      const { GOROOT, GOVERSION, GOMODCACHE } = JSON.parse(printed) as Record<string, string>;
      const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(GOVERSION ?? '') ?? [];
      return {
        path,
        version: (GOVERSION ?? '').replace(/^go/, ''),
        readable: [path, GOROOT!, GOMODCACHE!],
        env: {
          PATH: [dirname(path), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
          GOROOT: GOROOT!,
          GOMODCACHE: GOMODCACHE!,
          ...{
            GOPROXY: 'off',
            GOSUMDB: 'off',
            GOTOOLCHAIN: 'local',
            GOENV: 'off',
            GOTELEMETRY: 'off',
          },
        },
        marks: Number(major) > 1 || Number(minor) >= 20,
      };
    } catch {}
  }
  throw new CoppiceError(
    'runtime-missing',
    said`The tests need Go, and none was found.`,
    said`Install Go and put it on PATH.`,
  );
}
