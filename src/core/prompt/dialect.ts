import type { ContextPiece } from './piece.ts';
import type { PromptNode } from './tree.ts';

/**
 * How a prompt is spelled for a model. `qwen-fim`: fill-in-the-middle and file separator tokens of Qwen2.5-Coder
 * (technical report, arXiv 2409.12186, section 3.2). `plain`: text to be continued, for models without such tokens.
 */
export type Dialect = 'qwen-fim' | 'plain';

/**
 * A stretch of the prompt. Text is tokenised with special tokens switched off, so that nothing a file says can act as
 * one; special tokens come only from here.
 */
export type Segment = { kind: 'text'; text: string } | { kind: 'special'; token: string };

/** The prompt of one node, in order; the prompts along a path from the root, joined, are what a candidate continues. */
export function renderNode(node: PromptNode, dialect: Dialect): Segment[] {
  return node.pieces.flatMap((piece) => renderPiece(piece, dialect));
}

/**
 * The prompt of one piece. A file prefix opens its file and a suffix closes it, so in `qwen-fim` both are there even
 * when their text is empty.
 */
export function renderPiece(piece: ContextPiece, dialect: Dialect): Segment[] {
  const path = `${piece.path ?? ''}\n`;
  const fim = dialect === 'qwen-fim';
  switch (piece.role) {
    case 'repository':
    case 'tests':
      return fim ? [special('<|file_sep|>'), ...text(path + endWithNewline(piece.text))] : [];
    case 'prefix':
      return fim
        ? [special('<|file_sep|>'), ...text(path), special('<|fim_prefix|>'), ...text(piece.text)]
        : text(piece.text);
    case 'suffix':
      return fim ? [special('<|fim_suffix|>'), ...text(piece.text), special('<|fim_middle|>')] : [];
    case 'system':
    case 'problem':
    case 'strategy':
    case 'assertion':
      return text(piece.text);
  }
}

/** A prompt as one string, for people: special tokens stand as they are written. */
export function renderedText(segments: Segment[]): string {
  return segments.map((segment) => (segment.kind === 'text' ? segment.text : segment.token)).join('');
}

const special = (token: string): Segment => ({ kind: 'special', token });
const text = (content: string): Segment[] => (content === '' ? [] : [{ kind: 'text', text: content }]);
const endWithNewline = (content: string) => (content.endsWith('\n') ? content : `${content}\n`);
