import type { FastRow } from '../../../src/engine/fast/plan.ts';
import { planFast } from '../../../src/engine/fast/plan.ts';
import type { Shapes } from '../../../src/engine/fast/shapes.ts';
import type { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { Kernel, record } from '../../../src/engine/gpu/kernel.ts';
import type { AttentionShape } from '../../../src/engine/reference/attention.ts';
import { Buffers, inPass } from '../gpu-fixture.ts';
import { readHalves, uploadHalves } from './fast-fixture.ts';

const KEYS = 64;
const SUBGROUPS = 4;
const ROW_SUBGROUPS = 2;

export interface AttentionKernels {
  tiles: Kernel;
  rows: Kernel;
  pairs: number;
}

/** Both attention kernels, as the fast tier compiles them on this GPU adapter. */
export async function compileAttention(gpu: Gpu, heads: AttentionShape): Promise<AttentionKernels> {
  const { heads: HEADS, kvHeads: KV_HEADS, headWidth: WIDTH } = heads;
  const { subgroupSize: SUBGROUP, matrices } = gpu.abilities;
  const { M: FM, N: FN, K: FK } = matrices[0]!;
  const ROWS = Math.max(FM, SUBGROUP / 2);
  const GROUP = HEADS / KV_HEADS;
  const PAIRS = ROWS * SUBGROUPS;
  const common = { HEADS, KV_HEADS, WIDTH, SCALE: 1 / Math.sqrt(WIDTH), SUBGROUP };
  const counts = {
    ...{ MF: ROWS / FM, KEY_F: KEYS / FN, KEY_K: KEYS / FK, WIDTH_F: WIDTH / FN, WIDTH_K: WIDTH / FK },
    LOADS: Math.ceil(KEYS / ((SUBGROUP * SUBGROUPS) / (WIDTH / 8))),
    OWN4: (KEYS * ROWS) / SUBGROUP / 4,
  };
  const OUTS = Math.ceil((GROUP * WIDTH) / 4 / (SUBGROUP * ROW_SUBGROUPS));
  const libraries = ['plan-lists'];
  const [tiles, rows] = await Promise.all([
    Kernel.compile(gpu, 'tile_attention', 'urrrrww', {
      ...{ libraries, dialect: 'matrices' },
      constants: { ...common, SUBGROUPS, FM, FN, FK, ROWS, KEYS, ...counts },
    }),
    Kernel.compile(gpu, 'row_attention', 'urrrrrrw', {
      ...{ libraries, dialect: 'f16' },
      constants: { ...common, SUBGROUPS: ROW_SUBGROUPS, GROUP, PAIRS, AHEAD: 2, OUTS },
    }),
  ]);
  return { tiles, rows, pairs: PAIRS };
}

export interface AttentionData {
  /** [T, H, d] */
  q: Float32Array;
  /** [slots, K, d] */
  keys: Float32Array;
  values: Float32Array;
}

/**
 * One pass of both kernels: o [T, H, d]. Rows that grow stand at `step` of the steps that their submission has. Also the
 * data as f16 has them.
 */
export async function attendFast(
  gpu: Gpu,
  shapes: Shapes,
  kernels: AttentionKernels,
  rows: FastRow[],
  data: AttentionData,
  heads: AttentionShape,
  options: { reproducible: boolean; steps?: number; step?: number; spareSlot: number },
) {
  const { heads: H, kvHeads: K, headWidth: d } = heads;
  const group = H / K;
  const T = rows.length + 1;
  const { steps = 0, step = 0, reproducible, spareSlot } = options;
  const { pairs } = kernels;
  const shape = { group, kvHeads: K, pairs, keys: KEYS, reproducible, spareSlot };
  const plan = planFast(rows, { ...shape, rows: T, steps, wanted: [] });
  plan.words[0] = step;
  using buffers = new Buffers(gpu);
  // The heads of a group side by side, one KV head after the other.
  const byGroup = new Float32Array((T * H + pairs) * d);
  for (let row = 0; row < rows.length; row++) {
    for (let h = 0; h < H; h++) {
      const head = data.q.subarray((row * H + h) * d, (row * H + h + 1) * d);
      byGroup.set(head, ((Math.floor(h / group) * T + row) * group + (h % group)) * d);
    }
  }
  const q = uploadHalves(buffers, 'q', byGroup);
  const [keys, values] = [uploadHalves(buffers, 'keys', data.keys), uploadHalves(buffers, 'values', data.values)];
  const lists = buffers.upload('plan', plan.words);
  const parts = buffers.room('parts', Math.max(1, plan.itemCount * K * pairs * d));
  const stats = buffers.room('stats', Math.max(2, plan.itemCount * K * pairs * 2));
  const o = buffers.room('o', (T * H * d) / 2);
  const operands = [q.buffer, keys.buffer, values.buffer, lists, parts, stats];
  const [tiles, merged] = [shapes.of(T * group), shapes.of(T * group, (H * d) / 4)];
  inPass(gpu, (pass) => {
    if (plan.itemCount > 0) record(pass, [kernels.tiles.prepare([tiles, ...operands], [plan.itemCount, K])]);
    record(pass, [kernels.rows.prepare([merged, ...operands, o], [T, K])]);
  });
  const out = await readHalves(gpu, o, T * H * d);
  const known = Float64Array.from({ length: rows.length * H * d }, (_, i) => {
    const [row, h] = [Math.floor(i / (H * d)), Math.floor(i / d) % H];
    return q.values[((Math.floor(h / group) * T + row) * group + (h % group)) * d + (i % d)]!;
  });
  return { o: out.subarray(0, rows.length * H * d), q: known, keys: keys.values, values: values.values, plan };
}
