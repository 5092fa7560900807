import type { Gpu } from '../gpu/gpu.ts';
import { Kernel } from '../gpu/kernel.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { Parameters } from '../weights/parameters.ts';
import { GLU } from './matmul.ts';

/** Keys and subgroups of a tile of the attention kernel. */
export const TILE = { keys: 64, subgroups: 4 };
/**
 * Subgroups that attend one row, and the keys that each team of their lanes has under way. With many rows small workgroups,
 * of which more are resident, hide the waits; with few the row itself must be spread.
 */
const ROW_TEAMS = { few: { subgroups: 8, ahead: 2 }, many: { subgroups: 2, ahead: 4 } };
export const FEW_ROWS = 32;

/** The kernels of a pass beside its products, compiled for one model. */
export interface FixedKernels {
  embed: Kernel;
  addNorm: Kernel;
  rope: Kernel;
  tiles: Kernel;
  /** For few rows, and for many. */
  rows: { few: Kernel; many: Kernel };
  admit: Kernel;
}

/** What keeps this model from the fast tier on this GPU adapter; undefined where nothing does. */
export function obstacleTo(
  gpu: Gpu,
  { heads, kvHeads, headWidth, width, feedForward }: ModelConfig,
): string | undefined {
  const { f16, subgroupSize, matrices } = gpu.abilities;
  const { limits } = gpu.device;
  const [matrix] = matrices;
  if (!f16) return 'the GPU adapter has no f16 arithmetic';
  if (subgroupSize === 0) return 'the GPU adapter has no subgroups of fixed size';
  if (!matrix || matrix.M > subgroupSize) return 'the GPU adapter has no subgroup matrices of f16 with f32 sums';
  if (limits.maxStorageBuffersPerShaderStage < 8) return 'the GPU adapter binds fewer than 8 buffers';
  const lanes = headWidth / 8;
  if (headWidth % 32 !== 0 || !Number.isInteger(Math.log2(lanes)) || lanes > subgroupSize)
    return `heads of width ${headWidth} do not fit its tiles`;
  if (heads / kvHeads > 8) return `${heads / kvHeads} query heads share a KV head, 8 at most fit`;
  if (width % 4 !== 0 || width > 8192) return `its width of ${width} does not fit`;
  if (feedForward % GLU !== 0) return `its feed-forward width of ${feedForward} is no multiple of ${GLU}`;
  const { pairs } = attentionTile(gpu);
  const keyBytes = TILE.keys * (headWidth + 8) * 2;
  const bytes = keyBytes + Math.max(keyBytes, pairs * (TILE.keys + 4) * 4) + pairs * ((TILE.keys + 8) * 2 + 4) + 4;
  const group = heads / kvHeads;
  const ownBytes = ROW_TEAMS.few.subgroups * group * (headWidth * 4 + 8) + 64 * group * 12 + 1024;
  if (Math.max(bytes, ownBytes) > limits.maxComputeWorkgroupStorageSize)
    return 'its attention tile does not fit into workgroup memory';
  return undefined;
}

/** (row, head) pairs of a tile: half a subgroup's lanes are rows, and at least one matrix. */
export function attentionTile(gpu: Gpu): { rows: number; pairs: number } {
  const { subgroupSize, matrices } = gpu.abilities;
  const rows = Math.max(matrices[0]?.M ?? 1, subgroupSize / 2);
  return { rows, pairs: rows * TILE.subgroups };
}

/** @throws CoppiceError where a kernel does not compile on this GPU adapter */
export async function compileFixed(gpu: Gpu, config: ModelConfig, { layers }: Parameters): Promise<FixedKernels> {
  const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH, normEpsilon, width } = config;
  const { subgroupSize: SUBGROUP, matrices } = gpu.abilities;
  const { M: FM, N: FN, K: FK } = matrices[0]!;
  const { rows: ROWS, pairs: PAIRS } = attentionTile(gpu);
  const lists = ['plan-lists'];
  const norm = {
    ...{ libraries: [...lists, 'row_norm'], dialect: 'f16' as const },
    constants: { WIDTH: width, PITCH: layers[0]!.qkv.pitch, EPSILON: normEpsilon, SUBGROUP },
  };
  const attention = { HEADS, KV_HEADS, WIDTH, SCALE: 1 / Math.sqrt(WIDTH), SUBGROUP };
  const GROUP = HEADS / KV_HEADS;
  const inMatrices = {
    ...{ MF: ROWS / FM, KEY_F: TILE.keys / FN, KEY_K: TILE.keys / FK, WIDTH_F: WIDTH / FN, WIDTH_K: WIDTH / FK },
    LOADS: Math.ceil(TILE.keys / ((SUBGROUP * TILE.subgroups) / (WIDTH / 8))),
    OWN4: (TILE.keys * ROWS) / SUBGROUP / 4,
  };
  const attendRows = ({ subgroups, ahead }: { subgroups: number; ahead: number }) =>
    Kernel.compile(gpu, 'row_attention', 'urrrrrrw', {
      ...{ libraries: lists, dialect: 'f16' },
      constants: {
        ...{ ...attention, GROUP, PAIRS, SUBGROUPS: subgroups, AHEAD: ahead },
        OUTS: Math.ceil((GROUP * WIDTH) / 4 / (SUBGROUP * subgroups)),
      },
    });
  const [embed, addNorm, rope, tiles, few, many, admit] = await Promise.all([
    Kernel.compile(gpu, 'embed_norm', 'rrrww', { ...norm, libraries: ['row_norm'] }),
    Kernel.compile(gpu, 'add_norm', 'urrrrww', norm),
    Kernel.compile(gpu, 'rope_store', 'urrrrwww', { libraries: lists, constants: { HEADS, KV_HEADS, WIDTH } }),
    Kernel.compile(gpu, 'tile_attention', 'urrrrww', {
      ...{ libraries: lists, dialect: 'matrices' },
      constants: { ...attention, SUBGROUPS: TILE.subgroups, FM, FN, FK, ROWS, KEYS: TILE.keys, ...inMatrices },
    }),
    attendRows(ROW_TEAMS.few),
    attendRows(ROW_TEAMS.many),
    Kernel.compile(gpu, 'admit', 'rrw', { libraries: lists }),
  ]);
  return { embed, addNorm, rope, tiles, rows: { few, many }, admit };
}
