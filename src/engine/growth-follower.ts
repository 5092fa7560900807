import type { Growth } from '../core/protocol.ts';
import type { SampledCandidate } from './decoder.ts';
import type { Tokenizer } from './weights/tokenizer.ts';

/** Between two words on how candidates grow. A picture of them needs no more, and a step may take a millisecond. */
const TELL_MS = 100;

/** Tells what candidates sample while they grow. The text of a token is told once, however often it is sampled. */
export class GrowthFollower {
  readonly #tokenizer: Tokenizer;
  readonly #onGrowth: (growth: Growth) => void;
  readonly #changed = new Set<SampledCandidate>();
  /** How many tokens of each candidate have been told. */
  readonly #told = new Map<number, number>();
  readonly #words = new Set<number>();
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(tokenizer: Tokenizer, onGrowth: (growth: Growth) => void) {
    this.#tokenizer = tokenizer;
    this.#onGrowth = onGrowth;
  }

  take(candidates: readonly SampledCandidate[]): void {
    for (const candidate of candidates) this.#changed.add(candidate);
    if (performance.now() - this.#toldAt >= TELL_MS) this.tell();
  }

  /** What has not been told yet. */
  tell(): void {
    this.#toldAt = performance.now();
    const grown = [...this.#changed].flatMap(({ index, tokens, logprob }) => {
      const from = this.#told.get(index) ?? 0;
      this.#told.set(index, tokens.length);
      return tokens.length > from ? [{ index, from, tokens: tokens.slice(from), logprob }] : [];
    });
    this.#changed.clear();
    if (grown.length > 0) this.#onGrowth({ grown, words: this.#newWords(grown.flatMap(({ tokens }) => tokens)) });
  }

  #newWords(tokens: number[]): Growth['words'] {
    const ids = [...new Set(tokens)].filter((id) => !this.#words.has(id));
    for (const id of ids) this.#words.add(id);
    const texts = this.#tokenizer.pieces(ids);
    return ids.map((id, at) => [id, texts[at]!]);
  }
}
