import type { Sampling } from '../../core/candidate.ts';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, Kernel, record, words } from '../gpu/kernel.ts';
import type { Stepper, StepRequest } from '../model/forward-pass.ts';
import { compileSample, type Drawn, sampleSettings } from '../sample/sampler.ts';
import { laneConstants } from './lanes.ts';
import { bucket, type FastRow } from './plan.ts';
import type { Shapes } from './shapes.ts';
import type { FastTransformer } from './transformer.ts';

/** What a submission may take, so that a cancel is heard within two of them and the host has little to do for each step. */
const SUBMISSION_MS = 20;
const MOST_STEPS = 16;
/** Submissions whose quickest counts: one that was held up does not make the next ones shorter. */
const REMEMBERED = 8;
/** Before anything was measured. */
const FIRST_STEPS = 4;
/** Workgroups that should read the logits at once, and chunks of a row: one workgroup reads a chunk again to draw from it. */
const READERS = 8192;
const LEAST_CHUNKS = 16;
const MOST_CHUNKS = 64;
const FIXED_CHUNKS = 32;
/** Vectors of logits that a thread asks for at once. */
const LOGITS_AT_ONCE = 4;
const RESTING = 0xffffffff;
/** Bytes of the draw kernels' settings, padded as uniform bindings are. */
const DRAWING_BYTES = 32;

interface StepKernels {
  advance: Kernel;
  sample: Kernel;
}

/** Chunks that a row of logits is read in. */
interface DrawKernels {
  chunks: Kernel;
  survivors: Kernel;
  pick: Kernel;
}

/** Decodes several steps in one submission: tokens stay on the GPU and feed the next step. */
export class StepRunner implements Stepper {
  readonly #gpu: Gpu;
  readonly #model: FastTransformer;
  readonly #shapes: Shapes;
  #kernels: Promise<StepKernels> | undefined;
  readonly #draw = new Map<number, Promise<DrawKernels>>();
  /** Milliseconds of a step for so many rows, in the last submissions. */
  readonly #stepMs = new Map<number, number[]>();
  #lastResult = 0;
  /** Buffers that results are read through, free ones. */
  readonly #staging: GPUBuffer[] = [];
  /** How the submission draws: a binding of its own, since every run has another seed. */
  readonly #drawingSettings: GPUBuffer;

  constructor(gpu: Gpu, model: FastTransformer, shapes: Shapes) {
    this.#gpu = gpu;
    this.#model = model;
    this.#shapes = shapes;
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    const usage = UNIFORM | COPY_DST;
    this.#drawingSettings = gpu.device.createBuffer({ label: 'drawing', size: DRAWING_BYTES, usage });
  }

  stepsFor(rows: number): number {
    const seen = this.#stepMs.get(bucket(rows));
    if (!seen) return FIRST_STEPS;
    const ms = Math.min(...seen);
    // Powers of two, so that small changes of the clock leave the length alone.
    return Math.max(1, Math.min(MOST_STEPS, 2 ** Math.floor(Math.log2(SUBMISSION_MS / ms))));
  }

  async submit({ rows, steps, sampling, endTokens, reproducible }: StepRequest) {
    const model = this.#model;
    const T = bucket(rows.length);
    const fastRows = rows.map(({ branch, index, token }): FastRow => ({ node: branch, index, token }));
    const plan = model.plan(fastRows, { rows: T, steps, wanted: [], reproducible });
    const pass = await model.prepare(plan, T, { kind: 'all' }, reproducible);
    const draws = new Uint32Array(3 * T);
    for (let row = 0; row < T; row++) {
      const { branch, index, candidate } = rows[row] ?? rows[0]!;
      draws.set([row, candidate, branch.start + index + 1], 3 * row);
    }
    const historyBytes = steps * T * 8;
    await model.makeRoom(said`Decoding`, {
      draws: draws.byteLength,
      chosen: T * 8,
      ends: Math.max(1, endTokens.length) * 4,
      history: historyBytes,
      ...(isFiltered(sampling, model.config.vocabulary)
        ? { 'sample scratch': T * 2 * model.config.vocabulary * 4 }
        : {}),
      'chunk stats': T * MOST_CHUNKS * 16,
      'kept stats': T * MOST_CHUNKS * 16,
    });
    this.#gpu.write(model.buffer('draws'), draws);
    this.#gpu.write(model.buffer('ends'), Uint32Array.from(endTokens));
    this.#kernels ??= this.#compile();
    const { advance, sample } = await this.#kernels;
    const drawing = await this.#drawing(T, sampling, reproducible);
    const moving = advance.prepare(
      [
        this.#shapes.of(T, endTokens.length),
        ...['chosen', 'ends', 'plan', 'tokens', 'drawn', 'draws', 'history'].map((label) => model.buffer(label)),
      ],
      [1],
    );
    const [admit, ...step] = pass;
    const staging = this.#stagingFor(historyBytes);
    this.#gpu.submit((encoder) => {
      const compute = encoder.beginComputePass();
      record(compute, [admit!]);
      for (let s = 0; s < steps; s++) {
        record(compute, step);
        if (drawing) record(compute, drawing);
        else this.#sampleFiltered(compute, sample, T, sampling);
        record(compute, [moving]);
      }
      compute.end();
      encoder.copyBufferToBuffer(model.buffer('history'), 0, staging, 0, historyBytes);
    });
    const submitted = performance.now();
    return { drawn: this.#results(staging, historyBytes, { rows: rows.length, steps, T, submitted }) };
  }

  dispose(): void {
    for (const buffer of this.#staging) buffer.destroy();
    this.#drawingSettings.destroy();
  }

  async #results(
    staging: GPUBuffer,
    bytes: number,
    { rows, steps, T, submitted }: { rows: number; steps: number; T: number; submitted: number },
  ): Promise<(Drawn | undefined)[][]> {
    const { vocabulary } = this.#model.config;
    const data = await this.#gpu.mapped(staging, bytes);
    this.#staging.push(staging);
    const now = performance.now();
    // The GPU began when the submission before was done, or when this one came.
    const ms = (now - Math.max(submitted, this.#lastResult)) / steps;
    this.#stepMs.set(T, [...(this.#stepMs.get(T) ?? []).slice(1 - REMEMBERED), ms]);
    this.#lastResult = now;
    const ids = new Uint32Array(data);
    const logprobs = new Float32Array(data);
    return Array.from({ length: steps }, (_, s) =>
      Array.from({ length: rows }, (_, row) => {
        const at = 2 * (s * T + row);
        const token = ids[at]!;
        if (token === RESTING) return undefined;
        const logprob = logprobs[at + 1]!;
        if (token >= vocabulary || !Number.isFinite(logprob)) {
          throw new CoppiceError(
            'model-invalid',
            said`The model computes values that are not finite numbers.`,
            said`Download the model again, or choose another one.`,
          );
        }
        return { token, logprob };
      }),
    );
  }

  /** Without top-k and top-p the logits are read once or twice; undefined where a filter needs more. */
  async #drawing(
    T: number,
    { temperature, topK, topP, minP, seed }: Sampling,
    reproducible: boolean,
  ): Promise<Dispatch[] | undefined> {
    const { vocabulary } = this.#model.config;
    if (isFiltered({ temperature, topK, topP }, vocabulary)) return undefined;
    // Sums are cut where chunks end: reproducible, they end in the same places for any number of rows.
    const suited = reproducible ? FIXED_CHUNKS : Math.max(LEAST_CHUNKS, 2 ** Math.round(Math.log2(READERS / T)));
    const chunks = Math.max(1, Math.min(MOST_CHUNKS, suited, Math.floor(vocabulary / 1024)));
    let compiled = this.#draw.get(chunks);
    if (!compiled) {
      compiled = compileDraw(this.#gpu, chunks);
      this.#draw.set(chunks, compiled);
    }
    const kernels = await compiled;
    const model = this.#model;
    const settings = this.#drawingSettings;
    this.#gpu.write(
      settings,
      words(vocabulary, model.logitsPitch, seed >>> 0, { float: temperature }, { float: minP }),
    );
    const logits = model.buffer('logits');
    const [stats, kept] = [model.buffer('chunk stats'), model.buffer('kept stats')];
    const [draws, chosen] = [model.buffer('draws'), model.buffer('chosen')];
    const first = kernels.chunks.prepare([settings, logits, stats], [chunks, T]);
    if (minP > 0 && temperature > 0) {
      const second = kernels.survivors.prepare([settings, logits, stats, kept], [chunks, T]);
      return [first, second, kernels.pick.prepare([settings, logits, draws, kept, chosen], [T])];
    }
    return [first, kernels.pick.prepare([settings, logits, draws, stats, chosen], [T])];
  }

  #sampleFiltered(pass: GPUComputePassEncoder, sample: Kernel, T: number, sampling: Sampling): void {
    const model = this.#model;
    const scratch = model.buffer('sample scratch');
    const settings = sampleSettings(sampling, model.config.vocabulary, model.logitsPitch);
    sample.run(pass, [model.buffer('logits'), model.buffer('draws'), scratch, model.buffer('chosen')], [T], settings);
  }

  #stagingFor(bytes: number): GPUBuffer {
    const index = this.#staging.findIndex(({ size }) => size >= bytes);
    if (index >= 0) return this.#staging.splice(index, 1)[0]!;
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    return this.#gpu.device.createBuffer({ label: 'history', size: Math.max(4096, bytes), usage: MAP_READ | COPY_DST });
  }

  async #compile(): Promise<StepKernels> {
    const [advance, sample] = await Promise.all([
      Kernel.compile(this.#gpu, 'advance', 'urrwwwww'),
      compileSample(this.#gpu),
    ]);
    return { advance, sample };
  }
}

/** Kernels that draw from rows of logits in so many chunks, without top-k and top-p. */
export async function compileDraw(gpu: Gpu, CHUNKS: number): Promise<DrawKernels> {
  const constants = { CHUNKS, AT_ONCE: LOGITS_AT_ONCE, ...laneConstants(gpu.abilities) };
  const [chunks, survivors, pick] = await Promise.all([
    Kernel.compile(gpu, 'logit_chunks', 'urw', { constants, libraries: ['lanes'], dialect: 'adaptable' }),
    Kernel.compile(gpu, 'logit_survivors', 'urrw', { constants, libraries: ['lanes'], dialect: 'adaptable' }),
    Kernel.compile(gpu, 'pick', 'urrrw', { constants, libraries: ['threefry'] }),
  ]);
  return { chunks, survivors, pick };
}

/** Whether the draw needs more than one threshold on the weights. */
function isFiltered(
  { temperature, topK, topP }: Pick<Sampling, 'temperature' | 'topK' | 'topP'>,
  vocabulary: number,
): boolean {
  return temperature > 0 && ((topK > 0 && topK < vocabulary) || topP < 1);
}
