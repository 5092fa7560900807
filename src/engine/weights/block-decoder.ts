import type { Gpu } from '../gpu/gpu.ts';
import { Kernel, record } from '../gpu/kernel.ts';
import type { BlockType } from './gguf/block-types.ts';

const THREADS = 64;
/** Elements that a thread decodes. */
const EACH = 32;
/** Numbers that the kernel is told. */
const SHAPE_WORDS = 8;

/** Where rows of a part go in a matrix: below `above` rows, or, with `interleave`, so many at a time in turn with other parts. */
export interface Placement {
  /** The first row of these, counted from the part's own. */
  firstRow: number;
  above: number;
  interleave: number;
  parts: number;
  part: number;
}

/** Decodes blocks of GGUF tensors on the GPU, where their elements are to be. */
export class BlockDecoder {
  readonly #gpu: Gpu;
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #shape: GPUBuffer;
  #raw: GPUBuffer | undefined;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    this.#shape = gpu.device.createBuffer({ label: 'blocks', size: SHAPE_WORDS * 4, usage: UNIFORM | COPY_DST });
  }

  /** Writes whole rows of a tensor of `columns` as f16 to `out`, whose rows are `pitch` apart. */
  async decode(
    type: BlockType,
    blocks: Uint8Array<ArrayBuffer>,
    columns: number,
    { firstRow, above, interleave, parts, part }: Placement,
    { out, pitch }: { out: GPUBuffer; pitch: number },
  ): Promise<void> {
    const kernel = await this.#kernel(type);
    const rows = (blocks.length / type.bytes) * (type.elements / columns);
    const raw = this.#room(blocks.length);
    const whole = blocks.length - (blocks.length % 4);
    this.#gpu.write(raw, blocks.subarray(0, whole));
    if (whole < blocks.length) {
      const last = new Uint8Array(4);
      last.set(blocks.subarray(whole));
      this.#gpu.write(raw, last, whole);
    }
    this.#gpu.write(this.#shape, Uint32Array.of(rows, columns / EACH, pitch, firstRow, above, interleave, parts, part));
    const groups = Math.ceil((rows * columns) / EACH / THREADS);
    const across = Math.min(groups, this.#gpu.device.limits.maxComputeWorkgroupsPerDimension);
    const dispatch = kernel.prepare([this.#shape, raw, out], [across, Math.ceil(groups / across)]);
    this.#gpu.submit((encoder) => {
      const pass = encoder.beginComputePass();
      record(pass, [dispatch]);
      pass.end();
    });
  }

  dispose(): void {
    this.#shape.destroy();
    this.#raw?.destroy();
  }

  #kernel(type: BlockType): Promise<Kernel> {
    const known = this.#kernels.get(type.name);
    if (known) return known;
    const kernel = Kernel.compile(this.#gpu, 'decode_blocks', 'urw', { constants: type.constants });
    this.#kernels.set(type.name, kernel);
    return kernel;
  }

  #room(bytes: number): GPUBuffer {
    if (this.#raw && this.#raw.size >= bytes) return this.#raw;
    // What was submitted keeps the old one alive.
    this.#raw?.destroy();
    this.#raw = this.#gpu.buffer('raw blocks', bytes);
    return this.#raw;
  }
}
