import type { Gpu } from '../gpu/gpu.ts';
import { Kernel } from '../gpu/kernel.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { Parameters } from '../weights/parameters.ts';
import { attentionObstacle, TreeAttention } from './attention.ts';
import { GLU } from './matmul.ts';

/** Threads of a norm, or a multiple where each would have more vectors of four than these. */
const NORM_THREADS = 128;
const VECTORS_EACH = 3;

/** The kernels of a pass beside its products, compiled for one model. */
export interface FixedKernels {
  embed: Kernel;
  /** What reads a product in so many splits is compiled for them, so that all its loads are under way at once. */
  addNorm: (splits: number) => Promise<Kernel>;
  rope: (splits: number) => Promise<Kernel>;
  attention: TreeAttention;
  admit: Kernel;
}

/** What keeps this model from the fast tier on this GPU adapter; undefined where nothing does. */
export function obstacleTo(gpu: Gpu, config: ModelConfig): string | undefined {
  const { width, feedForward } = config;
  const { f16, subgroupSize, matrices } = gpu.abilities;
  const [matrix] = matrices;
  if (!f16) return 'the GPU adapter has no f16 arithmetic';
  if (subgroupSize === 0) return 'the GPU adapter has no subgroups of fixed size';
  if (!matrix || matrix.M > subgroupSize) return 'the GPU adapter has no subgroup matrices of f16 with f32 sums';
  if (gpu.device.limits.maxStorageBuffersPerShaderStage < 8) return 'the GPU adapter binds fewer than 8 buffers';
  if (width % 4 !== 0 || width > 8192) return `its width of ${width} does not fit`;
  if (feedForward % GLU !== 0) return `its feed-forward width of ${feedForward} is no multiple of ${GLU}`;
  return attentionObstacle(gpu, config);
}

/** @throws CoppiceError where a kernel does not compile on this GPU adapter */
export async function compileFixed(gpu: Gpu, config: ModelConfig, parameters: Parameters): Promise<FixedKernels> {
  const constants = normConstants(gpu, config, parameters);
  const [embed, attention, admit] = await Promise.all([
    Kernel.compile(gpu, 'embed_norm', 'rrrww', { libraries: ['row_norm'], dialect: 'f16', constants }),
    TreeAttention.compile(gpu, config),
    Kernel.compile(gpu, 'admit', 'rrw', { libraries: ['plan-lists'] }),
  ]);
  return { embed, attention, admit, ...splitReaders(gpu, config, parameters) };
}

/** The kernels that read a product in parts, each compiled when so many are first read. */
export function splitReaders(
  gpu: Gpu,
  config: ModelConfig,
  parameters: Parameters,
): Pick<FixedKernels, 'addNorm' | 'rope'> {
  const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH } = config;
  const norm = normConstants(gpu, config, parameters);
  return {
    addNorm: bySplits((SPLITS) =>
      Kernel.compile(gpu, 'add_norm', 'urrrrww', {
        ...{ libraries: ['plan-lists', 'row_norm'], dialect: 'f16' },
        constants: { ...norm, SPLITS },
      }),
    ),
    rope: bySplits((SPLITS) =>
      Kernel.compile(gpu, 'rope_store', 'urrrrwww', {
        libraries: ['plan-lists'],
        constants: { HEADS, KV_HEADS, WIDTH, SPLITS },
      }),
    ),
  };
}

function normConstants(gpu: Gpu, { width, normEpsilon }: ModelConfig, { layers }: Parameters) {
  const vectors = width / 4;
  const most = gpu.device.limits.maxComputeInvocationsPerWorkgroup;
  const threads = Math.min(most, NORM_THREADS * Math.ceil(vectors / NORM_THREADS / VECTORS_EACH));
  return {
    ...{ WIDTH: width, PITCH: layers[0]!.qkv.pitch, EPSILON: normEpsilon, SUBGROUP: gpu.abilities.subgroupSize },
    ...{ NORM_THREADS: threads, VALUES: Math.ceil(vectors / threads) },
  };
}

function bySplits(compile: (splits: number) => Promise<Kernel>): (splits: number) => Promise<Kernel> {
  const kernels = new Map<number, Promise<Kernel>>();
  return (splits) => {
    const kernel = kernels.get(splits) ?? compile(splits);
    kernels.set(splits, kernel);
    return kernel;
  };
}
