import { DEFAULT_SAMPLING } from '../../../src/core/candidate.ts';
import { RadixCache } from '../../../src/engine/cache/radix.ts';
import { compileFixed, variantKernels } from '../../../src/engine/fast/fixed-kernels.ts';
import { Matmul, type Output, wayName, waysFor } from '../../../src/engine/fast/matmul.ts';
import { Shapes } from '../../../src/engine/fast/shapes.ts';
import { StepRunner } from '../../../src/engine/fast/steps.ts';
import type { FastTransformer } from '../../../src/engine/fast/transformer.ts';
import type { Abilities, Gpu } from '../../../src/engine/gpu/gpu.ts';
import { Kernel } from '../../../src/engine/gpu/kernel.ts';
import type { StepRow } from '../../../src/engine/model/forward-pass.ts';
import type { Heads, ModelConfig } from '../../../src/engine/weights/config.ts';
import type { PaddedMatrix, Parameters } from '../../../src/engine/weights/parameters.ts';

const square = (M: number, N: number, K: number) => ({ M, N, K });
const able = (subgroupSize: number, ...matrices: Abilities['matrices']): Abilities => ({
  ...{ f16: true, timestamps: false, subgroupSize, subgroupsVary: false, matrices, integerMatrices: [] },
});

/** What the makers' GPU adapters list, the largest configuration first. */
export const DEVICES: Record<string, Abilities> = {
  'matrices of 16 x 16 x 16 and 16 x 8 x 16, of integers 32 deep (NVIDIA)': {
    ...able(32, square(16, 16, 16), square(16, 8, 16)),
    integerMatrices: [square(16, 16, 32), square(16, 8, 32)],
  },
  'matrices of 8 x 8 x 8 and subgroups of 32 (Apple)': able(32, square(8, 8, 8)),
  'matrices of 8 x 16 x 16 and subgroups of 16 (Intel)': able(16, square(8, 16, 16)),
  'matrices of 8 x 8 x 8 and subgroups of 8 (software)': able(8, square(8, 8, 8)),
  'f16 and subgroups of 32': able(32),
  'f16 and subgroups of 8 at least (Intel)': { ...able(8), subgroupsVary: true },
  'f16 alone': able(0),
  'subgroups of 4 alone (software)': { ...able(4), f16: false },
  'nothing beyond the core': { ...able(0), f16: false },
};

/** Group sizes and head widths that models have. */
export const HEADS = [
  { heads: 12, kvHeads: 2, headWidth: 128 },
  { heads: 14, kvHeads: 2, headWidth: 64 },
  { heads: 3, kvHeads: 3, headWidth: 32 },
  { heads: 8, kvHeads: 1, headWidth: 64 },
  { heads: 6, kvHeads: 2, headWidth: 256 },
  { heads: 48, kvHeads: 4, headWidth: 128 },
];

/** A whole number of every tile. */
const SIDE = 1920;
const ROOMY = {
  maxComputeWorkgroupStorageSize: 64 << 10,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupsPerDimension: 65535,
};

/** Compiles every way of a product that the device's abilities allow, with and without bias, and norming where it may. */
export function compileProducts(gpu: Gpu): Promise<unknown>[] {
  const matmul = new Matmul(gpu, new Shapes(gpu));
  // With room for all, so that each tile is checked, too large for this device or not.
  const roomy = { abilities: gpu.abilities, device: { limits: ROOMY } } as unknown as Gpu;
  const compiled = new Set<string>();
  const packings = [undefined, { bits: 8 }, { bits: 4 }, { bits: 8, rowScalesAt: 0 }] as const;
  const matrices = packings.map((packing) => ({
    ...{ pitch: SIDE, paddedRows: SIDE },
    ...(packing ? { quantized: { scalesAt: 0, ...packing } } : {}),
  }));
  const norm = { width: 1532, epsilon: 1e-6, pitch: SIDE };
  // One product of either kind of norm says as much as all.
  const kindFor = (output: Output) => (output === 'gelu' ? 'layer' : 'rms');
  return (['partial', 'swiglu', 'gelu'] as Output[]).flatMap((output) =>
    matrices.flatMap((w) =>
      [1, 2, 3, 4, 16, 32, 64, 128, 256]
        .flatMap((rows) => waysFor(roomy, w, rows, output))
        // Rounds are a number that changes nothing else.
        .filter((way) => way.kind === 'tile' || way.rounds < 2)
        .filter((way) => {
          const name = `${wayName({ ...way, splits: 1 } as typeof way)} ${output} ${JSON.stringify(w.quantized)}`;
          return !compiled.has(name) && compiled.add(name);
        })
        .flatMap((way) =>
          // Parts have no bias.
          (output === 'partial' ? [false] : [true, false]).flatMap((isBiased) => [
            matmul.compile(way, output, { isBiased, w }),
            ...(way.kind === 'vector'
              ? [matmul.compile(way, output, { isBiased, w, norm: { kind: kindFor(output), ...norm } })]
              : []),
          ]),
        ),
    ),
  );
}

/** Compiles what a model of these heads needs beside its products. */
export function compileFastModel(gpu: Gpu, heads: Heads, form: Partial<ModelConfig> = {}) {
  const size = { layers: 1, width: 1532, maxPositions: 64, normEpsilon: 1e-6, embeddingScale: 1 };
  const config = { ...heads, ...size, ...form } as ModelConfig;
  const matrix = { pitch: 1536, paddedRows: 256 } as PaddedMatrix;
  const parameters = { layers: [{ qkv: matrix }], head: matrix } as unknown as Parameters;
  const { embed, addNorm, rope, quantizeRows } = variantKernels(gpu, config, parameters);
  const numbers = ['f16', 'i8'] as const;
  const readers = [1, 2, 14].flatMap((splits) => [...numbers.map((kind) => addNorm(splits, kind)), rope(splits)]);
  // Tiles that do not fit would be left out: here all are checked.
  const { limits } = gpu.device;
  Object.defineProperty(gpu.device, 'limits', { value: ROOMY, configurable: true });
  const fixed = compileFixed(gpu, config, parameters);
  Object.defineProperty(gpu.device, 'limits', { value: limits, configurable: true });
  return [...readers, ...numbers.map((kind) => embed(kind)), quantizeRows(matrix.pitch), fixed];
}

/** Compiles what decode steps of so many rows need, for each way of drawing. */
export async function compileSteps(gpu: Gpu, rows: number): Promise<void> {
  const buffers = new Map<string, GPUBuffer>();
  const buffer = (label: string) => {
    const made = buffers.get(label) ?? gpu.buffer(label, 1 << 16);
    buffers.set(label, made);
    return made;
  };
  const admit = await Kernel.compile(gpu, 'admit', 'rrw', { libraries: ['plan-lists'] });
  const model = {
    config: { vocabulary: 151_936 },
    logitsPitch: 151_936,
    plan: () => ({}),
    prepare: async () => [admit.prepare([buffer('plan'), buffer('drawn'), buffer('tokens')], [1])],
    makeRoom: async () => {},
    buffer,
  } as unknown as FastTransformer;
  const cache = new RadixCache(16);
  const row: StepRow = { branch: cache.branch(cache.root), index: 0, candidate: 0, token: { id: 0 } };
  const runner = new StepRunner(gpu, model, new Shapes(gpu));
  for (const filter of [{ minP: 0.1, topP: 1 }, { minP: 0, topP: 1 }, { topP: 0.9 }]) {
    const sampling = { ...DEFAULT_SAMPLING, temperature: 1, topK: 0, ...filter };
    const request = { rows: Array<StepRow>(rows).fill(row), steps: 2, sampling, endTokens: [1], reproducible: false };
    // Nothing runs, so nothing that comes back means anything.
    await Promise.allSettled([(await runner.submit(request)).drawn]);
  }
  for (const made of buffers.values()) made.destroy();
}
