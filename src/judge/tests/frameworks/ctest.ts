import type { CaseResult } from '../../../core/report.ts';
import { said, withSource } from '../../../core/said.ts';
import { findCMake } from '../../runtime/cmake.ts';
import { shellScript } from '../../runtime/shell.ts';
import { pathSeen } from '../../workspace/slot-pool.ts';
import { Cases } from '../cases.ts';
import { controlled, controlName } from '../control.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { type JUnitCase, readJUnit } from '../junit.ts';
import { quoted, readScript, testScript } from '../script.ts';

const WATCH = 'coppice_main.c';
const LISTS = 'CMakeLists.txt';
/** CTest's own exit code where tests failed. */
const FAILED = 8;
const MISSING = /Could NOT find (\S+)|Could not find a package configuration file provided by "([^"]+)"/;
const OUTPUT_BYTES = 60_000;

/**
 * The tests of a CMake project by CTest, which runs each as a process of its own; those of GoogleTest are told apart where the
 * project discovers them (`gtest_discover_tests`). A test may run while it is built, to be asked for its cases, and so may a
 * generator: what a candidate's build leaves is for that candidate alone.
 */
export const ctest: FrameworkKind = {
  claim: (files, project) =>
    /\b(enable_testing|include)\s*\(\s*(CTest\s*)?\)/i.test(project.read(LISTS))
      ? files.map(({ path }) => path)
      : undefined,
  make,
};

function make(files: string[], project: Project): Framework {
  const { workspace } = project;
  const runtime = findCMake();
  const control = controlName();
  const mark = controlName();
  /** Cases that pass without a word from their main function on the untouched workspace, and may go on so. */
  const excused = new Set<string>();
  /** Where tests end so by themselves, it says nothing. */
  const exits = files.some((path) => /\bexit\s*\(\s*(0|EXIT_SUCCESS)\s*\)/.test(project.read(path)));
  return {
    readable: runtime.readable,
    harness: harnessFiles(WATCH),
    build: {
      runsCandidate: true,
      command: (root, harness, cache) => {
        const tests = `subdirs([=[${cache}/build]=])\nadd_test([=[${control}]=] "/bin/false")\n`;
        const script = [
          'set -e',
          `[ -f ${cache}/build/CMakeCache.txt ] || cmake -S ${quoted(root)} -B ${cache}/build -DBUILD_TESTING=ON`,
          `cmake --build ${cache}/build --parallel 2`,
          `mkdir -p ${cache}/tests`,
          `printf %s ${quoted(tests)} > ${cache}/tests/CTestTestfile.cmake`,
          `${quoted(runtime.cc)} -shared -fPIC -O1 -DMARK='"${mark}"' -DBUILD='"${cache}/build/"' -o ${cache}/watch.so ${quoted(`${harness}/${WATCH}`)} -ldl`,
        ].join('\n');
        return { argv: shellScript(script), env: runtime.env };
      },
      error: ({ output }) => compileError(output, workspace),
    },
    command: (_, __, built) => {
      const { cache } = built!;
      const report = `${cache}/report.xml`;
      const program = {
        name: 'ctest',
        argv: [
          ...[runtime.ctest, '--test-dir', `${cache}/tests`, '--output-junit', report, '--output-on-failure'],
          ...['--test-output-size-passed', `${OUTPUT_BYTES}`, '--test-output-size-failed', `${OUTPUT_BYTES}`],
        ],
        cwd: `${cache}/tests`,
        env: { LD_PRELOAD: `${cache}/watch.so` },
      };
      return { ...testScript([program], [quoted(report)]), env: runtime.env };
    },
    read: (outcome, isCandidate) => {
      const { programs, files } = readScript(outcome);
      const [program] = programs;
      const told = files[0] === undefined ? undefined : readJUnit(files[0]);
      const cases = new Cases();
      const crashes = crashesIn(program?.text ?? '');
      for (const each of told ?? []) {
        const watched = watchedIn(each.output, mark);
        if (!isCandidate && each.status === 'passed' && !watched.returned) excused.add(each.name);
        const result = caseOf(each, { ...watched, excused: exits || excused.has(each.name) });
        const place = { project, workspace, crash: crashes.get(each.name) };
        cases.add(result.status === 'failed' ? { ...result, ...explain(each.output, place) } : result);
      }
      const held = cases.take(control) === 'failed' && program?.exitCode === FAILED;
      const ended = told !== undefined && program?.exitCode !== undefined;
      return {
        ...controlled(cases, { held, ended, ...outcome }),
        output: shown(program?.text ?? outcome.output, [control, mark]),
      };
    },
    broken: ({ output }, { cases }) => {
      const [, found, packaged] = (cases[0]?.id === 'compile' && MISSING.exec(output)) || [];
      const missing = found ?? packaged;
      return missing === undefined
        ? undefined
        : said`CMake does not find ${missing} (the sandbox has no network to get it)`;
    },
  };
}

/** What the file in the harness said from inside of a test. */
function watchedIn(output: string, mark: string): { watches: boolean; returned: boolean } {
  const has = (word: string) => output.includes(`\n${mark} ${word}\n`);
  return { watches: has('watches'), returned: has('returned') };
}

function caseOf(
  { name, status, durationMs }: JUnitCase,
  { watches, returned, excused }: { watches: boolean; returned: boolean; excused: boolean },
): CaseResult {
  const result = { id: name, status, durationMs };
  if (status === 'passed' && watches && !returned && !excused) {
    return {
      ...result,
      status: 'error',
      ...withSource('message', said`it exited with success before its main function returned`),
    };
  }
  return result;
}

/** Which tests ended by a signal or their own limit, and how: CTest prints it and leaves it out of its report. */
function crashesIn(printed: string): Map<string, string> {
  const found = printed.matchAll(/ Test +#\d+: (.+?) \.+ *(?:\*\*\*)?([A-Z][\w ]*?) ?\*\*\*Exception/g);
  return new Map([...found].map(([, name = '', how = '']) => [name, how]));
}

/** What GoogleTest, or `assert`, says of the first failure; otherwise how it ended, or what was printed. */
function explain(
  output: string,
  { project, workspace, crash }: { project: Project; workspace: string; crash: string | undefined },
): Omit<CaseResult, 'id' | 'status' | 'durationMs'> {
  const found =
    /^(?<file>\S+):(?<line>\d+): Failure\n(?<message>[\s\S]*?)(?=^\S+:\d+: Failure$|^\[|\n\n|(?![\s\S]))/m.exec(
      output,
    ) ?? /^\S+: (?<file>\S+):(?<line>\d+): (?<message>.*Assertion .*)$/m.exec(output);
  const { file = '', line, message = crash } = found?.groups ?? {};
  const path = pathSeen(workspace, file);
  return {
    message: (message ?? output.replace(/^zz[\da-f]+ \w+$/gm, '')).trim() || 'failed',
    ...(project.has(path) ? { file: path, line: Number(line) } : {}),
  };
}

function compileError(output: string, workspace: string): Pick<CaseResult, 'message' | 'file' | 'line'> {
  const found = /^(\S+?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)$/m.exec(output);
  if (found) {
    const [, file = '', line, message = ''] = found;
    return { message, file: pathSeen(workspace, file), line: Number(line) };
  }
  return {
    message: /^.*(?:undefined reference|CMake Error|\*\*\*).*$/m.exec(output)?.[0] ?? output.trim().slice(-2000),
  };
}

function shown(printed: string, marks: string[]): string {
  return printed
    .split('\n')
    .filter((line) => !marks.some((mark) => line.includes(mark)))
    .join('\n');
}
