import type { Gpu } from '../gpu/gpu.ts';
import { Kernel, words } from '../gpu/kernel.ts';
import type { Encoding, Matrix } from '../weights/parameters.ts';

/** A kernel, and the rows and columns of y that one of its workgroups computes. */
interface Variant {
  kernel: Kernel;
  rows: number;
  columns: number;
}

const ADD_BIAS = 1;
const ACCUMULATE = 2;

/** Threads of a workgroup on software adapters: few, so that narrow matrices keep all cores busy. */
const THREADS = 8;
/** Rows of x that each thread of a quad loads, as kernels/matmul_quads.wgsl has it. */
const QUAD_ROWS = [1, 2, 4];

/** Whether kernels in which four threads swap what they load are the faster ones: on software adapters, where possible. */
export function suitsQuads({ info, device }: Gpu): boolean {
  return info.software && device.features.has('subgroups');
}

/** y = x W^T of the portable tier for W of one encoding; the kernel suits the adapter and the number of rows. */
export class MatrixProduct {
  /** By the rows that they take. */
  readonly #variants: Variant[];

  private constructor(variants: Variant[]) {
    this.#variants = variants;
  }

  /** @param quads see `suitsQuads` */
  static async compile(gpu: Gpu, encoding: Encoding, quads: boolean): Promise<MatrixProduct> {
    const options = { libraries: [`weights-${encoding}`, 'matmul-operands'], immediates: 16 };
    if (!quads) {
      return new MatrixProduct([
        { kernel: await Kernel.compile(gpu, 'matmul', 'rrrw', options), rows: 16, columns: 128 },
      ]);
    }
    const row = async () => ({
      kernel: await Kernel.compile(gpu, 'matmul_row', 'rrrw', { ...options, constants: { THREADS } }),
      ...{ rows: 1, columns: 8 * THREADS },
    });
    const quad = async (ROWS: number) => ({
      kernel: await Kernel.compile(gpu, 'matmul_quads', 'rrrw', {
        ...{ ...options, constants: { THREADS, ROWS }, dialect: 'subgroups' },
      }),
      ...{ rows: 4 * ROWS, columns: 4 * THREADS },
    });
    return new MatrixProduct(await Promise.all([row(), ...QUAD_ROWS.map(quad)]));
  }

  /** y [T, N] = x [T, K] w [N, K]^T (+ bias [N]), or y += with `accumulate`. A row's bits do not depend on T. */
  run(
    pass: GPUComputePassEncoder,
    { x, w, bias, y }: { x: GPUBuffer; w: Matrix; bias: GPUBuffer; y: GPUBuffer },
    { rows, hasBias, accumulate }: { rows: number; hasBias: boolean; accumulate: boolean },
  ): void {
    const variant = this.#variants.find((variant) => variant.rows >= rows) ?? this.#variants.at(-1)!;
    const groups: [number, number] = [Math.ceil(w.rows / variant.columns), Math.ceil(rows / variant.rows)];
    const flags = (hasBias ? ADD_BIAS : 0) | (accumulate ? ACCUMULATE : 0);
    variant.kernel.run(pass, [x, w.buffer, bias, y], groups, words(rows, w.rows, w.columns / 4, flags));
  }
}
