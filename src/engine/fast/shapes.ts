import type { Gpu } from '../gpu/gpu.ts';

/** Uniform bindings start at multiples of this everywhere. */
const ALIGNMENT = 256;
const ROOM = 512;

/** Small numbers that kernels are told by uniform bindings; equal ones share a place. Freed together. */
export class Shapes {
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];
  readonly #places = new Map<string, GPUBufferBinding>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A binding that holds these numbers as u32. */
  of(...values: number[]): GPUBufferBinding {
    const key = values.join(' ');
    const known = this.#places.get(key);
    if (known) return known;
    const index = this.#places.size % ROOM;
    if (index === 0) {
      const { UNIFORM, COPY_DST } = GPUBufferUsage;
      const size = ROOM * ALIGNMENT;
      this.#buffers.push(this.#gpu.device.createBuffer({ label: 'shapes', size, usage: UNIFORM | COPY_DST }));
    }
    const buffer = this.#buffers.at(-1)!;
    const words = new Uint32Array(Math.ceil(values.length / 4) * 4);
    words.set(values);
    this.#gpu.write(buffer, words, index * ALIGNMENT);
    const place = { buffer, offset: index * ALIGNMENT, size: words.byteLength };
    this.#places.set(key, place);
    return place;
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}
