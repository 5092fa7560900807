import type { WeightType } from '../../core/protocol.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Kernel, record } from '../gpu/kernel.ts';
import type { MatrixForm, MatrixLayout, PaddedMatrix } from '../weights/parameters.ts';
import { laneConstants, numberConstants } from './lanes.ts';
import { COLUMNS_TO, GLU, ROWS_TO } from './matmul.ts';
import { Shapes } from './shapes.ts';

/** Weights that share a scale. */
export const GROUP = 32;
const THREADS = 64;
const ROW_THREADS = 256;

/** Steps of integers are twice as deep as steps of halves. */
const DEEPER = 2;

/** How integers are packed: with a scale for each group, or for each row. */
interface Packing {
  bits: 8 | 4;
  byRow: boolean;
}

const PACKINGS: Record<Exclude<WeightType, 'f16'>, Packing> = {
  int8: { bits: 8, byRow: false },
  int4: { bits: 4, byRow: false },
  w8a8: { bits: 8, byRow: true },
};

/** How the fast tier wants its matrices: padded to whole tiles, gate and up side by side, and packed as wanted. */
export async function fastLayout(gpu: Gpu, weights: WeightType = 'f16'): Promise<MatrixLayout> {
  const layout = { halves: true, rowsTo: ROWS_TO, columnsTo: COLUMNS_TO, interleave: GLU };
  if (weights === 'f16') return layout;
  const packing = PACKINGS[weights];
  const [BY_ROW, BY_GROUP] = packing.byRow ? [1, 0] : [0, 1];
  const kernel = await Kernel.compile(gpu, 'quantize', 'urw', { constants: { BITS: packing.bits, BY_ROW, BY_GROUP } });
  const deeper = packing.byRow ? DEEPER : 1;
  return {
    ...layout,
    // What the rows of gate and up make is the columns of down.
    rowsTo: ROWS_TO * deeper,
    columnsTo: COLUMNS_TO * deeper,
    packer: {
      formOf: (matrix) => packedForm(matrix, packing),
      pack: (matrix) => quantize(gpu, kernel, matrix, packing),
    },
  };
}

async function quantize(
  gpu: Gpu,
  kernel: Kernel,
  matrix: PaddedMatrix,
  { bits, byRow }: Packing,
): Promise<PaddedMatrix> {
  const { paddedRows, pitch } = matrix;
  const { quantized, bytes } = packedForm(matrix, { bits, byRow });
  const { scalesAt, rowScalesAt = 0 } = quantized;
  const pairs = scalePairs(matrix);
  const buffer = gpu.buffer('quantised weights', bytes);
  const shapes = new Shapes(gpu);
  const groups = byRow ? paddedRows : Math.ceil(pairs / THREADS);
  const across = Math.min(groups, gpu.device.limits.maxComputeWorkgroupsPerDimension);
  const shape = byRow
    ? shapes.of(pitch / GROUP / 2, scalesAt, paddedRows, rowScalesAt)
    : shapes.of(pairs, scalesAt, 0, 0);
  const dispatch = kernel.prepare([shape, matrix.buffer, buffer], [across, Math.ceil(groups / across)]);
  gpu.submit((encoder) => {
    const pass = encoder.beginComputePass();
    record(pass, [dispatch]);
    pass.end();
  });
  // What was submitted keeps its numbers alive.
  shapes.dispose();
  return { ...matrix, buffer, quantized };
}

/** Integers, then scales of groups, two in a word, then scales of rows where these have their own. */
function packedForm(matrix: MatrixForm, { bits, byRow }: Packing) {
  const { paddedRows, pitch } = matrix;
  const scalesAt = (paddedRows * pitch * bits) / 32;
  const rowScalesAt = scalesAt + scalePairs(matrix);
  const quantized = { bits, scalesAt, ...(byRow ? { rowScalesAt } : {}) };
  return { quantized, bytes: (rowScalesAt + (byRow ? paddedRows : 0)) * 4 };
}

function scalePairs({ paddedRows, pitch }: MatrixForm): number {
  return (paddedRows * pitch) / GROUP / 2;
}

/** Makes rows [T, pitch] of activations integer, a workgroup each. */
export function compileQuantizeRows(gpu: Gpu, pitch: number): Promise<Kernel> {
  const { abilities } = gpu;
  const constants = { PITCH: pitch, THREADS: ROW_THREADS, ...laneConstants(abilities), ...numberConstants(abilities) };
  const libraries = ['lanes', 'numbers', 'integers'];
  return Kernel.compile(gpu, 'quantize_rows', 'rww', { libraries, dialect: 'adaptable', constants });
}
