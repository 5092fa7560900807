import { RadixCache } from '../../src/engine/cache/radix.ts';
import type { Gpu } from '../../src/engine/gpu/gpu.ts';
import { LoadedModel } from '../../src/engine/loaded-model.ts';
import { logSoftmax } from '../../src/engine/reference/sampling.ts';
import { readModel } from '../../src/engine/weights/model-source.ts';

/** Token ids, and the positions whose logits are wanted, in rising order. */
export interface Sequence {
  tokens: number[];
  wanted: number[];
}

/** The logits of a model in the portable tier after each wanted position, [V] each, one sequence after the other. */
export async function logitsOf(gpu: Gpu, path: string, sequences: Sequence[]): Promise<Float32Array[]> {
  const model = await LoadedModel.load(gpu, await readModel(path), { tier: 'portable' });
  const { transformer } = model;
  const { chunk, logitsPitch, slots, config } = transformer;
  const found: Float32Array[] = [];
  try {
    for (const { tokens, wanted } of sequences) {
      const cache = new RadixCache(slots);
      const node = cache.acquire(cache.root, tokens);
      const rows = tokens.map((token, i) => ({ token, position: i, slot: node.slots[i]!, node }));
      for (let done = 0; done < rows.length; done += chunk) {
        const outputs = wanted.map((at) => at - done).filter((at) => at >= 0 && at < chunk);
        const buffer = await transformer.forward(rows.slice(done, done + chunk), outputs);
        node.filled = Math.min(done + chunk, rows.length);
        const all = outputs.length > 0 ? await gpu.readFloats(buffer, outputs.length * logitsPitch) : undefined;
        for (const i of outputs.keys()) found.push(all!.slice(i * logitsPitch, i * logitsPitch + config.vocabulary));
      }
    }
    return found;
  } finally {
    model.dispose();
  }
}

/** How two rows of logits for the same token differ; the first is what is expected. */
export interface Comparison {
  /** Sum over the tokens of p ln(p / q). */
  divergence: number;
  /** How far what the second finds most likely is below what the first does, as a log-probability of the first; 0 where it is the same. */
  below: number;
  /** The greatest difference of two logits. */
  difference: number;
}

export function compared(expected: Float32Array, got: Float32Array): Comparison {
  const [p, q] = [logSoftmax(expected), logSoftmax(got)];
  const divergence = p.reduce((sum, value, i) => sum + Math.exp(value) * (value - q[i]!), 0);
  const best = q.indexOf(Math.max(...q));
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0);
  return { divergence, below: Math.max(...p) - p[best]!, difference };
}
