import type { TokenizerDefinition } from './tokenizer-definition.ts';

/** What a token is, as SentencePiece and GGUF files number it; the others are pieces of text. */
export const TYPE = { unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 };

/** The tokens of a vocabulary, which nobody has checked. */
export interface Vocabulary {
  tokens: string[];
  types: number[];
  /** The id of the token for the beginning of a prompt, and whether a prompt begins with it. */
  start: number | undefined;
  starts: boolean;
}

/** The parts of a definition that are about special tokens, and which tokens they leave to be merged. */
export function specialParts({ tokens, types, start, starts }: Vocabulary) {
  const isSpecial = (id: number) => id === start || types[id] === TYPE.control || types[id] === TYPE.unknown;
  const isAdded = (id: number) => isSpecial(id) || types[id] === TYPE.userDefined;
  const first = starts && start !== undefined ? tokens[start] : undefined;
  const parts = {
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
  return { parts, isAdded };
}

/**
 * SentencePiece's byte-pair encoding, as what `transformers` makes of it.
 * @param order the merges, or the scores that they follow from
 * @param hasPrefix whether a space is put before a text
 * @throws Error where the pieces are longer than any real vocabulary's
 */
export function pieceDefinition(
  vocabulary: Vocabulary,
  order: { merges: string[] } | { scores: number[] },
  hasPrefix: boolean,
): TokenizerDefinition {
  const { tokens, types } = vocabulary;
  const { parts, isAdded } = specialParts(vocabulary);
  const isPiece = (id: number) => !isAdded(id) && types[id] !== TYPE.unused;
  const scored = ({ scores }: { scores: number[] }) =>
    tokens.flatMap((token, id): [string, number][] =>
      isPiece(id) && types[id] !== TYPE.byte ? [[token, scores[id] ?? 0]] : [],
    );
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  return {
    ...parts,
    normalizer: { type: 'Sequence', normalizers: [...(hasPrefix ? [{ type: 'Prepend', prepend: '▁' }] : []), spaces] },
    pre_tokenizer: null,
    decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.flatMap((token, id) => (isPiece(id) ? [[token, id]] : []))),
      merges: 'merges' in order ? order.merges : mergesOf(new Map(scored(order))),
      ...{ dropout: null, unk_token: null, fuse_unk: false, byte_fallback: true },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null, ignore_merges: false },
    },
  };
}

/** Of a piece, in characters; SentencePiece makes none that is longer than 16 unless it is told to. */
const LONGEST = 128;
/** Of all pieces together, in characters: each place between two is looked at. Gemma, the largest known, has 2 million. */
const MOST = 2 ** 22;

/**
 * The merges of a SentencePiece vocabulary, most wanted first: there the pair is merged whose piece has the highest score, in
 * byte-pair encoding the one that comes first in a list (Kudo and Richardson, arXiv 1808.06226, section 3.1).
 * @param pieces scores by piece
 * @throws Error where they are longer than any real vocabulary's
 */
function mergesOf(pieces: ReadonlyMap<string, number>): [string, string][] {
  const merges: { pair: [string, string]; score: number; cut: number }[] = [];
  let characters = 0;
  for (const [piece, score] of pieces) {
    const ends = [...piece].map(({ length }) => length);
    characters += ends.length;
    if (ends.length > LONGEST || characters > MOST) throw new Error('its pieces are too long');
    let cut = 0;
    for (const [i, length] of ends.slice(0, -1).entries()) {
      cut += length;
      const pair: [string, string] = [piece.slice(0, cut), piece.slice(cut)];
      // A single character can be merged whether it is a piece or not.
      const canStand = (i === 0 || pieces.has(pair[0])) && (i === ends.length - 2 || pieces.has(pair[1]));
      if (canStand) merges.push({ pair, score, cut });
    }
  }
  return merges.sort((a, b) => b.score - a.score || b.cut - a.cut).map(({ pair }) => pair);
}
