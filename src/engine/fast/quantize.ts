import type { WeightType } from '../../core/protocol.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Kernel, record } from '../gpu/kernel.ts';
import type { MatrixLayout, PaddedMatrix } from '../weights/parameters.ts';
import { COLUMNS_TO, GLU, ROWS_TO } from './matmul.ts';
import { Shapes } from './shapes.ts';

/** Weights that share a scale. */
export const GROUP = 32;
const THREADS = 64;

/** How the fast tier wants its matrices: padded to whole tiles, gate and up side by side, and packed as wanted. */
export async function fastLayout(gpu: Gpu, weights: WeightType = 'f16'): Promise<MatrixLayout> {
  const layout = { halves: true, rowsTo: ROWS_TO, columnsTo: COLUMNS_TO, interleave: GLU };
  if (weights === 'f16') return layout;
  const bits = weights === 'int8' ? 8 : 4;
  const kernel = await Kernel.compile(gpu, 'quantize', 'urw', { constants: { BITS: bits } });
  return { ...layout, pack: (matrix) => quantize(gpu, kernel, matrix, bits) };
}

async function quantize(gpu: Gpu, kernel: Kernel, matrix: PaddedMatrix, bits: 8 | 4): Promise<PaddedMatrix> {
  const weights = matrix.paddedRows * matrix.pitch;
  const scalesAt = (weights * bits) / 32;
  const pairs = weights / GROUP / 2;
  const buffer = gpu.buffer('quantised weights', (scalesAt + pairs) * 4);
  const shapes = new Shapes(gpu);
  const groups = Math.ceil(pairs / THREADS);
  const across = Math.min(groups, gpu.device.limits.maxComputeWorkgroupsPerDimension);
  const resources = [shapes.of(pairs, scalesAt), matrix.buffer, buffer];
  const dispatch = kernel.prepare(resources, [across, Math.ceil(groups / across)]);
  gpu.submit((encoder) => {
    const pass = encoder.beginComputePass();
    record(pass, [dispatch]);
    pass.end();
  });
  // What was submitted keeps its numbers alive.
  shapes.dispose();
  return { ...matrix, buffer, quantized: { bits, scalesAt } };
}
