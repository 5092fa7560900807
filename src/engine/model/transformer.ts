import { throwIfCancelled } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { planAttention, type Row } from '../attention/plan.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { ModelConfig } from '../weights/config.ts';
import { disposeParameters, type Encoding, type Matrix, type Parameters } from '../weights/parameters.ts';
import type { ForwardPass } from './forward-pass.ts';
import { Kernels, type PlanBuffers } from './kernels.ts';
import { type RopeTable, ropeAngles, ropeTable } from './rope.ts';

/** What one forward pass works in; grown to the largest pass so far. */
interface Activations {
  rows: number;
  x: GPUBuffer;
  normed: GPUBuffer;
  qkv: GPUBuffer;
  q: GPUBuffer;
  attended: GPUBuffer;
  gateUp: GPUBuffer;
  gated: GPUBuffer;
}

/** Rows of one prefill pass. Software adapters take small ones, so that a cancel is heard soon. */
const CHUNK = { software: 64, hardware: 512 };

/** One layer's part of the KV store, each [slots, K, d] f32. */
interface LayerKv {
  keys: GPUBuffer;
  values: GPUBuffer;
}

/** A decoder with its KV buffers. Letters: T rows, D width, H heads, K KV heads, d, F, V, L layers. */
export class Transformer implements ForwardPass {
  readonly config: ModelConfig;
  /** Slots of the KV store. */
  readonly slots: number;
  readonly logitsPitch: number;
  readonly chunk: number;
  readonly #gpu: Gpu;
  readonly #parameters: Parameters;
  readonly #kernels: Kernels;
  readonly #rope: RopeTable;
  readonly #kv: LayerKv[];
  readonly #scratch = new Map<string, GPUBuffer>();
  #activations: Activations | undefined;

  private constructor(
    gpu: Gpu,
    config: ModelConfig,
    parameters: Parameters,
    kernels: Kernels,
    slots: number,
    kv: LayerKv[],
  ) {
    this.#gpu = gpu;
    this.config = config;
    this.#parameters = parameters;
    this.#kernels = kernels;
    this.slots = slots;
    this.logitsPitch = config.vocabulary;
    this.chunk = gpu.info.software ? CHUNK.software : CHUNK.hardware;
    this.#kv = kv;
    this.#rope = ropeTable(config);
  }

  /** @param slots tokens that the KV store holds */
  static async create(gpu: Gpu, config: ModelConfig, parameters: Parameters, slots: number): Promise<Transformer> {
    const kernels = await Kernels.compile(gpu, config, encodingsOf(parameters));
    const bytes = slots * config.kvHeads * config.headWidth * 4;
    const kv = await gpu.allocating(said`The KV store`, () =>
      Array.from({ length: config.layers }, (_, l) => ({
        keys: gpu.buffer(`${l} keys`, bytes),
        values: gpu.buffer(`${l} values`, bytes),
      })),
    );
    return new Transformer(gpu, config, parameters, kernels, slots, kv);
  }

  /** Bytes of KV for one token. */
  static slotBytes({ layers, kvHeads, headWidth }: ModelConfig): number {
    return layers * 2 * kvHeads * headWidth * 4;
  }

  /** On a software adapter the layers are submitted one by one, so that a cancel is heard within one of them. */
  async forward(rows: Row[], outputs: number[], signal?: AbortSignal, reproducible = true): Promise<GPUBuffer> {
    const gpu = this.#gpu;
    const kernels = this.#kernels;
    const parameters = this.#parameters;
    const { width, heads, headWidth, feedForward, vocabulary, qkvBias, normEpsilon: epsilon } = this.config;
    const { norm: kind, activation } = this.config;
    const T = rows.length;
    const plan = planAttention(rows, kernels.tileRows, reproducible ? 0 : kernels.plainRows);

    const { logits, wanted, finalNormed, partOutputs, partLse, lists, tokens, slots, angles, identity, a } =
      await gpu.allocating(said`The forward pass`, () => {
        const positions = rows.map(({ position }) => position);
        return {
          a: this.#activationsFor(T),
          tokens: this.#upload(
            'tokens',
            Uint32Array.from(rows, ({ token }) => token),
          ),
          slots: this.#upload(
            'slots',
            Uint32Array.from(rows, ({ slot }) => slot),
          ),
          angles: this.#upload('angles', ropeAngles(this.#rope, positions)),
          identity: this.#upload(
            'identity',
            Uint32Array.from({ length: T }, (_, i) => i),
          ),
          wanted: this.#upload('outputs', Uint32Array.from(outputs)),
          lists: {
            items: this.#upload('items', plan.items),
            keySlots: this.#upload('key slots', plan.keySlots),
            itemRows: this.#upload('item rows', plan.itemRows),
            rowStarts: this.#upload('row starts', plan.rowStarts),
            rowParts: this.#upload('row parts', plan.rowParts),
          } satisfies PlanBuffers,
          partOutputs: this.#room('part outputs', plan.partCount * heads * headWidth * 4),
          partLse: this.#room('part lse', plan.partCount * heads * 4),
          finalNormed: this.#room('final normed', outputs.length * width * 4),
          logits: this.#room('logits', outputs.length * vocabulary * 4),
        };
      });

    const layerSteps = parameters.layers.map((layer, l) => (pass: GPUComputePassEncoder) => {
      const { keys, values } = this.#kv[l]!;
      kernels.norm(pass, a.x, layer.attentionNorm, identity, a.normed, { rows: T, width, epsilon, kind });
      kernels.multiply(pass, a.normed, layer.qkv, a.qkv, T, { bias: qkvBias ? layer.qkvBias : undefined });
      kernels.ropeAndStore(pass, { qkv: a.qkv, angles, slots, q: a.q, keys, values, gains: layer.qkvBias }, T);
      kernels.attendNodes(pass, plan, lists, { q: a.q, keys, values, partOutputs, partLse });
      kernels.merge(pass, lists, { partOutputs, partLse, o: a.attended }, T);
      kernels.multiply(pass, a.attended, layer.output, a.x, T, { bias: layer.outputBias, accumulate: true });
      kernels.norm(pass, a.x, layer.feedForwardNorm, identity, a.normed, { rows: T, width, epsilon, kind });
      kernels.multiply(pass, a.normed, layer.gateUp, a.gateUp, T, { bias: layer.gateUpBias });
      kernels.activate(pass, a.gateUp, a.gated, { rows: T, feedForward, activation });
      kernels.multiply(pass, a.gated, layer.down, a.x, T, { bias: layer.downBias, accumulate: true });
    });
    await this.#run(
      [
        (pass) => kernels.embed(pass, parameters.embedding, tokens, a.x, T, this.config.embeddingScale),
        ...layerSteps,
        (pass) => {
          if (outputs.length === 0) return;
          kernels.norm(pass, a.x, parameters.finalNorm, wanted, finalNormed, {
            ...{ rows: outputs.length, width, epsilon, kind },
          });
          kernels.multiply(pass, finalNormed, parameters.head, logits, outputs.length);
        },
      ],
      signal,
    );
    // Nothing is read after a pass without outputs: waiting here keeps passes from piling up where no cancel reaches them.
    if (outputs.length === 0) await gpu.settle();
    return logits;
  }

  dispose(): void {
    for (const { keys, values } of this.#kv) for (const buffer of [keys, values]) buffer.destroy();
    for (const buffer of this.#scratch.values()) buffer.destroy();
    this.#kernels.dispose();
    disposeParameters(this.#parameters);
  }

  async #run(steps: ((pass: GPUComputePassEncoder) => void)[], signal: AbortSignal | undefined): Promise<void> {
    const submit = (some: typeof steps) =>
      this.#gpu.submit((encoder) => {
        const pass = encoder.beginComputePass();
        for (const step of some) step(pass);
        pass.end();
      });
    throwIfCancelled(signal);
    if (!this.#gpu.info.software) {
      submit(steps);
      return;
    }
    for (const step of steps) {
      submit([step]);
      await this.#gpu.settle();
      throwIfCancelled(signal);
    }
  }

  #activationsFor(rows: number): Activations {
    if (this.#activations && this.#activations.rows >= rows) return this.#activations;
    const { width, heads, kvHeads, headWidth, feedForward } = this.config;
    const room = (label: string, columns: number) => this.#room(label, rows * columns * 4);
    this.#activations = {
      rows,
      x: room('x', width),
      normed: room('normed', width),
      qkv: room('qkv', (heads + 2 * kvHeads) * headWidth),
      q: room('q', heads * headWidth),
      attended: room('attended', heads * headWidth),
      gateUp: room('gate up', 2 * feedForward),
      gated: room('gated', feedForward),
    };
    return this.#activations;
  }

  /** A scratch buffer of at least `bytes`, kept by name and grown in powers of two. */
  #room(label: string, bytes: number): GPUBuffer {
    const old = this.#scratch.get(label);
    if (old && old.size >= bytes) return old;
    const limit = this.#gpu.device.limits.maxStorageBufferBindingSize;
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(bytes, 256)));
    const grown = this.#gpu.buffer(label, rounded <= limit ? rounded : bytes);
    // Work that still uses the old buffer has been submitted; WebGPU keeps it alive until that is done.
    old?.destroy();
    this.#scratch.set(label, grown);
    return grown;
  }

  #upload(label: string, data: Uint32Array | Float32Array): GPUBuffer {
    const buffer = this.#room(label, data.byteLength);
    this.#gpu.write(buffer, data);
    return buffer;
  }
}

function encodingsOf({ embedding, head, layers }: Parameters): Set<Encoding> {
  const matrices: Matrix[] = [
    embedding,
    head,
    ...layers.flatMap(({ qkv, output, gateUp, down }) => [qkv, output, gateUp, down]),
  ];
  return new Set(matrices.map(({ encoding }) => encoding));
}
