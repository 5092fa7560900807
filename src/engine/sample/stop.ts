import type { StopReason } from '../../core/candidate.ts';
import type { StopRules } from '../../core/protocol.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Tokenizer } from '../weights/tokenizer.ts';

/** What the rules say of a candidate after one more token: its text so far, and why it stops, if it does. */
export interface StopVerdict {
  text: string;
  stop?: StopReason;
}

/** Decides after every sampled token whether a candidate is done. One for all candidates of a run. */
export class StopChecker {
  readonly #rules: StopRules;
  readonly #endTokens: Set<number>;
  readonly #tokenizer: Tokenizer | undefined;
  readonly #syntax: Syntax;

  constructor(rules: StopRules, endTokens: Set<number>, tokenizer: Tokenizer | undefined, syntax: Syntax) {
    this.#rules = rules;
    this.#endTokens = endTokens;
    this.#tokenizer = tokenizer;
    this.#syntax = syntax;
  }

  get endTokens(): number[] {
    return [...this.#endTokens];
  }

  isEnd(token: number): boolean {
    return this.#endTokens.has(token);
  }

  /** @param tokens all sampled tokens, no end token among them */
  check(tokens: number[]): StopVerdict {
    const text = this.#tokenizer?.decode(tokens) ?? '';
    const cuts: { at: number; stop: StopReason }[] = [];
    for (const string of this.#rules.strings) {
      const at = text.indexOf(string);
      if (at >= 0) cuts.push({ at, stop: 'stop-string' });
    }
    const { functionEnd } = this.#rules;
    if (functionEnd) {
      const at = this.#syntax.bodyEnd(functionEnd.language, functionEnd.header, text);
      if (at !== undefined) cuts.push({ at, stop: 'end-of-function' });
    }
    const first = cuts.reduce<(typeof cuts)[number] | undefined>(
      (least, cut) => (least && least.at <= cut.at ? least : cut),
      undefined,
    );
    if (first) return { text: text.slice(0, first.at), stop: first.stop };
    return tokens.length >= this.#rules.maxTokens ? { text, stop: 'token-limit' } : { text };
  }
}
