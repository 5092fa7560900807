import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { CoppiceError } from '../../core/errors.ts';
import { type Decision, decisionsIn, refutations } from '../../core/rank/decision.ts';
import { type Question, question } from '../../core/rank/question.ts';
import { passes, type Report } from '../../core/report.ts';
import { decided } from '../../run/decided.ts';
import { type GrownFrom, grownFrom } from '../../run/freshness.ts';
import type { GrowEvent, GrowRequest } from '../../run/grow.ts';
import type { RankedCandidate, RunResult } from '../../run/run-result.ts';
import type { FunctionBody } from '../function-body.ts';
import { RunGrowth } from '../tree/run-growth.ts';
import { preparation, restarted } from './preparation.ts';

export type Phase =
  /** For the runs before it: how many there are. */
  | { kind: 'waiting'; ahead: number }
  /** Before the first token: what is being done, in words. */
  | { kind: 'preparing'; what: string }
  | { kind: 'growing'; live: number; tokens: number }
  | { kind: 'finished'; result: RunResult }
  | { kind: 'cancelled' }
  | { kind: 'failed'; error: CoppiceError };

/** A candidate whose text is complete. */
export interface Grown {
  id: string;
  /** What it puts in the place of the function's body. */
  body: string;
  /** The import lines that it adds to the file. */
  imports: readonly string[];
  /** The whole file with both, with `\n` line breaks. It is this that was judged. */
  text: string;
}

/** One *Grow Candidates*, as far as it has come. The panel, the status item and the ghost text are views of it. */
export class Run implements vscode.Disposable {
  readonly id = randomUUID();
  /** On a clock that runs in one direction. */
  readonly startedAt = performance.now();
  /** Options of this workspace are among what was asked for. */
  readonly hasOptions: boolean;
  /** What was sampled below the prompt, for whoever draws it. */
  readonly growth: RunGrowth;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #abort = new AbortController();
  readonly #grown = new Map<string, Grown>();
  readonly #judged = new Map<string, Report>();
  #target: FunctionBody;
  #request: GrowRequest;
  #phase: Phase = { kind: 'preparing', what: vscode.l10n.t('starting') };
  #grownFrom: readonly GrownFrom[] = [];
  #outdated: readonly string[] = [];
  #ranking: readonly RankedCandidate[] = [];
  readonly #dismissed = new Set<string>();
  readonly #runningAgain = new Set<string>();
  #decisions: readonly Decision[] = [];
  #question: Question | undefined;
  #without: readonly string[];
  readonly onDidChange = this.#changed.event;

  constructor(target: FunctionBody, request: GrowRequest, hasOptions = false) {
    this.#target = target;
    this.#request = request;
    this.hasOptions = hasOptions;
    this.growth = new RunGrowth(request.candidates);
    this.#without = request.without ?? [];
  }

  /** The function, as it was when the run began. */
  get target(): FunctionBody {
    return this.#target;
  }

  /** What was asked for. */
  get request(): GrowRequest {
    return this.#request;
  }

  /** Ids of pieces of the prompt that the next run of this function leaves out. */
  get without(): readonly string[] {
    return this.#without;
  }

  /** Whether the next run has another prompt. */
  get isSwitched(): boolean {
    const was = this.request.without ?? [];
    return was.length !== this.#without.length || was.some((id) => !this.#without.includes(id));
  }

  switchPiece(id: string, on: boolean): void {
    const others = this.#without.filter((other) => other !== id);
    this.#without = on ? others : [...others, id];
    this.#changed.fire();
  }

  get candidates(): number {
    return this.request.candidates;
  }

  /** False in a workspace that is not trusted, or when the user asked for none. */
  get tested(): boolean {
    return this.request.tests.kind !== 'none';
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Best first, without what the user has dismissed; it changes while candidates are still judged. */
  get ranking(): readonly RankedCandidate[] {
    return this.hasDismissed ? this.#ranking.filter(({ id }) => !this.#dismissed.has(id)) : this.#ranking;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isGoing(): boolean {
    return this.#phase.kind === 'preparing' || this.#phase.kind === 'growing';
  }

  get isWaiting(): boolean {
    return this.#phase.kind === 'waiting';
  }

  /** It neither waits nor is at work. */
  get isOver(): boolean {
    return !this.isGoing && !this.isWaiting;
  }

  /** The texts of files that its prompt was made of. */
  get grownFrom(): readonly GrownFrom[] {
    return this.#grownFrom;
  }

  /** What has changed since, in words; where there is something, the context is stale. */
  get outdated(): readonly string[] {
    return this.#outdated;
  }

  get grownCount(): number {
    return this.#grown.size;
  }

  get judgedCount(): number {
    return this.#judged.size;
  }

  /** Candidates that passed and give what the user said, those with equal texts counted each. */
  get passedCount(): number {
    // Rankings come after the reports, and not with each of them.
    if (this.isGoing) return [...this.#judged.values()].filter(isRight).length;
    return this.#ranking.reduce((sum, { report, count }) => sum + (isRight(report) ? count : 0), 0);
  }

  /** Complete, and not judged yet. */
  get waiting(): Grown[] {
    return [...this.#grown.values()].filter(({ id }) => !this.#judged.has(id));
  }

  /** What a candidate puts in the place of the function's body. */
  body(id: string): string | undefined {
    return this.#grown.get(id)?.body;
  }

  /** A candidate whose text is complete. */
  grown(id: string): Grown | undefined {
    return this.#grown.get(id);
  }

  /** The whole file with a candidate, as it was judged. */
  text(id: string): string | undefined {
    return this.#grown.get(id)?.text;
  }

  /** Whether a body is the one that the run found, nothing, or one of its candidates: nobody's work is lost with it. */
  isReplaceable(body: string): boolean {
    return (
      body.trim() === '' ||
      body === this.target.body ||
      this.target.isSettled(body) ||
      // Ghost text leaves the last line break to the document.
      this.ranking.some(({ id }) => body.trimEnd() === this.target.replacement(this.body(id) ?? '').trimEnd())
    );
  }

  entry(id: string): RankedCandidate | undefined {
    return this.#ranking.find((entry) => entry.id === id);
  }

  /** The best candidate of a finished run, if it passed and gives what the user said. */
  get winner(): RankedCandidate | undefined {
    const best = this.#phase.kind === 'finished' ? this.ranking[0] : undefined;
    return best && isRight(best.report) ? best : undefined;
  }

  /** The texts that passed and give what the user said, best first. */
  get survivors(): readonly RankedCandidate[] {
    return this.ranking.filter(({ report }) => isRight(report));
  }

  /** What would decide most, once the run is finished. */
  get question(): Question | undefined {
    return this.#question;
  }

  /** What the user has said so far, the latest last. */
  get decisions(): readonly Decision[] {
    return this.#decisions;
  }

  /** Ranks anew by what the user says. Nothing is run for it. */
  decide(decision: Decision): void {
    const others = this.#decisions.filter(({ input }) => input !== decision.input);
    this.#rankBy([...others, decision]);
  }

  /** Takes back what was said of an input. */
  undo(input: string): void {
    this.#rankBy(this.#decisions.filter((decision) => decision.input !== input));
  }

  get hasDismissed(): boolean {
    return this.#dismissed.size > 0;
  }

  /** Leaves a candidate out of the ranking. What is said of all that have grown still counts it. */
  dismiss(id: string): void {
    this.#dismissed.add(id);
    this.#show(this.#ranking);
    this.#changed.fire();
  }

  /** Puts back all that was dismissed. */
  showDismissed(): void {
    if (!this.hasDismissed) return;
    this.#dismissed.clear();
    this.#show(this.#ranking);
    this.#changed.fire();
  }

  isRunningAgain(id: string): boolean {
    return this.#runningAgain.has(id);
  }

  /** Says that a candidate is being run once more, for as long as `work` takes. */
  async whileRunningAgain<Result>(id: string, work: Promise<Result>): Promise<Result> {
    this.#runningAgain.add(id);
    this.#changed.fire();
    try {
      return await work;
    } finally {
      this.#runningAgain.delete(id);
      this.#changed.fire();
    }
  }

  /** Takes in what a second run of a candidate has shown. What has differed once is flaky, whatever a third run says. */
  confirm(
    id: string,
    { confirmation, isolation, others }: Pick<Report, 'confirmation' | 'isolation' | 'others'>,
  ): void {
    const isFlaky = this.entry(id)?.report.confirmation?.kind === 'flaky';
    const seen = {
      ...(confirmation && !isFlaky ? { confirmation } : {}),
      ...(isolation ? { isolation } : {}),
      ...(others ? { others } : {}),
    };
    this.#ranking = this.#ranking.map((entry) =>
      entry.id === id ? { ...entry, report: { ...entry.report, ...seen } } : entry,
    );
    this.#rankBy(this.#decisions);
  }

  /** Other runs come first. */
  wait(ahead: number): void {
    this.#enter({ kind: 'waiting', ahead });
  }

  /** Its turn has come. What it is grown from may have changed while it waited. */
  begin(target: FunctionBody, request: GrowRequest): void {
    this.#target = target;
    this.#request = request;
    this.#enter({ kind: 'preparing', what: vscode.l10n.t('starting') });
  }

  /** Takes in what of its context is no longer as it was. */
  compare(outdated: readonly string[]): void {
    if (outdated.join('\n') === this.#outdated.join('\n')) return;
    this.#outdated = outdated;
    this.#changed.fire();
  }

  receive(event: GrowEvent): void {
    this.growth.receive(event);
    switch (event.kind) {
      case 'planned':
        this.#grownFrom = grownFrom(event.plan.nodes);
        this.#enter({ kind: 'preparing', what: vscode.l10n.t('reading {0} tokens', event.plan.tokens) });
        return;
      case 'progress':
        this.#enter({ kind: 'preparing', what: preparation(event) });
        return;
      case 'step':
        this.#enter({ kind: 'growing', live: event.live, tokens: event.tokens });
        return;
      case 'grown':
        this.#grown.set(event.id, {
          ...{ id: event.id, body: event.body, imports: event.imports },
          text: withPlainBreaks(event.text),
        });
        break;
      case 'judged':
        this.#judged.set(event.id, event.report);
        break;
      case 'ranking':
        this.#show(event.ranking);
        break;
      case 'restarted':
        this.#enter({ kind: 'preparing', what: restarted(event.process) });
        return;
      case 'growth':
        break;
      case 'baseline':
      case 'note':
      case 'wrote':
        return;
    }
    this.#changed.fire();
  }

  finish(result: RunResult): void {
    this.#decisions = decisionsIn(result.ranking.map(({ report }) => report));
    // Whatever it asks is asked of a run that has finished.
    this.#phase = { kind: 'finished', result };
    this.#show(result.ranking);
    this.#changed.fire();
  }

  fail(error: CoppiceError): void {
    this.#enter(error.code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', error });
  }

  cancel(): void {
    this.#abort.abort();
  }

  dispose(): void {
    this.cancel();
    this.#changed.dispose();
  }

  #rankBy(decisions: readonly Decision[]): void {
    if (this.#phase.kind !== 'finished') return;
    this.#decisions = decisions;
    this.#show(decided(this.#ranking, this.#phase.result.run.baseline, decisions, vscode.l10n.t));
    this.#changed.fire();
  }

  #show(ranking: readonly RankedCandidate[]): void {
    this.#ranking = ranking;
    if (this.#phase.kind !== 'finished') return;
    const asked = question(this.ranking);
    // The same question stays the same object, so that its rows stay as they are.
    if (JSON.stringify(asked) !== JSON.stringify(this.#question)) this.#question = asked;
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#changed.fire();
  }
}

/** As editors have texts, without a byte order mark. */
function withPlainBreaks(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}

function isRight(report: Report): boolean {
  return passes(report) && refutations(report) === 0;
}
