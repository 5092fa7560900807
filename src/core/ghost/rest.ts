/** What a text still needs at a cursor, and how many characters behind the cursor, on its line, that takes the place of. */
export interface Rest {
  text: string;
  replaces: number;
}

/**
 * What is missing of `whole` between the text before a cursor and the text after it, so that nothing of what follows is written
 * twice; undefined where `whole` does not begin with the one and end with the other, or nothing is missing. White space at the
 * end, of the cursor's line and of the whole, does not count. All texts have `\n` line breaks.
 */
export function restOf(whole: string, before: string, after: string): Rest | undefined {
  if (!whole.startsWith(before)) return undefined;
  const line = firstLine(after);
  const isLineEnd = line.trim() === '';
  const kept = (isLineEnd ? after.slice(line.length) : after).trimEnd();
  const rest = whole.trimEnd().slice(before.length);
  if (!rest.endsWith(kept)) return undefined;
  const text = rest.slice(0, rest.length - kept.length);
  if (text.trim() === '') return undefined;
  if (isLineEnd) return { text, replaces: line.length };
  // Several lines within a line are drawn only where what is left of it is one of them.
  return text.includes('\n') ? { text: text + line, replaces: line.length } : { text, replaces: 0 };
}

/** Up to the line break. */
export function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
