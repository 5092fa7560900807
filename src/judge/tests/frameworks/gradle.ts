import { posix } from 'node:path';
import type { CaseResult, CaseStatus } from '../../../core/report.ts';
import { said } from '../../../core/said.ts';
import type { Outcome } from '../../process/run.ts';
import { findGradle, type GradleRuntime } from '../../runtime/gradle.ts';
import { shellScript } from '../../runtime/shell.ts';
import { pathSeen } from '../../workspace/slot-pool.ts';
import { Cases } from '../cases.ts';
import { controlled, controlName } from '../control.ts';
import type { Build, Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { controlClass, fileOfClass, isJUnit, packageOf } from '../java-tests.ts';
import { jsonLines } from '../json-lines.ts';
import { type TestRecords, uncompiled } from '../record.ts';
import { type Printed, quoted, readScript, testScript } from '../script.ts';

const WATCH = 'coppice.gradle';
const TESTS = /(?:^|\/)src\/test\/(?:java|kotlin)\//;
const SCRIPTS = ['build.gradle', 'build.gradle.kts'];
const SETTINGS = ['settings.gradle', 'settings.gradle.kts'];
const WRAPPER = 'gradle/wrapper/gradle-wrapper.properties';
const MISSING = /No cached version|available for offline mode|Could not (?:resolve|find) \S+:\S+/;
const UNCOMPILED = /Execution failed for task '\S*:compile\w+'/;
/** The first of javac, in the languages that it speaks, or of Kotlin in either of its ways. */
const JAVA_ERROR = /^(\/.+\.java):(\d+): (?:error|Fehler|エラー|错误): (.*)$/m;
const KOTLIN_ERROR = /^e: (?:file:\/\/)?(\/.+?\.kts?): ?\(?(\d+)[:,] ?\d+\)?:? (.*)$/m;
const FLAGS = '-Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1';

/**
 * JUnit tests through Gradle, as the project's own build runs them; what it hears from the process of the tests it tells as it
 * comes. Starting Gradle takes longer than most compiling, so that a candidate is compiled and tested in one start: the build is
 * of the untouched workspace alone, and leaves its home and its build cache to all others.
 */
export const gradle: FrameworkKind = {
  claim: (files, project) => {
    const tests = files
      .filter(({ path, text }) => TESTS.test(path) && isJUnit(text))
      .map(({ path }) => ({ path, top: topOf(moduleOf(path), project) }))
      .filter(({ top }) => top !== undefined);
    // Of several builds in a workspace, the one that the candidates are in.
    const [first] = tests.sort((a, b) => Number(isBelow(b.top!, project.path)) - Number(isBelow(a.top!, project.path)));
    return tests.filter(({ top }) => top === first?.top).map(({ path }) => path);
  },
  make,
};

function make(files: string[], project: Project): Framework {
  const { workspace } = project;
  const modules = [...new Set(files.map(moduleOf))];
  const top = topOf(modules[0]!, project) ?? '.';
  const runtime = findGradle(project.read(posix.join(top, WRAPPER)));
  // Many projects choose their tests by the end of their names.
  const control = `Z${controlName()}Test`;
  const parts = modules.map((module) => partOf(module, top, files, control, project));
  const compiling = parts.map(({ task }) => task('testClasses'));
  const testing = parts.flatMap(({ task, classes }) => [task('test'), ...classes.flatMap((name) => ['--tests', name])]);
  const call = (root: string, cache: string, tasks: string[]) => [
    ...[runtime.path, '-p', posix.join(root, top), '-g', `${cache}/home`, '--project-cache-dir', `${cache}/project`],
    ...['--offline', '--no-daemon', '-q', '--build-cache', '--console=plain', '-I', `${cache}/${WATCH}`],
    // Started for itself, the compiler of Kotlin would take longer than it saves.
    ...[`-Dmaven.repo.local=${runtime.repository}`, '-Dkotlin.compiler.execution.strategy=in-process'],
    ...['-Pkotlin.compiler.execution.strategy=in-process', '-Dorg.gradle.configuration-cache=false'],
    ...[`-Dcoppice.control=${control}`, `-Dcoppice.apart=${cache}/apart`],
    ...tasks,
  ];
  const build: Build = {
    runsCandidate: true,
    command: (root, harness, cache) => {
      const argv = call(root, cache, compiling).map(quoted).join(' ');
      const script = [
        `[ ! -e ${cache}/${WATCH} ] || exit 0`,
        `cp ${quoted(`${harness}/${WATCH}`)} ${cache}/`,
        `${argv} < /dev/null`,
      ];
      return { argv: shellScript(script.join('\n')), env: environment(runtime) };
    },
    error: (outcome) => compileError(outcome, workspace),
  };
  return {
    readable: [...runtime.readable, runtime.repository, ...(runtime.downloads ? [runtime.downloads] : [])],
    harness: harnessFiles(WATCH),
    files: Object.fromEntries(parts.map(({ own }) => own)),
    build,
    command: (root, _, built) => {
      const argv = call(root, built!.cache, testing);
      const program = { name: 'gradle', argv, cwd: posix.join(root, top), tells: true as const };
      return { ...testScript([program]), env: environment(runtime) };
    },
    read: (outcome) => {
      const [program] = readScript(outcome).programs;
      if (program?.told.length === 0 && UNCOMPILED.test(program.text)) return uncompiled(outcome, build);
      return readTold(outcome, program, { control, modules, files });
    },
    broken: ({ output }, { cases }) => {
      const isCompiled = cases[0]?.id !== 'compile';
      if (MISSING.test(output)) {
        return said`artifacts are missing, and there is no network in the sandbox (\`gradle test\` once outside of it gets them)`;
      }
      if (!isCompiled && !UNCOMPILED.test(output)) {
        return said`Gradle did not come to compiling: ${/What went wrong:\n(.*)/.exec(output)?.[1] ?? said`it does not say why`}`;
      }
      return isCompiled && cases.length === 0 ? said`Gradle ran no test` : undefined;
    },
  };
}

/** The tests of one module. */
interface Part {
  task(name: string): string;
  classes: string[];
  /** The control, and where it goes. */
  own: [path: string, text: string];
}

function partOf(module: string, top: string, files: string[], control: string, project: Project): Part {
  const here = files.filter((path) => moduleOf(path) === module);
  const named = (file: string, name: string) => [packageOf(project.read(file)), name].filter(Boolean).join('.');
  const classes = here.map((file) => named(file, posix.basename(file, posix.extname(file))));
  const [first = ''] = here;
  const folder = posix.dirname(first).replace('src/test/kotlin', 'src/test/java');
  const settings = [module, top].flatMap((at) => SCRIPTS.map((name) => project.read(posix.join(at, name)))).join('\n');
  return {
    task: (name) => ['', ...posix.relative(top, module).split('/').filter(Boolean), name].join(':'),
    classes: [...classes.flatMap((name) => [name, `${name}$*`]), named(first, control)],
    own: [posix.join(folder, `${control}.java`), controlClass(control, project.read(first), settings)],
  };
}

function environment({ env, downloads }: GradleRuntime): Record<string, string> {
  return { ...env, GRADLE_OPTS: FLAGS, ...(downloads === undefined ? {} : { GRADLE_RO_DEP_CACHE: downloads }) };
}

function isBelow(folder: string, path: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`);
}

/** The folder of the module that a test file is in. */
function moduleOf(path: string): string {
  return path.slice(0, TESTS.exec(path)!.index) || '.';
}

/** Where the build of a module starts: the nearest folder with settings above it, or else the module with its own script. */
function topOf(module: string, { has }: Project): string | undefined {
  const holds = (folder: string, names: string[]) => names.some((name) => has(posix.join(folder, name)));
  for (let folder = module; ; folder = posix.dirname(folder)) {
    if (holds(folder, SETTINGS)) return folder;
    if (folder === '.') return holds(module, SCRIPTS) ? module : undefined;
  }
}

function compileError({ output }: Outcome, workspace: string): Pick<CaseResult, 'message' | 'file' | 'line'> {
  const found = JAVA_ERROR.exec(output) ?? KOTLIN_ERROR.exec(output);
  if (!found) return { message: /What went wrong:\n([\s\S]*?)\n\n/.exec(output)?.[1] ?? output.trim() };
  const [, path = '', line, message = ''] = found;
  return { message, file: pathSeen(workspace, path), line: Number(line) };
}

interface Asked {
  control: string;
  modules: string[];
  files: string[];
}

interface Told {
  event: 'case' | 'end';
  owner: string;
  name: string;
  result: 'SUCCESS' | 'FAILURE' | 'SKIPPED';
  ms: number;
  thrown: { kind: string; message: string | null; assertion: boolean; line: number | null } | null;
}

function readTold(outcome: Outcome, program: Printed | undefined, { control, modules, files }: Asked): TestRecords {
  // Nothing but Gradle knows the mark.
  const all = jsonLines((program?.told ?? []).join('\n')) as unknown as Told[];
  const cases = new Cases();
  let controls = 0;
  for (const each of all.filter(({ event }) => event === 'case')) {
    if (each.owner === control || each.owner.endsWith(`.${control}`)) {
      if (statusOf(each) === 'failed') controls++;
    } else cases.add(caseOf(each, files));
  }
  const ended = program?.exitCode === 0 && all.filter(({ event }) => event === 'end').length === modules.length;
  const text = program?.text ?? outcome.output;
  return {
    ...controlled(cases, { held: controls === modules.length, ended, ...outcome }),
    output: shown(text, control),
  };
}

function statusOf({ result, thrown }: Told): CaseStatus {
  if (result === 'SUCCESS') return 'passed';
  if (result === 'SKIPPED') return 'skipped';
  return thrown?.assertion === false ? 'error' : 'failed';
}

function caseOf(told: Told, files: string[]): CaseResult {
  const { owner, name, ms, thrown } = told;
  const status = statusOf(told);
  const result = { id: `${owner} > ${name}`, status, durationMs: ms };
  if (!thrown) return result;
  const { kind, message, line } = thrown;
  const file = fileOfClass(owner, files);
  return {
    ...result,
    message: status === 'error' ? [kind, ...(message ? [message] : [])].join(': ') : (message ?? kind),
    ...(file === undefined ? {} : { file }),
    ...(file === undefined || line === null ? {} : { line }),
  };
}

/** Without the control, and where Gradle was when it warned of something. */
function shown(printed: string, control: string): string {
  return printed
    .split('\n')
    .filter(
      (line) =>
        !line.includes(control) && !/^\s+at (?:org\.gradle|org\.jetbrains\.kotlin|kotlin|java\.base)\b/.test(line),
    )
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}
