import { limitSaid } from '../../core/limit-name.ts';
import type { CaseResult, Isolation, Report } from '../../core/report.ts';
import { type Said, said, withSource } from '../../core/said.ts';
import { jsonLines } from '../tests/json-lines.ts';
import type { TestRun } from '../tests/runner.ts';

/** How frameworks word that a case took longer than they let it. */
const TOO_LATE = /\btimed? ?out\b|\btimeout of \d/i;

/** What the stand-in tells beside the cases (harness/coppice_standin.py). */
interface Told {
  /** Code of the candidate decided where the tests would have. */
  decided?: string;
  /** A class that no test names, by whose own `__eq__` an object is the number or the text that is expected. */
  claims?: string;
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

/** The two sides of tests that were run apart. */
export interface Pair {
  /** Of the tests, with the stand-in. */
  run: TestRun;
  /** Of the candidate; absent where it was there until the tests had ended. */
  worker: TestRun | undefined;
}

/**
 * @param first of the same text with the tests in its process
 * @param pairs all that were run, up to the first that is refused
 * @param original the file that candidates replace, as it is in the workspace
 */
export function isolationOf(first: Report, pairs: readonly Pair[], original: string): Isolation {
  for (const pair of pairs) {
    const isolation = refused(pair, original);
    if (isolation) return isolation;
  }
  const all = pairs.map(({ run }) => toldBy(run));
  const now = new Map(pairs.flatMap(({ run }) => run.report.cases.map((result) => [result.id, result] as const)));
  const known = new Set(first.cases.map(({ id }) => id));
  const fails =
    first.cases.find(({ id, status }) => status === 'passed' && now.get(id)?.status !== 'passed') ??
    // Nobody but the candidate can have kept it from being told.
    [...now.values()].find(({ id, status }) => status === 'failed' && !known.has(id));
  const lost = firstOf(all, 'lost');
  if (!fails) return lost === undefined ? { kind: 'confirmed' } : unconfirmed(said`its process ended`);
  const doubt = firstOf(all, 'doubt');
  if (doubt !== undefined) return unconfirmed(doubt);
  const result = now.get(fails.id);
  // That is the stand-in's fault as easily: it has no types, and takes its time.
  if (!result) return unconfirmed(said`its tests do not run without it`);
  const [message] = result.message?.split('\n') ?? [];
  if (TOO_LATE.test(message ?? '')) return unconfirmed(said`its tests take too long without it: ${message!}`);
  return contradicted(said`${fails.id}: ${message ?? said`fails`}`);
}

/** What is to be said whatever the cases say. */
export function refused({ run, worker }: Pair, original: string): Isolation | undefined {
  const told = toldBy(run);
  if (told.unloaded !== undefined) return unconfirmed(said`it does not load without the tests: ${told.unloaded}`);
  const limit = run.outcome.interrupted ?? worker?.outcome.interrupted;
  if (limit) return unconfirmed(said`the ${limitSaid(limit)} limit ended it`);
  if (told.loaded === undefined) return unconfirmable(said`the tests do not load its module by themselves`);
  if (told.told === undefined) return unconfirmed(said`the tests did not end by themselves`);
  if (told.nonsense !== undefined) return unconfirmed(said`its process ${told.nonsense}`);
  if (told.claims !== undefined && !original.includes(told.claims)) {
    return contradicted(said`its own ${told.claims} says that it equals what the tests expect`);
  }
  if (told.decided !== undefined) return unconfirmed(said`its own ${told.decided} decides`);
  return undefined;
}

function firstOf(all: readonly Told[], event: keyof Told): string | undefined {
  return all.map((told) => told[event]).find((text) => text !== undefined);
}

/** Whether some cases pass, and all others say what they said before: those of functions that nobody has written yet do. */
export function failsAsBefore(first: Report, baseline: Report | undefined): boolean {
  const outcome = ({ status, message }: CaseResult) => `${status}: ${message ?? ''}`;
  const before = new Map(baseline?.cases.map((result) => [result.id, outcome(result)]));
  const others = first.cases.filter(({ status }) => status !== 'passed');
  return first.passed > 0 && !first.interrupted && others.every((result) => before.get(result.id) === outcome(result));
}

function contradicted(why: Said): Isolation {
  return { kind: 'contradicted', ...withSource('why', why) };
}

export function unconfirmed(why: string | Said): Isolation {
  return { kind: 'unconfirmed', ...withSource('why', why) };
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
