import { diffArrays } from 'diff';

/** Lines of a text, from 0 and `end` not included, that become others. */
export interface LineEdit {
  start: number;
  end: number;
  text: string;
}

/** The fewest whole lines that have to change to make one text the other, first to last. Both have `\n` line breaks. */
export function lineEdits(before: string, after: string): LineEdit[] {
  const edits: LineEdit[] = [];
  let line = 0;
  for (const { added, removed, value } of diffArrays(linesOf(before), linesOf(after))) {
    const last = edits.at(-1);
    const adjoins = last?.end === line ? last : undefined;
    if (removed) {
      if (adjoins) adjoins.end = line + value.length;
      else edits.push({ start: line, end: line + value.length, text: '' });
    } else if (added) {
      if (adjoins) adjoins.text += value.join('');
      else edits.push({ start: line, end: line, text: value.join('') });
    }
    if (!added) line += value.length;
  }
  return edits;
}

/** Lines with their line breaks. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
