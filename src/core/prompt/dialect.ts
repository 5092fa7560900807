import { languageOf, lineComment } from '../language.ts';
import { inEnglish, type Translate } from '../translate.ts';
import { DIALECTS, type Dialect, type DialectName, dialectOfTokens, type NamedTokens, PLAIN } from './dialects.ts';
import type { ContextPiece } from './piece.ts';
import type { PromptNode } from './tree.ts';

/**
 * A stretch of the prompt. Text is tokenised with special tokens switched off, so that nothing a file says can act as
 * one; special tokens come only from here.
 */
export type Segment = { kind: 'text'; text: string } | { kind: 'special'; token: string };

/** The dialect of a model by the special tokens that its tokenizer has, else by those that it names. */
export function findDialect(has: (token: string) => boolean, named?: NamedTokens): Dialect {
  const known = DIALECTS.find(({ tokens }) => tokens.every(has));
  if (known) return known;
  const tokens = named ? Object.values(named) : [];
  return named && tokens.every((token) => token !== '' && has(token)) ? dialectOfTokens(named) : PLAIN;
}

/** The dialect of a name. Of one with tokens that a model names itself, everything but its tokens. */
export function dialectNamed(name: DialectName): Dialect {
  return DIALECTS.find((dialect) => dialect.name === name) ?? PLAIN;
}

export function fillsMiddle({ templates }: Dialect): boolean {
  return templates.suffix !== undefined;
}

/** What a model of this dialect can't be shown, a sentence each. */
export function shortcomings(name: DialectName, t: Translate = inEnglish): string[] {
  if (fillsMiddle(dialectNamed(name))) return [];
  return [
    t('This model can not fill in the middle: it continues the file, and does not see what follows the function.'),
  ];
}

/** The prompt of one node, in order; the prompts along a path from the root, joined, are what a candidate continues. */
export function renderNode(node: PromptNode, dialect: Dialect): Segment[] {
  return node.pieces.flatMap((piece) => renderPiece(piece, dialect));
}

/** The prompt of one piece; special tokens of its template are there even when its text is empty. */
export function renderPiece(piece: ContextPiece, { tokens, templates }: Dialect): Segment[] {
  const segments: Segment[] = [];
  for (const part of partsOf(templates[piece.role] ?? '{text}', tokens)) {
    if (tokens.includes(part)) {
      segments.push({ kind: 'special', token: part });
      continue;
    }
    const text = filledIn(part, piece);
    const last = segments.at(-1);
    if (last?.kind === 'text') last.text += text;
    else if (text !== '') segments.push({ kind: 'text', text });
  }
  return segments;
}

/** A prompt as one string, for people: special tokens stand as they are written. */
export function renderedText(segments: Segment[]): string {
  return segments.map((segment) => (segment.kind === 'text' ? segment.text : segment.token)).join('');
}

/** A template taken apart: special tokens, what is replaced, and text. */
function partsOf(template: string, tokens: string[]): string[] {
  const escaped = tokens.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return template.split(new RegExp(`(${[...escaped, '\\{\\w+\\}'].join('|')})`)).filter((part) => part !== '');
}

function filledIn(part: string, { text, path = '' }: ContextPiece): string {
  const mark = lineComment(languageOf(path) ?? 'python');
  switch (part) {
    case '{text}':
      return text;
    case '{lines}':
      return endWithNewline(text);
    case '{comment}':
      return endWithNewline(text).replace(/^.*\n/gm, (line) => `${mark} ${line}`.replace(/ +\n$/, '\n'));
    case '{path}':
      return path;
    case '{mark}':
      return mark;
    default:
      return part;
  }
}

const endWithNewline = (content: string) => (content.endsWith('\n') ? content : `${content}\n`);
