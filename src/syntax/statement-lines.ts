import type { Node } from '@vscode/tree-sitter-wasm';
import { frameHeader } from './ecmascript.ts';
import { lineStart } from './region.ts';
import { statementsOf } from './statements.ts';

type Visit = <R>(text: string, read: (root: Node) => R) => R;

export function pythonStatementLines(header: string, body: string, visit: Visit): number[] {
  // A method alone is not a valid file; a class around it makes it one.
  const before = (/^[ \t]/.test(header) ? 'class _:\n' : '') + header;
  return visit(before + body, (root) => {
    if (root.hasError) return [];
    const blocks = root.descendantsOfType('block').filter((block) => block !== null);
    return linesOf(blocks.flatMap(statementsOf), body, before.length);
  });
}

export function ecmascriptStatementLines(header: string, body: string, visit: Visit): number[] {
  const frame = frameHeader(header, visit);
  if (!frame) return [];
  return visit(`${frame.open}${header}${body}}${frame.close}`, (root) => {
    const block = root.descendantForIndex(frame.brace, frame.brace + 1)?.parent;
    if (block?.type !== 'statement_block' || root.hasError) return [];
    return linesOf(statementsOf(block), body, frame.open.length + header.length);
  });
}

/** @param from where the body begins in the text that was parsed */
function linesOf(statements: Node[], body: string, from: number): number[] {
  const starts = statements
    .map(({ startIndex }) => startIndex - from)
    .filter((at) => at >= 0 && body.slice(lineStart(body, at), at).trim() === '')
    .map((at) => lineStart(body, at));
  // Before the first one there is nothing to keep.
  return [...new Set(starts)].sort((a, b) => a - b).slice(1);
}
