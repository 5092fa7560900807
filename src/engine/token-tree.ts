import type { StopRules } from '../core/candidate.ts';
import { renderPiece } from '../core/prompt/dialect.ts';
import type { Dialect } from '../core/prompt/dialects.ts';
import type { PromptTree } from '../core/prompt/tree.ts';
import type { PlannedNode, TreePlan } from '../core/protocol.ts';
import type { Owed } from './sample/owed.ts';
import type { Tokenizer } from './weights/tokenizer.ts';

/** The prompt tree after tokenisation: a span of token ids a node. Spans may be empty. */
export interface TokenNode {
  tokens: number[];
  children: TokenNode[];
  /** Candidates that grow directly from this node. */
  candidates: number;
  stop?: StopRules;
}

/** A node of a prompt tree with how many tokens each of its pieces has. */
interface TokenizedNode extends TokenNode {
  children: TokenizedNode[];
  pieceLengths: number[];
}

/** A place that candidates grow from: the spans down to it, and its child positions from the root. */
export interface TokenLeaf {
  spans: number[][];
  path: number[];
  candidates: number;
  /** When these are done, where it is not what the request says. */
  stop?: StopRules;
  /** What is drawn first. */
  owed?: Owed;
}

/**
 * Tokenises every piece by itself, so that a piece has the same tokens whatever stands beside it. What a prompt begins with is in
 * front of the root's, unless the dialect has put it there, and only the first text on a path gets the space that SentencePiece
 * puts there.
 */
export function tokenizeTree(tree: PromptTree, tokenizer: Tokenizer, dialect: Dialect): TokenizedNode {
  const visit = (node: PromptTree, isFirst: boolean): TokenizedNode => {
    let first = isFirst;
    const pieces = node.pieces.map((piece) => {
      const segments = renderPiece(piece, dialect);
      const tokens = tokenizer.encodeSegments(segments, first);
      first &&= segments.every(({ kind }) => kind !== 'text');
      return tokens;
    });
    return {
      tokens: pieces.flat(),
      pieceLengths: pieces.map(({ length }) => length),
      children: node.children.map((child) => visit(child, first)),
      candidates: node.candidates,
      ...(node.stop ? { stop: node.stop } : {}),
    };
  };
  const root = visit(tree, true);
  return { ...root, tokens: tokenizer.begun(root.tokens) };
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
  const visit = (node: PromptTree, tokenized: TokenizedNode, depth: number, path: number[]): number => {
    const planned: PlannedNode = {
      depth,
      path,
      pieces: node.pieces.map((piece, i) => ({
        role: piece.role,
        text: piece.text,
        tokens: tokenized.pieceLengths[i]!,
        ...(piece.id === undefined ? {} : { id: piece.id }),
        ...(piece.title === undefined ? {} : { title: piece.title }),
        ...(piece.path === undefined ? {} : { path: piece.path }),
        ...(piece.cut === undefined ? {} : { cut: piece.cut }),
      })),
      tokens: tokenized.tokens.length,
      candidates: node.candidates,
      descendants: node.candidates,
    };
    nodes.push(planned);
    node.children.forEach((child, i) => {
      planned.descendants += visit(child, tokenized.children[i]!, depth + 1, [...path, i]);
    });
    return planned.descendants;
  };
  visit(tree, tokenizeTree(tree, tokenizer, dialect), 0, []);
  return {
    nodes,
    tokens: nodes.reduce((sum, { tokens }) => sum + tokens, 0),
    unsharedTokens: nodes.reduce((sum, { tokens, descendants }) => sum + tokens * descendants, 0),
  };
}
