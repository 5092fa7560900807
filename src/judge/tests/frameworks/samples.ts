import { extname } from 'node:path';
import { differenceOf } from '../../../core/compare-output.ts';
import { CoppiceError } from '../../../core/errors.ts';
import type { SampleTests } from '../../../core/protocol.ts';
import type { CaseResult } from '../../../core/report.ts';
import type { Outcome } from '../../process/run.ts';
import { findNode } from '../../runtime/node.ts';
import { findProgram } from '../../runtime/program.ts';
import { findPython } from '../../runtime/python.ts';
import { shellScript } from '../../runtime/shell.ts';
import { MESSAGE_LENGTH } from '../cases.ts';
import type { Framework, Project, RunAgain } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { jsonLines } from '../json-lines.ts';
import type { TestRecords } from '../record.ts';
import { shellFor } from './command.ts';

const RUNNER = 'coppice-samples.mjs';
const DEFAULT_LIMIT_MS = 2_000;
/** For compiling, and for starting the runner. */
const EXTRA_MS = 20_000;
/** What checkers written with testlib say: https://github.com/MikeMirzayanov/testlib. */
const CHECKER_ACCEPTS = 0;
const CHECKER_BROKEN = 3;

/** What the runner tells of one start of the program. */
interface Ran {
  exitCode: number | null;
  signal: string | null;
  ended?: 'time' | 'output' | 'itself';
  ms: number;
  output: string;
  errors: string;
}

/**
 * A whole program that reads its input and writes its output, run once for each sample. What it wrote is compared out here, where
 * it cannot reach; inside, nobody knows what should come out.
 */
export function samplesFramework(tests: SampleTests, { path, workspace }: Project): Framework {
  const node = findNode({ typescript: /\.[cm]?tsx?$/.test(path) });
  const shell = shellFor(workspace);
  const launch = launchOf(path, workspace, tests.run, shell);
  const limitMs = tests.timeLimitMs ?? DEFAULT_LIMIT_MS;
  const idOf = (index: number) => `sample ${index + 1}`;
  const inputs = tests.samples.map((_, index) => `sample-${index + 1}.in`);
  const compare = tests.compare ?? { kind: 'tokens' };

  const caseOf = (index: number, ran: Ran): CaseResult => {
    const base = { id: idOf(index), durationMs: ran.ms };
    const error = runtimeError(ran, limitMs);
    if (error !== undefined) return { ...base, status: 'error', message: error };
    if (compare.kind === 'checker') return { ...base, status: 'passed' };
    const difference = differenceOf(ran.output, tests.samples[index]!.output, compare);
    return difference === undefined
      ? { ...base, status: 'passed' }
      : { ...base, status: 'failed', message: `wrong answer, ${difference}` };
  };

  return {
    readable: [...new Set([...node.readable, ...launch.readable, ...shell.readable])],
    timeoutMs: EXTRA_MS + tests.samples.length * limitMs,
    harness: {
      ...harnessFiles(RUNNER, 'coppice-records.cjs'),
      ...Object.fromEntries(tests.samples.map(({ input }, index) => [inputs[index]!, input])),
    },
    command: (root, harness) => {
      const how = { ...launch.command(`${root}/${path}`), timeLimitMs: limitMs };
      const files = inputs.map((name) => `${harness}/${name}`);
      return {
        argv: [node.path, `${harness}/${RUNNER}`, JSON.stringify(how), ...files],
        env: { ...node.env, ...launch.env },
      };
    },
    read: (outcome) => readSamples(outcome, tests.samples.length, caseOf),
    ...(compare.kind === 'checker'
      ? { settle: (outcome, records, again) => check({ ...compare, env: shell.env }, tests, outcome, records, again) }
      : {}),
    broken: () => undefined,
  };
}

/** How a program is started, and what it needs for that. */
interface Launch {
  readable: string[];
  env: Record<string, string>;
  command(file: string): { compile: string[] | null; argv: string[] };
}

/** By the ending of its file or as `run` says, with `{file}` in it for the file. */
function launchOf(
  path: string,
  workspace: string,
  run: string | undefined,
  shell: ReturnType<typeof shellFor>,
): Launch {
  if (run !== undefined) {
    const command = run.includes('{file}') ? run : `${run} {file}`;
    // As an argument of the shell, whatever letters its name has.
    const script = command.replaceAll('{file}', '"$1"');
    return { ...shell, command: (file) => ({ compile: null, argv: shellScript(script, 'sh', file) }) };
  }
  switch (extname(path).toLowerCase()) {
    case '.py': {
      const { path: python, readable, env } = findPython(workspace);
      return { readable, env, command: (file) => ({ compile: null, argv: [python, file] }) };
    }
    case '.js':
    case '.mjs':
    case '.cjs':
    case '.ts':
    case '.mts':
    case '.cts': {
      const { path: node, readable, env, typescriptFlags } = findNode({ typescript: extname(path).includes('ts') });
      return { readable, env, command: (file) => ({ compile: null, argv: [node, ...typescriptFlags, file] }) };
    }
    case '.c':
      return compiled('cc', ['-O2', '-std=c17'], ['-lm']);
    case '.cc':
    case '.cpp':
    case '.cxx':
      return compiled('c++', ['-O2', '-std=c++20'], []);
    default:
      throw new CoppiceError(
        'runtime-missing',
        `How to run ${path} is not known.`,
        'Say it with --run, for example --run "ruby {file}".',
      );
  }
}

function compiled(name: string, before: string[], after: string[]): Launch {
  const compiler = findProgram(name);
  if (!compiler) {
    throw new CoppiceError('runtime-missing', `The program needs ${name}, and it is not there.`, 'Install a compiler.');
  }
  const binary = '{temporary}/program';
  return {
    readable: [],
    env: {},
    command: (file) => ({ compile: [compiler, ...before, '-o', binary, file, ...after], argv: [binary] }),
  };
}

function runtimeError({ exitCode, signal, ended, errors }: Ran, limitMs: number): string | undefined {
  if (ended === 'time') return `time limit of ${limitMs} ms exceeded`;
  if (ended === 'output') return 'output limit exceeded';
  if (exitCode === 0) return undefined;
  const last = errors.trimEnd().split('\n').at(-1) ?? '';
  return `runtime error: ${signal ?? `exit code ${exitCode}`}${last === '' ? '' : `: ${last}`}`.slice(
    0,
    MESSAGE_LENGTH,
  );
}

function readSamples(outcome: Outcome, count: number, caseOf: (index: number, ran: Ran) => CaseResult): TestRecords {
  const cases: CaseResult[] = [];
  let ended = false;
  let running: string | undefined;
  for (const record of samplesIn(outcome)) {
    switch (record.event) {
      case 'start':
        running = `sample ${Number(record.id) + 1}`;
        break;
      case 'output':
        running = undefined;
        cases.push(caseOf(record.index, record));
        break;
      case 'compiled': {
        const message = `does not compile: ${firstError(record.errors)}`.slice(0, MESSAGE_LENGTH);
        for (let index = 0; index < count; index++) {
          cases.push({ id: `sample ${index + 1}`, status: 'error', durationMs: 0, message });
        }
        break;
      }
      case 'end':
        ended = true;
        break;
    }
  }
  return { cases, ended, ...(running === undefined ? {} : { running }) };
}

type SampleRecord =
  | { event: 'start'; id: string }
  | ({ event: 'output'; index: number } & Ran)
  | ({ event: 'compiled' } & Ran)
  | { event: 'end' };

/** The lines carry the key of the run, which no program that is tested has seen. */
function samplesIn({ records }: Outcome): SampleRecord[] {
  return jsonLines(records) as SampleRecord[];
}

function firstError(text: string): string {
  return text.split('\n').find((line) => /\berror\b/i.test(line)) ?? text.trim();
}

/**
 * Asks the project's own checker about each output that a program wrote by itself, in a fresh sandbox in which nothing of the
 * program is left: `checker INPUT OUTPUT ANSWER`.
 */
async function check(
  checker: { command: string; env: Record<string, string> },
  tests: SampleTests,
  outcome: Outcome,
  records: TestRecords,
  again: RunAgain,
): Promise<TestRecords> {
  const outputs = new Map(
    samplesIn(outcome).flatMap((record) => (record.event === 'output' ? [[`sample ${record.index + 1}`, record]] : [])),
  );
  const cases: CaseResult[] = [];
  for (const [index, result] of records.cases.entries()) {
    const ran = outputs.get(result.id);
    const sample = tests.samples[index];
    if (result.status !== 'passed' || !ran || !sample) {
      cases.push(result);
      continue;
    }
    const files = { input: sample.input, output: ran.output, answer: sample.output };
    const checked = await again(
      (folder) => ({
        argv: shellScript(
          `${checker.command} "$@"`,
          'sh',
          ...['input', 'output', 'answer'].map((name) => `${folder}/${name}`),
        ),
        env: checker.env,
      }),
      files,
    );
    if (checked.exitCode === CHECKER_ACCEPTS && !checked.interrupted) {
      cases.push(result);
      continue;
    }
    const isBroken = checked.exitCode >= CHECKER_BROKEN || checked.interrupted !== undefined;
    const said = checked.output.trim().split('\n').at(-1) || `exit code ${checked.exitCode}`;
    const message = `${isBroken ? 'the checker failed' : 'wrong answer'}: ${said}`.slice(0, MESSAGE_LENGTH);
    cases.push({ ...result, status: isBroken ? 'error' : 'failed', message });
  }
  return { ...records, cases };
}
