import type { Language } from '../core/language.ts';
import { type CommentBlock, commentWords } from './comments.ts';
import type { FunctionRegion } from './region.ts';

/** What a comment asks for, and of which function. */
export type CommentProblem =
  /** No `problem` where the function has the comment already: it is above it, or its docstring. */
  | { kind: 'found'; region: FunctionRegion; problem?: string }
  | { kind: 'no-comment' }
  /** No function is around it or follows it. */
  | { kind: 'no-function' };

/** What a file consists of, as far as comments go. */
export interface Commented {
  language: Language;
  text: string;
  functions: readonly FunctionRegion[];
  comments: readonly CommentBlock[];
}

/**
 * The problem that a comment states: the one that the cursor is in, or the part of it that is selected; a selection may be of
 * other text too. It is for the function that has the comment, else for the one that follows.
 *
 * @param selection offsets; both are the cursor where nothing is selected
 */
export function commentProblem(file: Commented, selection: { start: number; end: number }): CommentProblem {
  const { language, text, functions, comments } = file;
  const isSelected = text.slice(selection.start, selection.end).trim() !== '';
  const around = comments.find(({ start, end }) => start <= selection.end && selection.start <= end);
  const range = isSelected ? selection : (around ?? docstringAt(file, selection.start));
  if (!range) return { kind: 'no-comment' };

  const own = functions.filter(({ leadingStart, bodyEnd }) => leadingStart <= range.start && range.end <= bodyEnd);
  const holder = own.reduce<FunctionRegion | undefined>(
    (inner, region) => (inner && inner.start >= region.start ? inner : region),
    undefined,
  );
  const problem = commentWords(language, text.slice(range.start, range.end));
  if (holder) return range.start < holder.headerEnd ? { kind: 'found', region: holder } : found(holder, problem);

  const end = Math.max(range.end, around?.end ?? 0);
  const next = functions.find(({ leadingStart }) => leadingStart >= end);
  const between = next && withoutComments(text.slice(end, next.leadingStart), end, comments);
  return next && between?.trim() === '' ? found(next, problem) : { kind: 'no-function' };
}

function found(region: FunctionRegion, problem: string): CommentProblem {
  return problem === '' ? { kind: 'found', region } : { kind: 'found', region, problem };
}

function docstringAt({ functions }: Commented, offset: number): CommentBlock | undefined {
  const region = functions.findLast(
    ({ docstring, start, headerEnd }) => docstring && start <= offset && offset < headerEnd,
  );
  return region && { start: region.start, end: region.headerEnd };
}

function withoutComments(text: string, offset: number, comments: readonly CommentBlock[]): string {
  let left = text;
  for (const { start, end } of comments) {
    const [from, to] = [start - offset, end - offset];
    if (from >= 0 && to <= text.length) left = left.slice(0, from) + ' '.repeat(to - from) + left.slice(to);
  }
  return left;
}
