import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { dialectNamed, fillsMiddle } from '../../core/prompt/dialect.ts';
import type { GpuAdapterInfo } from '../../core/protocol.ts';
import { inWords, type Said, said } from '../../core/said.ts';
import type { EngineClient } from '../engine-client.ts';
import { gpuMemory } from '../gpu-memory.ts';
import { RECOMMENDED, type RecommendedModel } from './recommended.ts';
import type { ShelvedModel } from './shelf.ts';

/** Tokens of a usual run: a prompt, and 32 candidates of some 250 tokens. */
const TOKENS_OF_A_RUN = 10_000;
/** What is left of the GPU's memory to everything else: activations, logits, the screen. */
const SHARE = 0.85;
const LONGEST_LICENCE = 60;
/** Tokens of a prompt with the tests, and of what is grown from it: a model with a shorter context is not recommended. */
const LEAST_CONTEXT = 4096;

/** The GPU adapter that models run on. */
export interface Gpu {
  adapter: GpuAdapterInfo;
  /** Undefined where nothing tells. */
  memoryBytes: number | undefined;
}

/** What a model needs of the GPU, its weights in f16, and whether it has that. */
export interface Need {
  memoryBytes: number;
  /** Undefined where nothing tells how much memory the GPU has. */
  fits: boolean | undefined;
}

/** A model of the shelf, with what a choice depends on. */
export interface DescribedModel extends ShelvedModel {
  /** Why it can't be used, in words; undefined where it can. */
  problem?: string;
  /** What that was made from. */
  said?: { problem?: Said };
  need?: Need;
  parameters?: number;
  /** Its tokens let it see what follows the function too. */
  fillsIn?: boolean;
}

const NO_TOKENIZER = said`It has no tokenizer.`;

/** A recommended model, with what it would need here. */
export interface RecommendedHere {
  model: RecommendedModel;
  /** Why the engine can't run it. */
  problem?: string;
  need: Need;
}

/** The GPU adapter in use; undefined where there is none. */
export async function gpuInUse(engine: EngineClient, signal?: AbortSignal): Promise<Gpu | undefined> {
  const { chosen } = await engine.call({ kind: 'probe', selfTest: false }, { signal });
  return chosen && { adapter: chosen, memoryBytes: await gpuMemory(chosen) };
}

/** Reads what a model says of itself; nothing is loaded. Rejects only when cancelled or when the engine is gone. */
export async function describeModel(
  model: ShelvedModel,
  { engine, gpu, signal }: { engine: EngineClient; gpu: Gpu | undefined; signal?: AbortSignal | undefined },
): Promise<DescribedModel> {
  try {
    const info = await engine.call({ kind: 'inspect', model: model.path, load: false }, { signal });
    const licence = model.licence ?? info.licence ?? (await cardLicence(model.path));
    return {
      ...model,
      ...(licence === undefined ? {} : { licence }),
      ...(info.hasTokenizer ? {} : { problem: inWords(NO_TOKENIZER), said: { problem: NO_TOKENIZER } }),
      ...{ need: needOf(info, gpu), parameters: info.parameters, fillsIn: info.dialect !== 'plain' },
    };
  } catch (error) {
    const { code, message, said } = CoppiceError.wrap(error);
    if (code === 'cancelled' || code === 'engine-crashed' || code === 'runtime-missing') throw error;
    return { ...model, problem: message, said: said.message ? { problem: said.message } : {} };
  }
}

/** All recommended models, with what they would need on this GPU. */
export async function recommendedHere(engine: EngineClient, gpu: Gpu | undefined): Promise<RecommendedHere[]> {
  return Promise.all(
    RECOMMENDED.map(async (model) => {
      const { reason, kvBytesPerToken } = await engine.call({ kind: 'support', config: model.config });
      const need = needOf({ parameters: model.parameters, kvBytesPerToken }, gpu);
      return { model, need, ...(reason === null ? {} : { problem: reason }) };
    }),
  );
}

/**
 * The best recommended model for a GPU: of those made for code that fit, fill in the middle, have room for a function with its tests and have a
 * permissive licence, the one with the most parameters. A software adapter gets the smallest, whatever memory it has.
 */
export function bestOf(models: readonly RecommendedHere[], gpu: Gpu | undefined): RecommendedHere | undefined {
  const usable = models.filter(
    ({ model, problem }) =>
      problem === undefined &&
      model.terms === undefined &&
      !model.general &&
      fillsMiddle(dialectNamed(model.dialect)) &&
      Number(model.config.max_position_embeddings) >= LEAST_CONTEXT,
  );
  const bySize = usable.toSorted((a, b) => b.model.parameters - a.model.parameters);
  if (!gpu || gpu.adapter.software) return bySize.at(-1);
  // Where nothing tells how much memory there is, a guess that most GPUs can bear.
  if (gpu.memoryBytes === undefined) return bySize.find(({ model }) => model.parameters < 2e9);
  return bySize.find(({ need }) => need.fits);
}

function needOf(
  { parameters, kvBytesPerToken }: { parameters: number; kvBytesPerToken: number },
  gpu: Gpu | undefined,
): Need {
  const memoryBytes = parameters * 2 + kvBytesPerToken * TOKENS_OF_A_RUN;
  return { memoryBytes, fits: gpu?.memoryBytes === undefined ? undefined : memoryBytes <= gpu.memoryBytes * SHARE };
}

/** `license` in the front matter of a folder's model card, which nobody has checked. */
async function cardLicence(folder: string): Promise<string | undefined> {
  const file = await open(join(folder, 'README.md')).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 2 ** 10), 0);
    const [, matter = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(buffer.toString('utf8', 0, bytesRead)) ?? [];
    const value = (key: string) => new RegExp(`^${key}:\\s*["']?([^"'\\r\\n]+?)["']?\\s*$`, 'm').exec(matter)?.[1];
    const licence = value('license');
    return (licence === 'other' ? (value('license_name') ?? licence) : licence)?.slice(0, LONGEST_LICENCE);
  } finally {
    await file.close();
  }
}
