import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { CoppiceError } from '../../core/errors.ts';
import { type Row, rowsOf } from '../../core/eval/lines.ts';
import type { Completion } from '../../core/eval/samples.ts';
import { type Judgement, VERDICTS } from '../../core/eval/verdict.ts';
import type { Isolation } from '../../core/report.ts';

const ISOLATIONS: readonly Isolation['kind'][] = ['confirmed', 'unconfirmed', 'contradicted'];

/** What a results file is about, as its first line has it: a run goes on only with its own. */
export type RunIdentity = Record<string, string | number>;

/** With what was said of the solution where the tests were in a process of their own, if that was asked. */
export interface SolutionJudgement {
  judgement: Judgement;
  isolation?: Isolation;
}

/** What is known of one problem. */
interface Known {
  solution?: SolutionJudgement;
  grown?: Completion[];
  judged: Map<number, Judgement>;
  first?: number;
}

/**
 * Everything that a run has found out, a line each as soon as it is known, so that an interrupted run goes on where it
 * stopped. Without a path nothing is kept.
 */
export class ResultsFile {
  readonly #known = new Map<string, Known>();
  #file: number | undefined;

  /** Throws `results-invalid` where the file is of another run, or is none. */
  constructor(path?: string, identity: RunIdentity = {}) {
    if (path === undefined) return;
    const invalid = (what: string, cause?: unknown) =>
      new CoppiceError('results-invalid', `${what}.`, 'Name another file to resume from, or a new one.', cause);
    try {
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      // A line without its end was being written when the run was ended.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      const [head, ...rows] = rowsOf(path, whole, invalid);
      if (head) this.#check(path, head, identity, invalid);
      else if (text !== '') throw invalid(`${path} does not hold results of an evaluation`);
      for (const row of rows) this.#read(row);
      if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
      this.#file = openSync(path, 'a');
      if (text === '') this.#write({ kind: 'run', ...identity });
    } catch (thrown) {
      throw thrown instanceof CoppiceError ? thrown : invalid(`${path} can not be written`, thrown);
    }
  }

  /** Judged completions in it, when it was opened. */
  get judged(): number {
    return [...this.#known.values()].reduce((sum, { judged }) => sum + judged.size, 0);
  }

  of(task: string): Readonly<Known> {
    return this.#of(task);
  }

  solution(task: string, known: SolutionJudgement): void {
    this.#of(task).solution = known;
    const { judgement, isolation } = known;
    const apart = isolation ? { isolation: isolation.kind, ...(isolation.why ? { why: isolation.why } : {}) } : {};
    this.#write({ kind: 'solution', task_id: task, ...judgement, ...apart });
  }

  grown(task: string, completions: Completion[]): void {
    this.#of(task).grown = completions;
    const lines = completions.map(({ text, ...known }) => ({ completion: text, ...known }));
    this.#write({ kind: 'grown', task_id: task, completions: lines });
  }

  completion(task: string, index: number, judgement: Judgement): void {
    this.#of(task).judged.set(index, judgement);
    this.#write({ kind: 'completion', task_id: task, index, ...judgement });
  }

  ranking(task: string, first: number): void {
    this.#of(task).first = first;
    this.#write({ kind: 'ranking', task_id: task, first });
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #check(path: string, head: Row, identity: RunIdentity, invalid: (what: string) => CoppiceError): void {
    if (!head.has('kind') || head.text('kind') !== 'run')
      throw invalid(`${path} does not hold results of an evaluation`);
    for (const [name, value] of Object.entries(identity)) {
      const found = head.has(name) ? (typeof value === 'number' ? head.number(name) : head.text(name)) : undefined;
      if (found !== value) throw invalid(`${path} holds results of another run: its ${name} is not the same`);
    }
  }

  #read(row: Row): void {
    const known = this.#of(row.id('task_id'));
    switch (row.text('kind')) {
      case 'solution':
        known.solution = { judgement: judgementIn(row), ...isolationIn(row) };
        return;
      case 'grown':
        known.grown = row.rows('completions').map((line) => ({
          text: line.text('completion'),
          ...(line.has('logprob') ? { logprob: line.number('logprob') } : {}),
          ...(line.has('tokens') ? { tokens: line.number('tokens') } : {}),
        }));
        return;
      case 'completion':
        known.judged.set(row.number('index'), judgementIn(row));
        return;
      case 'ranking':
        known.first = row.number('first');
        return;
      default:
        throw row.wrong('it is not a result');
    }
  }

  #of(task: string): Known {
    const known = this.#known.get(task) ?? { judged: new Map() };
    this.#known.set(task, known);
    return known;
  }

  #write(line: object): void {
    if (this.#file === undefined) return;
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

function judgementIn(row: Row): Judgement {
  const verdict = VERDICTS.find((name) => name === row.text('verdict'));
  if (!verdict) throw row.wrong('"verdict" is none that there is');
  return {
    verdict,
    ...(row.has('message') ? { message: row.text('message') } : {}),
    ...(row.has('unconfirmed') ? { unconfirmed: row.text('unconfirmed') } : {}),
  };
}

function isolationIn(row: Row): { isolation?: Isolation } {
  if (!row.has('isolation')) return {};
  const kind = ISOLATIONS.find((name) => name === row.text('isolation'));
  if (!kind) throw row.wrong('"isolation" is none that there is');
  return { isolation: { kind, ...(row.has('why') ? { why: row.text('why') } : {}) } };
}
