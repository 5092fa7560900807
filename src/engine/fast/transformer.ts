import { throwIfCancelled } from '../../core/errors.ts';
import { type Said, said } from '../../core/said.ts';
import type { Row } from '../attention/plan.ts';
import type { CacheNode } from '../cache/radix.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, record } from '../gpu/kernel.ts';
import type { ForwardPass } from '../model/forward-pass.ts';
import { type RopeTable, ropeAngles, ropeTable } from '../model/rope.ts';
import type { ModelConfig } from '../weights/config.ts';
import { disposeParameters, type PaddedMatrix, type Parameters } from '../weights/parameters.ts';
import type { AttentionDispatches, AttentionParts } from './attention.ts';
import { compileFixed, type FixedKernels } from './fixed-kernels.ts';
import { type Folds, measureFolds, USUAL_FOLDS } from './folds.ts';
import { fitsKept, isInteger, Matmul, MOST_VECTOR_ROWS, type Output, pitchOf, type Way, wholeTiles } from './matmul.ts';
import { bucket, type FastPlan, type FastPlanOptions, type FastRow, planFast } from './plan.ts';
import { Shapes } from './shapes.ts';
import { StepRunner } from './steps.ts';
import { type Contest, decide, firsts, GpuClock, type TuneOptions, tune } from './tune.ts';
import type { Measured, Tuning } from './tuning.ts';

/** Rows of one prefill pass: fewer without tensor cores, so that a cancel does not wait long for it. */
const CHUNK = { matrices: 2048, registers: 256 };
/** Slots beyond the KV store's that padding rows write to. */
const SPARE_SLOTS = 1;
/** Tokens of the prompt below which the tuner times passes. */
const STANDING_PROMPT = 64;
/** Positions whose angles are computed at a time. */
const ANGLES_AT_ONCE = 1024;
/** Passes that are kept prepared. There is another one for each number of outputs, so that their number has to have an end. */
const MOST_RECORDINGS = 32;

const ATTENTION = ['tile_attention', 'turn_attention', 'block_attention', 'row_attention', 'merge_parts'];
const PARTS = ['tileParts', 'tileStats', 'rowParts', 'rowStats'] as const;

type AttentionTiles = Pick<FastPlanOptions, 'tiles' | 'rowTiles' | 'mergingRowTiles'>;
type Matrices = 'qkv' | 'output' | 'gateUp' | 'down' | 'head';

/** A product in `splits` parts, `stride` numbers apart, of rows `pitch` numbers apart. */
interface Parts {
  splits: number;
  stride: number;
  pitch: number;
}

/** The dispatches of one pass over so many rows, and those whose size depends on the plan. */
interface Recording {
  dispatches: Dispatch[];
  attention: AttentionDispatches[];
}

/** One layer's part of the KV store, each [slots + 1, K, d] f16. */
interface LayerKv {
  keys: GPUBuffer;
  values: GPUBuffer;
}

/**
 * A decoder in f16 with tensor cores. Letters: T rows, D width, H heads, K KV heads, d, F, V, L layers.
 * Nothing that a pass does depends on data, so its dispatches are prepared once for each number of rows and recorded again.
 */
export class FastTransformer implements ForwardPass {
  readonly config: ModelConfig;
  readonly slots: number;
  readonly logitsPitch: number;
  readonly chunk: number;
  readonly stepper: StepRunner;
  readonly matmul: Matmul;
  /** For benchmarks: what a step would take without attention. Its results mean nothing then. */
  leavesOutAttention = false;
  /** For the self-test: the tiles that attention is planned in, instead of all. */
  pinnedTiles: Partial<AttentionTiles> = {};
  readonly #gpu: Gpu;
  readonly #parameters: Parameters;
  readonly #kernels: FixedKernels;
  readonly #shapes: Shapes;
  readonly #tuning: Tuning;
  readonly #kv: LayerKv[];
  readonly #rope: RopeTable;
  readonly #angles: GPUBuffer;
  #anglesDone = 0;
  readonly #scratch = new Map<string, GPUBuffer>();
  readonly #recordings = new Map<string, Promise<Recording>>();
  readonly #roomsKnown = new Map<string, Record<string, number>>();
  readonly #group: number;
  #folds: Folds | undefined;

  private constructor(
    gpu: Gpu,
    config: ModelConfig,
    parameters: Parameters,
    slots: number,
    parts: { kernels: FixedKernels; shapes: Shapes; kv: LayerKv[]; angles: GPUBuffer; tuning: Tuning },
  ) {
    this.#gpu = gpu;
    this.config = config;
    this.#parameters = parameters;
    this.slots = slots;
    this.chunk = gpu.abilities.matrices.length > 0 ? CHUNK.matrices : CHUNK.registers;
    this.logitsPitch = parameters.head.paddedRows;
    this.#kernels = parts.kernels;
    this.#shapes = parts.shapes;
    this.#kv = parts.kv;
    this.#angles = parts.angles;
    this.#tuning = parts.tuning;
    this.#rope = ropeTable(config);
    this.matmul = new Matmul(gpu, parts.shapes);
    this.#group = config.heads / config.kvHeads;
    this.stepper = new StepRunner(gpu, this, parts.shapes);
  }

  /** Bytes of KV for one token. */
  static slotBytes({ layers, kvHeads, headWidth }: ModelConfig): number {
    return layers * 2 * kvHeads * headWidth * 2;
  }

  /** @param slots tokens that the KV store holds */
  static async create(
    gpu: Gpu,
    config: ModelConfig,
    parameters: Parameters,
    slots: number,
    tuning: Tuning,
  ): Promise<FastTransformer> {
    const kernels = await compileFixed(gpu, config, parameters);
    const bytes = (slots + SPARE_SLOTS) * config.kvHeads * config.headWidth * 2;
    const { kv, angles } = await gpu.allocating(said`The KV store`, () => ({
      kv: Array.from({ length: config.layers }, (_, l) => ({
        keys: gpu.buffer(`${l} keys`, bytes),
        values: gpu.buffer(`${l} values`, bytes),
      })),
      angles: gpu.buffer('angles', Math.min(config.maxPositions, slots + SPARE_SLOTS) * config.headWidth * 4),
    }));
    return new FastTransformer(gpu, config, parameters, slots, {
      kernels,
      shapes: new Shapes(gpu),
      kv,
      angles,
      tuning,
    });
  }

  async forward(rows: Row[], outputs: number[], signal?: AbortSignal, reproducible = true): Promise<GPUBuffer> {
    throwIfCancelled(signal);
    const T = bucket(rows.length);
    const fastRows = rows.map(
      ({ node, position, token }): FastRow => ({ node, index: position - node.start, token: { id: token } }),
    );
    const plan = this.plan(fastRows, { rows: T, steps: 0, wanted: outputs, reproducible });
    const dispatches = await this.prepare(plan, T, { kind: 'wanted', count: outputs.length }, reproducible);
    this.#gpu.submit((encoder) => {
      const pass = encoder.beginComputePass();
      record(pass, dispatches);
      pass.end();
    });
    // Nothing is read after a pass without outputs: waiting here keeps passes from piling up where no cancel reaches them.
    if (outputs.length === 0) await this.#gpu.settle();
    return this.buffer('logits');
  }

  /** The plan of a pass; it is also what makes sure that the angles of its positions are there. */
  plan(rows: FastRow[], options: Pick<FastPlanOptions, 'rows' | 'steps' | 'wanted' | 'reproducible'>): FastPlan {
    const furthest = rows.reduce((most, { node, index }) => Math.max(most, node.start + index), 0) + options.steps;
    this.#fillAngles(furthest);
    return planFast(rows, {
      ...{ group: this.#group, kvHeads: this.config.kvHeads, ...this.tiles, ...this.pinnedTiles },
      folds: this.#folds ?? USUAL_FOLDS,
      ...options,
      spareSlot: this.slots,
    });
  }

  /** Uploads a plan and gives the dispatches of one pass over `T` rows, the tokens first. */
  async prepare(
    plan: FastPlan,
    T: number,
    outputs: { kind: 'wanted'; count: number } | { kind: 'all' },
    reproducible: boolean,
  ): Promise<Dispatch[]> {
    const count = outputs.kind === 'all' ? T : outputs.count;
    await this.makeRoom(said`The forward pass`, {
      ...this.#roomFor(T, count === 0 ? 0 : bucket(count), reproducible),
      plan: plan.words.byteLength,
      ...this.#kernels.attention.roomFor(plan),
    });
    this.#gpu.write(this.buffer('plan'), plan.words);
    const key = `${T} ${outputs.kind} ${count} ${reproducible} ${plan.isByRows}`;
    const made =
      this.#recordings.get(key) ??
      this.#record(T, { kind: outputs.kind, count }, { reproducible, isByRows: plan.isByRows });
    // The one that was needed last comes last, and the first one goes.
    this.#recordings.delete(key);
    this.#recordings.set(key, made);
    if (this.#recordings.size > MOST_RECORDINGS) this.#recordings.delete(this.#recordings.keys().next().value!);
    const { dispatches, attention } = await made;
    for (const layer of attention) layer.follow(plan);
    if (this.leavesOutAttention) return dispatches.filter(({ name }) => !ATTENTION.includes(name));
    return dispatches.filter(({ workgroups }) => workgroups[0] > 0);
  }

  /** The tiles of its attention. */
  get tiles(): AttentionTiles {
    const { tiles, rowTiles, mergingRowTiles } = this.#kernels.attention;
    return { tiles, rowTiles, mergingRowTiles };
  }

  buffer(label: string): GPUBuffer {
    return this.#scratch.get(label)!;
  }

  /** Copies the KV of slots to others, a stretch of neighbouring slots at a time. */
  async copySlots(from: number[], to: number[]): Promise<void> {
    const each = this.config.kvHeads * this.config.headWidth * 2;
    await this.makeRoom(said`Copying`, { 'copied slots': from.length * each });
    // A buffer can't be copied to itself: each stretch goes through another one.
    const between = this.buffer('copied slots');
    this.#gpu.submit((encoder) => {
      for (let i = 0; i < from.length; ) {
        let n = 1;
        while (i + n < from.length && from[i + n] === from[i]! + n && to[i + n] === to[i]! + n) n++;
        for (const buffer of this.#kv.flatMap(({ keys, values }) => [keys, values])) {
          encoder.copyBufferToBuffer(buffer, from[i]! * each, between, 0, n * each);
          encoder.copyBufferToBuffer(between, 0, buffer, to[i]! * each, n * each);
        }
        i += n;
      }
    });
  }

  /** Makes buffers of at least these bytes; recordings over an old one are forgotten. */
  async makeRoom(what: Said, wanted: Record<string, number>): Promise<void> {
    const short = Object.entries(wanted).filter(
      ([label, bytes]) => (this.#scratch.get(label)?.size ?? 0) < Math.max(bytes, 16),
    );
    if (short.length === 0) return;
    await this.#gpu.allocating(what, () => {
      for (const [label, bytes] of short) this.#room(label, bytes);
    });
  }

  /** Times the products for so many candidates, and for a chunk of prompt, and takes the quickest ways from then on. */
  async tune(candidates: number[], options: TuneOptions = {}): Promise<Measured> {
    const steps = [...new Set(candidates.map(bucket))];
    // Kernels of a chunk of prompt are long, and a pass of it has no use for as many logits.
    const rows = { steps, prompt: [this.chunk].filter((count) => !steps.includes(count)) };
    const contests = await tune(this.#gpu, this.matmul, this.config, this.#parameters, rows, options);
    const measured: Measured = new Map();
    const clock = new GpuClock(this.#gpu);
    try {
      for (const count of steps) {
        const own = contests.filter((contest) => contest.rows === count);
        for (const [key, way] of await this.#decide(clock, own, count, options.signal)) measured.set(key, way);
      }
      const ofPrompt = contests.filter((contest) => rows.prompt.includes(contest.rows));
      for (const [key, way] of firsts(ofPrompt)) measured.set(key, way);
    } finally {
      clock.dispose();
    }
    this.learn(measured);
    return measured;
  }

  /** Takes up ways that were measured before. */
  learn(measured: Measured): void {
    this.#tuning.learn(measured);
    this.#recordings.clear();
    this.#roomsKnown.clear();
  }

  /** Whether it has been told or found out which nodes pay for being shared. */
  get knowsFolds(): boolean {
    return this.#folds !== undefined;
  }

  /** Takes up which nodes pay for being shared. */
  learnFolds(folds: Folds): void {
    this.#folds = folds;
  }

  /** Times attention of so many candidates over shared nodes and over the same ones row by row, and takes the quicker from then on. */
  async measureFolds(candidates: number, signal?: AbortSignal): Promise<Folds> {
    const limits = { rows: bucket(candidates), slots: this.slots, positions: this.config.maxPositions };
    const clock = new GpuClock(this.#gpu);
    const attentionUs = async (rows: FastRow[], folds: Folds) => {
      this.learnFolds(folds);
      const plan = this.plan(rows, { rows: rows.length, steps: 1, wanted: [], reproducible: false });
      const pass = await this.prepare(plan, rows.length, { kind: 'all' }, false);
      const dispatches = pass.filter(({ name }) => ATTENTION.includes(name));
      await clock.warmUp(dispatches);
      return clock.timePass(dispatches);
    };
    const before = this.#folds;
    try {
      const found = await measureFolds(attentionUs, limits, signal);
      this.learnFolds(found);
      return found;
    } catch (error) {
      this.#folds = before;
      throw error;
    } finally {
      clock.dispose();
    }
  }

  wayOf(name: Matrices, rows: number, reproducible: boolean): Way {
    const { head, layers } = this.#parameters;
    const matrix = name === 'head' ? head : layers[0]![name];
    return this.#tuning.wayOf(matrix, rows, this.#outputOf(name), reproducible);
  }

  dispose(): void {
    for (const { keys, values } of this.#kv) for (const buffer of [keys, values]) buffer.destroy();
    for (const buffer of this.#scratch.values()) buffer.destroy();
    this.#angles.destroy();
    this.stepper.dispose();
    this.#shapes.dispose();
    this.matmul.dispose();
    disposeParameters(this.#parameters);
  }

  /** By passes of as many candidates with a token each, below a prompt of a tile's keys; their KV goes to the spare slot. */
  #decide(clock: GpuClock, contests: Contest[], rows: number, signal?: AbortSignal): Promise<Measured> {
    const nodeOf = (tokens: number, parent?: CacheNode): CacheNode => ({
      ...{ tokens: Array<number>(tokens).fill(0), slots: Array<number>(tokens).fill(this.slots), parent },
      ...{ children: new Map(), start: parent?.tokens.length ?? 0, isBranch: parent !== undefined, filled: tokens },
      ...{ holders: 1, lastUsed: 0 },
    });
    const prompt = nodeOf(STANDING_PROMPT);
    const standing = Array.from(
      { length: rows },
      (): FastRow => ({ node: nodeOf(1, prompt), index: 0, token: { id: 0 } }),
    );
    return decide(
      contests,
      async (taken) => {
        this.learn(taken);
        const plan = this.plan(standing, { rows, steps: 1, wanted: [], reproducible: false });
        return clock.timePass(await this.prepare(plan, rows, { kind: 'all' }, false));
      },
      signal,
    );
  }

  async #record(
    T: number,
    { kind, count: outputs }: { kind: 'wanted' | 'all'; count: number },
    { reproducible, isByRows }: { reproducible: boolean; isByRows: boolean },
  ): Promise<Recording> {
    const { width: D, heads: H, kvHeads: K, headWidth: d, norm, normEpsilon, qkvBias } = this.config;
    const { embedding, layers, finalNorm, head } = this.#parameters;
    const { embed, addNorm, rope, attention, admit, quantizeRows } = this.#kernels;
    const of = (label: string) => this.buffer(label);
    const [x, q, plan] = ['x', 'q', 'plan'].map(of) as [GPUBuffer, GPUBuffer, GPUBuffer];
    const parts = Object.fromEntries(PARTS.map((label) => [label, of(label)])) as Record<
      keyof AttentionParts,
      GPUBuffer
    >;
    const noBias = of('no bias');

    const dispatches: Dispatch[] = [];
    const attending: AttentionDispatches[] = [];
    /** y = x W^T in parts, and how to read it. */
    const multiply = async (
      name: Matrices,
      w: PaddedMatrix,
      from: string,
      to: GPUBuffer,
      count: number,
      bias?: GPUBuffer,
    ): Promise<Parts> => {
      const output = this.#outputOf(name);
      const way = this.wayOf(name, count, reproducible);
      const padded = way.kind === 'tile' ? Math.ceil(count / way.tile.BM) * way.tile.BM : count;
      const pitch = pitchOf(w, output);
      const product = { w, bias, y: to, output, rows: padded, pitch };
      if (isInteger(way, w)) {
        const [x, xScales] = [of('integers'), of('integer scales')];
        if (from !== 'integers') {
          dispatches.push((await quantizeRows(w.pitch)).prepare([of(from), x, xScales], [count]));
        }
        dispatches.push(await this.matmul.prepare(way, { ...product, x, xScales }));
      } else dispatches.push(await this.matmul.prepare(way, { ...product, x: of(from) }));
      return { splits: way.kind === 'tile' ? way.splits : 1, stride: padded * pitch, pitch };
    };
    /** What a norm before this product makes: integers with their scales, or halves in `halves`. */
    const normedFor = (name: Matrices, w: PaddedMatrix, halves: string, count: number) => {
      return isInteger(this.wayOf(name, count, reproducible), w)
        ? { numbers: 'i8' as const, label: 'integers', buffers: [of('integers'), of('integer scales')] }
        : { numbers: 'f16' as const, label: halves, buffers: [of(halves)] };
    };
    const add = async (
      y: Parts,
      bias: GPUBuffer | undefined,
      gain: GPUBuffer,
      { numbers, buffers }: ReturnType<typeof normedFor>,
      count: number,
      gathers: boolean,
    ) => {
      const kernel = await addNorm(y.splits, numbers);
      const shape = this.#shapes.of(y.stride / 4, y.pitch / 4, bias ? 1 : 0, gathers ? 1 : 0);
      const inputs = [shape, of('added product'), bias ?? noBias, gain, plan, stream];
      dispatches.push(kernel.prepare([...inputs, ...buffers], [count]));
    };

    /** For few rows the products norm for themselves, which spares a dispatch each. */
    const normShape = { kind: norm, width: D, epsilon: normEpsilon, pitch: layers[0]!.qkv.pitch };
    let stream = x;
    let after = of('x after');
    const multiplyNormed = async (
      name: 'qkv' | 'gateUp',
      w: PaddedMatrix,
      gain: GPUBuffer,
      taken: { parts: Parts; bias: GPUBuffer | undefined } | undefined,
      to: { y: GPUBuffer; bias: GPUBuffer | undefined },
    ): Promise<Parts> => {
      const way = this.wayOf(name, T, reproducible);
      // Such a product takes the one before in one part.
      const isTakenWhole = (taken?.parts.splits ?? 1) === 1;
      if (way.kind !== 'vector' || !isTakenWhole || !fitsKept(this.#gpu, way.rows, normShape.pitch)) {
        const normed = normedFor(name, w, 'normed', T);
        if (taken) await add(taken.parts, taken.bias, gain, normed, T, false);
        return multiply(name, w, normed.label, to.y, T, to.bias);
      }
      const output = this.#outputOf(name);
      const pitch = pitchOf(w, output);
      const product = taken && { buffer: of('added product'), bias: taken.bias, pitch: taken.parts.pitch };
      const normedBy = { shape: normShape, stream, product, gain, after };
      dispatches.push(await this.matmul.prepareNormed(way, { w, bias: to.bias, y: to.y, output, pitch }, normedBy));
      [stream, after] = [after, stream];
      return { splits: 1, stride: T * pitch, pitch };
    };

    dispatches.push(
      admit.prepare([plan, of('drawn'), { buffer: of('tokens'), offset: 0, size: T * 4 }], [Math.ceil(T / 64)]),
    );
    const first = normedFor('qkv', layers[0]!.qkv, 'normed', T);
    const embedded = [embedding.buffer, of('tokens'), layers[0]!.attentionNorm, x, ...first.buffers];
    dispatches.push((await embed(first.numbers)).prepare(embedded, [T]));
    let down: { parts: Parts; bias: GPUBuffer | undefined } | undefined;
    for (const [l, layer] of layers.entries()) {
      const { keys, values } = this.#kv[l]!;
      const qkv = await multiplyNormed('qkv', layer.qkv, layer.attentionNorm, down, {
        y: of('product'),
        bias: undefined,
      });
      const attended = { o: of('attended'), pitch: layer.output.pitch };
      const bias = layer.qkvBias ?? noBias;
      let attend: AttentionDispatches;
      if (isByRows && qkv.splits === 1) {
        const product = { y: of('product'), pitch: qkv.pitch, bias, isBiased: qkvBias };
        const inputs = { product, angles: this.#angles, keys, values, plan };
        attend = attention.prepareTurning(this.#shapes, T, inputs, parts, attended);
      } else {
        const shape = this.#shapes.of(qkv.stride / 2, qkv.pitch / 2, qkvBias ? 1 : 0, T);
        const turned = Math.ceil(((H + 2 * K) * d) / 4 / 64);
        const resources = [shape, of('product'), bias, this.#angles, plan, q, keys, values];
        dispatches.push((await rope(qkv.splits)).prepare(resources, [turned, T]));
        attend = attention.prepare(this.#shapes, T, { q, keys, values, plan }, parts, attended);
      }
      dispatches.push(...attend.all);
      attending.push(attend);
      const output = await multiply('output', layer.output, 'attended', of('added product'), T);
      const added = { parts: output, bias: layer.outputBias };
      await multiplyNormed('gateUp', layer.gateUp, layer.feedForwardNorm, added, {
        y: of('gated'),
        bias: layer.gateUpBias,
      });
      down = { parts: await multiply('down', layer.down, 'gated', of('added product'), T), bias: layer.downBias };
    }
    if (down && outputs > 0) {
      const normed = normedFor('head', head, 'final normed', bucket(outputs));
      await add(down.parts, down.bias, finalNorm, normed, outputs, kind === 'wanted');
      await multiply('head', head, normed.label, of('logits'), bucket(outputs));
    }
    return { dispatches, attention: attending };
  }

  /** Bytes of every buffer that a pass works in; the same numbers are asked for again and again. */
  #roomFor(T: number, outputs: number, reproducible: boolean): Record<string, number> {
    const key = `${T} ${outputs} ${reproducible}`;
    const known = this.#roomsKnown.get(key);
    if (known) return known;
    const { width, heads, headWidth } = this.config;
    const { layers, head } = this.#parameters;
    const { output, gateUp, down, qkv } = layers[0]!;
    const pairs = Math.max(...this.#kernels.attention.tiles.map((tile) => tile.pairs));
    // A product may compute rows beyond T, up to a whole tile.
    const rows = wholeTiles(T);
    const splitsOf = (name: Matrices) => {
      const way = this.wayOf(name, T, reproducible);
      return way.kind === 'tile' ? way.splits : 1;
    };
    const columns = (name: 'qkv' | 'output' | 'down') => splitsOf(name) * layers[0]![name].paddedRows;
    const outputRows = [16, 32, 64].find((most) => outputs <= most) ?? wholeTiles(outputs);
    const isWithIntegers = qkv.quantized?.rowScalesAt !== undefined;
    const widest = Math.max(qkv.pitch, output.pitch, down.pitch, head.pitch);
    const mostRows = Math.max(rows, wholeTiles(outputs));
    const room = {
      integers: isWithIntegers ? mostRows * widest : 16,
      'integer scales': isWithIntegers ? mostRows * 4 : 16,
      x: rows * width * 4,
      normed: rows * qkv.pitch * 2,
      q: (rows * heads + pairs) * headWidth * 2,
      attended: rows * output.pitch * 2,
      product: rows * columns('qkv') * 4,
      'added product': rows * Math.max(columns('output'), columns('down')) * 4,
      'x after': T <= MOST_VECTOR_ROWS ? rows * width * 4 : 16,
      gated: rows * Math.max(pitchOf(gateUp, this.config.activation), down.pitch) * 2,
      tokens: rows * 4,
      drawn: rows * 4,
      'no bias': 16,
      'final normed': wholeTiles(outputs) * head.pitch * 2,
      logits: outputRows * head.paddedRows * 4,
    };
    this.#roomsKnown.set(key, room);
    return room;
  }

  #outputOf(name: Matrices): Output {
    switch (name) {
      case 'gateUp':
        return this.config.activation;
      case 'head':
        return 'whole';
      case 'qkv':
      case 'output':
      case 'down':
        return 'partial';
    }
  }

  #fillAngles(position: number): void {
    const capacity = this.#angles.size / (this.config.headWidth * 4);
    while (this.#anglesDone <= position && this.#anglesDone < capacity) {
      const count = Math.min(ANGLES_AT_ONCE, capacity - this.#anglesDone);
      const positions = Array.from({ length: count }, (_, i) => this.#anglesDone + i);
      this.#gpu.write(this.#angles, ropeAngles(this.#rope, positions), this.#anglesDone * this.config.headWidth * 4);
      this.#anglesDone += count;
    }
  }

  #room(label: string, bytes: number): GPUBuffer {
    const old = this.#scratch.get(label);
    if (old && old.size >= bytes) return old;
    const limit = this.#gpu.device.limits.maxStorageBufferBindingSize;
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(bytes, 256)));
    const grown = this.#gpu.buffer(label, rounded <= limit && rounded < 2 ** 28 ? rounded : bytes);
    // Work that still uses the old buffer has been submitted; WebGPU keeps it alive until that is done.
    old?.destroy();
    this.#scratch.set(label, grown);
    this.#recordings.clear();
    return grown;
  }
}
