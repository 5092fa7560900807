import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { BLOCK, BlockPool } from './blocks.ts';

/**
 * A span of tokens with its KV. `slots[i]` is where token i lives in the KV buffers; a branch may have slots for tokens to
 * come. The path from the root spells the
 * whole prefix, so a node's KV is valid for exactly that prefix. Whoever holds a node keeps its ancestors too.
 */
export interface CacheNode {
  tokens: number[];
  slots: number[];
  parent: CacheNode | undefined;
  children: Map<number, CacheNode>;
  /** Absolute position of the first token. */
  start: number;
  /** A candidate's own branch: it grows token by token and is never shared. */
  isBranch: boolean;
  /** Tokens whose KV has been computed; the rest is allocated only. */
  filled: number;
  /** Runs and branches that need this node now. A node without holders stays until its blocks are wanted. */
  holders: number;
  lastUsed: number;
}

/**
 * The KV store's index: a radix tree of token spans over ref-counted blocks. Prompt spans are shared and stay after a
 * run, for the next one; a candidate's branch is private and freed with it.
 */
export class RadixCache {
  readonly root: CacheNode;
  readonly #pool: BlockPool;
  #clock = 0;

  constructor(capacity: number) {
    this.#pool = new BlockPool(capacity);
    this.root = node([], [], undefined, 0);
    this.root.holders = 1;
  }

  get freeSlots(): number {
    return this.#pool.freeSlots;
  }

  get usedBlocks(): number {
    return this.#pool.usedBlocks;
  }

  /**
   * The node below `parent` whose path spells `tokens`, held until `release`. What is cached is reused, also up to the
   * middle of a node, which is split there; the rest becomes one new node with `filled` = 0. No tokens give `parent`.
   * @throws CoppiceError `gpu-out-of-memory` when the store is full of held nodes
   */
  acquire(parent: CacheNode, tokens: number[]): CacheNode {
    let at = parent;
    let done = 0;
    while (done < tokens.length) {
      const child = at.children.get(tokens[done]!);
      if (!child) break;
      let same = 0;
      while (same < child.tokens.length && child.tokens[same] === tokens[done + same]) same++;
      at = same < child.tokens.length ? this.#split(child, same) : child;
      done += same;
    }
    // Held before anything is allocated, so that what was just found is not evicted for the rest.
    this.#hold(at);
    if (done === tokens.length) return at;
    try {
      const rest = tokens.slice(done);
      const fresh = node(rest, this.#allocate(rest.length), at, at.start + at.tokens.length);
      at.children.set(rest[0]!, fresh);
      this.#hold(fresh);
      return fresh;
    } finally {
      at.holders--;
    }
  }

  /** A private branch below `parent`: it grows token by token and is never found by `acquire`. */
  branch(parent: CacheNode): CacheNode {
    const leaf = node([], [], parent, parent.start + parent.tokens.length, true);
    this.#hold(leaf);
    parent.holders++;
    return leaf;
  }

  /** Adds one token to a private branch, in its next slot. */
  append(leaf: CacheNode, token: number): void {
    this.reserve(leaf, leaf.tokens.length + 1);
    leaf.tokens.push(token);
  }

  /** Gives a private branch slots for `length` tokens in all, ahead of the tokens. */
  reserve(leaf: CacheNode, length: number): void {
    while (leaf.slots.length < length) {
      const last = leaf.slots.at(-1);
      leaf.slots.push(last !== undefined && (last + 1) % BLOCK !== 0 ? last + 1 : this.#allocate(1)[0]!);
    }
  }

  /** Frees a private branch and lets go of its parent. */
  dropBranch(leaf: CacheNode): void {
    this.#pool.release(leaf.slots);
    leaf.slots.length = 0;
    leaf.holders = 0;
    if (leaf.parent) this.release(leaf.parent);
  }

  /** Lets go of a node; it stays in the tree for reuse. */
  release(held: CacheNode): void {
    held.holders--;
  }

  /** Forgets everything that nobody holds. */
  clear(): void {
    for (let victim = this.#oldestLeaf(); victim; victim = this.#oldestLeaf()) this.#remove(victim);
  }

  #hold(held: CacheNode): void {
    held.holders++;
    held.lastUsed = ++this.#clock;
  }

  /** Cuts a node after `count` tokens. The back part stays the same object, for its holders; the front is returned. */
  #split(back: CacheNode, count: number): CacheNode {
    const { parent, slots } = back;
    const front = node(back.tokens.slice(0, count), slots.slice(0, count), parent, back.start);
    front.filled = Math.min(back.filled, count);
    front.lastUsed = back.lastUsed;
    back.filled = Math.max(0, back.filled - count);
    back.tokens = back.tokens.slice(count);
    back.slots = slots.slice(count);
    back.start += count;
    back.parent = front;
    front.children.set(back.tokens[0]!, back);
    parent?.children.set(front.tokens[0]!, front);
    // The block in which the cut falls now has two holders.
    this.#pool.retain(front.slots);
    this.#pool.retain(back.slots);
    this.#pool.release(slots);
    return front;
  }

  #allocate(count: number): number[] {
    const slots: number[] = [];
    while (slots.length < count) {
      const first = this.#pool.allocate();
      if (first === undefined) {
        const victim = this.#oldestLeaf();
        if (victim) {
          this.#remove(victim);
          continue;
        }
        this.#pool.release(slots);
        throw new CoppiceError(
          'gpu-out-of-memory',
          said`The KV store is full: the prompt and the candidates together need more tokens than it holds.`,
          said`Grow fewer candidates, or shorter ones.`,
        );
      }
      for (let i = 0; i < BLOCK && slots.length < count; i++) slots.push(first + i);
    }
    return slots;
  }

  /** The least recently used node that nothing hangs on. */
  #oldestLeaf(): CacheNode | undefined {
    let oldest: CacheNode | undefined;
    const visit = (at: CacheNode) => {
      for (const child of at.children.values()) visit(child);
      if (at !== this.root && at.holders === 0 && at.children.size === 0 && (!oldest || at.lastUsed < oldest.lastUsed))
        oldest = at;
    };
    visit(this.root);
    return oldest;
  }

  #remove(victim: CacheNode): void {
    this.#pool.release(victim.slots);
    victim.parent?.children.delete(victim.tokens[0]!);
  }
}

/** The nodes from the root's child down to `leaf`, empty spans left out. */
export function pathOf(leaf: CacheNode): CacheNode[] {
  const path: CacheNode[] = [];
  for (let at: CacheNode | undefined = leaf; at; at = at.parent) if (at.tokens.length > 0) path.push(at);
  return path.reverse();
}

function node(
  tokens: number[],
  slots: number[],
  parent: CacheNode | undefined,
  start: number,
  isBranch = false,
): CacheNode {
  return { tokens, slots, parent, children: new Map(), start, isBranch, filled: 0, holders: 0, lastUsed: 0 };
}
