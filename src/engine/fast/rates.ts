import type { ProductRates } from '../../core/protocol.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { PaddedMatrix } from '../weights/parameters.ts';
import { Matmul, type Way, wayName, waysFor } from './matmul.ts';
import { Shapes } from './shapes.ts';
import { fillWithNoise, GpuClock } from './tune.ts';

/** One matrix for both: 256 MiB of f16, far more than any cache; rows of the many. */
const SHAPE = { rows: 32_768, columns: 4096, many: 1024 };
const MOST_WAYS = 6;

/** What this GPU adapter reaches now: the quickest product of many rows, and the quickest of one. */
export async function measureRates(gpu: Gpu, shape = SHAPE): Promise<ProductRates & { ways: string[] }> {
  const shapes = new Shapes(gpu);
  const matmul = new Matmul(gpu, shapes);
  const clock = new GpuClock(gpu);
  const { columns: K, many: ROWS } = shape;
  // What one binding holds bounds the matrix and the product.
  const most = gpu.device.limits.maxStorageBufferBindingSize / Math.max(K * 2, ROWS * 4);
  const N = Math.min(shape.rows, Math.floor(most / 128) * 128);
  const buffers = {
    w: gpu.buffer('rates w', N * K * 2),
    x: gpu.buffer('rates x', ROWS * K * 2),
    y: gpu.buffer('rates y', ROWS * N * 4),
  };
  try {
    fillWithNoise(gpu, buffers.w);
    fillWithNoise(gpu, buffers.x);
    const w: PaddedMatrix = { buffer: buffers.w, rows: N, columns: K, encoding: 'f16', paddedRows: N, pitch: K };
    const quickest = async (rows: number, kind: Way['kind']) => {
      let best: { way: Way; us: number } | undefined;
      for (const way of waysFor(gpu, w, rows, 'partial')
        .filter((way) => way.kind === kind)
        .slice(0, MOST_WAYS)) {
        const product = { x: buffers.x, w, bias: undefined, y: buffers.y, output: 'partial' as const, rows, pitch: N };
        const dispatch = await matmul.prepare(way, product).catch(() => undefined);
        if (!dispatch) continue;
        if (!best) await clock.warmUp([dispatch]);
        const us = await clock.time([dispatch], best?.us);
        if (!best || us < best.us) best = { way, us };
      }
      return best;
    };
    const [many, one] = [await quickest(ROWS, 'tile'), await quickest(1, 'vector')];
    return {
      teraflops: many ? (2 * ROWS * N * K) / many.us / 1e6 : 0,
      terabytes: one ? (N * K * 2) / one.us / 1e6 : 0,
      ways: [many, one].filter((found) => found !== undefined).map(({ way }) => wayName(way)),
    };
  } finally {
    for (const buffer of Object.values(buffers)) buffer.destroy();
    clock.dispose();
    matmul.dispose();
    shapes.dispose();
  }
}
