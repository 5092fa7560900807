import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { CoppiceError } from '../../core/errors.ts';
import type { Segment } from '../../core/prompt/dialect.ts';

const FILE_LIMIT = 256 * 2 ** 20;
/** Characters of all added tokens: they become one regular expression, and one of 20 million ends the process. */
const ADDED_LIMIT = 2 ** 18;

/** What a `tokenizer.json` says, which nobody has checked. */
export type TokenizerDefinition = Record<string, unknown>;

/** Tokens of one vocabulary: text to ids and back. Special tokens come in only by name, never from text. */
export class Tokenizer {
  readonly #inner: HuggingFaceTokenizer;
  readonly #special: Map<string, number>;
  /** Splits text where it would spell a special token, so that the pieces can be encoded as plain text. */
  readonly #spelling: RegExp | undefined;
  /** One more than the greatest id. */
  readonly size: number;

  private constructor(inner: HuggingFaceTokenizer, special: Map<string, number>, size: number) {
    this.#inner = inner;
    this.#special = special;
    this.size = size;
    const spellings = [...special.keys()]
      .filter((token) => token.length > 1)
      .map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.#spelling = spellings.length > 0 ? new RegExp(spellings.join('|'), 'g') : undefined;
    // An expression is compiled at its first use, which is where one that V8 can't take would throw.
    this.#spelling?.test('');
  }

  /**
   * Loads `tokenizer.json` of a model folder; undefined where there is none.
   * @throws CoppiceError `tokenizer-invalid`
   */
  static async open(folder: string): Promise<Tokenizer | undefined> {
    const definition = await readJson(join(folder, 'tokenizer.json'));
    if (!definition) return undefined;
    return Tokenizer.of(definition, (await readJson(join(folder, 'tokenizer_config.json'))) ?? {});
  }

  /** From what `tokenizer.json` and `tokenizer_config.json` say. @throws CoppiceError `tokenizer-invalid` */
  static of(definition: TokenizerDefinition, config: Record<string, unknown> = {}): Tokenizer {
    try {
      const added = (definition.added_tokens ?? []) as { id: number; content: string; special: boolean }[];
      const { type, vocab: vocabulary } = definition.model as { type?: unknown; vocab: Record<string, number> };
      // The library would take any other for a tokenizer of its oldest kind.
      if (type !== 'BPE') throw new Error('only byte-pair encoding is supported');
      let size = 0;
      for (const id of [...Object.values(vocabulary), ...added.map(({ id }) => id)]) {
        if (!Number.isSafeInteger(id) || id < 0) throw new Error('an id is not a whole number');
        size = Math.max(size, id + 1);
      }
      if (added.some(({ content }) => typeof content !== 'string')) throw new Error('an added token is not a string');
      if (added.reduce((sum, { content }) => sum + content.length, 0) > ADDED_LIMIT) {
        throw new Error('the added tokens are too long');
      }
      const special = new Map(added.map(({ content, id }) => [content, id]));
      return new Tokenizer(new HuggingFaceTokenizer(definition, config), special, size);
    } catch (error) {
      throw invalid('cannot be used', error);
    }
  }

  /** Special tokens are recognised in `text` only with `special`. */
  encode(text: string, special = false): number[] {
    if (special || !this.#spelling) return this.#encodePlain(text);
    // A special token that is spelt out in a file is plain text: it is cut after its first character, which no
    // vocabulary can undo, because encoding never looks across the cut.
    const pieces: string[] = [];
    let from = 0;
    for (const { index } of text.matchAll(this.#spelling)) {
      pieces.push(text.slice(from, index + 1));
      from = index + 1;
    }
    pieces.push(text.slice(from));
    return pieces.flatMap((piece) => this.#encodePlain(piece));
  }

  encodeSegments(segments: Segment[]): number[] {
    return segments.flatMap((segment) =>
      segment.kind === 'text' ? this.encode(segment.text) : [this.specialId(segment.token)],
    );
  }

  /** @throws CoppiceError `tokenizer-mismatch` where the vocabulary lacks the token */
  specialId(token: string): number {
    const id = this.#special.get(token);
    if (id === undefined) {
      throw new CoppiceError(
        'tokenizer-mismatch',
        `The tokenizer lacks the token ${token}.`,
        'Use the tokenizer that belongs to the model.',
      );
    }
    return id;
  }

  findSpecial(token: string): number | undefined {
    return this.#special.get(token);
  }

  decode(ids: number[]): string {
    if (ids.length === 0) return '';
    try {
      return this.#inner.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    } catch (error) {
      throw invalid('cannot decode', error);
    }
  }

  /** The readable form of each id. */
  pieces(ids: number[]): string[] {
    return ids.map((id) => this.decode([id]));
  }

  #encodePlain(text: string): number[] {
    if (text === '') return [];
    let ids: number[];
    try {
      ids = this.#inner.encode(text, { add_special_tokens: false }).ids;
    } catch (error) {
      throw invalid('cannot encode', error);
    }
    // A vocabulary without an unknown token has no id for what it lacks.
    if (!ids.every((id) => Number.isInteger(id))) throw invalid('has no token for a part of the text');
    return ids;
  }
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    const about = await stat(path);
    if (!about.isFile() || about.size > FILE_LIMIT) throw new Error(`not a file of at most ${FILE_LIMIT} bytes`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalid('cannot be read', error);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw invalid('is not JSON', error);
  }
  throw invalid('is not a JSON object');
}

function invalid(problem: string, cause?: unknown): CoppiceError {
  return new CoppiceError(
    'tokenizer-invalid',
    `tokenizer.json ${problem}.`,
    'Download the model again, or choose another one.',
    cause,
  );
}
