import type { Node } from '@vscode/tree-sitter-wasm';

/** The statements of a block, comments left out. */
export function statementsOf(block: Node): Node[] {
  return block.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}
