import { posix } from 'node:path';
import { said } from '../../../core/said.ts';
import type { Outcome } from '../../process/run.ts';
import { findGo } from '../../runtime/go.ts';
import { shellScript } from '../../runtime/shell.ts';
import { Cases } from '../cases.ts';
import { controlled, controlName } from '../control.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { jsonLines } from '../json-lines.ts';
import type { TestRecords } from '../record.ts';
import { quoted, readScript, testScript } from '../script.ts';

/** What test2json says, a line each: `go doc test2json`. */
interface Event {
  Action: string;
  Test?: string;
  Elapsed?: number;
  Output?: string;
}

/** Go says so when a test fails, and the control always does. */
const FAILED = 1;
const OUTPUT_LENGTH = 4000;
const MISSING =
  /no required module provides|cannot find module providing|disabled by GOPROXY=off|missing go\.sum entry/;

/**
 * Go's own tests, one program for each package, which reports through Go's test2json. The compiler runs nothing of what it
 * compiles (it takes no flags from sources but a few that it knows to be harmless), so that its cache may stay with the slot.
 */
export const go: FrameworkKind = {
  claim: (files, project) => files.filter(({ path }) => moduleOf(path, project) !== undefined).map(({ path }) => path),
  make,
};

interface Package {
  /** Relative to the workspace. */
  folder: string;
  module: string;
  /** As its tests name it: they may be in a package beside it. */
  name: string;
}

function make(files: string[], project: Project): Framework {
  const { workspace } = project;
  const runtime = findGo(workspace);
  const control = controlName();
  const packages = packagesOf(files, project);
  const isVendored = (module: string) => project.has(posix.join(module, 'vendor/modules.txt'));
  return {
    readable: runtime.readable,
    harness: Object.fromEntries(packages.map(({ name }, n) => [`control${n}.txt`, controlFile(name, control)])),
    build: {
      runsCandidate: false,
      command: (root, harness, cache) => {
        const steps = packages.map(({ folder, module }, n) => {
          // Put over the file system, and so in no place where the tests could read it.
          const overlay = { [posix.join(root, folder, `${control}_test.go`)]: `${harness}/control${n}.txt` };
          // Vet does not see an overlay.
          const flags = isVendored(module) ? '-mod=vendor' : '-mod=mod';
          return [
            `printf %s ${quoted(JSON.stringify({ Replace: overlay }))} > ${cache}/overlay.json`,
            `cd ${quoted(posix.join(root, module))}`,
            `go test -c -vet=off ${flags} -overlay ${cache}/overlay.json -o ${cache}/${n}.test ${quoted(`./${posix.relative(module, folder)}`)}`,
          ].join(' && ');
        });
        // It comes as source with newer versions of Go.
        const script = [`go build -o ${cache}/test2json cmd/test2json`, ...steps].join(' && ');
        return { argv: shellScript(script), env: { ...runtime.env, GOCACHE: `${cache}/go` } };
      },
      error: ({ output }) => compileError(output, packages),
    },
    command: (root, _, built) => {
      const verbose = runtime.marks ? '-test.v=test2json' : '-test.v';
      const programs = packages.map(({ folder }, n) => ({
        name: folder,
        argv: [
          `${built!.cache}/test2json`,
          `${built!.cache}/${n}.test`,
          verbose,
          '-test.paniconexit0',
          '-test.timeout=0',
        ],
        cwd: posix.join(root, folder),
      }));
      const { argv } = testScript(programs);
      return { argv, env: runtime.env };
    },
    read: (outcome) => readPackages(outcome, packages, control),
    broken: ({ output }, { cases }) => {
      if (cases[0]?.id === 'compile' && MISSING.test(output)) {
        return said`modules are missing, and there is no network in the sandbox (\`go test\` once outside of it gets them)`;
      }
      return undefined;
    },
  };
}

/** The folder of the module that a file belongs to. */
function moduleOf(path: string, project: Project): string | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (project.has(posix.join(folder, 'go.mod'))) return folder;
    if (folder === '.') return undefined;
  }
}

function packagesOf(files: string[], project: Project): Package[] {
  const packages = new Map<string, Package>();
  for (const file of files) {
    const folder = posix.dirname(file);
    const name = /^package\s+(\w+)/m.exec(project.read(file))?.[1];
    const module = moduleOf(file, project);
    if (name === undefined || module === undefined) continue;
    // Tests from outside of the package run after those inside.
    if (!packages.has(folder) || name.endsWith('_test')) packages.set(folder, { folder, module, name });
  }
  return [...packages.values()];
}

function controlFile(name: string, control: string): string {
  return `package ${name}\n\nimport "testing"\n\nfunc ${testName(control)}(t *testing.T) {\n\tt.Fatal("as it must")\n}\n`;
}

function testName(control: string): string {
  return `Test${control[0]!.toUpperCase()}${control.slice(1)}`;
}

function compileError(output: string, packages: Package[]): ReturnType<NonNullable<Framework['build']>['error']> {
  const found = /^(?:vet: )?(\S+\.go):(\d+):(?:\d+:)? (.*)$/m.exec(output);
  if (!found) return { message: output.trim() };
  const [, path = '', line, message = ''] = found;
  return { message, file: posix.join(packages[0]?.module ?? '', path), line: Number(line) };
}

function readPackages(outcome: Outcome, packages: Package[], control: string): TestRecords {
  const { programs } = readScript(outcome);
  const cases = new Cases();
  const shown: string[] = [];
  let running: string | undefined;
  let held = programs.length === packages.length;
  let ended = held;
  for (const { name: folder, text, exitCode } of programs) {
    const events = jsonLines(text).flatMap(eventIn);
    const outputs = new Map<string, string>();
    const started = new Set<string>();
    let said = '';
    let status: string | undefined;
    for (const { Action, Test, Elapsed = 0, Output = '' } of events) {
      if (Action === 'output') {
        const before = outputs.get(Test ?? '') ?? '';
        if (before.length < OUTPUT_LENGTH) outputs.set(Test ?? '', before + Output);
        if (!Output.includes(testName(control)) && Test !== testName(control)) shown.push(Output);
        if (Test === undefined) said = Output.trim() || said;
      } else if (Test === undefined) {
        if (Action === 'pass' || Action === 'fail') status = Action;
      } else if (Action === 'run') {
        started.add(Test);
      } else if (Action === 'pass' || Action === 'fail' || Action === 'skip') {
        started.delete(Test);
        const result = ({ pass: 'passed', fail: 'failed', skip: 'skipped' } as const)[Action];
        const details = result === 'passed' ? {} : explain(outputs.get(Test) ?? '', folder);
        cases.add({ id: idOf(folder, Test), status: result, durationMs: Math.round(Elapsed * 1000), ...details });
      }
    }
    // The word of Go's own main function, after which it exits.
    const isWhole = status !== undefined && /^(FAIL|PASS|exit status 1)$/.test(said);
    ended &&= isWhole && exitCode !== undefined;
    held &&= cases.take(idOf(folder, testName(control))) === 'failed' && exitCode === FAILED;
    if (exitCode === undefined) running ??= [...started][0] && idOf(folder, [...started][0]!);
  }
  return {
    ...controlled(cases, { held, ended, ...outcome }),
    output: shown.join(''),
    ...(running === undefined ? {} : { running }),
  };
}

function idOf(folder: string, test: string): string {
  return folder === '.' ? test : `${folder} > ${test}`;
}

/** The line of a test file, or the panic, that a failed test printed. */
function explain(output: string, folder: string): { message?: string; file?: string; line?: number } {
  const place = /^\s+(\S+_test\.go):(\d+): ([\s\S]*?)(?=^\s*--- |^\s+\S+\.go:\d+: |(?![\s\S]))/m.exec(output);
  if (place) {
    return { message: place[3]!.trim(), file: posix.join(folder, place[1]!), line: Number(place[2]) };
  }
  const panic = /^panic: .*$/m.exec(output);
  return panic ? { message: panic[0] } : {};
}

function eventIn({ Action, Test, Elapsed, Output }: Record<string, unknown>): Event[] {
  if (typeof Action !== 'string') return [];
  return [
    {
      Action,
      ...(typeof Test === 'string' ? { Test } : {}),
      ...(typeof Elapsed === 'number' && Elapsed >= 0 ? { Elapsed } : {}),
      ...(typeof Output === 'string' ? { Output } : {}),
    },
  ];
}
