import { CoppiceError } from '../core/errors.ts';
import type { CandidateText, JudgeOptions, JudgeResults } from '../core/protocol.ts';
import { rank } from '../core/rank/rank.ts';
import type { Judged, RankedEntry } from '../core/rank/ranking.ts';
import type { Report } from '../core/report.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { changedLines, unifiedDiff } from './diff.ts';
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
}

export interface JudgingEvents {
  /** The judge died, as `error` says, and has been started again. */
  onRestart?: (error: CoppiceError) => void;
}

/** How often one text may take the judge down with it before that counts as the text's own fault. */
const RESTARTS = 2;

/**
 * Candidates of one file on their way through the judge: equal texts are judged once and counted. The session is
 * opened at once, so that the baseline runs while the first candidates grow; when the judge dies it is opened again
 * and what was under way is repeated.
 */
export class Judging {
  readonly #judge: JudgeClient;
  readonly #syntax: Syntax;
  readonly #options: JudgeOptions;
  readonly #original: string;
  readonly #signal: AbortSignal;
  readonly #events: JudgingEvents;
  readonly #groups = new Map<string, Group>();
  #session: Promise<Session>;
  #startedAt: number | undefined;
  #endedAt: number | undefined;

  /** @param original the file as it is, for diffs */
  constructor(
    { judge, syntax }: { judge: JudgeClient; syntax: Syntax },
    options: JudgeOptions,
    original: string,
    signal: AbortSignal,
    events: JudgingEvents = {},
  ) {
    this.#judge = judge;
    this.#syntax = syntax;
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
    const { baseline } = await this.#session;
    const judged = [...this.#groups.values()].flatMap(({ first, count, judged: report }): Judged[] =>
      report ? [{ ...first, report, count, changedLines: changedLines(this.#original, first.text) }] : [],
    );
    return rank(judged, baseline).map((entry) => this.#ranked(entry));
  }

  /** Gives the slots back. Never rejects. */
  async close(): Promise<void> {
    const session = await this.#session.catch(() => undefined);
    // A judge that is gone has nothing to give back.
    if (session) await this.#judge.call({ kind: 'close', session: session.session }).catch(() => undefined);
  }

  #open(): Promise<Session> {
    const session = this.#openSession();
    // Whoever awaits it sees the failure; until then it is not an unhandled one.
    session.catch(() => undefined);
    return session;
  }

  async #openSession(): Promise<Session> {
    const { symbol, workspace: folder, overlays } = this.#options;
    const opened = await this.#judge.call({ kind: 'open', options: this.#options }, { signal: this.#signal });
    const scope =
      symbol === undefined
        ? TestScope.whole()
        : await TestScope.around(symbol, opened.baseline, { folder, overlays }, this.#syntax);
    return { ...opened, baseline: scope.narrow(opened.baseline), scope };
  }

  async #report(candidate: CandidateText): Promise<Report> {
    for (let restarts = 0; ; restarts++) {
      const session = this.#session;
      try {
        const { session: id, scope } = await session;
        const { report } = await this.#judge.call({ kind: 'judge', session: id, candidate }, { signal: this.#signal });
        return scope.narrow(report);
      } catch (error) {
        const crashed = error instanceof CoppiceError && error.code === 'judge-crashed';
        if (!crashed || restarts === RESTARTS || this.#signal.aborted) throw error;
        if (session === this.#session) {
          this.#events.onRestart?.(error);
          this.#session = this.#open();
        }
      }
    }
  }

  #ranked({ rank, id, text, cluster, count, logprob, tokens, report, evidence, changedLines }: RankedEntry) {
    return {
      ...{ rank, id, text, diff: unifiedDiff(this.#options.path, this.#original, text), state: 'judged' as const },
      ...{ cluster, count, logprob: logprob ?? null, tokens: tokens ?? null, changedLines, report, evidence },
    };
  }
}
