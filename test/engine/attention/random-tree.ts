import fc from 'fast-check';
import type { Row } from '../../../src/engine/attention/plan.ts';
import { type CacheNode, pathOf, RadixCache } from '../../../src/engine/cache/radix.ts';
import { below } from '../random-numbers.ts';

/** The spans of a token tree: tokens of a node, and what hangs on it. A node without children is a leaf. */
export interface Shape {
  span: number;
  children: Shape[];
}

/** Mostly short spans, some empty, some longer than a stretch of the attention plan. */
const span = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }) },
);
const leaf = span.map((span): Shape => ({ span, children: [] }));
const fork = (child: fc.Arbitrary<Shape>, most: number) =>
  fc.record({ span, children: fc.array(child, { minLength: 1, maxLength: most, size: 'max' }) });

/** Ragged trees of three or four levels with 1 to 64 leaves. */
export const treeShape: fc.Arbitrary<Shape> = fc.oneof(fork(fork(leaf, 8), 8), fork(fork(fork(leaf, 4), 4), 4));

/** A tree in a KV store: inner nodes as a prompt leaves them, leaves as the private branches of candidates. */
export interface Tree {
  cache: RadixCache;
  slots: number;
  inner: CacheNode[];
  leaves: CacheNode[];
}

/** Plants the tree; it holds at least one token, because an all-empty shape gets a root span of one. */
export function plant(shape: Shape): Tree {
  const slots = slotsOf(shape) + 64;
  const cache = new RadixCache(slots);
  const tree: Tree = { cache, slots, inner: [], leaves: [] };
  let next = 0;
  const visit = (at: Shape, parent: CacheNode) => {
    if (at.children.length === 0) {
      const branch = cache.branch(parent);
      for (let i = 0; i < at.span; i++) cache.append(branch, next++);
      tree.leaves.push(branch);
      return;
    }
    const fresh = Array.from({ length: at.span }, () => next++);
    const node = cache.acquire(parent, fresh);
    if (fresh.length > 0) tree.inner.push(node);
    for (const child of at.children) visit(child, node);
  };
  visit({ ...shape, span: Math.max(1, shape.span) }, cache.root);
  return tree;
}

/** The row of the token at an absolute position on the path of `leaf`. */
export function rowAt(leaf: CacheNode, position: number): Row {
  const node = pathOf(leaf).find(({ start, tokens }) => position < start + tokens.length)!;
  const i = position - node.start;
  return { token: node.tokens[i]!, position, slot: node.slots[i]!, node };
}

/** The last row of every leaf's path, and a few rows from the middle of the tree, as a prefill pass has them. */
export function someRows(random: () => number, { leaves }: Tree): Row[] {
  const ends = leaves.map((leaf) => rowAt(leaf, leaf.start + leaf.tokens.length - 1));
  const middle = Array.from({ length: below(random, 24) }, () => {
    const leaf = leaves[below(random, leaves.length)]!;
    return rowAt(leaf, below(random, leaf.start + leaf.tokens.length));
  });
  return [...ends, ...middle];
}

function slotsOf({ span, children }: Shape): number {
  // A part of a block, and for a leaf that grows another one.
  return span + 32 + children.reduce((sum, child) => sum + slotsOf(child), 0);
}
