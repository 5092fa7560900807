import { readFileSync } from 'node:fs';
import type { Gpu } from '../src/engine/gpu/gpu.ts';
import { Kernel, words } from '../src/engine/gpu/kernel.ts';
import type { Encoding, Matrix } from '../src/engine/weights/parameters.ts';

const SOURCE = readFileSync(new URL('first-matmul.wgsl', import.meta.url), 'utf8');
/** Rows and columns of y that one workgroup computes. */
const TILE = 32;

/** The kernel of first-matmul.wgsl: what a plain matrix product does on this adapter. */
export class FirstMatmul {
  readonly #kernel: Kernel;

  private constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  static async compile(gpu: Gpu, encoding: Encoding): Promise<FirstMatmul> {
    const options = { libraries: [`weights-${encoding}`], immediates: 12, source: SOURCE };
    return new FirstMatmul(await Kernel.compile(gpu, 'first-matmul', 'rrw', options));
  }

  /** y [T, N] = x [T, K] w [N, K]^T */
  run(pass: GPUComputePassEncoder, x: GPUBuffer, w: Matrix, y: GPUBuffer, rows: number): void {
    const groups: [number, number] = [Math.ceil(w.rows / TILE), Math.ceil(rows / TILE)];
    this.#kernel.run(pass, [x, w.buffer, y], groups, words(rows, w.rows, w.columns / 4));
  }
}
