/** Whether a text has a word by itself, and not as a part of another one. */
export function mentions(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${escaped(word)}(?![\\w$])`).test(text);
}

/** A word as a regular expression that matches it alone. */
export function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
