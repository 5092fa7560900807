/** Room for what is shown of a file; a small prompt is read while someone still looks at the line. */
const BEFORE_CHARACTERS = 1600;
const AFTER_CHARACTERS = 400;
/** Lines that are longer were not written by hand. */
const LONGEST_LINE = 400;

/** What is shown to the model of a file around a cursor. Line breaks are `\n`. */
export interface Window {
  /** Whole lines before the one of the cursor. */
  before: string;
  /** The cursor's line up to the cursor, without `owed`. */
  line: string;
  /** White space right before the cursor: models draw it together with the word behind it, so they are to write it again. */
  owed: string;
  /** What follows the cursor. */
  after: string;
}

/** The window around an offset; undefined where the line is no line of code. */
export function windowAround(text: string, offset: number): Window | undefined {
  const lineStart = text.slice(0, offset).lastIndexOf('\n') + 1;
  const written = text.slice(lineStart, offset);
  const after = text.slice(offset);
  const restOfLine = after.indexOf('\n') < 0 ? after.length : after.indexOf('\n');
  if (written.length + restOfLine > LONGEST_LINE) return undefined;
  const line = written.trimEnd();
  return {
    before: text.slice(windowStart(text, lineStart), lineStart),
    line,
    owed: written.slice(line.length),
    after: after.slice(0, windowEnd(after)),
  };
}

/**
 * Where the text before a line is cut off, at the beginning of a line. It moves by half of the room at a time: while someone goes
 * on writing the prompt begins as before, so most of it is in the KV store already.
 */
function windowStart(text: string, lineStart: number): number {
  const step = BEFORE_CHARACTERS / 2;
  const least = Math.max(0, Math.ceil((lineStart - BEFORE_CHARACTERS) / step)) * step;
  if (least === 0) return 0;
  return Math.min(text.indexOf('\n', least - 1) + 1, lineStart);
}

function windowEnd(after: string): number {
  if (after.length <= AFTER_CHARACTERS) return after.length;
  const end = after.lastIndexOf('\n', AFTER_CHARACTERS);
  return end < 0 ? AFTER_CHARACTERS : end + 1;
}
