import type { CacheNode, RadixCache } from '../src/engine/cache/radix.ts';
import type { FastTransformer } from '../src/engine/fast/transformer.ts';

/** A prefix node of its own for each candidate, with the KV of the one that was read: what sharing spares. */
export async function copyPrefix(
  model: FastTransformer,
  cache: RadixCache,
  prefix: CacheNode,
  copies: number,
): Promise<CacheNode[]> {
  const nodes: CacheNode[] = [];
  for (let i = 0; i < copies; i++) {
    // Another first token, so that the cache takes it for another prefix.
    const node = cache.acquire(cache.root, [model.config.vocabulary + i, ...prefix.tokens.slice(1)]);
    await model.copySlots(prefix.slots, node.slots);
    node.filled = node.tokens.length;
    nodes.push(node);
  }
  return nodes;
}
