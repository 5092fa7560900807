/** A text shortened at line boundaries, with what was left out in words. */
export interface Cut {
  text: string;
  cut?: string;
}

const IMPORT = /^\s*(import\b|from\s+\S+\s+import\b|export\s.*\bfrom\b|(const|let|var)\s.*=\s*require\()/;

/** Keeps import lines and the lines nearest to the function, which is at the end. */
export function cutPrefix(text: string, characters: number): Cut {
  if (text.length <= characters) return { text };
  const lines = linesOf(text);
  const keep = new Set<number>();
  let left = characters;
  const take = (index: number) => {
    const length = lines[index]!.length;
    if (keep.has(index) || length > left) return keep.has(index);
    keep.add(index);
    left -= length;
    return true;
  };
  // The last lines are worth more than the imports, which may be many: half of the room is theirs for sure.
  let near = lines.length - 1;
  while (near >= 0 && left > characters / 2 && take(near)) near--;
  for (const [index, line] of lines.entries()) if (IMPORT.test(line)) take(index);
  while (near >= 0 && take(near)) near--;
  return kept(lines, keep, 'before the function');
}

/** Keeps the lines nearest to the function, which is at the start. */
export function cutSuffix(text: string, characters: number): Cut {
  if (text.length <= characters) return { text };
  const lines = linesOf(text);
  const keep = new Set<number>();
  let left = characters;
  for (const [index, line] of lines.entries()) {
    left -= line.length;
    if (left < 0) break;
    keep.add(index);
  }
  return kept(lines, keep, 'after the function');
}

/** Keeps the import lines and the lines nearest to a mention of `symbol`. */
export function cutTests(text: string, symbol: string, characters: number): Cut {
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
  return kept(lines, keep, `far from "${symbol}"`);
}

function kept(lines: string[], keep: Set<number>, where: string): Cut {
  const missing = lines.length - keep.size;
  return {
    text: lines.filter((_, index) => keep.has(index)).join(''),
    ...(missing > 0 ? { cut: `${missing} ${missing === 1 ? 'line' : 'lines'} ${where}` } : {}),
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
