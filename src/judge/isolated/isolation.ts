import { limitSaid } from '../../core/limit-name.ts';
import type { CaseResult, Isolation, Report } from '../../core/report.ts';
import { inWords, type Said, said } from '../../core/said.ts';
import { jsonLines } from '../tests/json-lines.ts';
import type { TestRun } from '../tests/runner.ts';

/** What the stand-in tells beside the cases (harness/coppice_standin.py). */
interface Told {
  /** Code of the candidate decided where the tests would have. */
  decided?: string;
  /** The tests do, or the candidate gives, what is not the same from one process to another. */
  doubt?: string;
  /** The candidate's process ended. */
  lost?: string;
  /** What it said is none of what it may say; told apart, since it could be a mistake of the stand-in's. */
  nonsense?: string;
  unloaded?: string;
  loaded?: string;
  /** The stand-in has come to its end, and told everything. */
  told?: string;
}

/**
 * @param first of the same text with the tests in its process
 * @param run of the tests, with the stand-in
 * @param worker of the candidate; absent where it was there until the tests had ended
 */
export function isolationOf(first: Report, run: TestRun, worker: TestRun | undefined): Isolation {
  const told = toldBy(run);
  if (told.unloaded !== undefined) return unconfirmed(said`it does not load without the tests: ${told.unloaded}`);
  const limit = run.outcome.interrupted ?? worker?.outcome.interrupted;
  if (limit) return unconfirmed(said`the ${limitSaid(limit)} limit ended it`);
  if (told.loaded === undefined) return unconfirmable(said`the tests do not load its module by themselves`);
  if (told.told === undefined) return unconfirmed(said`the tests did not end by themselves`);
  if (told.nonsense !== undefined) return unconfirmed(said`its process ${told.nonsense}`);
  if (told.decided !== undefined) return unconfirmed(said`its own ${told.decided} decides`);

  const now = new Map(run.report.cases.map((result) => [result.id, result]));
  const fails = first.cases.find(({ id, status }) => status === 'passed' && now.get(id)?.status !== 'passed');
  if (!fails) return told.lost === undefined ? { kind: 'confirmed' } : unconfirmed(said`its process ended`);
  if (told.doubt !== undefined) return unconfirmed(told.doubt);
  const why = said`${fails.id}: ${now.get(fails.id)?.message?.split('\n')[0] ?? said`fails`}`;
  return { kind: 'contradicted', why: inWords(why), said: { why } };
}

/** Whether some cases pass, and all others say what they said before: those of functions that nobody has written yet do. */
export function failsAsBefore(first: Report, baseline: Report | undefined): boolean {
  const outcome = ({ status, message }: CaseResult) => `${status}: ${message ?? ''}`;
  const before = new Map(baseline?.cases.map((result) => [result.id, outcome(result)]));
  const others = first.cases.filter(({ status }) => status !== 'passed');
  return first.passed > 0 && !first.interrupted && others.every((result) => before.get(result.id) === outcome(result));
}

export function unconfirmed(why: string | Said): Isolation {
  return { kind: 'unconfirmed', why: inWords(why), ...(typeof why === 'string' ? {} : { said: { why } }) };
}

/** For a reason that holds for every candidate. */
export function unconfirmable(why: Said): Isolation {
  return { ...unconfirmed(why), forAll: true };
}

function toldBy({ outcome }: TestRun): Told {
  const told: Record<string, string> = {};
  for (const { event, text } of jsonLines(outcome.records)) {
    if (typeof event === 'string' && typeof text === 'string') told[event] ??= text;
  }
  return told;
}
