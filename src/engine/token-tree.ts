import type { StopRules } from '../core/candidate.ts';
import { renderNode, renderPiece } from '../core/prompt/dialect.ts';
import type { Dialect } from '../core/prompt/dialects.ts';
import type { PromptTree } from '../core/prompt/tree.ts';
import type { PlannedNode, TreePlan } from '../core/protocol.ts';
import type { Tokenizer } from './weights/tokenizer.ts';

/** The prompt tree after tokenisation: a span of token ids a node. Spans may be empty. */
export interface TokenNode {
  tokens: number[];
  children: TokenNode[];
  /** Candidates that grow directly from this node. */
  candidates: number;
  stop?: StopRules;
}

/** A place that candidates grow from: the spans down to it, and its child positions from the root. */
export interface TokenLeaf {
  spans: number[][];
  path: number[];
  candidates: number;
  /** When these are done, where it is not what the request says. */
  stop?: StopRules;
}

/** Tokenises every piece by itself, so that a piece has the same tokens whatever stands beside it. */
export function tokenizeTree(tree: PromptTree, tokenizer: Tokenizer, dialect: Dialect): TokenNode {
  return {
    tokens: tokenizer.encodeSegments(renderNode(tree, dialect)),
    children: tree.children.map((child) => tokenizeTree(child, tokenizer, dialect)),
    candidates: tree.candidates,
    ...(tree.stop ? { stop: tree.stop } : {}),
  };
}

/** The leaves in the order in which candidates are numbered: a node's own before those of its children. */
export function leavesOf(node: TokenNode, above: number[][] = [], path: number[] = []): TokenLeaf[] {
  const spans = [...above, node.tokens];
  const { candidates, stop } = node;
  const own = candidates > 0 ? [{ spans, path, candidates, ...(stop ? { stop } : {}) }] : [];
  return [...own, ...node.children.flatMap((child, i) => leavesOf(child, spans, [...path, i]))];
}

/** What a run will read, without decoding: one line a node, in pre-order. */
export function planTree(tree: PromptTree, tokenizer: Tokenizer, dialect: Dialect): TreePlan {
  const nodes: PlannedNode[] = [];
  const visit = (node: PromptTree, depth: number, path: number[]): number => {
    const pieces = node.pieces.map((piece) => ({
      role: piece.role,
      text: piece.text,
      tokens: tokenizer.encodeSegments(renderPiece(piece, dialect)).length,
      ...(piece.path === undefined ? {} : { path: piece.path }),
      ...(piece.cut === undefined ? {} : { cut: piece.cut }),
    }));
    const tokens = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
    const planned: PlannedNode = {
      depth,
      path,
      pieces,
      tokens,
      candidates: node.candidates,
      descendants: node.candidates,
    };
    nodes.push(planned);
    node.children.forEach((child, i) => {
      planned.descendants += visit(child, depth + 1, [...path, i]);
    });
    return planned.descendants;
  };
  visit(tree, 0, []);
  return {
    nodes,
    tokens: nodes.reduce((sum, { tokens }) => sum + tokens, 0),
    unsharedTokens: nodes.reduce((sum, { tokens, descendants }) => sum + tokens * descendants, 0),
  };
}
