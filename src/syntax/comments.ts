import type { Node } from '@vscode/tree-sitter-wasm';
import type { Language } from '../core/language.ts';
import { lineStart } from './region.ts';

/** Comments that are read as one: lines of comments without a gap, or one that goes over lines. */
export interface CommentBlock {
  start: number;
  end: number;
}

/** The comments of a file, in its order; in Python a text of the module that stands by itself is one too. */
export function commentBlocks(root: Node, text: string): CommentBlock[] {
  const blocks: (CommentBlock & { isOpen: boolean })[] = [];
  for (const node of root.descendantsOfType(['comment', 'expression_statement'])) {
    if (!node || (node.type !== 'comment' && !isLooseText(node))) continue;
    const { startIndex: start, endIndex: end } = node;
    const isLine = /^(#|\/\/)/.test(node.text);
    const hasLine = text.slice(lineStart(text, start), start).trim() === '';
    const above = blocks.at(-1);
    // One that ends a line of code is about that line.
    if (above?.isOpen && isLine && hasLine && /^[^\S\n]*\r?\n[^\S\n]*$/.test(text.slice(above.end, start)))
      above.end = end;
    else blocks.push({ start, end, isOpen: isLine && hasLine });
  }
  return blocks.map(({ start, end }) => ({ start, end }));
}

function isLooseText(statement: Node): boolean {
  return statement.parent?.type === 'module' && statement.namedChildren[0]?.type === 'string';
}

/** What a comment says, without the marks that make it one. */
export function commentWords(language: Language, comment: string): string {
  const quoted = language === 'python' ? /^\s*[rRuU]?("""|'''|"|')([\s\S]*)\1\s*$/.exec(comment)?.[2] : undefined;
  const marks = language === 'python' ? /^\s*#+ ?/ : /^\s*(?:\/\/+|\/\*+|\*(?!\/)) ?/;
  return (quoted ?? comment)
    .split(/\r?\n/)
    .map((line) => (quoted === undefined ? line.replace(marks, '') : line))
    .map((line) => (language === 'python' ? line : line.replace(/\s*\*+\/\s*$/, '')).trim())
    .join('\n')
    .trim();
}
