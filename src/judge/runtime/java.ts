import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { realPathOf } from '../workspace/path.ts';
import { findPrograms } from './program.ts';

export interface MavenRuntime {
  path: string;
  version: string;
  readable: string[];
  env: Record<string, string>;
  /** The local repository, with what was downloaded before. */
  repository: string;
}

/** Maven and the Java that it runs on. Throws `runtime-missing`. */
export function findMaven(workspace: string | undefined): MavenRuntime {
  for (const path of findPrograms('mvn')) {
    try {
      const options = { cwd: workspace ?? homedir(), encoding: 'utf8', timeout: 20_000, stdio: 'pipe' } as const;
      const printed = stripVTControlCharacters(execFileSync(path, ['-B', '-v'], options));
      const version = /^Apache Maven (\S+)/m.exec(printed)?.[1];
      const home = /^Maven home: (.+)$/m.exec(printed)?.[1];
      const java = /runtime: (.+)$/m.exec(printed)?.[1];
      if (version === undefined || home === undefined || java === undefined) continue;
      const jdk = java.endsWith('/jre') ? dirname(java) : java;
      return {
        path,
        version,
        // Distributions keep the settings of both elsewhere and link to them.
        readable: [path, home, jdk, ...linkedFrom(home), ...linkedFrom(jdk)],
        env: {
          JAVA_HOME: jdk,
          PATH: [join(jdk, 'bin'), dirname(path), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
        },
        repository: localRepository(),
      };
    } catch {}
  }
  throw new CoppiceError(
    'runtime-missing',
    said`The tests need Maven and a JDK, and they were not found.`,
    said`Install Maven and a JDK, and put mvn on PATH.`,
  );
}

/**
 * Where Maven keeps what it downloaded: where the settings of the user say, which the sandbox does not show, or below the home
 * folder. The links in a repository of a distribution are relative to where it really is.
 */
export function localRepository(): string {
  const folder = join(homedir(), '.m2');
  const settings = join(folder, 'settings.xml');
  const text = existsSync(settings) ? readFileSync(settings, 'utf8').replace(/<!--[\s\S]*?-->/g, '') : '';
  const named = /<localRepository>\s*([^<]+?)\s*<\/localRepository>/.exec(text)?.[1];
  const path = named
    ?.replace(/\$\{user\.home\}/g, homedir())
    .replace(/\$\{env\.(\w+)\}/g, (_, name) => process.env[name] ?? '');
  const repository = path ?? join(folder, 'repository');
  return realPathOf(repository) ?? repository;
}

const DEPTH = 4;

/** Where links of a folder lead out of it, as folders or files. */
export function linkedFrom(folder: string, top = folder, depth = DEPTH): string[] {
  if (depth === 0 || !existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return linkedFrom(path, top, depth - 1);
    if (!item.isSymbolicLink()) return [];
    const real = realPathOf(path);
    return real !== undefined && !real.startsWith(`${realpathSync(top)}/`) ? [real] : [];
  });
}
