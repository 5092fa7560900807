import { limitSaid } from '../../core/limit-name.ts';
import type { CaseResult, CaseStatus } from '../../core/report.ts';
import { type Said, said, withSource } from '../../core/said.ts';
import type { Outcome } from '../process/run.ts';
import { MESSAGE_LENGTH, MOST_CASES } from './cases.ts';
import type { Build } from './framework.ts';
import { jsonLines } from './json-lines.ts';

/**
 * What a harness inside the sandbox writes to descriptor 3, one JSON object a line. A run that ends without `end`
 * did not end by itself, whatever its exit code says.
 */
type TestRecord =
  | { event: 'start'; id: string }
  | ({ event: 'case'; id: string; ms: number } & Pick<CaseResult, 'status' | 'message' | 'file' | 'line' | 'ofRun'>)
  /** `held`: tests of ours that must fail have failed. */
  | { event: 'control'; held: boolean }
  | { event: 'end' };

export interface TestRecords {
  cases: CaseResult[];
  /** The case that was running when the records stopped. */
  running?: string;
  ended: boolean;
  /**
   * Whether a test of ours that must fail, run after the others, has failed: where it has not, the candidate has changed what
   * tests are. Absent where the framework has none, or was ended before.
   */
  control?: boolean;
  /** Why cases are missing, where it is not the end of the tests. */
  reason?: Said;
  /** What of the output is for people, where not all of it is. */
  output?: string;
}

/** The case that a text has when it does not compile, and no other text. */
const COMPILING = 'compile';
const STATUSES: readonly string[] = ['passed', 'failed', 'error', 'skipped'];

/** The records of a build that did not come to its end: one case, the first error of the compiler. */
export function uncompiled(outcome: Outcome, build: Build): TestRecords {
  const reason = outcome.interrupted
    ? said`the compiler was ended by the ${limitSaid(outcome.interrupted)} limit`
    : said`it does not compile`;
  const { message, ...place } = outcome.interrupted ? {} : build.error(outcome);
  const words = message === undefined ? withSource('message', reason) : { message: message.slice(0, MESSAGE_LENGTH) };
  return {
    cases: [{ id: COMPILING, status: 'error', durationMs: outcome.durationMs, ...words, ...place }],
    ended: false,
    reason,
  };
}

/** Reads records, which come from a process that also ran a candidate: what is not one is dropped. */
export function readRecords(text: string): TestRecords {
  const cases = new Map<string, CaseResult>();
  let running: string | undefined;
  let ended = false;
  let control = false;
  for (const line of jsonLines(text)) {
    const record = recordIn(line);
    switch (record?.event) {
      case 'start':
        running = record.id;
        break;
      case 'case':
        if (running === record.id) running = undefined;
        if (cases.size < MOST_CASES) cases.set(record.id, caseOf(record));
        break;
      case 'control':
        control = record.held;
        break;
      case 'end':
        ended = true;
        break;
    }
  }
  return {
    cases: [...cases.values()],
    ended,
    ...(running === undefined ? {} : { running }),
    ...(ended ? { control } : {}),
  };
}

function recordIn(record: Record<string, unknown>): TestRecord | undefined {
  if (record.event === 'end') return { event: 'end' };
  if (record.event === 'control') return { event: 'control', held: record.held === true };
  if (typeof record.id !== 'string') return undefined;
  if (record.event === 'start') return { event: 'start', id: record.id };
  if (record.event !== 'case' || !STATUSES.includes(record.status as string)) return undefined;
  return {
    event: 'case',
    id: record.id,
    status: record.status as CaseStatus,
    ms: typeof record.ms === 'number' && record.ms >= 0 ? record.ms : 0,
    ...(typeof record.message === 'string' ? { message: record.message } : {}),
    ...(typeof record.file === 'string' ? { file: record.file } : {}),
    ...(typeof record.line === 'number' ? { line: record.line } : {}),
    ...(record.ofRun === true ? { ofRun: true } : {}),
  };
}

function caseOf(record: TestRecord & { event: 'case' }): CaseResult {
  const { id, status, ms, message, file, line, ofRun } = record;
  return {
    id,
    status,
    durationMs: ms,
    ...(message ? { message: message.slice(0, MESSAGE_LENGTH) } : {}),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(ofRun && status === 'error' ? { ofRun } : {}),
  };
}
