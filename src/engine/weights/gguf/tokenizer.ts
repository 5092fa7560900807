import { CoppiceError } from '../../../core/errors.ts';
import type { TokenizerDefinition } from '../tokenizer-definition.ts';
import type { Metadata } from './metadata.ts';
import { impliedName, PRE_TOKENIZERS, preTokenizer } from './pre-tokenizers.ts';
import { mergesOf } from './sentencepiece.ts';

/** `tokenizer.ggml.token_type`. */
const TYPE = { unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 };

/**
 * What `tokenizer.json` would say, rebuilt from the metadata of a GGUF file; undefined where it has no tokenizer.
 * @throws CoppiceError `tokenizer-invalid` or `model-unsupported`
 */
export function ggufTokenizer(metadata: Metadata): TokenizerDefinition | undefined {
  const kind = metadata.text('tokenizer.ggml.model');
  switch (kind) {
    case undefined:
    case 'none':
    case 'no_vocab':
      return undefined;
    case 'gpt2':
      return bytePairs(metadata);
    case 'llama':
    // Gemma 4 lists its merges as others do, where its like has scores.
    case 'gemma4':
      return sentencePieces(metadata);
    default:
      throw unsupported(kind);
  }
}

/** Byte-level byte-pair encoding. */
function bytePairs(metadata: Metadata): TokenizerDefinition {
  const name = metadata.text('tokenizer.ggml.pre') ?? impliedName(tokensOf(metadata)) ?? 'default';
  const pre = preTokenizer(name);
  if (!pre) throw unsupported(`gpt2 with ${name}`);
  const { tokens, isAdded, around } = vocabularyOf(metadata, pre.addsStart ?? false);
  const merges = listedMerges(metadata);
  return {
    ...around,
    normalizer: pre.normalizer ?? null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: pre.steps },
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.flatMap((token, id) => (isAdded(id) ? [] : [[token, id]]))),
      merges,
      ...{ dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null, ignore_merges: pre.ignoreMerges ?? false },
    },
  };
}

/** SentencePiece's byte-pair encoding, as what `transformers` makes of it. */
function sentencePieces(metadata: Metadata): TokenizerDefinition {
  const { tokens, types, isAdded, around } = vocabularyOf(metadata, true);
  const isPiece = (id: number) => !isAdded(id) && types[id] !== TYPE.unused;
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const prefix = metadata.flag('tokenizer.ggml.add_space_prefix') === false ? [] : [{ type: 'Prepend', prepend: '▁' }];
  const isListed = metadata.text('tokenizer.ggml.model') === 'gemma4';
  const merges = isListed ? listedMerges(metadata) : mergesByScore(metadata, tokens, isPiece);
  return {
    ...around,
    normalizer: { type: 'Sequence', normalizers: [...prefix, spaces] },
    pre_tokenizer: null,
    decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.flatMap((token, id) => (isPiece(id) ? [[token, id]] : []))),
      merges,
      ...{ dropout: null, unk_token: null, fuse_unk: false, byte_fallback: true },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null, ignore_merges: false },
    },
  };
}

function tokensOf(metadata: Metadata): string[] {
  const tokens = metadata.texts('tokenizer.ggml.tokens');
  if (!tokens) throw metadata.invalid('lacks the tokens of its tokenizer');
  return tokens;
}

function listedMerges(metadata: Metadata): string[] {
  const merges = metadata.texts('tokenizer.ggml.merges');
  if (!merges) throw metadata.invalid('lacks the merges of its tokenizer');
  return merges;
}

function mergesByScore(metadata: Metadata, tokens: string[], isPiece: (id: number) => boolean): [string, string][] {
  const scores = metadata.numbers('tokenizer.ggml.scores');
  if (!scores) throw metadata.invalid('lacks the scores of its tokenizer');
  const types = metadata.numbers('tokenizer.ggml.token_type') ?? [];
  const pieces = tokens.flatMap((token, id): [string, number][] =>
    isPiece(id) && types[id] !== TYPE.byte ? [[token, scores[id] ?? 0]] : [],
  );
  try {
    return mergesOf(new Map(pieces));
  } catch (error) {
    throw metadata.invalid('has a tokenizer whose pieces are too long', error);
  }
}

/** What both kinds say of their tokens. */
function vocabularyOf(metadata: Metadata, startsByDefault: boolean) {
  const tokens = tokensOf(metadata);
  const types = metadata.numbers('tokenizer.ggml.token_type') ?? [];
  const start = metadata.number('tokenizer.ggml.bos_token_id');
  const isSpecial = (id: number) => id === start || types[id] === TYPE.control || types[id] === TYPE.unknown;
  const isAdded = (id: number) => isSpecial(id) || types[id] === TYPE.userDefined;
  const begins = metadata.flag('tokenizer.ggml.add_bos_token') ?? startsByDefault;
  const first = begins && start !== undefined ? tokens[start] : undefined;
  const around = {
    added_tokens: tokens.flatMap((content, id) =>
      isAdded(id)
        ? [
            {
              ...{ id, content, special: isSpecial(id), normalized: false },
              ...{ single_word: false, lstrip: false, rstrip: false },
            },
          ]
        : [],
    ),
    post_processor:
      first === undefined
        ? null
        : { type: 'TemplateProcessing', single: [{ SpecialToken: { id: first } }, { Sequence: { id: 'A' } }] },
  };
  return { tokens, types, isAdded, around };
}

function unsupported(what: string): CoppiceError {
  return new CoppiceError(
    'model-unsupported',
    `The tokenizer of the file, ${what.slice(0, 60)}, is not supported.`,
    `Use the model in Hugging Face layout, or one whose tokenizer is llama or ${Object.keys(PRE_TOKENIZERS).join(', ')}.`,
  );
}
