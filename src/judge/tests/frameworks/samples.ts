import { differenceOf } from '../../../core/compare-output.ts';
import type { SampleTests } from '../../../core/protocol.ts';
import type { CaseResult } from '../../../core/report.ts';
import { said, withSource } from '../../../core/said.ts';
import type { Outcome } from '../../process/run.ts';
import { launchOf } from '../../runtime/launch.ts';
import { shellScript } from '../../runtime/shell.ts';
import { MESSAGE_LENGTH } from '../cases.ts';
import type { Framework, Project, RunAgain } from '../framework.ts';
import { compileError, programRuns, type Ran, runsIn, runtimeError } from '../program-runs.ts';
import type { TestRecords } from '../record.ts';
import { shellFor } from './command.ts';

/** What checkers written with testlib say: https://github.com/MikeMirzayanov/testlib. */
const CHECKER_ACCEPTS = 0;
const CHECKER_BROKEN = 3;

/**
 * A whole program that reads its input and writes its output, run once for each sample. What it wrote is compared out here, where
 * it cannot reach; inside, nobody knows what should come out.
 */
export function samplesFramework(tests: SampleTests, { path, workspace }: Project): Framework {
  const shell = shellFor(workspace);
  const launch = launchOf(path, workspace, tests.run, shell);
  const inputs = tests.samples.map(({ input }) => input);
  const runs = programRuns(launch, path, inputs, tests);
  const compare = tests.compare ?? { kind: 'tokens' };

  const caseOf = (index: number, ran: Ran): CaseResult => {
    const base = { id: idOf(index), durationMs: ran.ms };
    const error = runtimeError(ran, tests);
    if (error !== undefined) return { ...base, status: 'error', ...withSource('message', error) };
    if (compare.kind === 'checker') return { ...base, status: 'passed' };
    const difference = differenceOf(ran.output, tests.samples[index]!.output, compare);
    return difference === undefined
      ? { ...base, status: 'passed' }
      : { ...base, status: 'failed', ...withSource('message', said`wrong answer, ${difference}`) };
  };

  return {
    ...runs,
    decidesApart: true,
    readable: [...new Set([...runs.readable, ...shell.readable])],
    read: (outcome) => readSamples(outcome, tests.samples.length, caseOf),
    ...(compare.kind === 'checker'
      ? { settle: (outcome, records, again) => check({ ...compare, env: shell.env }, tests, outcome, records, again) }
      : {}),
    broken: () => undefined,
  };
}

function idOf(index: number): string {
  return `sample ${index + 1}`;
}

function readSamples(outcome: Outcome, count: number, caseOf: (index: number, ran: Ran) => CaseResult): TestRecords {
  const cases: CaseResult[] = [];
  let ended = false;
  let running: string | undefined;
  for (const record of runsIn(outcome)) {
    switch (record.event) {
      case 'start':
        running = idOf(Number(record.id));
        break;
      case 'output':
        running = undefined;
        cases.push(caseOf(record.index, record));
        break;
      case 'compiled': {
        const words = withSource('message', compileError(record));
        for (let index = 0; index < count; index++) {
          cases.push({ id: idOf(index), status: 'error', durationMs: 0, ...words });
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
    runsIn(outcome).flatMap((record) => (record.event === 'output' ? [[idOf(record.index), record]] : [])),
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
    const last = checked.output.trim().split('\n').at(-1)?.slice(0, MESSAGE_LENGTH);
    const why = last || said`exit code ${checked.exitCode}`;
    const words = isBroken ? said`the checker failed: ${why}` : said`wrong answer: ${why}`;
    cases.push({ ...result, status: isBroken ? 'error' : 'failed', ...withSource('message', words) });
  }
  return { ...records, cases };
}
