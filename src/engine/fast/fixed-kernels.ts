import type { WeightType } from '../../core/protocol.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Kernel } from '../gpu/kernel.ts';
import { headNormConstants } from '../model/kernels.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { Parameters } from '../weights/parameters.ts';
import { attentionObstacle, TreeAttention } from './attention.ts';
import { laneConstants } from './lanes.ts';
import { GLU } from './matmul.ts';
import { compileQuantizeRows } from './quantize.ts';

/** Threads of a norm, or a multiple where each would have more vectors of four than these. */
const NORM_THREADS = 128;
const VECTORS_EACH = 3;
const NORM_LIBRARIES = ['lanes', 'integers', 'row_norm'];
/** Integers have a scale for each row. */
const SCALES: Record<Numbers, string> = { f16: '', i8: 'w' };

/** What activations are made for a product: see `isInteger`. */
export type Numbers = 'f16' | 'i8';

/** The kernels of a pass beside its products, compiled for one model. */
export interface FixedKernels {
  /** Norms come as f16 or as integers. */
  embed: (numbers: Numbers) => Promise<Kernel>;
  /** What reads a product in so many splits is compiled for them, so that all its loads are under way at once. */
  addNorm: (splits: number, numbers: Numbers) => Promise<Kernel>;
  rope: (splits: number) => Promise<Kernel>;
  attention: TreeAttention;
  admit: Kernel;
  /** Makes a product's rows of this pitch integer; compiled when that is first needed. */
  quantizeRows: (pitch: number) => Promise<Kernel>;
}

/** What keeps this model from the fast tier on this GPU adapter; undefined where nothing does. */
export function obstacleTo(gpu: Gpu, config: ModelConfig, weights: WeightType = 'f16'): string | undefined {
  const { width, feedForward } = config;
  if (weights === 'w8a8' && gpu.abilities.integerMatrices.length === 0)
    return 'the GPU adapter has no subgroup matrices of int8';
  if (gpu.device.limits.maxStorageBuffersPerShaderStage < 8) return 'the GPU adapter binds fewer than 8 buffers';
  if (width % 4 !== 0 || width > 8192) return `its width of ${width} does not fit`;
  if (feedForward % GLU !== 0) return `its feed-forward width of ${feedForward} is no multiple of ${GLU}`;
  return attentionObstacle(gpu, config);
}

/** @throws CoppiceError where a kernel does not compile on this GPU adapter */
export async function compileFixed(gpu: Gpu, config: ModelConfig, parameters: Parameters): Promise<FixedKernels> {
  const [attention, admit] = await Promise.all([
    TreeAttention.compile(gpu, config),
    Kernel.compile(gpu, 'admit', 'rrw', { libraries: ['plan-lists'] }),
  ]);
  return { attention, admit, ...variantKernels(gpu, config, parameters) };
}

/** The kernels that come in variants, each compiled when it is first asked for. */
export function variantKernels(
  gpu: Gpu,
  config: ModelConfig,
  parameters: Parameters,
): Pick<FixedKernels, 'embed' | 'addNorm' | 'rope' | 'quantizeRows'> {
  const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH } = config;
  const norm = normConstants(gpu, config, parameters);
  return {
    embed: lazily((numbers: Numbers) =>
      Kernel.compile(gpu, 'embed_norm', `rrrww${SCALES[numbers]}`, {
        ...{ libraries: NORM_LIBRARIES, dialect: 'adaptable' },
        constants: { ...norm, ...normedAs(numbers), EMBEDDING_SCALE: { float: config.embeddingScale } },
      }),
    ),
    quantizeRows: lazily((pitch: number) => compileQuantizeRows(gpu, pitch)),
    addNorm: lazily((SPLITS: number, numbers: Numbers) =>
      Kernel.compile(gpu, 'add_norm', `urrrrww${SCALES[numbers]}`, {
        ...{ libraries: ['plan-lists', ...NORM_LIBRARIES], dialect: 'adaptable' },
        constants: { ...norm, ...normedAs(numbers), SPLITS },
      }),
    ),
    rope: lazily((SPLITS: number) =>
      Kernel.compile(gpu, 'rope_store', 'urrrrwww', {
        libraries: ['plan-lists'],
        constants: { HEADS, KV_HEADS, WIDTH, SPLITS, ...headNormConstants(config) },
      }),
    ),
  };
}

function normConstants(gpu: Gpu, { width, norm, normEpsilon }: ModelConfig, { layers }: Parameters) {
  const vectors = width / 4;
  const most = gpu.device.limits.maxComputeInvocationsPerWorkgroup;
  const threads = Math.min(most, NORM_THREADS * Math.ceil(vectors / NORM_THREADS / VECTORS_EACH));
  return {
    ...{
      WIDTH: width,
      PITCH: layers[0]!.qkv.pitch,
      EPSILON: { float: normEpsilon },
      LAYER: norm === 'layer' ? 1 : 0,
      ...laneConstants(gpu.abilities),
    },
    ...{ NORM_THREADS: threads, VALUES: Math.ceil(vectors / threads) },
  };
}

function normedAs(numbers: Numbers) {
  return numbers === 'i8' ? { HALVES: 0, INTEGERS: 1 } : { HALVES: 1, INTEGERS: 0 };
}

/** A kernel for each variant, compiled when it is first asked for. */
function lazily<A extends (number | string)[]>(compile: (...variant: A) => Promise<Kernel>) {
  const kernels = new Map<string, Promise<Kernel>>();
  return (...variant: A): Promise<Kernel> => {
    const key = variant.join(' ');
    const kernel = kernels.get(key) ?? compile(...variant);
    kernels.set(key, kernel);
    return kernel;
  };
}
