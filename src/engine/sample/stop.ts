import type { StopReason, StopRules } from '../../core/candidate.ts';
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

  /**
   * Follows one candidate from its first token on, by rules of its own where it has some.
   * @param skip characters at its beginning that are the prompt's
   */
  follow(rules = this.#rules, skip = 0): FollowedText {
    return new FollowedText(rules, this.#tokenizer, this.#syntax, skip);
  }
}

/** Tokens in front of the new ones that are decoded again with them: a token's text can depend on the one before it. */
const OVERLAP = 4;

/** The text of one candidate while it grows. A token costs the decoding of a few, not of all before it. */
export class FollowedText {
  readonly #rules: StopRules;
  readonly #tokenizer: Tokenizer | undefined;
  readonly #syntax: Syntax;
  readonly #skip: number;
  readonly #tokens: number[] = [];
  #count = 0;
  #text = '';
  /** Text up to `#read` is settled; tokens from `#from` on are decoded again to find what follows. */
  #settled = '';
  #read = 0;

  constructor(rules: StopRules, tokenizer: Tokenizer | undefined, syntax: Syntax, skip = 0) {
    this.#rules = rules;
    this.#tokenizer = tokenizer;
    this.#syntax = syntax;
    this.#skip = skip;
  }

  /**
   * @param token one more sampled token, which is no end token
   * @param isNew whether it counts: one that only writes what the prompt has does not
   */
  push(token: number, isNew = true): StopVerdict {
    this.#tokens.push(token);
    if (isNew) this.#count++;
    const before = this.#text.length;
    this.#text = this.#decoded().slice(this.#skip);
    const text = this.#text;
    const cuts: { at: number; stop: StopReason }[] = [];
    for (const string of this.#rules.strings) {
      // It was not there before, so it ends in what is new, or in a character that is only now complete.
      const at = text.indexOf(string, Math.max(0, before - string.length - 1));
      if (at >= 0) cuts.push({ at, stop: 'stop-string' });
    }
    const at = mayEndFunction(text, before) ? this.#functionEnd() : undefined;
    if (at !== undefined) cuts.push({ at, stop: 'end-of-function' });
    const first = cuts.reduce<(typeof cuts)[number] | undefined>(
      (least, cut) => (least && least.at <= cut.at ? least : cut),
      undefined,
    );
    if (first) return { text: text.slice(0, first.at), stop: first.stop };
    return this.#count >= this.#rules.maxTokens ? { text, stop: 'token-limit' } : { text };
  }

  /** The text when the model itself has ended it. */
  finish(): string {
    return this.#text.slice(0, this.#functionEnd());
  }

  #functionEnd(): number | undefined {
    const { functionEnd } = this.#rules;
    return functionEnd && this.#syntax.bodyEnd(functionEnd.language, functionEnd.header, this.#text);
  }

  #decoded(): string {
    const tokenizer = this.#tokenizer;
    if (!tokenizer) return '';
    const from = Math.max(0, this.#read - OVERLAP);
    const known = tokenizer.decode(this.#tokens.slice(from, this.#read));
    const all = tokenizer.decode(this.#tokens.slice(from));
    const text = this.#settled + all.slice(known.length);
    // A character may still lack bytes: what is decoded so far is not settled then.
    if (!all.endsWith('\ufffd')) {
      this.#settled = text;
      this.#read = this.#tokens.length;
    }
    return text;
  }
}

/** A function ends where a line begins, or behind a closing brace: what is added elsewhere can't end it. */
function mayEndFunction(text: string, before: number): boolean {
  const added = text.slice(Math.max(0, before - 1));
  if (added.includes('\n') || added.includes('}')) return true;
  const line = text.slice(text.lastIndexOf('\n', before - 1) + 1, before);
  return line.trim() === '' || line.includes('}');
}
