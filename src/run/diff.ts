import { createTwoFilesPatch, diffLines, FILE_HEADERS_ONLY } from 'diff';

/** A unified diff that `git apply` and `patch -p1` take; empty when nothing changed. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** Lines added plus lines removed. */
export function changedLines(before: string, after: string): number {
  return diffLines(before, after).reduce(
    (sum, part) => (part.added || part.removed ? sum + (part.count ?? 0) : sum),
    0,
  );
}
