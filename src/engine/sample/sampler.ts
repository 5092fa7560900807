import type { Sampling } from '../../core/candidate.ts';
import { CoppiceError } from '../../core/errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Kernel, words } from '../gpu/kernel.ts';

/** One token to draw: from which row of the logits, for whom, and at which absolute position. */
export interface Draw {
  row: number;
  candidate: number;
  position: number;
}

export interface Drawn {
  token: number;
  /** Natural log of the token's probability under the untempered, unfiltered model. */
  logprob: number;
}

/** Draws tokens from logits on the GPU; only ids and log-probabilities come back. */
export class Sampler {
  readonly #gpu: Gpu;
  readonly #sample: Kernel;
  readonly #top: Kernel;
  readonly #buffers = new Map<string, GPUBuffer>();

  private constructor(gpu: Gpu, sample: Kernel, top: Kernel) {
    this.#gpu = gpu;
    this.#sample = sample;
    this.#top = top;
  }

  static async create(gpu: Gpu, threads = threadsFor(gpu)): Promise<Sampler> {
    const [sample, top] = await Promise.all([
      compileSample(gpu, threads),
      Kernel.compile(gpu, 'top_logprobs', 'rrw', { immediates: 12 }),
    ]);
    return new Sampler(gpu, sample, top);
  }

  /**
   * @param logits [R, pitch] f32, the first V of each row
   * @throws CoppiceError `model-invalid` where logits are not finite
   */
  async draw(
    logits: GPUBuffer,
    vocabulary: number,
    draws: Draw[],
    sampling: Sampling,
    pitch = vocabulary,
  ): Promise<Drawn[]> {
    const { drawBuffer, scratch, chosen } = await this.#gpu.allocating('Sampling', () => ({
      drawBuffer: this.#room('draws', draws.length * 12),
      scratch: this.#room('scratch', draws.length * 2 * vocabulary * 4),
      chosen: this.#room('chosen', draws.length * 8),
    }));
    this.#gpu.write(
      drawBuffer,
      Uint32Array.from(draws.flatMap(({ row, candidate, position }) => [row, candidate, position])),
    );
    const settings = sampleSettings(sampling, vocabulary, pitch);
    this.#dispatch((pass) => this.#sample.run(pass, [logits, drawBuffer, scratch, chosen], [draws.length], settings));
    const drawn = pairs(await this.#gpu.read(chosen, draws.length * 8));
    // A token outside the vocabulary would make the next pass read outside the embedding.
    if (drawn.some(({ token, logprob }) => token >= vocabulary || !Number.isFinite(logprob))) {
      throw new CoppiceError(
        'model-invalid',
        'The model computes values that are not finite numbers.',
        'Download the model again, or choose another one.',
      );
    }
    return drawn;
  }

  /** The `most` most likely tokens of each wanted row of the logits, most likely first; all where there are fewer. */
  async top(
    logits: GPUBuffer,
    vocabulary: number,
    rows: number[],
    most: number,
    pitch = vocabulary,
  ): Promise<Drawn[][]> {
    const k = Math.min(most, vocabulary);
    const { rowBuffer, found } = await this.#gpu.allocating('Sampling', () => ({
      rowBuffer: this.#room('rows', rows.length * 4),
      found: this.#room('top', rows.length * k * 8),
    }));
    this.#gpu.write(rowBuffer, Uint32Array.from(rows));
    this.#dispatch((pass) =>
      this.#top.run(pass, [logits, rowBuffer, found], [rows.length], words(vocabulary, k, pitch)),
    );
    const all = pairs(await this.#gpu.read(found, rows.length * k * 8));
    return rows.map((_, i) => all.slice(i * k, (i + 1) * k));
  }

  dispose(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
  }

  #dispatch(record: (pass: GPUComputePassEncoder) => void): void {
    this.#gpu.submit((encoder) => {
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
    });
  }

  #room(label: string, bytes: number): GPUBuffer {
    const old = this.#buffers.get(label);
    if (old && old.size >= bytes) return old;
    old?.destroy();
    const grown = this.#gpu.buffer(label, bytes);
    this.#buffers.set(label, grown);
    return grown;
  }
}

/** Threads that draw one token: a real GPU needs many, so that a long vocabulary is read in one sweep. */
function threadsFor(gpu: Gpu): number {
  return gpu.info.software ? 64 : Math.min(1024, gpu.device.limits.maxComputeInvocationsPerWorkgroup);
}

/** The immediates of sample.wgsl, for rows of logits `pitch` apart. */
export function sampleSettings(
  { temperature, topK, topP, minP, seed }: Sampling,
  vocabulary: number,
  pitch: number,
): Uint32Array<ArrayBuffer> {
  return words(vocabulary, seed >>> 0, { float: temperature }, topK, { float: topP }, { float: minP }, pitch);
}

/** The kernel that draws with any filters; also for who records it by himself. */
export function compileSample(gpu: Gpu, threads = threadsFor(gpu)): Promise<Kernel> {
  return Kernel.compile(gpu, 'sample', 'rrww', {
    ...{ libraries: ['threefry'], immediates: 28 },
    constants: { THREADS: threads },
  });
}

/** (token, bits of an f32) pairs. */
function pairs(bytes: ArrayBuffer): Drawn[] {
  const tokens = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  return Array.from({ length: tokens.length / 2 }, (_, i) => ({ token: tokens[2 * i]!, logprob: floats[2 * i + 1]! }));
}
