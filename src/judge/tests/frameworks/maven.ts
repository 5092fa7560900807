import { posix } from 'node:path';
import type { CaseResult } from '../../../core/report.ts';
import { said } from '../../../core/said.ts';
import type { Outcome } from '../../process/run.ts';
import { findMaven, type MavenRuntime } from '../../runtime/java.ts';
import { pathSeen } from '../../workspace/slot-pool.ts';
import { Cases } from '../cases.ts';
import { controlled, controlName } from '../control.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { controlClass, fileOfClass, isJUnit } from '../java-tests.ts';
import { type JUnitCase, readJUnit } from '../junit.ts';
import type { TestRecords } from '../record.ts';
import { quoted, readScript, testScript } from '../script.ts';

const TESTS = 'src/test/java/';
const MISSING = /Could not resolve|Cannot access .* in offline mode|has not been downloaded from it before/;

/**
 * JUnit tests through Maven and its Surefire plugin, from the project's own pom.xml. Maven is another process than the tests, and
 * writes their reports; the tests could write over them, so the reports must agree with what Maven counted and printed at the end.
 */
export const maven: FrameworkKind = {
  claim: (files, project) =>
    files
      .filter(({ path, text }) => path.includes(TESTS) && isJUnit(text))
      .filter(({ path }) => project.has(posix.join(moduleOf(path), 'pom.xml')))
      .map(({ path }) => path),
  make,
};

function make(files: string[], project: Project): Framework {
  const { workspace } = project;
  const runtime = findMaven(workspace);
  const control = `Z${controlName()}`;
  // A reactor of several modules is built from its top, where that is in the workspace.
  const modules = [...new Set(files.map(moduleOf))];
  const top = modules.every((module) => module === modules[0]) && !project.has('pom.xml') ? modules[0]! : '.';
  const selection = modules.every((module) => module === top)
    ? []
    : ['-pl', modules.map((module) => posix.relative(top, module) || '.').join(','), '-am'];
  const own = modules.map((module) => {
    const file = files.find((path) => moduleOf(path) === module)!;
    return [posix.join(posix.dirname(file), `${control}.java`), controlClass(control, project.read(file))];
  });
  const classes = files.map((file) => posix.basename(file, '.java')).flatMap((name) => [name, `${name}$*`]);
  const call = (root: string, goals: string[]) => ({
    argv: [runtime.path, '-f', posix.join(root, top, 'pom.xml'), ...optionsFor(runtime), ...selection, ...goals],
    env: { ...runtime.env, MAVEN_OPTS: '-Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1', MAVEN_SKIP_RC: 'true' },
  });
  return {
    readable: [...runtime.readable, runtime.repository],
    harness: {},
    files: Object.fromEntries(own),
    build: {
      // What it makes lies in the workspace, of which every candidate gets a fresh copy; nothing is kept in the cache.
      runsCandidate: true,
      command: (root) => call(root, ['-q', 'test-compile']),
      error: (outcome) => compileError(outcome, workspace),
    },
    command: (root) => {
      const goal = selection.length === 0 ? 'surefire:test' : 'test';
      const { argv, env } = call(root, [
        goal,
        `-Dtest=${[...classes, control].join(',')}`,
        ...['-Dsurefire.failIfNoSpecifiedTests=false', '-DfailIfNoTests=false', '-Dsurefire.runOrder=alphabetical'],
        ...['-Dsurefire.rerunFailingTestsCount=0', '-Dsurefire.skipAfterFailureCount=0'],
      ]);
      const reports = modules.map(
        (module) => `${quoted(posix.join(root, module, 'target/surefire-reports'))}/TEST-*.xml`,
      );
      return { ...testScript([{ name: 'maven', argv, cwd: posix.join(root, top) }], reports), env };
    },
    read: (outcome) => readReports(outcome, { control, modules, files }),
    broken: ({ output }, { cases }) => {
      const isCompiled = cases[0]?.id !== 'compile';
      if (MISSING.test(output)) {
        return said`artifacts are missing, and there is no network in the sandbox (\`mvn test\` once outside of it gets them)`;
      }
      if (!isCompiled && !/COMPILATION ERROR|Compilation failure/.test(output))
        return said`Maven did not come to compiling`;
      return isCompiled && cases.length === 0 ? said`Maven ran no test` : undefined;
    },
  };
}

function optionsFor({ version, repository }: MavenRuntime): string[] {
  return [
    ...['-o', '-B', '-ntp', `-Dmaven.repo.local=${repository}`],
    // Without the settings of the user, where a mirror may be named, an artifact that came from it would not count.
    '-Daether.enhancedLocalRepository.trackingFilename=none',
    ...(version.startsWith('3.') ? ['-llr'] : []),
    '-Dstyle.color=never',
  ];
}

/** The folder of the module that a test file is in. */
function moduleOf(path: string): string {
  return posix.normalize(path.slice(0, path.indexOf(TESTS)) || '.').replace(/\/$/, '');
}

function compileError({ output }: Outcome, workspace: string): Pick<CaseResult, 'message' | 'file' | 'line'> {
  const found = /^\[ERROR\] (\S+\.(?:java|kt)):\[(\d+),\d+\] (.*)$/m.exec(output);
  if (!found) return { message: /^\[ERROR\] .*$/m.exec(output)?.[0] ?? output.trim() };
  const [, path = '', line, message = ''] = found;
  return { message: message.replace(/^error: /, ''), file: pathSeen(workspace, path), line: Number(line) };
}

interface Parts {
  control: string;
  modules: string[];
  files: string[];
}

function readReports(outcome: Outcome, { control, modules, files }: Parts): TestRecords {
  const { programs, files: reports } = readScript(outcome);
  const cases = new Cases();
  const told = reports.map(readJUnit);
  const all = told.flatMap((each) => each ?? []);
  let controls = 0;
  for (const each of all) {
    if (each.classname === control || each.classname.endsWith(`.${control}`)) {
      if (each.status === 'failed') controls++;
      continue;
    }
    const { classname, name, output: _, trace: __, ...result } = each;
    cases.add({ ...result, id: `${classname} > ${name}`, ...placeOf(each, files) });
  }
  const [program] = programs;
  // One that only prints so has lost all the same.
  const crashed = /terminated without properly saying goodbye|Crashed tests:/.test(program?.text ?? '');
  const ended = program?.exitCode !== undefined && totals(program.text) !== undefined && !crashed;
  const held = controls === modules.length && !told.includes(undefined) && agrees(all, program?.text ?? '');
  return { ...controlled(cases, { held, ended, ...outcome }), output: shown(program?.text ?? outcome.output, control) };
}

const SUMMARY = /^\[(?:ERROR|WARNING|INFO)\] Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)$/gm;

/** What Maven counted, over all modules. */
function totals(printed: string): number[] | undefined {
  const all = [...printed.matchAll(SUMMARY)].map(([, ...counts]) => counts.map(Number));
  return all.at(-1) && all.reduce((sum, counts) => sum.map((count, n) => count + counts[n]!));
}

function agrees(cases: JUnitCase[], printed: string): boolean {
  const count = (status: CaseResult['status']) => cases.filter((each) => each.status === status).length;
  const counted = [cases.length, count('failed'), count('error'), count('skipped')];
  return totals(printed)?.every((number, n) => number === counted[n]) === true;
}

/** The line of the test's own file in the trace. */
function placeOf({ classname, trace }: JUnitCase, files: string[]): { file?: string; line?: number } {
  const file = fileOfClass(classname, files);
  if (file === undefined || trace === '') return {};
  const line = new RegExp(`\\(${posix.basename(file)}:(\\d+)\\)`).exec(trace)?.[1];
  return { file, ...(line === undefined ? {} : { line: Number(line) }) };
}

function shown(printed: string, control: string): string {
  return printed
    .split('\n')
    .filter((line) => !line.includes(control))
    .join('\n');
}
