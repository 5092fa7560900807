import { CoppiceError } from '../../../core/errors.ts';
import { type Said, said } from '../../../core/said.ts';
import { pieceDefinition, specialParts, type Vocabulary } from '../sentencepiece.ts';
import type { TokenizerDefinition } from '../tokenizer-definition.ts';
import type { Metadata } from './metadata.ts';
import { impliedName, PRE_TOKENIZERS, preTokenizer } from './pre-tokenizers.ts';

/**
 * What `tokenizer.json` would say, rebuilt from the metadata of a GGUF file; undefined where it has no tokenizer.
 * @throws CoppiceError `model-invalid` or `model-unsupported`
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
      return sentencePieces(metadata, { scores: scoresOf(metadata) });
    // It lists its merges, where its like has scores.
    case 'gemma4':
      return sentencePieces(metadata, { merges: mergesOf(metadata) });
    default:
      throw unsupported(kind.slice(0, 60));
  }
}

/** Byte-level byte-pair encoding. */
function bytePairs(metadata: Metadata): TokenizerDefinition {
  const name = metadata.text('tokenizer.ggml.pre') ?? impliedName(tokensOf(metadata)) ?? 'default';
  const pre = preTokenizer(name);
  if (!pre) throw unsupported(said`gpt2 with ${name.slice(0, 50)}`);
  const vocabulary = vocabularyOf(metadata, pre.addsStart ?? false);
  const { parts, isAdded } = specialParts(vocabulary);
  return {
    ...parts,
    normalizer: pre.normalizer ?? null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: pre.steps },
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(vocabulary.tokens.flatMap((token, id) => (isAdded(id) ? [] : [[token, id]]))),
      merges: mergesOf(metadata),
      ...{ dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null, ignore_merges: pre.ignoreMerges ?? false },
    },
  };
}

function sentencePieces(metadata: Metadata, order: Parameters<typeof pieceDefinition>[1]): TokenizerDefinition {
  const hasPrefix = metadata.flag('tokenizer.ggml.add_space_prefix') ?? true;
  try {
    return pieceDefinition(vocabularyOf(metadata, true), order, hasPrefix);
  } catch (error) {
    if (error instanceof CoppiceError) throw error;
    throw metadata.invalid(said`${metadata.file} has a tokenizer whose pieces are too long.`, error);
  }
}

function vocabularyOf(metadata: Metadata, startsByDefault: boolean): Vocabulary {
  return {
    tokens: tokensOf(metadata),
    types: metadata.numbers('tokenizer.ggml.token_type') ?? [],
    start: metadata.number('tokenizer.ggml.bos_token_id'),
    starts: metadata.flag('tokenizer.ggml.add_bos_token') ?? startsByDefault,
  };
}

function tokensOf(metadata: Metadata): string[] {
  const tokens = metadata.texts('tokenizer.ggml.tokens');
  if (!tokens) throw metadata.invalid(said`${metadata.file} lacks the tokens of its tokenizer.`);
  return tokens;
}

function mergesOf(metadata: Metadata): string[] {
  const merges = metadata.texts('tokenizer.ggml.merges');
  if (!merges) throw metadata.invalid(said`${metadata.file} lacks the merges of its tokenizer.`);
  return merges;
}

function scoresOf(metadata: Metadata): number[] {
  const scores = metadata.numbers('tokenizer.ggml.scores');
  if (!scores) throw metadata.invalid(said`${metadata.file} lacks the scores of its tokenizer.`);
  return scores;
}

function unsupported(what: string | Said): CoppiceError {
  return new CoppiceError(
    'model-unsupported',
    said`The tokenizer of the file, ${what}, is not supported.`,
    said`Use the model in Hugging Face layout, or one whose tokenizer is llama, gemma4 or ${Object.keys(PRE_TOKENIZERS).join(', ')}.`,
  );
}
