import type { CacheNode, RadixCache } from '../src/engine/cache/radix.ts';
import type { FastTransformer } from '../src/engine/fast/transformer.ts';

/** Nodes of their own below `parent` with the tokens and the KV of `node`: what sharing spares. */
export async function copyNode(
  model: FastTransformer,
  cache: RadixCache,
  parent: CacheNode,
  node: CacheNode,
  copies: number,
): Promise<CacheNode[]> {
  const nodes: CacheNode[] = [];
  for (let i = 0; i < copies; i++) {
    // Another first token, so that the cache takes it for another node; no copy has that of an earlier call.
    const first = model.config.vocabulary + parent.children.size;
    const copy = cache.acquire(parent, [first, ...node.tokens.slice(1)]);
    await model.copySlots(node.slots, copy.slots);
    copy.filled = copy.tokens.length;
    nodes.push(copy);
  }
  return nodes;
}
