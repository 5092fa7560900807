import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { findPrograms, isExecutable } from './program.ts';

export interface CargoRuntime {
  path: string;
  version: string;
  readable: string[];
  env: Record<string, string>;
  /** What was downloaded before, and settings without secrets: paths below the home of Cargo. */
  shelf: { home: string; parts: string[] };
  /** Where the libraries of the toolchain are. */
  libraries: string;
}

/** The Cargo of a workspace, behind rustup, which chooses by folder. Throws `runtime-missing`. */
export function findCargo(workspace: string | undefined): CargoRuntime {
  const options = { cwd: workspace ?? homedir(), encoding: 'utf8', timeout: 10_000, stdio: 'pipe' } as const;
  for (const rustc of findPrograms('rustc')) {
    try {
      // A toolchain that a project names and that is not there is not downloaded.
      const env = { ...process.env, RUSTUP_AUTO_INSTALL: '0' };
      const sysroot = execFileSync(rustc, ['--print', 'sysroot'], { ...options, env }).trim();
      const cargo = [join(sysroot, 'bin/cargo'), ...findPrograms('cargo')].find(isExecutable);
      if (cargo === undefined) continue;
      const version = /^cargo (\S+)/.exec(execFileSync(cargo, ['--version'], options))?.[1];
      if (version === undefined) continue;
      const home = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
      const settings = ['config.toml', 'config'].filter((name) => isWithoutSecret(join(home, name)));
      return {
        path: cargo,
        version,
        readable: [sysroot, cargo, ...['registry', 'git', ...settings].map((part) => join(home, part))],
        env: {
          PATH: [join(sysroot, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
          CARGO_TERM_COLOR: 'never',
        },
        shelf: { home, parts: ['registry', 'git', ...settings] },
        libraries: join(sysroot, 'lib'),
      };
    } catch {}
  }
  throw new CoppiceError(
    'runtime-missing',
    said`The tests need Cargo, and none was found.`,
    said`Install Rust and put cargo and rustc on PATH.`,
  );
}

/** Settings name mirrors, without which what was downloaded from them is not found; and sometimes their passwords. */
function isWithoutSecret(file: string): boolean {
  try {
    return !/token|password|secret/i.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
