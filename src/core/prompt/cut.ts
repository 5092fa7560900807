import { inEnglish, type Translate } from '../translate.ts';

/** A text shortened at line boundaries, with what was left out in words. */
export interface Cut {
  text: string;
  cut?: string;
}

const IMPORT = /^\s*(import\b|from\s+\S+\s+import\b|export\s.*\bfrom\b|(const|let|var)\s.*=\s*require\()/;

/** A stretch of a text, in UTF-16 code units. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Keeps the lines nearest to the function, which is at the end, then what is `wanted`, the best first, then imports, and more
 * lines near to it.
 */
export function cutPrefix(
  text: string,
  characters: number,
  wanted: readonly Range[] = [],
  t: Translate = inEnglish,
): Cut {
  if (text.length <= characters) return { text };
  const lines = linesOf(text);
  const room = new Room(lines, characters);
  // The last lines are worth more than all the rest, which may be much: half of the room is theirs for sure.
  let near = lines.length - 1;
  while (near >= 0 && room.left > characters / 2 && room.take(near)) near--;
  for (const index of linesWithin(lines, wanted)) room.take(index);
  for (const [index, line] of lines.entries()) if (IMPORT.test(line)) room.take(index);
  while (near >= 0 && room.take(near)) near--;
  return kept(lines, room.keep, (missing) =>
    missing === 1 ? t('1 line before the function') : t('{0} lines before the function', missing),
  );
}

/** Keeps the lines nearest to the function, which is at the start, and what is `wanted`, the best first. */
export function cutSuffix(
  text: string,
  characters: number,
  wanted: readonly Range[] = [],
  t: Translate = inEnglish,
): Cut {
  if (text.length <= characters) return { text };
  const lines = linesOf(text);
  const room = new Room(lines, characters);
  let near = 0;
  while (near < lines.length && room.left > characters / 2 && room.take(near)) near++;
  for (const index of linesWithin(lines, wanted)) room.take(index);
  while (near < lines.length && room.take(near)) near++;
  return kept(lines, room.keep, (missing) =>
    missing === 1 ? t('1 line after the function') : t('{0} lines after the function', missing),
  );
}

/** The lines that are kept, as long as there is room. */
class Room {
  readonly keep = new Set<number>();
  readonly #lines: string[];
  left: number;

  constructor(lines: string[], characters: number) {
    this.#lines = lines;
    this.left = characters;
  }

  /** Whether a line is kept. */
  take(index: number): boolean {
    const { length } = this.#lines[index]!;
    if (this.keep.has(index) || length > this.left) return this.keep.has(index);
    this.keep.add(index);
    this.left -= length;
    return true;
  }
}

/** The numbers of the lines in each range, range by range. */
function linesWithin(lines: string[], ranges: readonly Range[]): number[] {
  let offset = 0;
  const starts = lines.map((line) => {
    offset += line.length;
    return offset - line.length;
  });
  return ranges.flatMap(({ start, end }) => {
    const inside: number[] = [];
    for (const [index, at] of starts.entries()) if (at >= start && at < end) inside.push(index);
    return inside;
  });
}

/** Keeps the first lines. */
export function cutEnd(text: string, characters: number, t: Translate = inEnglish): Cut {
  if (text.length <= characters) return { text };
  const lines = linesOf(text);
  const room = new Room(lines, characters);
  for (const index of lines.keys()) if (!room.take(index)) break;
  return kept(lines, room.keep, (missing) =>
    missing === 1 ? t('1 line at its end') : t('{0} lines at its end', missing),
  );
}

/** Keeps the import lines and the lines nearest to a mention of `symbol`. */
export function cutTests(text: string, symbol: string, characters: number, t: Translate = inEnglish): Cut {
  if (text.length <= characters) return { text };
  const lines = linesOf(text);
  const distance = distancesTo(lines, (line) => line.includes(symbol));
  const order = lines
    .map((line, index) => ({ index, line, far: IMPORT.test(line) ? -1 : distance[index]! }))
    .sort((a, b) => a.far - b.far || a.index - b.index);
  const keep = new Set<number>();
  let left = characters;
  for (const { index, line } of order) {
    left -= line.length;
    if (left < 0) break;
    keep.add(index);
  }
  return kept(lines, keep, (missing) =>
    missing === 1 ? t('1 line far from "{0}"', symbol) : t('{0} lines far from "{1}"', missing, symbol),
  );
}

function kept(lines: string[], keep: Set<number>, words: (missing: number) => string): Cut {
  const missing = lines.length - keep.size;
  return {
    text: lines.filter((_, index) => keep.has(index)).join(''),
    ...(missing > 0 ? { cut: words(missing) } : {}),
  };
}

/** Lines with their line breaks. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** For each line, how many lines away the nearest one is that `test` holds for. */
function distancesTo(lines: string[], test: (line: string) => boolean): number[] {
  const distances = lines.map((line) => (test(line) ? 0 : Number.POSITIVE_INFINITY));
  for (let i = 1; i < lines.length; i++) distances[i] = Math.min(distances[i]!, distances[i - 1]! + 1);
  for (let i = lines.length - 2; i >= 0; i--) distances[i] = Math.min(distances[i]!, distances[i + 1]! + 1);
  return distances;
}
