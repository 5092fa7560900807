import { CoppiceError } from '../../../core/errors.ts';
import type { TokenizerDefinition } from '../tokenizer.ts';
import type { Metadata } from './metadata.ts';

/** `tokenizer.ggml.token_type`: tokens that stand for themselves, whatever is around them. */
const CONTROL = 3;
const USER_DEFINED = 4;

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const WORDS_AND_SPACES = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

const split = (pattern: string) => ({
  ...{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
});
const digits = { type: 'Digits', individual_digits: true };
const bytes = (use_regex: boolean) => ({
  ...{ type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex },
});

interface PreTokenizer {
  steps: object[];
  normalizer?: object;
  /** A word that is a token is not put together from others. */
  ignoreMerges?: boolean;
}

/** How text is cut before pairs are merged, by the name that llama.cpp gives it; each is what the model's own tokenizer does. */
const PRE_TOKENIZERS: Record<string, PreTokenizer> = {
  qwen2: {
    steps: [split(`${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|${WORDS_AND_SPACES}`), bytes(false)],
    normalizer: { type: 'NFC' },
  },
  'llama-bpe': {
    steps: [split(`${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|${WORDS_AND_SPACES}`), bytes(false)],
    ignoreMerges: true,
  },
  'gpt-2': { steps: [bytes(true)] },
  starcoder: { steps: [digits, bytes(true)] },
  smollm: { steps: [digits, bytes(true)] },
  'deepseek-coder': {
    steps: [...['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', '[一-龥ࠀ-一가-퟿]+'].map(split), digits, bytes(false)],
  },
};

/**
 * What `tokenizer.json` would say, rebuilt from the metadata of a GGUF file; undefined where it has no tokenizer.
 * @throws CoppiceError `tokenizer-invalid` or `model-unsupported`
 */
export function ggufTokenizer(metadata: Metadata): TokenizerDefinition | undefined {
  const kind = metadata.text('tokenizer.ggml.model');
  if (kind === undefined || kind === 'none' || kind === 'no_vocab') return undefined;
  const name = metadata.text('tokenizer.ggml.pre') ?? 'default';
  const pre = Object.hasOwn(PRE_TOKENIZERS, name) ? PRE_TOKENIZERS[name] : undefined;
  if (kind !== 'gpt2' || !pre) {
    throw new CoppiceError(
      'model-unsupported',
      `The tokenizer of the file, ${kind.slice(0, 20)} with ${name.slice(0, 40)}, is not supported.`,
      `Use the model in Hugging Face layout, or one whose tokenizer is ${Object.keys(PRE_TOKENIZERS).join(', ')}.`,
    );
  }
  const tokens = metadata.texts('tokenizer.ggml.tokens');
  const types = metadata.numbers('tokenizer.ggml.token_type') ?? [];
  const merges = metadata.texts('tokenizer.ggml.merges');
  if (!tokens || !merges) throw metadata.invalid('lacks the tokens or the merges of its tokenizer');
  const isAdded = (id: number) => types[id] === CONTROL || types[id] === USER_DEFINED;
  return {
    normalizer: pre.normalizer ?? null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: pre.steps },
    decoder: bytes(true),
    post_processor: null,
    added_tokens: tokens.flatMap((content, id) =>
      isAdded(id)
        ? [
            {
              ...{ id, content, special: types[id] === CONTROL, normalized: false },
              ...{ single_word: false, lstrip: false, rstrip: false },
            },
          ]
        : [],
    ),
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.flatMap((token, id) => (isAdded(id) ? [] : [[token, id]]))),
      merges,
      ...{ dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null, ignore_merges: pre.ignoreMerges ?? false },
    },
  };
}
