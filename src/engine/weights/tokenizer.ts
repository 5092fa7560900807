import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { CoppiceError } from '../../core/errors.ts';
import type { Segment } from '../../core/prompt/dialect.ts';
import { type Said, said } from '../../core/said.ts';
import { sentencePieceDefinition } from './sentencepiece-model.ts';
import { within } from './time-limit.ts';
import { TokenBytes } from './token-bytes.ts';
import {
  type AddedToken,
  isMark,
  type Prefix,
  type TokenizerDefinition,
  type TokenizerParts,
  tokenizerParts,
  withAdded,
} from './tokenizer-definition.ts';

const FILE_LIMIT = 256 * 2 ** 20;
/** Of a `tokenizer.model`; Gemma's, the largest known, has 4 MB. */
const PIECES_LIMIT = 2 ** 24;
/** How long a text may take: far longer than any does whose words end. */
const LEAST_MS = 1000;
const CHARACTERS_A_MS = 20;

/** Tokens of one vocabulary: text to ids and back. Special tokens come in only by name, never from text. */
export class Tokenizer {
  readonly #inner: HuggingFaceTokenizer;
  readonly #prefix: Prefix;
  readonly #added: Map<string, AddedToken>;
  /** Added tokens that act on the model, by their ids. */
  readonly #marks: Set<number>;
  /** Finds what spells one of the marks. */
  readonly #spelling: RegExp | undefined;
  readonly #bytes: TokenBytes;
  /** What a prompt begins with: nothing, or the token for the beginning of a text. */
  readonly start: readonly number[];
  /** One more than the greatest id. */
  readonly size: number;

  private constructor(inner: HuggingFaceTokenizer, bytes: TokenBytes, { added, prefix, start }: TokenizerParts) {
    this.#inner = inner;
    this.#bytes = bytes;
    this.#prefix = prefix;
    this.start = start;
    this.size = bytes.size;
    this.#added = new Map(added.map((token) => [token.content, token]));
    const marks = added.filter(isMark);
    this.#marks = new Set(marks.map(({ id }) => id));
    // Of two that begin alike the longer one is found.
    const spellings = marks
      .map(({ content }) => content)
      .filter((content) => content.length > 1)
      .sort((a, b) => b.length - a.length)
      .map((content) => content.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.#spelling = spellings.length > 0 ? new RegExp(spellings.join('|'), 'g') : undefined;
    // An expression is compiled at its first use, which is where one that V8 can't take would throw.
    this.#spelling?.test('');
  }

  /**
   * Loads `tokenizer.json` of a model folder, or else `tokenizer.model`; undefined where there is neither.
   * @throws CoppiceError `tokenizer-invalid`
   */
  static async open(folder: string): Promise<Tokenizer | undefined> {
    const definition = await readJson(join(folder, 'tokenizer.json'));
    const config = await readTokenizerConfig(folder);
    if (definition) return Tokenizer.of(definition, config);
    const pieces = await readPieces(folder);
    return pieces && Tokenizer.of(withAdded(pieces, config), config);
  }

  /** From what `tokenizer.json` and `tokenizer_config.json` say. @throws CoppiceError `tokenizer-invalid` */
  static of(definition: TokenizerDefinition, config: Record<string, unknown> = {}): Tokenizer {
    try {
      const parts = tokenizerParts(definition, config);
      const { vocab } = definition.model as { vocab: Record<string, number> };
      const bytes = new TokenBytes(parts.spelling, vocab, parts.added);
      return new Tokenizer(new HuggingFaceTokenizer(parts.inner, {}), bytes, parts);
    } catch (error) {
      throw invalid(said`tokenizer.json cannot be used.`, error);
    }
  }

  /** The ids of a whole prompt, its first token included: special tokens in it are recognised. */
  encodePrompt(text: string): number[] {
    return this.begun(this.encode(text, true));
  }

  /** The ids with what a prompt begins with in front of them, unless it is there. */
  begun(ids: number[]): number[] {
    return this.start.every((id, i) => ids[i] === id) ? ids : [...this.start, ...ids];
  }

  /** The ids of a text, without what a prompt begins with. Special tokens are recognised in it only with `special`. */
  encode(text: string, special = false): number[] {
    return this.#encodeWhole(special ? this.split(text) : [{ kind: 'text' as const, text }]);
  }

  /** Breaks what spells special tokens with a character that occurs nowhere else, for `encodeSealed`. */
  seal(text: string, seam: string): string {
    if (!this.#spelling) return text;
    return text.replace(this.#spelling, (token) => token.replace(/^./su, (first) => first + seam));
  }

  /** The ids of a text in which special tokens are recognised where they are not sealed. */
  encodeSealed(text: string, seam: string): number[] {
    return this.#encodeWhole(
      this.split(text).map((segment) =>
        segment.kind === 'text' ? { ...segment, text: segment.text.replaceAll(seam, '') } : segment,
      ),
    );
  }

  /**
   * The ids of a stretch of a prompt. Where text begins in the middle of the prompt, `isStart` false, it gets no space in front
   * that is not its own.
   */
  encodeSegments(segments: Segment[], isStart = true): number[] {
    const first = isStart ? segments.findIndex(({ kind }) => kind === 'text') : -1;
    return segments.flatMap((segment, i) =>
      segment.kind === 'special'
        ? [this.specialId(segment.token)]
        : this.#encodeText(segment.text, i === first && this.#prefix.when !== 'never'),
    );
  }

  /** Finds the special tokens that a text spells. */
  split(text: string): Segment[] {
    const segments: Segment[] = [];
    let from = 0;
    const put = (to: number) => {
      if (to > from) segments.push({ kind: 'text', text: text.slice(from, to) });
    };
    for (const { index, 0: token } of this.#spelling ? text.matchAll(this.#spelling) : []) {
      const { lstrip, rstrip } = this.#added.get(token)!;
      put(lstrip ? text.slice(0, index).trimEnd().length : index);
      segments.push({ kind: 'special', token });
      from = index + token.length;
      if (rstrip) from = text.length - text.slice(from).trimStart().length;
    }
    put(text.length);
    return segments;
  }

  /** @throws CoppiceError `tokenizer-mismatch` where the vocabulary lacks the token */
  specialId(token: string): number {
    const id = this.findSpecial(token);
    if (id === undefined) {
      throw new CoppiceError(
        'tokenizer-mismatch',
        said`The tokenizer lacks the token ${token}.`,
        said`Use the tokenizer that belongs to the model.`,
      );
    }
    return id;
  }

  findSpecial(token: string): number | undefined {
    return this.#added.get(token)?.id;
  }

  /** The text of tokens wherever they stand: a space in front that the vocabulary adds to a prompt is part of it. */
  decode(ids: number[]): string {
    return this.#bytes.decode(ids);
  }

  /** The bytes that a token writes. */
  bytesOf(id: number): Buffer {
    return this.#bytes.of(id);
  }

  /** Whether a token is text, and does not act on the model. */
  isText(id: number): boolean {
    return !this.#marks.has(id);
  }

  /**
   * The text tokens that begin with these bytes, or write a beginning of them.
   * @param vocabulary V, as the model has it
   * @returns one bit a token, the lowest first: [ceil(V / 32)]
   */
  beginning(bytes: Uint8Array, vocabulary: number): Uint32Array {
    const found = new Uint32Array(Math.ceil(vocabulary / 32));
    for (let id = 0; id < Math.min(this.size, vocabulary); id++) {
      const own = this.#bytes.of(id);
      const shared = Math.min(own.length, bytes.length);
      if (shared > 0 && this.isText(id) && own.compare(bytes, 0, shared, 0, shared) === 0)
        found[id >>> 5]! |= 1 << (id & 31);
    }
    return found;
  }

  /** The readable form of each id. */
  pieces(ids: number[]): string[] {
    return ids.map((id) => this.decode([id]));
  }

  /** Of a whole text, in which SentencePiece's space is where the definition has it. */
  #encodeWhole(segments: Segment[]): number[] {
    const { when } = this.#prefix;
    return segments.flatMap((segment, i) =>
      segment.kind === 'special'
        ? [this.specialId(segment.token)]
        : this.#encodeText(segment.text, when === 'always' || (when === 'first' && i === 0)),
    );
  }

  #encodeText(text: string, prefixed: boolean): number[] {
    const needsSpace = prefixed && text !== '' && (this.#prefix.beforeSpace || !/^[ ▁]/.test(text));
    const whole = needsSpace ? ` ${text}` : text;
    const ids = this.#encodePlain(whole);
    if (!this.#spelling || !ids.some((id) => this.#marks.has(id))) return ids;
    // A vocabulary may merge a mark from its letters. It is cut then after its first character, which nothing can undo.
    const pieces: string[] = [];
    let from = 0;
    for (const { index } of whole.matchAll(this.#spelling)) {
      pieces.push(whole.slice(from, index + 1));
      from = index + 1;
    }
    pieces.push(whole.slice(from));
    return pieces.flatMap((piece) => this.#encodePlain(piece));
  }

  #encodePlain(text: string): number[] {
    if (text === '') return [];
    let ids: number[];
    try {
      const limit = LEAST_MS + Math.ceil(text.length / CHARACTERS_A_MS);
      ids = within(limit, () => this.#inner.encode(text, { add_special_tokens: false }).ids);
    } catch (error) {
      throw invalid(said`tokenizer.json cannot encode.`, error);
    }
    // A vocabulary without an unknown token has no id for what it lacks.
    if (!ids.every((id) => Number.isInteger(id)))
      throw invalid(said`tokenizer.json has no token for a part of the text.`);
    return ids;
  }
}

/** What `tokenizer_config.json` of a model folder says; nothing where there is none. @throws CoppiceError `tokenizer-invalid` */
export async function readTokenizerConfig(folder: string): Promise<Record<string, unknown>> {
  return (await readJson(join(folder, 'tokenizer_config.json'))) ?? {};
}

/** From SentencePiece's own file. @throws CoppiceError `tokenizer-invalid` */
async function readPieces(folder: string): Promise<TokenizerDefinition | undefined> {
  const bytes = await readBytes(join(folder, 'tokenizer.model'), PIECES_LIMIT);
  try {
    return bytes && sentencePieceDefinition(bytes);
  } catch (error) {
    throw invalid(said`tokenizer.model cannot be used.`, error);
  }
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  const text = (await readBytes(path, FILE_LIMIT))?.toString();
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw invalid(said`${basename(path)} is not JSON.`, error);
  }
  throw invalid(said`${basename(path)} is not a JSON object.`);
}

/** Undefined where there is no such file. */
async function readBytes(path: string, limit: number): Promise<Buffer | undefined> {
  try {
    const about = await stat(path);
    if (!about.isFile() || about.size > limit) throw new Error(`not a file of at most ${limit} bytes`);
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalid(said`${basename(path)} cannot be read.`, error);
  }
}

function invalid(message: Said, cause?: unknown): CoppiceError {
  return new CoppiceError('tokenizer-invalid', message, said`Download the model again, or choose another one.`, cause);
}
