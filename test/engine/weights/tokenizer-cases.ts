import { readFileSync } from 'node:fs';
import { Metadata } from '../../../src/engine/weights/gguf/metadata.ts';
import { PRE_TOKENIZERS } from '../../../src/engine/weights/gguf/pre-tokenizers.ts';
import { ggufTokenizer } from '../../../src/engine/weights/gguf/tokenizer.ts';
import type { TokenizerDefinition } from '../../../src/engine/weights/tokenizer-definition.ts';

/** Small vocabularies learnt from this project's sources: see tools/golden/make_tokenizer_golden.py. */
export const fixture = JSON.parse(readFileSync(new URL('../../fixtures/tokenizers.json', import.meta.url), 'utf8')) as {
  pieces: { tokens: string[]; scores: number[]; types: number[] };
  bytes: { tokens: string[]; merges: string[] };
  /** By definition, then by text: the ids that the reference gives, in one string. */
  golden: Record<string, string[]>;
};

export function metadata(values: Record<string, unknown>): Metadata {
  return new Metadata(new Map(Object.entries(values)), 'm.gguf');
}

/** What a GGUF file with the learnt pieces says of its tokenizer. */
export function pieceMetadata(more: Record<string, unknown> = {}): Metadata {
  const { tokens, scores, types } = fixture.pieces;
  return metadata({
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.scores': scores,
    'tokenizer.ggml.token_type': types,
    'tokenizer.ggml.bos_token_id': 1,
    ...more,
  });
}

/** What a GGUF file with the learnt letters says of its tokenizer; its last token is a special one. */
export function byteMetadata(pre: string, more: Record<string, unknown> = {}): Metadata {
  const { tokens, merges } = fixture.bytes;
  return metadata({
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': pre,
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((_, id) => (id === tokens.length - 1 ? 3 : 1)),
    'tokenizer.ggml.merges': merges,
    'tokenizer.ggml.bos_token_id': tokens.length - 1,
    ...more,
  });
}

/** A `tokenizer.json` of Llama's kind: with the older way of writing its space, or the newer one. */
export function llamaDefinition(way: 'prepend' | 'metaspace'): TokenizerDefinition {
  const base = ggufTokenizer(pieceMetadata())! as { model: { vocab: object }; normalizer: unknown };
  const special = Object.fromEntries(fixture.pieces.tokens.slice(0, 3).map((token, id) => [token, id]));
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  return {
    version: '1.0',
    ...base,
    model: { ...base.model, vocab: { ...special, ...base.model.vocab } },
    normalizer: way === 'prepend' ? base.normalizer : null,
    pre_tokenizer:
      way === 'prepend' ? null : { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false },
    decoder: {
      type: 'Sequence',
      decoders: [
        { ...replace, pattern: { String: '▁' }, content: ' ' },
        ...[{ type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }],
      ],
    },
  };
}

/** As Phi-3's, whose special tokens take the white space beside them with them. */
function strippingDefinition(): TokenizerDefinition {
  const definition = llamaDefinition('prepend');
  const added = definition.added_tokens as { content: string }[];
  const strips: Record<string, object> = { '<s>': { rstrip: true }, '</s>': { lstrip: true, rstrip: true } };
  return { ...definition, added_tokens: added.map((token) => ({ ...token, ...strips[token.content] })) };
}

/** The definitions that the reference was asked about. */
export function definitions(): Record<string, TokenizerDefinition> {
  const names = Object.keys(PRE_TOKENIZERS).filter(
    // Names for the same thing are asked about once.
    (name, i, all) => all.findIndex((other) => PRE_TOKENIZERS[other] === PRE_TOKENIZERS[name]) === i,
  );
  return {
    ...Object.fromEntries(names.map((name) => [name, ggufTokenizer(byteMetadata(name))!])),
    prepend: llamaDefinition('prepend'),
    metaspace: llamaDefinition('metaspace'),
    stripping: strippingDefinition(),
  };
}
