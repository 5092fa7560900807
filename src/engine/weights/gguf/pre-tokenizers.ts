import { split } from '../tokenizer-definition.ts';

/** How text is cut before pairs are merged. */
interface PreTokenizer {
  steps: object[];
  normalizer?: object;
  /** A word that is a token is not put together from others. */
  ignoreMerges?: boolean;
  /** A prompt begins with the token for that where the file does not say whether it does. */
  addsStart?: boolean;
}

const NFC = { type: 'NFC' };
const DIGITS = { type: 'Digits', individual_digits: true };
const bytes = (use_regex: boolean) => ({
  ...{ type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex },
});
const splits = (...patterns: string[]) => [...patterns.map(split), bytes(false)];

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const WORD = '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+';
const SPACES = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const MARKS_AND_SPACES = ` ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${SPACES}`;
/** Words are also cut where capitals begin. */
const [UPPER, LOWER] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
const casedWords = (ending: string) =>
  [`${UPPER}*${LOWER}+`, `${UPPER}+${LOWER}*`].map((word) => `[^\\r\\n\\p{L}\\p{N}]?${word}${ending}`).join('|');
const PATHS_AND_SPACES = ` ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`;
const CHINESE = '[一-龥ࠀ-一가-퟿]+';
/** Letters that have a case, less those of scripts that DeepSeek's list leaves out. */
const CASED =
  '(?:(?![\\u0560-\\u0588\\u10c7-\\u10ff\\u1c80-\\u1c88\\u2d00-\\u2d2d\\ua790-\\ua7fa\\uab30-\\uab68' +
  '\\x{10570}-\\x{105bc}\\x{16e40}-\\x{16e7f}\\x{1d400}-\\x{1d7ff}\\x{1df00}-\\x{1dfff}])[\\p{Lu}\\p{Ll}\\p{Lt}])+';

const gpt2: PreTokenizer = { steps: [bytes(true)] };
const neox: PreTokenizer = { ...gpt2, normalizer: NFC };
const starcoder: PreTokenizer = { steps: [DIGITS, bytes(true)] };
const qwen2: PreTokenizer = {
  steps: splits(`${CONTRACTIONS}|${WORD}|\\p{N}|${MARKS_AND_SPACES}`),
  normalizer: NFC,
};
const llama3: PreTokenizer = {
  steps: splits(`${CONTRACTIONS}|${WORD}|\\p{N}{1,3}|${MARKS_AND_SPACES}`),
  ...{ ignoreMerges: true, addsStart: true },
};

/** By the name that llama.cpp gives it in `tokenizer.ggml.pre`; each is what the model's own tokenizer does. */
export const PRE_TOKENIZERS: Record<string, PreTokenizer> = {
  ...{ qwen2, 'deepseek-r1-qwen': qwen2, megrez: qwen2 },
  qwen35: {
    steps: splits(
      `${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${SPACES}`,
    ),
  },
  ...{ 'llama-bpe': llama3, llama3, 'llama-v3': llama3, falcon3: llama3, 'smaug-bpe': llama3 },
  ...{ 'gpt-2': gpt2, 'phi-2': gpt2, mellum: gpt2, exaone4: gpt2 },
  ...{ mpt: neox, olmo: neox },
  ...{ starcoder, refact: starcoder, smollm: starcoder, codeshell: starcoder },
  'command-r': { ...starcoder, normalizer: NFC },
  'deepseek-coder': {
    steps: [...['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', CHINESE].map(split), DIGITS, bytes(false)],
  },
  'deepseek-llm': {
    steps: [
      ...['[\\r\\n]', `\\s?${CASED}`, '\\s?[!-/:-~！-／：-～‘-‟\\u3000-。]+', '\\s+$', CHINESE].map(split),
      ...[DIGITS, bytes(false)],
    ],
  },
  'deepseek-v3': {
    steps: splits(
      '\\p{N}{1,3}',
      '[一-龥\\u3040-ゟ゠-ヿ]+',
      `[!-/:-@\\[-\`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|${SPACES}`,
    ),
  },
  falcon: {
    steps: [
      { type: 'Punctuation', behavior: 'Contiguous' },
      bytes(true),
      { ...DIGITS, individual_digits: false },
      split('[0-9][0-9][0-9]'),
    ],
  },
  tekken: {
    steps: splits(`${casedWords('')}|\\p{N}|${PATHS_AND_SPACES}`),
    ...{ ignoreMerges: true, addsStart: true },
  },
  'gpt-4o': { steps: splits(`${casedWords(`${CONTRACTIONS}?`)}|\\p{N}{1,3}|${PATHS_AND_SPACES}`) },
  'seed-coder': { steps: splits(`${CONTRACTIONS}|${WORD}|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|${SPACES}`) },
};

/** A token that only one family of models has, and where it is if others may have it elsewhere. */
const SIGNS: [name: string, token: string, id?: number][] = [
  ['deepseek-coder', '<｜fim▁hole｜>'],
  ['starcoder', '<fim_prefix>'],
  ['llama-bpe', '<|begin_of_text|>', 128000],
  ['qwen2', '<|endoftext|>', 151643],
  ['mpt', '<|padding|>', 1],
  ['gpt-2', '<|endoftext|>', 50256],
];

/** The name for files that give none, which llama.cpp wrote before May 2024: by the tokens of the families that there were. */
export function impliedName(tokens: readonly string[]): string | undefined {
  return SIGNS.find(([, token, id]) => (id === undefined ? tokens.includes(token) : tokens[id] === token))?.[0];
}

export function preTokenizer(name: string): PreTokenizer | undefined {
  return Object.hasOwn(PRE_TOKENIZERS, name) ? PRE_TOKENIZERS[name] : undefined;
}
