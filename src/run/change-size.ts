/** How many lines a unified diff adds and removes. */
export function changeSize(diff: string): { added: number; removed: number } {
  // Before the first hunk stand the names of the files, with the same signs.
  const lines = diff.slice(Math.max(0, diff.indexOf('\n@@'))).split('\n');
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  return { added: count('+'), removed: count('-') };
}
