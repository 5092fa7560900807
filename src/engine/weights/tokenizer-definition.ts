/** What a `tokenizer.json` says, which nobody has checked. */
export type TokenizerDefinition = Record<string, unknown>;

/** A token that is found in text by its spelling, before anything is merged. */
export interface AddedToken {
  id: number;
  content: string;
  special: boolean;
  /** Whether it takes the white space beside it with it. */
  lstrip: boolean;
  rstrip: boolean;
}

/** The space that SentencePiece puts before a text, so that a word is the same token wherever it stands. */
export interface Prefix {
  /** `first`: only where the text begins with it, not behind a special token. */
  when: 'never' | 'first' | 'always';
  /** Whether a text that begins with a space gets another one. */
  beforeSpace: boolean;
}

/** A tokenizer, taken apart: what the library does, and what is done around it. */
export interface TokenizerParts {
  /** Never adds, strips or decodes anything, and knows the added tokens that are nothing but text. */
  inner: TokenizerDefinition;
  added: AddedToken[];
  prefix: Prefix;
  /** How tokens spell text: bytes as GPT-2's letters, or characters with ▁ for a space and <0xFF> for a byte. */
  spelling: 'letters' | 'pieces';
  /** Tokens that a prompt begins with. */
  start: number[];
}

/** Characters of all added tokens: they become one regular expression, and one of 20 million ends the process. */
const ADDED_LIMIT = 2 ** 18;
/** Steps inside steps; the library would follow any number of them. */
const DEPTH_LIMIT = 8;

const SPACE = '▁';
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const PUNCTUATION = '[\\p{P}\\u0021-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007e]';

/**
 * Takes apart what `tokenizer.json` and `tokenizer_config.json` say.
 * @throws Error, TypeError where they do not say what they should
 */
export function tokenizerParts(definition: TokenizerDefinition, config: Record<string, unknown>): TokenizerParts {
  const model = definition.model as { type?: unknown; vocab: Record<string, number>; end_of_word_suffix?: unknown };
  // The library would take any other for a tokenizer of its oldest kind.
  if (model.type !== 'BPE') throw new Error('only byte-pair encoding is supported');
  if (model.end_of_word_suffix) throw new Error('words with a suffix are not supported');
  const added = addedTokens(definition.added_tokens ?? []);
  const ids = [...Object.values(model.vocab), ...added.map(({ id }) => id)];
  if (!ids.every((id) => Number.isSafeInteger(id) && id >= 0)) throw new Error('an id is not a whole number');
  const { step: normalizer, prefix: prepended } = withoutPrefix(asStep(definition.normalizer));
  const metaspace = found(asStep(definition.pre_tokenizer), 'Metaspace');
  const inText = new Set(added.filter((token) => !isMark(token)).map(({ id }) => id));
  return {
    inner: {
      ...definition,
      normalizer,
      pre_tokenizer: mended(asStep(definition.pre_tokenizer)),
      decoder: null,
      post_processor: null,
      added_tokens: ((definition.added_tokens ?? []) as { id: number }[]).filter(({ id }) => inText.has(id)),
    },
    added,
    prefix: metaspace ? prefixOf(metaspace) : { when: prepended ? 'always' : 'never', beforeSpace: true },
    spelling: [definition.decoder, definition.pre_tokenizer].some((part) => found(asStep(part), 'ByteLevel'))
      ? 'letters'
      : 'pieces',
    start: startOf(asStep(definition.post_processor), config, added),
  };
}

/** A definition with the tokens that only `tokenizer_config.json` lists, in `added_tokens_decoder` by their ids. */
export function withAdded(definition: TokenizerDefinition, config: Record<string, unknown>): TokenizerDefinition {
  const listed = config.added_tokens_decoder;
  if (typeof listed !== 'object' || listed === null) return definition;
  const more = Object.entries(listed).map(([id, token]) => ({ ...(token as object | null), id: Number(id) }));
  const before = definition.added_tokens as { id: number }[];
  const replaced = new Set(more.map(({ id }) => id));
  return { ...definition, added_tokens: [...before.filter(({ id }) => !replaced.has(id)), ...more] };
}

/** Whether a token acts on the model, and so must never come from what a text happens to spell. */
export function isMark({ special, content }: AddedToken): boolean {
  // Files say of some that they are not special: those of fill-in-the-middle, as ▁<PRE>, those that pad a vocabulary.
  return special || /^([▁ ]?<.*[|｜_▁A-Z].*>|<\/?(s|bos|eos|pad|unk|mask|unused\d+)>|\[.+\])$/su.test(content);
}

/** A normaliser, pre-tokenizer, decoder or post-processor. */
type Step = Record<string, unknown> & { type?: unknown };

function asStep(value: unknown): Step | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error('a step is not an object');
  return value as Step;
}

/** The steps of a sequence, whatever kind of sequence it is. */
function partsOf(step: Step): Step[] {
  const parts = step.normalizers ?? step.pretokenizers ?? step.decoders ?? step.processors ?? [];
  if (!Array.isArray(parts)) throw new Error('a sequence is not a list');
  return parts.map(asStep).filter((part) => part !== null);
}

function found(step: Step | null, type: string, depth = 0): Step | undefined {
  if (!step) return undefined;
  if (step.type === type) return step;
  if (depth > DEPTH_LIMIT) throw new Error('its steps are nested too deep');
  return partsOf(step)
    .map((part) => found(part, type, depth + 1))
    .find((part) => part !== undefined);
}

function addedTokens(listed: unknown): AddedToken[] {
  const added = (listed as Partial<AddedToken>[]).map(({ id, content, special, lstrip, rstrip }) => {
    if (typeof content !== 'string') throw new Error('an added token is not a string');
    return { id: id!, content, special: special === true, lstrip: lstrip === true, rstrip: rstrip === true };
  });
  if (added.reduce((sum, { content }) => sum + content.length, 0) > ADDED_LIMIT) {
    throw new Error('the added tokens are too long');
  }
  return added;
}

/** A normaliser without the step that puts SentencePiece's space before a text. */
function withoutPrefix(step: Step | null): { step: Step | null; prefix: boolean } {
  const isPrefix = (part: Step) => part.type === 'Prepend' && part.prepend === SPACE;
  if (!step) return { step, prefix: false };
  if (isPrefix(step)) return { step: null, prefix: true };
  if (step.type !== 'Sequence' || !partsOf(step).some(isPrefix)) return { step, prefix: false };
  return { step: { ...step, normalizers: partsOf(step).filter((part) => !isPrefix(part)) }, prefix: true };
}

function prefixOf({ prepend_scheme: scheme, add_prefix_space: wanted }: Step): Prefix {
  const when = scheme === 'first' || scheme === 'never' ? scheme : wanted === false ? 'never' : 'always';
  return { when, beforeSpace: false };
}

/**
 * A pre-tokenizer whose steps the library takes as the reference implementation does (Hugging Face's `tokenizers`): its own
 * digits are those of ASCII, its white space JavaScript's, its punctuation is never apart, and its ▁ never begins a word.
 */
function mended(step: Step | null, depth = 0): Step | null {
  if (!step) return null;
  if (depth > DEPTH_LIMIT) throw new Error('its steps are nested too deep');
  switch (step.type) {
    case 'Sequence':
      return sequence(partsOf(step).map((part) => mended(part, depth + 1)!));
    case 'ByteLevel':
      if (step.use_regex === false || step.add_prefix_space === true) return step;
      return sequence([split(GPT2), { ...step, use_regex: false }]);
    case 'Digits':
      return split(step.individual_digits === true ? '\\p{N}' : '\\p{N}+');
    case 'Punctuation':
      return split(step.behavior === 'Contiguous' ? `${PUNCTUATION}+` : PUNCTUATION);
    case 'Metaspace': {
      if ((step.replacement ?? SPACE) !== SPACE) throw new Error('spaces are written in an unknown way');
      const spaces = { type: 'Replace', pattern: { String: ' ' }, content: SPACE };
      return step.split === false ? spaces : sequence([spaces, split(`${SPACE}?[^${SPACE}]+|${SPACE}`)]);
    }
    default:
      return step;
  }
}

const sequence = (pretokenizers: Step[]): Step => ({ type: 'Sequence', pretokenizers });

/** Cuts text before and behind whatever the pattern finds. */
export const split = (pattern: string): Step => ({
  ...{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
});

/** The tokens before a text: what the configuration says, or else what the post-processor puts there. */
function startOf(processor: Step | null, config: Record<string, unknown>, added: AddedToken[]): number[] {
  const idOf = (name: unknown) => added.find(({ content }) => content === name)?.id;
  if (typeof config.add_bos_token === 'boolean') {
    const { bos_token: bos } = config;
    const id = idOf(typeof bos === 'object' && bos !== null ? (bos as { content?: unknown }).content : bos);
    return config.add_bos_token && id !== undefined ? [id] : [];
  }
  const template = found(processor, 'TemplateProcessing')?.single;
  if (!Array.isArray(template)) return [];
  const names = template.map((item) => (item as { SpecialToken?: { id?: unknown } } | null)?.SpecialToken?.id);
  const text = names.indexOf(undefined);
  return names
    .slice(0, text < 0 ? 0 : text)
    .map(idOf)
    .filter((id) => id !== undefined);
}
