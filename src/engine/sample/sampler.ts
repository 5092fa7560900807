import type { Sampling } from '../../core/candidate.ts';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
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

/** The tokens that may be drawn from a row of the logits. */
export interface Restriction {
  row: number;
  /** One bit a token, the lowest first: [ceil(V / 32)]. */
  allowed: Uint32Array;
}

/** The logit of a token that may not be drawn: see restrict.wgsl. */
const FORBIDDEN = -1e30;

/** Draws tokens from logits on the GPU; only ids and log-probabilities come back. */
export class Sampler {
  readonly #gpu: Gpu;
  readonly #sample: Kernel;
  readonly #top: Kernel;
  readonly #restrict: Kernel;
  readonly #buffers = new Map<string, GPUBuffer>();

  private constructor(gpu: Gpu, sample: Kernel, top: Kernel, restrict: Kernel) {
    this.#gpu = gpu;
    this.#sample = sample;
    this.#top = top;
    this.#restrict = restrict;
  }

  static async create(gpu: Gpu, threads = threadsFor(gpu)): Promise<Sampler> {
    const [sample, top, restrict] = await Promise.all([
      compileSample(gpu, threads),
      Kernel.compile(gpu, 'top_logprobs', 'rrw', { immediates: 12 }),
      Kernel.compile(gpu, 'restrict', 'wrr', { immediates: 8 }),
    ]);
    return new Sampler(gpu, sample, top, restrict);
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
    const { drawBuffer, scratch, chosen } = await this.#gpu.allocating(said`Sampling`, () => ({
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
        said`The model computes values that are not finite numbers.`,
        said`Download the model again, or choose another one.`,
      );
    }
    return drawn;
  }

  /**
   * Leaves of some rows of the logits only tokens that are allowed, of which there must be one: what is drawn and reported from
   * these rows then is the model's choice among them.
   * @param logits [R, pitch] f32, the first V of each row; changed
   */
  async restrict(
    logits: GPUBuffer,
    vocabulary: number,
    restrictions: Restriction[],
    pitch = vocabulary,
  ): Promise<void> {
    const words32 = Math.ceil(vocabulary / 32);
    const { rowBuffer, masks } = await this.#gpu.allocating(said`Sampling`, () => ({
      rowBuffer: this.#room('restricted rows', restrictions.length * 4),
      masks: this.#room('allowed', restrictions.length * words32 * 4),
    }));
    this.#gpu.write(rowBuffer, Uint32Array.from(restrictions.map(({ row }) => row)));
    const bits = new Uint32Array(restrictions.length * words32);
    for (const [i, { allowed }] of restrictions.entries()) bits.set(allowed, i * words32);
    this.#gpu.write(masks, bits);
    const groups: [number, number] = [Math.ceil(vocabulary / 64), restrictions.length];
    this.#dispatch((pass) => this.#restrict.run(pass, [logits, rowBuffer, masks], groups, words(vocabulary, pitch)));
  }

  /** The `most` most likely tokens of each wanted row of the logits, most likely first; all that are allowed where there are fewer. */
  async top(
    logits: GPUBuffer,
    vocabulary: number,
    rows: number[],
    most: number,
    pitch = vocabulary,
  ): Promise<Drawn[][]> {
    const k = Math.min(most, vocabulary);
    const { rowBuffer, found } = await this.#gpu.allocating(said`Sampling`, () => ({
      rowBuffer: this.#room('rows', rows.length * 4),
      found: this.#room('top', rows.length * k * 8),
    }));
    this.#gpu.write(rowBuffer, Uint32Array.from(rows));
    this.#dispatch((pass) =>
      this.#top.run(pass, [logits, rowBuffer, found], [rows.length], words(vocabulary, k, pitch)),
    );
    const all = pairs(await this.#gpu.read(found, rows.length * k * 8));
    // Far below any that a model computes.
    return rows.map((_, i) => all.slice(i * k, (i + 1) * k).filter(({ logprob }) => logprob > FORBIDDEN / 2));
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
