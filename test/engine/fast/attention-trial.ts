import type { TreeAttention } from '../../../src/engine/fast/attention.ts';
import { type Folds, USUAL_FOLDS } from '../../../src/engine/fast/folds.ts';
import type { AttentionTile, FastRow, RowTile } from '../../../src/engine/fast/plan.ts';
import { planFast } from '../../../src/engine/fast/plan.ts';
import type { Shapes } from '../../../src/engine/fast/shapes.ts';
import type { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { record } from '../../../src/engine/gpu/kernel.ts';
import type { AttentionShape } from '../../../src/engine/reference/attention.ts';
import { Buffers, inPass } from '../gpu-fixture.ts';
import { readHalves, uploadHalves } from './fast-fixture.ts';

export interface AttentionData {
  /** [T, H, d] */
  q: Float32Array;
  /** [slots, K, d] */
  keys: Float32Array;
  values: Float32Array;
}

/**
 * One pass of all three kernels, in `tile` and `rowTile` if they are given, or in `mergingRowTile` without a merge where that can be:
 * o [T, H, d]. Rows that grow stand at `step` of the steps that their submission has. Also the data as f16 has them.
 */
export async function attendFast(
  gpu: Gpu,
  shapes: Shapes,
  attention: TreeAttention,
  rows: FastRow[],
  data: AttentionData,
  heads: AttentionShape,
  options: {
    reproducible: boolean;
    steps?: number;
    step?: number;
    spareSlot: number;
    tile?: AttentionTile;
    rowTile?: RowTile;
    mergingRowTile?: RowTile | undefined;
    folds?: Folds;
  },
) {
  const { heads: H, kvHeads: K, headWidth: d } = heads;
  const group = H / K;
  const T = rows.length + 1;
  const { steps = 0, step = 0, reproducible, spareSlot, tile, rowTile, mergingRowTile } = options;
  const tiles = tile ? [tile] : attention.tiles;
  const pairs = Math.max(...tiles.map((each) => each.pairs));
  const { folds = USUAL_FOLDS } = options;
  const rowTiles = rowTile ? [rowTile] : attention.rowTiles;
  const mergingRowTiles = mergingRowTile ? [mergingRowTile] : [];
  const shape = { group, kvHeads: K, tiles, rowTiles, mergingRowTiles, folds, reproducible, spareSlot };
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
  const room = attention.roomFor(plan);
  const part = (label: keyof typeof room) => buffers.room(label, Math.max(4, room[label] / 4));
  const parts = {
    ...{ tileParts: part('tileParts'), tileStats: part('tileStats') },
    ...{ rowParts: part('rowParts'), rowStats: part('rowStats') },
  };
  const o = buffers.room('o', (T * H * d) / 2);
  const inputs = { q: q.buffer, keys: keys.buffer, values: values.buffer, plan: lists };
  const dispatches = attention.prepare(shapes, T, inputs, parts, { o, pitch: H * d });
  dispatches.follow(plan);
  inPass(gpu, (pass) =>
    record(
      pass,
      dispatches.all.filter(({ workgroups }) => workgroups[0] > 0),
    ),
  );
  const out = await readHalves(gpu, o, T * H * d);
  const known = Float64Array.from({ length: rows.length * H * d }, (_, i) => {
    const [row, h] = [Math.floor(i / (H * d)), Math.floor(i / d) % H];
    return q.values[((Math.floor(h / group) * T + row) * group + (h % group)) * d + (i % d)]!;
  });
  return { o: out.subarray(0, rows.length * H * d), q: known, keys: keys.values, values: values.values, plan };
}
