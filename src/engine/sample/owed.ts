import type { Tokenizer } from '../weights/tokenizer.ts';

/**
 * Text that a candidate owes: it was taken back from the end of the prompt, where it was a token that may have ended in the
 * middle of a longer one. What is drawn begins with it, in whatever tokens the model likes best.
 */
export class Owed {
  readonly #tokenizer: Tokenizer;
  readonly #vocabulary: number;
  /** The rest of what is owed, by how many bytes it has. */
  readonly #rests: Map<number, Owed>;
  readonly #bytes: Uint8Array;
  #allowed: Uint32Array | undefined;

  private constructor(tokenizer: Tokenizer, vocabulary: number, bytes: Uint8Array, rests = new Map<number, Owed>()) {
    this.#tokenizer = tokenizer;
    this.#vocabulary = vocabulary;
    this.#bytes = bytes;
    this.#rests = rests;
  }

  /**
   * Takes the last token of a prompt back. Undefined where it must stay: it is a special one, a part of a character, the only one
   * that can be written there, or nothing would be left.
   * @param vocabulary V, of the model
   */
  static from(ids: number[], tokenizer: Tokenizer, vocabulary: number): { ids: number[]; owed: Owed } | undefined {
    const last = ids.at(-1);
    if (last === undefined || ids.length === 1 || !tokenizer.isText(last)) return undefined;
    const bytes = tokenizer.bytesOf(last);
    const isWhole = bytes.length > 0 && Buffer.from(bytes.toString()).equals(bytes);
    if (!isWhole) return undefined;
    const owed = new Owed(tokenizer, vocabulary, bytes);
    const others = owed.allowed.some((word, i) => (i === last >>> 5 ? word & ~(1 << (last & 31)) : word) !== 0);
    return others ? { ids: ids.slice(0, -1), owed } : undefined;
  }

  /** The greatest number of tokens that write it and nothing beyond. */
  get mostTokens(): number {
    return this.#bytes.length;
  }

  /** Whether a token writes more than is owed. */
  isExceededBy(token: number): boolean {
    return this.#tokenizer.bytesOf(token).length > this.#bytes.length;
  }

  get text(): string {
    return Buffer.from(this.#bytes).toString();
  }

  /** The tokens that may be drawn: those that go on with what is owed, or beyond it. One bit a token, the lowest first. */
  get allowed(): Uint32Array {
    this.#allowed ??= this.#tokenizer.beginning(this.#bytes, this.#vocabulary);
    return this.#allowed;
  }

  /** What is still owed after one of the allowed tokens. */
  after(token: number): Owed | undefined {
    const left = this.#bytes.subarray(this.#tokenizer.bytesOf(token).length);
    if (left.length === 0) return undefined;
    const rest = this.#rests.get(left.length) ?? new Owed(this.#tokenizer, this.#vocabulary, left, this.#rests);
    this.#rests.set(left.length, rest);
    return rest;
  }
}
