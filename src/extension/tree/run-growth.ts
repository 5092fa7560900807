import type { StopReason } from '../../core/candidate.ts';
import type { LeftOut } from '../../core/prompt/piece.ts';
import type { TreePlan } from '../../core/protocol.ts';
import type { GrowEvent } from '../../run/grow.ts';

/** A candidate as far as it has been sampled. */
export interface GrowingCandidate {
  tokens: number[];
  /** Sum of the log-probabilities of its tokens so far. */
  logprob: number;
  /** Its id, once it is complete. */
  id?: string;
  /** Of its text, which may end before its last token does. */
  length?: number;
  stop?: StopReason;
}

/** The prompt tree of a run with everything that was sampled below it. */
export class RunGrowth {
  readonly words = new Map<number, string>();
  readonly #candidates: GrowingCandidate[] = [];
  readonly #count: number;
  #plan: TreePlan | undefined;
  #leftOut: readonly LeftOut[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  get plan(): TreePlan | undefined {
    return this.#plan;
  }

  get leftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  /** By their numbers; those that have no token yet may be absent. */
  get candidates(): readonly (GrowingCandidate | undefined)[] {
    return this.#candidates;
  }

  receive(event: GrowEvent): void {
    switch (event.kind) {
      case 'planned':
        this.#plan = event.plan;
        this.#leftOut = event.leftOut;
        return;
      case 'growth':
        for (const [id, text] of event.words) this.words.set(id, text);
        for (const { index, from, tokens, logprob } of event.grown) {
          // What the model writes as tests are no candidates. An engine that was started again grows all from the beginning.
          if (index >= this.#count || this.#candidates[index]?.id !== undefined) continue;
          const before = this.#candidates[index]?.tokens.slice(0, from) ?? [];
          this.#candidates[index] = { tokens: [...before, ...tokens], logprob };
        }
        return;
      case 'grown': {
        const { index, tokens, logprob, text, stop } = event.candidate;
        this.#candidates[index] = { tokens, logprob, id: event.id, length: text.trimEnd().length, stop };
        return;
      }
      default:
        return;
    }
  }
}
