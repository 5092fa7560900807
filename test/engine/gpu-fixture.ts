import { after } from 'node:test';
import { Gpu } from '../../src/engine/gpu/gpu.ts';
import { Kernels } from '../../src/engine/model/kernels.ts';
import type { AttentionShape } from '../../src/engine/reference/attention.ts';
import type { Heads } from '../../src/engine/weights/config.ts';
import type { Encoding } from '../../src/engine/weights/parameters.ts';

/** The GPU adapter of a test file, with robust access on: an index error shows as a wrong number and not as a crash. */
export async function openGpu(): Promise<Gpu> {
  const gpu = await Gpu.open({ validation: true });
  after(() => gpu.dispose());
  return gpu;
}

/** A head shape, and whether its kernels work in quads; without a word as the engine would have it. */
export interface KernelShape extends AttentionShape, Pick<Heads, 'headNorm' | 'normEpsilon'> {
  quads?: boolean;
}

/** Every way of `KernelShape.quads` that this GPU adapter can run. */
export function waysOf(gpu: Gpu): boolean[] {
  return gpu.device.features.has('subgroups') ? [true, false] : [false];
}

/** Kernels compiled once for each head shape that a test asks for. */
export class KernelShelf {
  readonly #gpu: Gpu;
  readonly #compiled = new Map<string, Promise<Kernels>>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  of({ quads, ...heads }: KernelShape, encodings: Encoding[] = ['f32']): Promise<Kernels> {
    const key = `${JSON.stringify(heads)} ${quads} ${encodings}`;
    let kernels = this.#compiled.get(key);
    if (!kernels) {
      kernels = Kernels.compile(this.#gpu, heads, new Set(encodings), quads);
      this.#compiled.set(key, kernels);
    }
    return kernels;
  }
}

/** Records one compute pass and submits it. */
export function inPass(gpu: Gpu, record: (pass: GPUComputePassEncoder) => void): void {
  gpu.submit((encoder) => {
    const pass = encoder.beginComputePass();
    record(pass);
    pass.end();
  });
}

/** Buffers that are destroyed together when a property's run is over. */
export class Buffers implements Disposable {
  readonly #gpu: Gpu;
  readonly #made: GPUBuffer[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  upload(label: string, data: Float32Array | Uint32Array): GPUBuffer {
    const buffer = this.#gpu.upload(label, data);
    this.#made.push(buffer);
    return buffer;
  }

  /** Room for `count` 32-bit words. */
  room(label: string, count: number): GPUBuffer {
    const buffer = this.#gpu.buffer(label, count * 4);
    this.#made.push(buffer);
    return buffer;
  }

  [Symbol.dispose](): void {
    for (const buffer of this.#made) buffer.destroy();
  }
}
