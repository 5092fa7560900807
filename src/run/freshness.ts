import type { PlannedNode } from '../core/protocol.ts';

/** A text of a file that a run was grown from. */
export type GrownFrom = Pick<PlannedNode['pieces'][number], 'role' | 'text' | 'cut'> & { path: string };

/** What a plan takes from files, the function itself left out: that is known by its place. */
export function grownFrom(nodes: readonly PlannedNode[]): GrownFrom[] {
  return nodes.flatMap(({ pieces }) =>
    pieces.flatMap(({ role, path, text, cut }): GrownFrom[] =>
      path === undefined || role === 'problem' || text.trim() === ''
        ? []
        : [{ role, path, text, ...(cut === undefined ? {} : { cut }) }],
    ),
  );
}

/**
 * Whether a text is in its file as it was. What was all of the file, its beginning or its end has to be that still; of a text
 * that was cut, its lines have to be there in their order. A text that was no such part is as it was while its file is.
 */
export function isStillIn(piece: GrownFrom, was: string, is: string): boolean {
  const [before, now] = [plain(was), plain(is)];
  if (before === now) return true;
  const { text, cut } = piece;
  if (cut !== undefined) return hasLines(before, text) && hasLines(now, text);
  const isPart = [
    (file: string) => file === text,
    (file: string) => file.startsWith(text),
    (file: string) => file.endsWith(text),
    (file: string) => file.includes(text),
  ].find((isSuchPart) => isSuchPart(before));
  return isPart?.(now) ?? false;
}

function plain(file: string): string {
  return file.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '');
}

function hasLines(file: string, text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  let found = 0;
  for (const line of file.split('\n')) if (line === lines[found]) found++;
  return found === lines.length;
}
