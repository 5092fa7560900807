import assert from 'node:assert/strict';
import { CoppiceError } from '../../../src/core/errors.ts';
import { BLOCK } from '../../../src/engine/cache/blocks.ts';
import { type CacheNode, pathOf, RadixCache } from '../../../src/engine/cache/radix.ts';

/** What a run does with the KV store. `pick` chooses among what is there, modulo how many there are. */
export type Operation =
  | { kind: 'acquire'; tokens: number[]; filled: number }
  /** Acquires below a node that is held already. */
  | { kind: 'extend'; pick: number; tokens: number[]; filled: number }
  | { kind: 'branch'; pick: number }
  | { kind: 'append'; pick: number; count: number }
  /** Slots for so many tokens to come. */
  | { kind: 'reserve'; pick: number; count: number }
  | { kind: 'drop'; pick: number }
  | { kind: 'release'; pick: number }
  | { kind: 'clear' };

/** A hold on a node, with what its path spelt and where it lay when it was acquired. */
interface Hold {
  node: CacheNode;
  tokens: number[];
  slots: number[];
}

/** A KV store beside the plainest account of what it must contain. */
export class CacheModel {
  readonly #cache: RadixCache;
  readonly #blocks: number;
  readonly #holds: Hold[] = [];
  readonly #branches: (Hold & { below: Hold })[] = [];
  /** Slots whose KV counts as computed. */
  #filled = new Set<number>();
  #nextToken = 1000;

  constructor(slots: number) {
    this.#cache = new RadixCache(slots);
    this.#blocks = slots / BLOCK;
  }

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'acquire':
        this.#acquire({ node: this.#cache.root, tokens: [], slots: [] }, operation.tokens, operation.filled);
        return;
      case 'extend': {
        const hold = at(this.#holds, operation.pick);
        if (hold) this.#acquire(hold, operation.tokens, operation.filled);
        return;
      }
      case 'branch': {
        const below = at(this.#holds, operation.pick);
        if (!below) return;
        const { tokens, slots } = below;
        this.#branches.push({ node: this.#cache.branch(below.node), below, tokens: [...tokens], slots: [...slots] });
        return;
      }
      case 'append': {
        const branch = at(this.#branches, operation.pick);
        for (let i = 0; branch && i < operation.count; i++) {
          const token = this.#nextToken++;
          const { node } = branch;
          const reserved = node.slots.length;
          if (!this.#orFull(1, () => this.#cache.append(node, token))) return;
          branch.tokens.push(token);
          this.#takeNewSlots(branch);
          assert.equal(branch.slots.length - branch.below.slots.length, Math.max(reserved, node.tokens.length));
        }
        return;
      }
      case 'reserve': {
        const branch = at(this.#branches, operation.pick);
        if (!branch) return;
        const { node } = branch;
        const wanted = node.tokens.length + operation.count;
        const isThere = this.#orFull(1, () => this.#cache.reserve(node, wanted));
        if (isThere) assert.ok(node.slots.length >= wanted);
        this.#takeNewSlots(branch);
        return;
      }
      case 'drop': {
        const branch = take(this.#branches, operation.pick);
        if (branch) this.#cache.dropBranch(branch.node);
        return;
      }
      case 'release': {
        const hold = take(this.#holds, operation.pick);
        if (hold) this.#cache.release(hold.node);
        return;
      }
      case 'clear':
        this.#cache.clear();
        return;
    }
  }

  /** Everything that must be true between two operations. */
  check(): void {
    const nodes = [...nodesBelow(this.#cache.root)];
    const branches = this.#branches.map(({ node }) => node);
    for (const node of nodes) {
      assert.equal(node.tokens.length, node.slots.length);
      assert.ok(node.holders >= 0, 'holders fell below zero');
      assert.ok(node.filled >= 0 && node.filled <= node.tokens.length);
      for (const [first, child] of node.children) {
        assert.equal(child.parent, node);
        assert.equal(child.tokens[0], first);
        assert.equal(child.start, node.start + node.tokens.length);
      }
    }
    const slots = [...nodes, ...branches].flatMap((node) => node.slots);
    assert.equal(new Set(slots).size, slots.length, 'a slot belongs to two tokens');
    const blocks = new Set(slots.map((slot) => Math.floor(slot / BLOCK)));
    assert.equal(this.#cache.usedBlocks, blocks.size, 'blocks leak, or are free while in use');
    assert.equal(this.#cache.freeSlots, (this.#blocks - blocks.size) * BLOCK);

    for (const { node, tokens, slots } of [...this.#holds, ...this.#branches]) {
      const path = pathOf(node);
      assert.deepEqual(
        path.flatMap((part) => part.tokens),
        tokens,
        'a held path spells something else',
      );
      // A branch without tokens is not on its path, but it may have slots.
      const lying = [...path, ...(node.tokens.length === 0 ? [node] : [])].flatMap((part) => part.slots);
      assert.deepEqual(lying, slots, 'the KV of a held path has moved');
      for (const part of path) assert.ok(branches.includes(part) || nodes.includes(part), 'a held node was evicted');
    }
    // What was computed and is still stored is known to be computed, across splits; what is gone is forgotten.
    const marked = nodes.flatMap((node) => node.slots.slice(0, node.filled));
    const stored = new Set(slots);
    this.#filled = new Set([...this.#filled].filter((slot) => stored.has(slot)));
    assert.deepEqual(
      marked.sort((a, b) => a - b),
      [...this.#filled].sort((a, b) => a - b),
    );
  }

  letGoOfEverything(): void {
    for (const { node } of this.#branches.splice(0)) this.#cache.dropBranch(node);
    for (const { node } of this.#holds.splice(0)) this.#cache.release(node);
    for (const node of nodesBelow(this.#cache.root)) assert.equal(node.holders, node === this.#cache.root ? 1 : 0);
    this.#cache.clear();
    this.#filled.clear();
    this.check();
    assert.equal(this.#cache.usedBlocks, 0);
    assert.equal(this.#cache.root.children.size, 0);
  }

  #acquire(parent: Hold, tokens: number[], filled: number): void {
    const known = longestStored(parent.node, tokens);
    let node: CacheNode | undefined;
    const needed = tokens.length - known.length;
    this.#orFull(needed, () => {
      node = this.#cache.acquire(parent.node, tokens);
    });
    if (!node) return;
    const slots = pathOf(node).flatMap((part) => part.slots);
    // The longest stored beginning is reused in place; the rest is one new node of which nothing is computed.
    assert.deepEqual(slots.slice(0, parent.slots.length + known.length), [...parent.slots, ...known]);
    if (needed > 0) {
      assert.equal(node.tokens.length, needed);
      assert.equal(node.filled, 0);
      for (const slot of node.slots) this.#filled.delete(slot);
    }
    this.#holds.push({ node, tokens: [...parent.tokens, ...tokens], slots });
    this.#fill(node, filled);
  }

  /** Slots that a branch has got since; what lay in them before is gone. */
  #takeNewSlots({ node, below, slots }: Hold & { below: Hold }): void {
    for (const slot of node.slots.slice(slots.length - below.slots.length)) {
      slots.push(slot);
      this.#filled.delete(slot);
    }
  }

  /** Computes `count` more tokens of the path, from its beginning on. */
  #fill(node: CacheNode, count: number): void {
    let left = count;
    for (const part of pathOf(node)) {
      for (; left > 0 && part.filled < part.tokens.length; left--) this.#filled.add(part.slots[part.filled++]!);
      if (part.filled < part.tokens.length) return;
    }
  }

  /** Runs `work`; false where the store was full, which it may only be when held nodes alone leave too little. */
  #orFull(needed: number, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      assert.ok(error instanceof CoppiceError && error.code === 'gpu-out-of-memory', String(error));
      assert.ok(this.#cache.freeSlots < needed, 'refused although there was room');
      // All that nobody holds went first; only the beginning that the refused prompt itself found may be left.
      const free = [...nodesBelow(this.#cache.root)].filter((node) => node.holders === 0 && node.children.size === 0);
      assert.ok(free.length <= 1, 'refused although something could be evicted');
      return false;
    }
  }
}

function* nodesBelow(node: CacheNode): Generator<CacheNode> {
  yield node;
  for (const child of node.children.values()) yield* nodesBelow(child);
}

/** The slots of the longest beginning of `tokens` that any path below `node` spells, by trying all of them. */
function longestStored(node: CacheNode, tokens: number[]): number[] {
  let longest: number[] = [];
  for (const child of node.children.values()) {
    const same = child.tokens.findIndex((token, i) => token !== tokens[i]);
    const found =
      same === -1
        ? [...child.slots, ...longestStored(child, tokens.slice(child.tokens.length))]
        : child.slots.slice(0, same);
    if (found.length > longest.length) longest = found;
  }
  return longest;
}

function at<T>(list: T[], pick: number): T | undefined {
  return list[pick % list.length];
}

function take<T>(list: T[], pick: number): T | undefined {
  return list.length === 0 ? undefined : list.splice(pick % list.length, 1)[0];
}
