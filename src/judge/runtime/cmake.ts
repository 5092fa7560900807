import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { findProgram, findPrograms } from './program.ts';

export interface CMakeRuntime {
  cmake: string;
  ctest: string;
  /** The compiler of C. */
  cc: string;
  version: string;
  readable: string[];
  env: Record<string, string>;
}

/** CMake with CTest and a compiler. Throws `runtime-missing`. */
export function findCMake(): CMakeRuntime {
  const cc = findProgram('cc') ?? findProgram('gcc') ?? findProgram('clang');
  for (const cmake of findPrograms('cmake')) {
    const ctest = findPrograms('ctest').find((path) => dirname(path) === dirname(cmake));
    const version = versionOf(cmake);
    if (ctest === undefined || cc === undefined || version === undefined) continue;
    const home = dirname(dirname(realpathSync(cmake)));
    return {
      ...{ cmake, ctest, cc, version },
      readable: [cmake, ctest, cc, home],
      env: { PATH: [...new Set([dirname(cmake), dirname(cc), '/usr/local/bin', '/usr/bin', '/bin'])].join(':') },
    };
  }
  throw new CoppiceError(
    'runtime-missing',
    said`The tests need CMake 3.21 or later with CTest and a C compiler, and they were not found.`,
    said`Install cmake, make and a compiler.`,
  );
}

/** Reports in the format of JUnit came with 3.21. */
function versionOf(cmake: string): string | undefined {
  try {
    const printed = execFileSync(cmake, ['--version'], { encoding: 'utf8', timeout: 5000, stdio: 'pipe' });
    const [, version, major, minor] = /version ((\d+)\.(\d+)\S*)/.exec(printed) ?? [];
    const isEnough = Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 21);
    return isEnough ? version : undefined;
  } catch {
    return undefined;
  }
}
