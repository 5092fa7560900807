import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Sampling } from '../../src/core/candidate.ts';
import type { Tier } from '../../src/core/protocol.ts';
import { RadixCache } from '../../src/engine/cache/radix.ts';
import { type DecodeRequest, Decoder } from '../../src/engine/decoder.ts';
import { fastLayout } from '../../src/engine/fast/quantize.ts';
import { FastTransformer } from '../../src/engine/fast/transformer.ts';
import { Tuning } from '../../src/engine/fast/tuning.ts';
import type { Gpu } from '../../src/engine/gpu/gpu.ts';
import type { ForwardPass } from '../../src/engine/model/forward-pass.ts';
import { Transformer } from '../../src/engine/model/transformer.ts';
import { Sampler } from '../../src/engine/sample/sampler.ts';
import { StopChecker } from '../../src/engine/sample/stop.ts';
import type { TokenLeaf } from '../../src/engine/token-tree.ts';
import { readModelFolder } from '../../src/engine/weights/model-source.ts';
import { AS_STORED, loadParameters } from '../../src/engine/weights/parameters.ts';
import { Safetensors } from '../../src/engine/weights/safetensors.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { type CheckpointShape, type RandomCheckpoint, writeRandomCheckpoint } from './random-checkpoint.ts';

export const TINY: CheckpointShape = {
  architecture: 'Qwen2ForCausalLM',
  type: 'F32',
  layers: 2,
  width: 48,
  heads: 4,
  kvHeads: 2,
  headWidth: 16,
  feedForward: 68,
  vocabulary: 101,
  maxPositions: 2048,
  tiedHead: true,
  biases: false,
};

/** Small too, of a shape that the fast tier takes wherever it runs at all. */
export const SMALL: CheckpointShape = { ...TINY, width: 96, headWidth: 32, feedForward: 136 };

export const GREEDY: Sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
export const NEVER = new AbortController().signal;

/** A folder that is gone when the test file is done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-engine-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A decoder over a random checkpoint, with its KV store in view. */
export interface TestDecoder extends AsyncDisposable {
  checkpoint: RandomCheckpoint;
  decoder: Decoder;
  cache: RadixCache;
  transformer: ForwardPass;
}

export async function openDecoder(
  gpu: Gpu,
  random: () => number,
  shape: CheckpointShape = TINY,
  slots = 4096,
  tier: Tier = 'portable',
): Promise<TestDecoder> {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-engine-test-'));
  const checkpoint = writeRandomCheckpoint(folder, shape, random);
  const { config } = await readModelFolder(folder);
  const file = await Safetensors.open(folder);
  const layout = tier === 'fast' ? await fastLayout(gpu) : AS_STORED;
  const parameters = await loadParameters(gpu, config, file, { layout });
  await file.dispose();
  rmSync(folder, { recursive: true });
  const transformer =
    tier === 'fast'
      ? await FastTransformer.create(gpu, config, parameters, slots, new Tuning(gpu))
      : await Transformer.create(gpu, config, parameters, slots);
  const sampler = await Sampler.create(gpu);
  const cache = new RadixCache(slots);
  return {
    checkpoint,
    decoder: new Decoder(transformer, sampler, cache),
    cache,
    transformer,
    [Symbol.asyncDispose]: async () => {
      // A cancelled run may leave work behind that still reads the buffers.
      await gpu.settle();
      sampler.dispose();
      transformer.dispose();
    },
  };
}

/** A request without tokenizer, stopped by the token limit alone or by end tokens. */
export async function requestFor(
  leaves: TokenLeaf[],
  sampling: Sampling,
  maxTokens: number,
  options: { logprobs?: number; endTokens?: number[]; reproducible?: boolean } = {},
): Promise<DecodeRequest> {
  const rules = { maxTokens, strings: [] };
  const stop = new StopChecker(rules, new Set(options.endTokens), undefined, await Syntax.load());
  return {
    leaves,
    sampling,
    maxTokens,
    stop,
    logprobs: options.logprobs ?? 0,
    reproducible: options.reproducible ?? true,
  };
}

/** Leaves of a token tree: equal span arrays are the same node. */
export function leaf(spans: number[][], candidates: number, path: number[] = []): TokenLeaf {
  return { spans, path, candidates };
}
