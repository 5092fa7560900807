import { CoppiceError, type ErrorCode } from '../core/errors.ts';
import type { GeneratedTest } from '../core/generated-test.ts';
import type { CandidateText, JudgeOptions, JudgeRequest, JudgeResults } from '../core/protocol.ts';
import { survives } from '../core/rank/behaviour.ts';
import { nextToConfirm } from '../core/rank/confirming.ts';
import { type Distinguishing, distinguish } from '../core/rank/distinguish.ts';
import { type GeneratedTests, generatedTests } from '../core/rank/generated.ts';
import { rank } from '../core/rank/rank.ts';
import type { Judged, RankedEntry } from '../core/rank/ranking.ts';
import type { Report } from '../core/report.ts';
import { inEnglish, type Translate } from '../core/translate.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { changeSize } from './change-size.ts';
import { unifiedDiff } from './diff.ts';
import type { JudgeClient } from './judge-client.ts';
import type { RankedCandidate } from './run-result.ts';
import { TestScope } from './test-scope.ts';

/** The judge's session; reports, the baseline too, are within `scope`. */
type Session = JudgeResults['open'] & { scope: TestScope };

/** A text with all candidates that have it. */
interface Group {
  first: CandidateText;
  count: number;
  report: Promise<Report>;
  judged?: Report;
  /** What it does to the file. It is asked for with each ranking, and there are many. */
  change?: { diff: string; lines: number };
}

/** How a run is judged: what the judge is told, and what is asked of it once all are judged. */
export interface JudgingOptions extends JudgeOptions {
  /** Whether those that pass are run on inputs of our own too; default: where tests are run. */
  observe?: boolean;
  /** False leaves out the second run of the best candidates, and the project's other tests. */
  confirm?: boolean;
}

/** Who judges, and in what language the evidence is told. */
export interface JudgingDependencies {
  judge: JudgeClient;
  syntax: Syntax;
  t?: Translate;
}

export interface JudgingEvents {
  /** The judge died, as `error` says, and has been started again. */
  onRestart?: (error: CoppiceError) => void;
}

export interface JudgingResult {
  ranking: RankedCandidate[];
  distinguishing: Distinguishing | null;
  generatedTests: GeneratedTests | null;
}

/** How often one text may take the judge down with it before that counts as the text's own fault. */
const RESTARTS = 2;
/** A best one that is flaky, is contradicted, breaks other tests or can't be confirmed gives way to the next, so many times. */
const MOST_CONFIRMED = 5;
/** After so long none is begun any more. */
const CONFIRMING_MS = 20_000;
/** More texts that pass every test than these are not told apart further. */
const MOST_OBSERVED = 256;
const UNOBSERVABLE: ErrorCode[] = ['sandbox-missing', 'runtime-missing'];

/**
 * Candidates of one file on their way through the judge: equal texts are judged once and counted. The session is
 * opened at once, so that the baseline runs while the first candidates grow; when the judge dies it is opened again
 * and what was under way is repeated.
 */
export class Judging {
  readonly #judge: JudgeClient;
  readonly #syntax: Syntax;
  readonly #t: Translate;
  readonly #options: JudgingOptions;
  readonly #original: string;
  readonly #signal: AbortSignal;
  readonly #events: JudgingEvents;
  readonly #groups = new Map<string, Group>();
  #session: Promise<Session>;
  #startedAt: number | undefined;
  #endedAt: number | undefined;

  /** @param original the file as it is, for diffs */
  constructor(
    { judge, syntax, t = inEnglish }: JudgingDependencies,
    options: JudgingOptions,
    original: string,
    signal: AbortSignal,
    events: JudgingEvents = {},
  ) {
    this.#judge = judge;
    this.#syntax = syntax;
    this.#t = t;
    this.#options = options;
    this.#original = original;
    this.#signal = signal;
    this.#events = events;
    this.#session = this.#open();
  }

  /** The open session with its baseline. Rejects as the judge does. */
  get session(): Promise<Session> {
    return this.#session;
  }

  /** From the first candidate handed over to the last report, in milliseconds. */
  get durationMs(): number {
    return (this.#endedAt ?? 0) - (this.#startedAt ?? 0);
  }

  /** Judges a candidate, or joins it to an equal one, whose id is then `duplicateOf`. */
  async judge(candidate: CandidateText): Promise<{ report: Report; duplicateOf?: string }> {
    this.#startedAt ??= performance.now();
    const known = this.#groups.get(candidate.text);
    if (known) {
      known.count++;
      // The lowest id stands for the group, so that the ranking does not depend on who came first.
      if (candidate.id < known.first.id) known.first = candidate;
      return { report: await known.report, duplicateOf: known.first.id };
    }
    const group: Group = { first: candidate, count: 1, report: this.#report(candidate) };
    this.#groups.set(candidate.text, group);
    group.judged = await group.report;
    this.#endedAt = performance.now();
    return { report: group.judged };
  }

  /** What has been judged so far, best first. */
  async ranking(): Promise<RankedCandidate[]> {
    return (await this.#entries()).map((entry) => this.#ranked(entry));
  }

  /**
   * The ranking once nothing more is to come, with the input that would decide most.
   *
   * @param generated tests that a model wrote
   * @param written how many they were before those that are none were left out
   */
  async result(generated: readonly GeneratedTest[] = [], written = generated.length): Promise<JudgingResult> {
    await this.#observe(generated);
    await this.#confirm();
    const entries = await this.#entries();
    return {
      ranking: entries.map((entry) => this.#ranked(entry)),
      distinguishing: distinguish(entries) ?? null,
      generatedTests: generatedTests(entries, generated, written),
    };
  }

  /** Gives the slots back. Never rejects. */
  async close(): Promise<void> {
    const session = await this.#session.catch(() => undefined);
    // A judge that is gone has nothing to give back.
    if (session) await this.#judge.call({ kind: 'close', session: session.session }).catch(() => undefined);
  }

  async #entries(): Promise<RankedEntry[]> {
    const { baseline } = await this.#session;
    const judged = [...this.#groups.values()].flatMap((group): Judged[] => {
      const { first, count, judged: report } = group;
      return report ? [{ ...first, report, count, changedLines: this.#changeOf(group).lines }] : [];
    });
    return rank(judged, baseline, this.#t);
  }

  #changeOf(group: Group): { diff: string; lines: number } {
    if (!group.change) {
      const diff = unifiedDiff(this.#options.path, this.#original, group.first.text);
      const { added, removed } = changeSize(diff);
      group.change = { diff, lines: added + removed };
    }
    return group.change;
  }

  /**
   * Runs what survives the tests on inputs of ours, where there is more than one text that they could tell apart or something
   * is known of what they should give. Where that is not possible the reports stay as they are.
   */
  async #observe(generated: readonly GeneratedTest[]): Promise<void> {
    const { tests, observe = tests.kind !== 'none', expectations = [] } = this.#options;
    const isAsked = expectations.length > 0;
    const survivors = (await this.#entries()).filter(({ report }) => survives(report)).slice(0, MOST_OBSERVED);
    const least = isAsked || generated.length > 0 ? 1 : 2;
    if (!observe || survivors.length < least) return;
    const more = generated.length > 0 ? { generated } : {};
    const observeText = async ({ text }: RankedEntry) => {
      const group = this.#groups.get(text)!;
      const { outputs } = await this.#ask((session) => ({ kind: 'observe', session, text, ...more }));
      if (outputs) group.judged = { ...group.judged!, outputs };
    };
    try {
      await Promise.all(survivors.map(observeText));
    } catch (error) {
      // Without tests nothing had to be there to run them.
      const isMissing = error instanceof CoppiceError && UNOBSERVABLE.includes(error.code);
      if (!isMissing || isAsked) throw error;
    }
    this.#endedAt = performance.now();
  }

  /**
   * Runs the best that passes once more, and the next ones for as long as that one turns out not to be the best or can't be
   * confirmed, with an end to it.
   */
  async #confirm(): Promise<void> {
    if (this.#options.confirm === false) return;
    const until = performance.now() + CONFIRMING_MS;
    for (let tries = 0; tries < MOST_CONFIRMED && (tries === 0 || performance.now() < until); tries++) {
      const next = nextToConfirm(await this.#entries());
      if (!next) return;
      const { text } = next;
      const { confirmation, isolation, others } = await this.#ask((session) => ({ kind: 'confirm', session, text }));
      const group = this.#groups.get(text)!;
      group.judged = {
        ...group.judged!,
        confirmation,
        ...(isolation ? { isolation } : {}),
        ...(others ? { others } : {}),
      };
      this.#endedAt = performance.now();
    }
  }

  #open(): Promise<Session> {
    const session = this.#openSession();
    // Whoever awaits it sees the failure; until then it is not an unhandled one.
    session.catch(() => undefined);
    return session;
  }

  async #openSession(): Promise<Session> {
    const { symbol, workspace: folder, overlays } = this.#options;
    const request = { kind: 'open' as const, options: this.#options };
    const opened = await this.#repeated(
      () => this.#judge.call(request, { signal: this.#signal }),
      (error) => this.#events.onRestart?.(error),
    );
    const scope =
      symbol === undefined
        ? TestScope.whole()
        : await TestScope.around(symbol, opened.baseline, { folder, overlays }, this.#syntax);
    return { ...opened, baseline: scope.narrow(opened.baseline), scope };
  }

  async #report(candidate: CandidateText): Promise<Report> {
    const { report } = await this.#ask((session) => ({ kind: 'judge', session, candidate }));
    return (await this.#session).scope.narrow(report);
  }

  /** Asks about the open session, and again in the next one when the judge dies. */
  #ask<K extends 'judge' | 'observe' | 'confirm'>(
    request: (session: string) => Extract<JudgeRequest, { kind: K }>,
  ): Promise<JudgeResults[K]> {
    let session = this.#session;
    return this.#repeated(
      async () => {
        session = this.#session;
        return this.#judge.call(request((await session).session), { signal: this.#signal });
      },
      (error) => {
        // Whoever is the first to notice opens the next one.
        if (session !== this.#session) return;
        this.#events.onRestart?.(error);
        this.#session = this.#open();
      },
    );
  }

  /** Once more when the judge dies under it, a few times. */
  async #repeated<T>(work: () => Promise<T>, onCrash: (error: CoppiceError) => void): Promise<T> {
    for (let restarts = 0; ; restarts++) {
      try {
        return await work();
      } catch (error) {
        const crashed = error instanceof CoppiceError && error.code === 'judge-crashed';
        if (!crashed || restarts === RESTARTS || this.#signal.aborted) throw error;
        onCrash(error);
      }
    }
  }

  #ranked({ rank, id, text, cluster, count, logprob, tokens, report, evidence, changedLines }: RankedEntry) {
    return {
      ...{ rank, id, text, diff: this.#changeOf(this.#groups.get(text)!).diff, state: 'judged' as const },
      ...{ cluster, count, logprob: logprob ?? null, tokens: tokens ?? null, changedLines, report, evidence },
    };
  }
}
