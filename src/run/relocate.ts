import { diffArrays } from 'diff';

/** A function in a text: its comments and header begin at `head`, its body is [start, end). Offsets in UTF-16 code units. */
export interface BodyPlace {
  head: number;
  start: number;
  end: number;
}

/** A text that has changed more than this is another one. */
const MOST_CHANGED_LINES = 300;

/**
 * Where the body of a function is in a later version of its file, whatever has been written into the body and elsewhere.
 * Undefined when the function is not there any more, or its header or the comments above it have changed.
 */
export function relocate(original: string, place: BodyPlace, now: string): { start: number; end: number } | undefined {
  const [before, after] = [original.slice(0, place.start), original.slice(place.end)];
  if (now.length >= before.length + after.length && now.startsWith(before) && now.endsWith(after)) {
    return { start: before.length, end: now.length - after.length };
  }
  const was = original.split('\n');
  const is = now.split('\n');
  const lines = {
    head: lineAt(original, place.head),
    start: lineAt(original, place.start),
    end: place.end === original.length && !original.endsWith('\n') ? was.length : lineAt(original, place.end),
  };
  const moved = movedLines(was, is);
  if (!moved) return undefined;
  const isLineStart = (offset: number) => offset === 0 || original[offset - 1] === '\n';
  const isWhole = isLineStart(place.start) && (isLineStart(place.end) || place.end === original.length);
  if (!isWhole) {
    // Header or closing brace share a line with the body: as a whole it is as it was, or it is not found.
    const first = together(moved, lines.head, lines.end + 1);
    if (first === undefined) return undefined;
    const shift = offsetOf(is, first) - offsetOf(was, lines.head);
    return { start: place.start + shift, end: place.end + shift };
  }
  const head = together(moved, lines.head, lines.start);
  if (head === undefined) return undefined;
  const start = head + lines.start - lines.head;
  return { start: offsetOf(is, start), end: offsetOf(is, bodyEnd(was, is, moved, lines, start)) };
}

/** The line after the body: found by the first line with something in it that followed, else by indentation. */
function bodyEnd(
  was: string[],
  is: string[],
  moved: (number | undefined)[],
  lines: { head: number; end: number },
  start: number,
): number {
  let next = lines.end;
  while (next < was.length && was[next]!.trim() === '') next++;
  const anchor = next < was.length ? moved[next] : is.length;
  if (anchor !== undefined && anchor >= start) {
    let end = anchor;
    // The line break at the end of a file leaves an empty line, which belongs to nothing.
    const least = Math.max(start, anchor - (next - lines.end));
    while (end > least && is[end - 1]!.trim() === '') end--;
    return end;
  }
  // What followed has changed too: lines that are deeper than the header are the body.
  let end = start;
  for (let line = start; line < is.length; line++) {
    if (is[line]!.trim() === '') continue;
    if (indent(is[line]!) <= indent(was[lines.head]!)) break;
    end = line + 1;
  }
  return end;
}

/** The new index of the first of some lines that are together as they were. */
function together(moved: (number | undefined)[], from: number, to: number): number | undefined {
  const first = moved[from];
  if (first === undefined) return undefined;
  for (let line = from; line < to; line++) if (moved[line] !== first + line - from) return undefined;
  return first;
}

/** For each line of a text where it is now; undefined for the whole where too much has changed. */
function movedLines(was: string[], is: string[]): (number | undefined)[] | undefined {
  let prefix = 0;
  while (prefix < was.length && prefix < is.length && was[prefix] === is[prefix]) prefix++;
  let suffix = 0;
  const most = Math.min(was.length, is.length) - prefix;
  while (suffix < most && was.at(-1 - suffix) === is.at(-1 - suffix)) suffix++;
  const inner = [was, is].map((lines) => lines.slice(prefix, lines.length - suffix));
  const parts = diffArrays(inner[0]!, inner[1]!, { maxEditLength: MOST_CHANGED_LINES });
  if (!parts) return undefined;
  const moved: (number | undefined)[] = Array.from({ length: prefix }, (_, index) => index);
  let at = prefix;
  for (const { added, removed, value } of parts) {
    if (removed) moved.push(...value.map(() => undefined));
    else {
      if (!added) moved.push(...value.map((_, index) => at + index));
      at += value.length;
    }
  }
  for (let index = 0; index < suffix; index++) moved.push(at + index);
  return moved;
}

function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Where a line begins; the one after the last is the end of the text. */
function offsetOf(lines: string[], line: number): number {
  const offset = lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0);
  return line < lines.length ? offset : offset - 1;
}

function indent(line: string): number {
  return /^\s*/.exec(line)![0].length;
}
