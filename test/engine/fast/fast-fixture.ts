import { obstacleTo } from '../../../src/engine/fast/fixed-kernels.ts';
import type { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { unpackWeights } from '../../../src/engine/reference/weights.ts';
import type { ModelConfig } from '../../../src/engine/weights/config.ts';
import { toHalves } from '../../../src/engine/weights/half.ts';
import { type Buffers, openGpu } from '../gpu-fixture.ts';

/** A model that the fast tier takes wherever it runs at all. */
const SMALL = { heads: 4, kvHeads: 2, headWidth: 32, width: 96, feedForward: 136 } as ModelConfig;

/** The GPU adapter, and why the fast tier cannot run on it: the reason with which tests are skipped. */
export async function openFastGpu(): Promise<{ gpu: Gpu; skip: string | false }> {
  const gpu = await openGpu();
  return { gpu, skip: obstacleTo(gpu, SMALL) ?? false };
}

/** Numbers rounded to f16 on the GPU, an even count of them, and what they are then. */
export function uploadHalves(buffers: Buffers, label: string, floats: Float32Array) {
  const words = new Uint32Array(toHalves(floats).buffer);
  return { buffer: buffers.upload(label, words), values: unpackWeights(words, 'f16') };
}

/** An even count of f16 numbers. */
export async function readHalves(gpu: Gpu, buffer: GPUBuffer, count: number): Promise<Float64Array> {
  return unpackWeights(new Uint32Array(await gpu.read(buffer, count * 2)), 'f16');
}
