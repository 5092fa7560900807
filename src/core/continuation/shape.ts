import type { StopReason, StopRules } from '../candidate.ts';
import { firstLine } from '../ghost/rest.ts';
import type { Window } from './window.ts';

/** What is written at a cursor: the rest of a line, or the first lines of a block that nothing is in yet. */
export type Shape = 'line' | 'block';

const MAX_TOKENS = 48;
const MAX_LINES = 6;
const OPENS_BLOCK = /[:{]\s*((#|\/\/).*)?$/;

export function shapeAt({ before, line, owed, after }: Window): Shape {
  const isBlank = line === '' && firstLine(after).trim() === '';
  if (!isBlank || !OPENS_BLOCK.test(lastLine(before))) return 'line';
  const next = nextLine(after);
  const isEmptyBlock = next === undefined || indentOf(next).length < owed.length;
  return isEmptyBlock ? 'block' : 'line';
}

export function stopRules(shape: Shape): StopRules {
  return { maxTokens: MAX_TOKENS, strings: [shape === 'line' ? '\n' : '\n\n'] };
}

/**
 * What of a sampled text can stand at the cursor; undefined where it is nothing, not whole, or what is there already: in the line
 * above or in what follows. Where it ends with what follows on its line, it is not said whether that was meant, so there are two:
 * first the one without it.
 */
export function fitted(
  sampled: { text: string; stop: StopReason },
  window: Window,
  shape: Shape,
): [string] | [string, string] | undefined {
  const { owed, after } = window;
  if (!sampled.text.startsWith(owed)) return undefined;
  let lines = sampled.text.slice(owed.length).split('\n');
  // The last line of what ran into the limit is a part of one.
  if (sampled.stop === 'token-limit') lines.pop();
  if (shape === 'block') lines = blockOf(lines, owed);
  while (lines.length > 0 && isBlankOrRepeated(lines, window)) lines.pop();
  const text = lines.join('\n').trimEnd();
  if (text.trim() === '' || isSame(window.line + text + firstLine(after), lastLine(window.before))) return undefined;
  const overlap = overlapOf(text, firstLine(after));
  const trimmed = text.slice(0, text.length - overlap);
  if (overlap === 0) return [text];
  return trimmed.trim() === '' ? undefined : [trimmed, text];
}

/** The lines up to the end of the block. */
function blockOf(lines: string[], owed: string): string[] {
  const indent = owed + indentOf(lines[0] ?? '');
  const end = lines.findIndex((line, index) => index > 0 && line.trim() !== '' && !line.startsWith(indent));
  return lines.slice(0, Math.min(end < 0 ? lines.length : end, MAX_LINES));
}

/** Whether the last of some lines says nothing, or what the next line of the file says. */
function isBlankOrRepeated(lines: string[], { line, after }: Window): boolean {
  const last = lines.at(-1)!;
  if (last.trim() === '') return true;
  const whole = (lines.length === 1 ? line + last : last) + firstLine(after);
  return isSame(whole, nextLine(after) ?? '');
}

/** Two lines that say the same; brackets alone are no words. */
function isSame(one: string, other: string): boolean {
  return one.trim() === other.trim() && /\w/.test(one);
}

/** How long the end of a text is that what follows begins with. */
function overlapOf(text: string, following: string): number {
  for (let length = Math.min(text.length, following.length); length > 0; length--) {
    if (text.endsWith(following.slice(0, length))) return length;
  }
  return 0;
}

/** The last line before a cursor's that is not blank. */
function lastLine(before: string): string {
  const lines = before.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1) ?? '';
}

/** The next line below a cursor's that is not blank. */
function nextLine(after: string): string | undefined {
  const [, ...below] = after.split('\n');
  return below.find((line) => line.trim() !== '');
}

function indentOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}
