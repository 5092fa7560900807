import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Row } from '../../src/engine/attention/plan.ts';
import { type CacheNode, pathOf, RadixCache } from '../../src/engine/cache/radix.ts';
import type { Gpu } from '../../src/engine/gpu/gpu.ts';
import { Transformer } from '../../src/engine/model/transformer.ts';
import { type ModelConfig, parseConfig } from '../../src/engine/weights/config.ts';
import { readModelFolder } from '../../src/engine/weights/model-source.ts';
import { loadParameters } from '../../src/engine/weights/parameters.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/golden/', import.meta.url));
const QUANTIZED = fileURLToPath(new URL('../fixtures/quantized/', import.meta.url));

/** KV slots of a golden model: room for the prompt, its greedy steps and a second prompt beside it. */
const SLOTS = 320;

/** What transformers computed for a small random checkpoint. Made by tools/golden/make_golden.py. */
export interface Golden {
  folder: string;
  config: ModelConfig;
  /** 200 token ids. */
  prompt: number[];
  /** Prompt positions that `logits` has a row for. */
  positions: number[];
  /** [positions, V] */
  logits: Float32Array[];
  /** Each id is the arg-max of the logits row before it was appended; [steps, V]. */
  greedy: { ids: number[]; logits: Float32Array[] };
  /** The f32 angles per position that transformers turns pairs by. */
  rope: { frequencies: number[]; magnitude: number };
}

export function goldenNames(): string[] {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
  return names.map((name) => name.slice(0, -'.json'.length));
}

export function readGolden(name: string): Golden {
  const raw = JSON.parse(readFileSync(`${FIXTURES}${name}.json`, 'utf8'));
  const folder = `${FIXTURES}${name}`;
  return {
    folder,
    config: parseConfig(readFileSync(`${folder}/config.json`, 'utf8')),
    prompt: raw.prompt,
    positions: raw.positions,
    logits: rowsOfFloats(raw.logits, raw.positions.length),
    greedy: { ids: raw.greedy.ids, logits: rowsOfFloats(raw.greedy.logits, raw.greedy.ids.length) },
    rope: raw.rope,
  };
}

/** The logits of a checkpoint whose projections are packed integers. Made by tools/golden/make_quantized_golden.py. */
export function readQuantizedGolden(
  name: string,
): Pick<Golden, 'folder' | 'config' | 'prompt' | 'positions' | 'logits'> {
  const { prompt, positions, logits } = JSON.parse(readFileSync(`${QUANTIZED}${name}.json`, 'utf8'));
  const folder = `${QUANTIZED}${name}`;
  const config = parseConfig(readFileSync(`${folder}/config.json`, 'utf8'));
  return { folder, config, prompt, positions, logits: rowsOfFloats(logits, positions.length) };
}

/** A golden checkpoint on the GPU, driven one forward pass at a time. */
export class GoldenModel {
  readonly config: ModelConfig;
  readonly #gpu: Gpu;
  readonly #transformer: Transformer;
  cache: RadixCache;

  private constructor(gpu: Gpu, transformer: Transformer) {
    this.config = transformer.config;
    this.#gpu = gpu;
    this.#transformer = transformer;
    this.cache = new RadixCache(SLOTS);
  }

  static async load(gpu: Gpu, { folder, config }: Pick<Golden, 'folder' | 'config'>): Promise<GoldenModel> {
    const file = await (await readModelFolder(folder)).open();
    try {
      const parameters = await loadParameters(gpu, config, file);
      return new GoldenModel(gpu, await Transformer.create(gpu, config, parameters, SLOTS));
    } finally {
      await file.dispose();
    }
  }

  /** An empty KV store over slots that hold the keys and values of unrelated tokens, which a wrong read would show. */
  async reset(): Promise<void> {
    this.cache = new RadixCache(SLOTS);
    const unrelated = Array.from({ length: SLOTS }, (_, i) => (i * 37 + 11) % this.config.vocabulary);
    const node = this.cache.acquire(this.cache.root, unrelated);
    await this.#transformer.forward(rowsOf(node, 0), []);
    this.cache = new RadixCache(SLOTS);
  }

  /** Fills what a path lacks, `chunk` rows a pass; the number of rows that took. */
  async prefill(end: CacheNode, chunk = Number.POSITIVE_INFINITY): Promise<number> {
    const missing = pathOf(end).flatMap((node) => rowsOf(node, node.filled));
    for (let done = 0; done < missing.length; done += chunk) {
      const rows = missing.slice(done, done + chunk);
      await this.#transformer.forward(rows, []);
      for (const { node } of rows) node.filled++;
    }
    return missing.length;
  }

  /** The logits of the tokens at these absolute positions of a filled path, [positions, V]. */
  async logitsAt(end: CacheNode, positions: number[]): Promise<Float32Array[]> {
    const rows = pathOf(end).flatMap((node) => rowsOf(node, 0));
    return this.#logits(
      positions.map((position) => rows[position]!),
      positions.map((_, i) => i),
    );
  }

  /** One pass over the whole of an unfilled node that returns the logits of some of its rows, [outputs, V]. */
  async forwardWhole(node: CacheNode, outputs: number[]): Promise<Float32Array[]> {
    const rows = rowsOf(node, 0);
    const logits = await this.#logits(rows, outputs);
    node.filled = rows.length;
    return logits;
  }

  /** Appends a token to a private branch; the logits after it. */
  async step(branch: CacheNode, token: number): Promise<Float32Array> {
    this.cache.append(branch, token);
    const [row] = rowsOf(branch, branch.tokens.length - 1);
    const [logits] = await this.#logits([row!], [0]);
    return logits!;
  }

  dispose(): void {
    this.#transformer.dispose();
  }

  async #logits(rows: Row[], outputs: number[]): Promise<Float32Array[]> {
    const { vocabulary } = this.config;
    const logits = await this.#gpu.readFloats(
      await this.#transformer.forward(rows, outputs),
      outputs.length * vocabulary,
    );
    return cut(logits, outputs.length);
  }
}

export function greatestDifference(actual: Float32Array[], expected: Float32Array[]): number {
  let greatest = 0;
  for (const [r, row] of expected.entries()) {
    for (const [i, value] of row.entries()) {
      const difference = Math.abs(actual[r]![i]! - value);
      // Written so that NaN is kept.
      if (!(difference <= greatest)) greatest = difference;
      if (Number.isNaN(greatest)) return greatest;
    }
  }
  return greatest;
}

export function argMax(logits: Float32Array): number {
  return logits.indexOf(logits.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY));
}

function rowsOf(node: CacheNode, from: number): Row[] {
  return node.tokens.map((token, i) => ({ token, position: node.start + i, slot: node.slots[i]!, node })).slice(from);
}

/** Base64 of little-endian f32, row-major. */
function rowsOfFloats(base64: string, rows: number): Float32Array[] {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return cut(new Float32Array(bytes.buffer), rows);
}

function cut(floats: Float32Array, rows: number): Float32Array[] {
  const width = floats.length / rows;
  return Array.from({ length: rows }, (_, r) => floats.subarray(r * width, (r + 1) * width));
}
