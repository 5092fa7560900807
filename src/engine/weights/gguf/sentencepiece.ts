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
export function mergesOf(pieces: ReadonlyMap<string, number>): [string, string][] {
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
