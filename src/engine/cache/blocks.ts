import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';

/** Tokens in a block. A node holds whole blocks, so at most 15 slots of each are unused. */
export const BLOCK = 16;

/**
 * Ref-counted blocks of KV slots. A slot is one token's place in every layer's K and V buffers. Two nodes share a block
 * where a node was split inside it.
 */
export class BlockPool {
  readonly #refs: Uint32Array;
  readonly #free: number[];

  /** @param capacity slots; rounded down to whole blocks */
  constructor(capacity: number) {
    const blocks = Math.floor(capacity / BLOCK);
    this.#refs = new Uint32Array(blocks);
    this.#free = Array.from({ length: blocks }, (_, i) => blocks - 1 - i);
  }

  get freeSlots(): number {
    return this.#free.length * BLOCK;
  }

  get usedBlocks(): number {
    return this.#refs.length - this.#free.length;
  }

  /** The first slot of a fresh block; undefined when none is free. */
  allocate(): number | undefined {
    const block = this.#free.pop();
    if (block === undefined) return undefined;
    this.#refs[block] = 1;
    return block * BLOCK;
  }

  /** One more holder for the blocks of these slots, each block once. */
  retain(slots: Iterable<number>): void {
    for (const block of blocksOf(slots)) this.#refs[block]! += 1;
  }

  /** One holder less; blocks without a holder are free again. */
  release(slots: Iterable<number>): void {
    for (const block of blocksOf(slots)) {
      const refs = this.#refs[block]!;
      if (refs === 0)
        throw new CoppiceError('internal', said`KV block ${block} was freed twice.`, said`Report this with the log.`);
      this.#refs[block] = refs - 1;
      if (refs === 1) this.#free.push(block);
    }
  }
}

function blocksOf(slots: Iterable<number>): Set<number> {
  const blocks = new Set<number>();
  for (const slot of slots) blocks.add(Math.floor(slot / BLOCK));
  return blocks;
}
