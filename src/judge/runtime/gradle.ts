import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { realPathOf } from '../workspace/path.ts';
import { linkedFrom, localRepository } from './java.ts';
import { findProgram, findPrograms, isExecutable } from './program.ts';

export interface GradleRuntime {
  path: string;
  version: string;
  readable: string[];
  env: Record<string, string>;
  /** What was downloaded before, where there is such a folder; Gradle reads it without writing from 6.2 on. */
  downloads?: string;
  /** Of Maven, for projects that look there too. */
  repository: string;
}

/** A jar that every distribution has. */
const CORE = /^gradle-(?:core|core-api|base-services)-(\d[\w.+-]*)\.jar$/;

/**
 * Gradle and the JDK that it runs on: of the version that a project names for itself, or else what is on PATH.
 *
 * @param wrapper the text of the project's `gradle-wrapper.properties`, where it has one
 * Throws `runtime-missing`.
 */
export function findGradle(wrapper = ''): GradleRuntime {
  const own = process.env.GRADLE_USER_HOME ?? join(homedir(), '.gradle');
  const wanted = /^\s*distributionUrl\s*[=:].*\/(\w[\w.+-]*)\.zip\s*$/m.exec(wrapper)?.[1];
  const homes = wanted === undefined ? installed() : unpacked(join(own, 'wrapper/dists', wanted));
  const found = homes.map((home) => ({ home, version: versionOf(home) })).find(({ version }) => version !== undefined);
  if (!found?.version) throw wanted === undefined ? missing() : notUnpacked(wanted);
  const jdk = findJdk();
  if (jdk === undefined) throw missing();
  const downloads = join(own, 'caches');
  return {
    path: join(found.home, 'bin/gradle'),
    version: found.version,
    readable: [found.home, jdk, ...linkedFrom(found.home), ...linkedFrom(jdk)],
    env: { JAVA_HOME: jdk, PATH: [join(jdk, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(':') },
    ...(existsSync(join(downloads, 'modules-2')) ? { downloads } : {}),
    repository: localRepository(),
  };
}

/** Folders of Gradle on PATH; a link there leads into one, or a script of a distribution's own stands for it. */
function installed(): string[] {
  return findPrograms('gradle').map((path) => dirname(dirname(realpathSync(path))));
}

/** Where the wrapper keeps what it unpacked: below a hash of the address that it was downloaded from. */
function unpacked(folder: string): string[] {
  const foldersIn = (at: string) =>
    existsSync(at)
      ? readdirSync(at)
          .map((name) => join(at, name))
          .filter((path) => statSync(path).isDirectory())
      : [];
  return foldersIn(folder)
    .flatMap(foldersIn)
    .filter((home) => isExecutable(join(home, 'bin/gradle')));
}

function versionOf(home: string): string | undefined {
  const lib = join(home, 'lib');
  const names = existsSync(lib) ? readdirSync(lib) : [];
  return names.map((name) => CORE.exec(name)?.[1]).find((version) => version !== undefined);
}

function findJdk(): string | undefined {
  const named = process.env.JAVA_HOME;
  const compiler = findProgram('javac');
  const homes = [named, compiler && dirname(dirname(realPathOf(compiler) ?? compiler))];
  return homes.find((home) => home !== undefined && isExecutable(join(home, 'bin/javac')));
}

function missing(): CoppiceError {
  return new CoppiceError(
    'runtime-missing',
    said`The tests need Gradle and a JDK, and they were not found.`,
    said`Install Gradle and a JDK, and put gradle and javac on PATH.`,
  );
}

function notUnpacked(wanted: string): CoppiceError {
  return new CoppiceError(
    'runtime-missing',
    said`The project names ${wanted} as its Gradle, which was not downloaded yet, and there is no network in the sandbox.`,
    said`Run \`./gradlew test\` once outside of it.`,
  );
}
