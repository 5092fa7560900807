import { posix } from 'node:path';
import type { CaseResult, CaseStatus } from '../../../core/report.ts';
import { said } from '../../../core/said.ts';
import type { Outcome } from '../../process/run.ts';
import { findCargo } from '../../runtime/cargo.ts';
import { shellScript } from '../../runtime/shell.ts';
import { Cases } from '../cases.ts';
import { controlled, controlName } from '../control.ts';
import type { Built, Framework, FrameworkKind, Project } from '../framework.ts';
import { jsonLines } from '../json-lines.ts';
import type { TestRecords } from '../record.ts';
import { hasTests, withTestsOf } from '../rust-source.ts';
import { quoted, readScript, testScript } from '../script.ts';

/** libtest's own: https://doc.rust-lang.org/rustc/tests/index.html */
const FAILED = 101;
const MISSING =
  /no matching package named|failed to (?:download|get|load source)|without the --offline flag|unable to update/i;
/** A program that Cargo has made, as it tells of it. */
interface Artifact {
  executable: string;
  manifest_path: string;
  target: { src_path: string; name: string };
}

/**
 * Rust's own tests: those inside of the package, and those of its `tests` folder. Only the program of a test says what it did
 * (libtest's other formats are not stable): it runs without Cargo, and a control is in every program.
 */
export const cargo: FrameworkKind = {
  claim: (files, project) => {
    const own = hasTests(project.read(project.path)) ? [project.path] : [];
    const others = files.filter(({ text }) => hasTests(text)).map(({ path }) => path);
    return [...own, ...others].filter((path) => packageOf(path, project) !== undefined);
  },
  make,
};

/** One call of Cargo: the targets of one package in which the tests are. */
interface Selection {
  folder: string;
  targets: string[];
  /** Files in which a control stands, one for each program. */
  controls: string[];
}

function make(files: string[], project: Project): Framework {
  const { workspace } = project;
  const runtime = findCargo(workspace);
  const control = controlName();
  const selections = selectionsOf(files, project);
  const original = project.read(project.path);
  const controls = new Set(selections.flatMap((selection) => selection.controls));
  const subject = (text: string) => {
    const tested = withTestsOf(original, text);
    return controls.has(project.path) ? withControl(tested, control) : tested;
  };
  const own = [...controls].map((path) => [path, withControl(project.read(path), control)]);
  /** Compilers name files from where the whole of a Cargo workspace is. */
  const locate = (path: string) =>
    ['.', ...selections.map(({ folder }) => folder)].map((folder) => posix.join(folder, path)).find(project.has) ??
    path;
  const { home, parts } = runtime.shelf;
  return {
    readable: runtime.readable,
    harness: {},
    files: { ...Object.fromEntries(own), [project.path]: subject(original) },
    subject,
    build: {
      // Macros of procedures and build scripts are programs that the compiler runs.
      runsCandidate: project.files.some(
        (path) =>
          posix.basename(path) === 'build.rs' ||
          (posix.basename(path) === 'Cargo.toml' && /proc-macro|^\s*build\s*=/m.test(project.read(path))),
      ),
      command: (root, _, cache) => {
        const script = [
          'IFS= read -r key <&3',
          'export CARGO_HOME="$HOME/.cargo"',
          'mkdir -p "$CARGO_HOME"',
          // Cargo wants to write beside what it has downloaded.
          ...parts.map((part) => `ln -s ${quoted(posix.join(home, part))} "$CARGO_HOME"/`),
          ...selections.map(({ folder, targets }) =>
            [
              `cd ${quoted(posix.join(root, folder))}`,
              `cargo test --offline --no-run --message-format=json-render-diagnostics ${targets.map(quoted).join(' ')} > ${cache}/told 3<&- || exit $?`,
              // Read as text: every line is one of Cargo's, and most tell of what was downloaded.
              `grep '"executable":"' ${cache}/told | while IFS= read -r line; do printf '%s %s\\n' "$key" "$line" >&3; done`,
            ].join(' && '),
          ),
        ].join('\n');
        const env = { ...runtime.env, CARGO_TARGET_DIR: `${cache}/target` };
        return { argv: shellScript(script), env };
      },
      error: ({ output }) => compileError(output, locate),
    },
    command: (root, _, built) => {
      const programs = artifactsOf(built!).map(({ executable, manifest_path, target }) => ({
        name: posix.relative(root, target.src_path),
        // With one thread a test's own output would stand between its name and its result.
        argv: [executable, '--test-threads=2'],
        cwd: posix.dirname(manifest_path),
        env: {
          CARGO_MANIFEST_DIR: posix.dirname(manifest_path),
          LD_LIBRARY_PATH: `${built!.cache}/target/debug/deps:${runtime.libraries}`,
        },
      }));
      return { ...testScript(programs), env: { ...runtime.env, RUST_BACKTRACE: '0' } };
    },
    read: (outcome) => readPrograms(outcome, { control, controls: controls.size, locate }),
    broken: ({ output }, { cases }) => {
      if (cases[0]?.id === 'compile' && MISSING.test(output)) {
        return said`crates are missing, and there is no network in the sandbox (\`cargo test\` once outside of it gets them)`;
      }
      return undefined;
    },
  };
}

/** The folder of the package that a file belongs to. */
function packageOf(path: string, project: Project): string | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (/^\[package\]/m.test(project.read(posix.join(folder, 'Cargo.toml')))) return folder;
    if (folder === '.') return undefined;
  }
}

function selectionsOf(files: string[], project: Project): Selection[] {
  const selections = new Map<string, { targets: Set<string>; controls: Set<string> }>();
  for (const file of files) {
    const folder = packageOf(file, project)!;
    const selection = selections.get(folder) ?? { targets: new Set(), controls: new Set() };
    selections.set(folder, selection);
    const inside = posix.relative(folder, file);
    const has = (path: string) => project.has(posix.join(folder, path));
    const [, integration] = /^tests\/([^/]+?)(?:\.rs|\/.*)$/.exec(inside) ?? [];
    if (integration !== undefined) {
      selection.targets.add('--test').add(integration);
      selection.controls.add(
        has(`tests/${integration}.rs`) ? `tests/${integration}.rs` : `tests/${integration}/main.rs`,
      );
      continue;
    }
    if (has('src/lib.rs') && !/^src\/(main\.rs$|bin\/)/.test(inside)) {
      selection.targets.add('--lib');
      selection.controls.add('src/lib.rs');
    } else {
      selection.targets.add('--bins');
      const roots = project.files.map((path) => posix.relative(folder, path));
      for (const root of roots.filter((path) => /^src\/(main\.rs|bin\/[^/]+(\.rs|\/main\.rs))$/.test(path))) {
        selection.controls.add(root);
      }
    }
    // Where a candidate changes what its own file takes for an assertion.
    if (file === project.path) selection.controls.add(inside);
  }
  return [...selections].map(([folder, { targets, controls }]) => ({
    folder,
    targets: argumentsOf([...targets]),
    controls: [...controls].map((path) => posix.join(folder, path)),
  }));
}

/** A set holds `--test` once; Cargo wants it before each name. */
function argumentsOf(targets: string[]): string[] {
  return targets
    .filter((target) => target !== '--test')
    .flatMap((target) => (target.startsWith('--') ? [target] : ['--test', target]));
}

const CONTROLS = ['assert!(1 > 2)', 'assert_eq!(1, 2)', 'assert_ne!(1, 1)', 'panic!("as it must")'];

function withControl(text: string, control: string): string {
  const tests = CONTROLS.map((body, n) => `    #[test]\n    fn control${n}() {\n        ${body};\n    }`);
  return `${text}\n\n#[cfg(test)]\nmod ${control} {\n${tests.join('\n')}\n}\n`;
}

function artifactsOf({ records }: Built): Artifact[] {
  return (jsonLines(records) as unknown as (Artifact & { profile?: { test: boolean } })[]).filter(
    ({ executable, manifest_path, target, profile }) =>
      [executable, manifest_path, target?.src_path].every((path) => typeof path === 'string') && profile?.test === true,
  );
}

type Locate = (path: string) => string;

function compileError(output: string, locate: Locate): Pick<CaseResult, 'message' | 'file' | 'line'> {
  const found = /^error(?:\[E\d+\])?: (.*)(?:\n\s*--> (\S+?):(\d+):\d+)?/m.exec(output);
  if (!found) return { message: output.trim().slice(-2000) };
  const [, message = '', file, line] = found;
  return { message, ...(file === undefined ? {} : { file: locate(file), line: Number(line) }) };
}

const RESULTS: Record<string, CaseStatus> = { ok: 'passed', FAILED: 'failed', ignored: 'skipped' };

function readPrograms(
  outcome: Outcome,
  { control, controls, locate }: { control: string; controls: number; locate: Locate },
): TestRecords {
  const cases = new Cases();
  const { programs } = readScript(outcome);
  let held = programs.length > 0;
  let ended = held;
  const sets = new Set<string>();
  for (const { name: file, text, exitCode } of programs) {
    const before = sets.size;
    const failures = failuresIn(text, locate);
    for (const [, name = '', result = ''] of text.matchAll(
      /\btest (\S+)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b/g,
    )) {
      const status = RESULTS[result]!;
      const details = status === 'failed' ? (failures.get(name) ?? {}) : {};
      cases.add({ id: `${file} > ${name}`, status, durationMs: 0, ...details });
    }
    for (const [, module = ''] of text.matchAll(new RegExp(`\\btest ((?:\\w+::)*${control})::control0 `, 'g'))) {
      const statuses = CONTROLS.map((_, n) => cases.take(`${file} > ${module}::control${n}`));
      if (statuses.every((status) => status === 'failed')) sets.add(`${file} ${module}`);
    }
    const isWhole = /^test result: /m.test(text) && exitCode !== undefined;
    ended &&= isWhole;
    held &&= isWhole && exitCode === FAILED && sets.size > before;
  }
  held &&= sets.size >= controls;
  return { ...controlled(cases, { held, ended, ...outcome }), output: shown(outcome, programs, control) };
}

/** What libtest tells of failed tests after the others, by name. */
function failuresIn(text: string, locate: Locate): Map<string, Pick<CaseResult, 'message' | 'file' | 'line'>> {
  const failures = new Map<string, Pick<CaseResult, 'message' | 'file' | 'line'>>();
  for (const [, name = '', body = ''] of text.matchAll(
    /^---- (\S+) stdout ----\n([\s\S]*?)(?=^---- \S+ stdout ----$|^failures:$)/gm,
  )) {
    // Before Rust 1.73 the message stood before the place.
    const panic =
      /panicked at (\S+?):(\d+):\d+:\n([\s\S]*?)(?:^note: |(?![\s\S]))/m.exec(body) ??
      /panicked at '(?<message>[\s\S]*?)', (?<file>\S+?):(?<line>\d+):\d+/.exec(body);
    if (!panic) failures.set(name, body.trim() === '' ? {} : { message: body.trim() });
    else {
      const { file = panic[1]!, line = panic[2]!, message = panic[3]! } = panic.groups ?? {};
      failures.set(name, { message: message.trim(), file: locate(file), line: Number(line) });
    }
  }
  return failures;
}

/** The output without the control: a failure that must be there only puzzles. */
function shown(outcome: Outcome, programs: { text: string }[], control: string): string {
  if (programs.length === 0) return outcome.output;
  return programs
    .map(({ text }) =>
      text
        .replace(new RegExp(`^---- \\S*${control}\\S* stdout ----\\n[\\s\\S]*?(?=^---- |^failures:$)`, 'gm'), '')
        .split('\n')
        .filter((line) => !line.includes(control))
        .join('\n'),
    )
    .join('\n');
}
