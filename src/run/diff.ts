import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** A unified diff that `git apply` and `patch -p1` take; empty when nothing changed. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** How many lines a unified diff adds and removes. */
export function changeSize(diff: string): { added: number; removed: number } {
  // Before the first hunk stand the names of the files, with the same signs.
  const lines = diff.slice(Math.max(0, diff.indexOf('\n@@'))).split('\n');
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  return { added: count('+'), removed: count('-') };
}
