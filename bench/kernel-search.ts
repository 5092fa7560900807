/**
 * Times many variants of the fast tier's matrix products on this GPU, one line each: how the tuner's short list was found.
 * `node bench/kernel-search.ts [FILTER]`; needs a GPU adapter with f16.
 */
import { Gpu } from '../src/engine/gpu/gpu.ts';
import { type Constants, type Dialect, Kernel, words } from '../src/engine/gpu/kernel.ts';

interface Shape {
  name: string;
  N: number;
  K: number;
}

const SHAPES: Record<string, Shape> = {
  qkv: { name: 'qkv', N: 2048, K: 1536 },
  output: { name: 'output', N: 1536, K: 1536 },
  gateUp: { name: 'gate up', N: 17920, K: 1536 },
  down: { name: 'down', N: 1536, K: 8960 },
  head: { name: 'head', N: 151936, K: 1536 },
};

interface Variant {
  label: string;
  kernel: string;
  mode: 'partial' | 'swiglu';
  dialect: Dialect;
  constants: Constants;
  T: number;
  shape: Shape;
  splits: number;
  groups: [number, number, number];
  immediates: Uint32Array<ArrayBuffer>;
}

const SUBGROUP = 32;

function tile(
  [BM, BN, BK, WM, WN, FN = 16, STAGES = 2]: number[],
  T: number,
  shape: Shape,
  splits = 1,
  mode: Variant['mode'] = 'partial',
): Variant | undefined {
  const constants = { BM: BM!, BN: BN!, BK: BK!, WM: WM!, WN: WN!, FM: 16, FN, FK: 16, STAGES, SUBGROUP, GLU: 8 };
  const steps = shape.K / BK! / splits;
  if (!Number.isInteger(steps) || shape.N % BN! !== 0) return undefined;
  const rows = Math.ceil(T / BM!) * BM!;
  return {
    label: `tile ${BM}x${BN}x${BK} sub ${WM}x${WN} f${FN} stages ${STAGES} splits ${splits} ${mode}`,
    kernel: 'tile_matmul',
    ...{ mode, dialect: 'matrices', constants, T, shape, splits },
    groups: [rows / BM!, shape.N / BN!, splits],
    immediates: words(shape.K / 8, steps, mode === 'swiglu' ? shape.N / 2 : shape.N, rows * shape.N),
  };
}

function stream(
  [MF, NF, PARTS, UNROLL]: number[],
  shape: Shape,
  splits = 1,
  mode: Variant['mode'] = 'partial',
): Variant {
  const T = MF! * 16;
  const constants = { MF: MF!, NF: NF!, PARTS: PARTS!, UNROLL: UNROLL!, FM: 16, FN: 16, FK: 16, SUBGROUP, GLU: 8 };
  return {
    label: `stream ${MF}x${NF} parts ${PARTS} unroll ${UNROLL} splits ${splits} ${mode}`,
    kernel: 'stream_matmul',
    ...{ mode, dialect: 'matrices', constants, T, shape, splits },
    groups: [shape.N / (NF! * 16), 1, splits],
    immediates: words(shape.K / 8, shape.K / 8 / splits, mode === 'swiglu' ? shape.N / 2 : shape.N, T * shape.N),
  };
}

function vector([T, R, SUBGROUPS]: number[], shape: Shape, mode: Variant['mode'] = 'partial'): Variant {
  const constants = { T: T!, R: R!, SUBGROUPS: SUBGROUPS!, SUBGROUP, GLU: 8 };
  return {
    label: `vector T ${T} R ${R} subgroups ${SUBGROUPS} ${mode}`,
    kernel: 'vector_matmul',
    ...{ mode, dialect: 'f16', constants, T: T!, shape, splits: 1 },
    groups: [shape.N / (mode === 'swiglu' ? 2 : 1) / (R! * SUBGROUPS!), 1, 1],
    immediates: words(shape.K / 8, shape.N),
  };
}

const TILES = [
  [128, 128, 16, 64, 64],
  [128, 128, 32, 64, 64],
  [128, 128, 32, 64, 64, 16, 1],
  [128, 128, 64, 64, 64, 16, 1],
  [128, 128, 16, 64, 64, 8],
  [128, 128, 32, 64, 64, 8],
  [128, 128, 16, 64, 32],
  [128, 128, 32, 64, 32],
  [128, 128, 32, 64, 32, 16, 1],
  [128, 128, 64, 64, 32, 16, 1],
  [256, 128, 16, 64, 64],
  [128, 256, 16, 64, 64],
  [256, 128, 32, 64, 64, 16, 1],
  [256, 128, 32, 64, 32, 16, 1],
  [128, 256, 32, 64, 32, 16, 1],
  [256, 64, 32, 64, 32, 16, 1],
  [256, 64, 32, 64, 64, 16, 1],
];
const SMALL = [
  [16, 64, 64, 16, 16],
  [32, 128, 64, 32, 32],
  [32, 128, 128, 32, 32, 16, 1],
  [64, 64, 64, 32, 32],
  [64, 64, 128, 32, 32, 16, 1],
  [64, 128, 64, 64, 32, 16, 1],
  [64, 128, 64, 32, 64, 16, 1],
];

function plan(): Variant[] {
  const out: (Variant | undefined)[] = [];
  const { gateUp, down, head } = SHAPES as Record<string, Shape>;
  for (const t of TILES)
    out.push(tile(t, 256, gateUp!), tile(t, 4096, gateUp!), tile(t, 256, head!), tile(t, 256, down!, 10));
  for (const t of SMALL)
    out.push(tile(t, t[0]!, gateUp!), tile(t, t[0]!, gateUp!, 2), tile(t, t[0]!, head!), tile(t, t[0]!, down!, 10));
  return out.filter((v) => v !== undefined);
}

const gpu = await Gpu.open(process.env.NULL ? { backend: 'null' } : {});
console.log(gpu.info.description, gpu.info.device, JSON.stringify(gpu.abilities));
const filter = process.argv[2] ?? '';
const seconds = Number(process.argv[3] ?? 400);
const started = performance.now();

const MOST_T = 4096;
const x = gpu.buffer('x', MOST_T * 8960 * 2);
fillHalves(x, MOST_T * 8960);
const bias = gpu.buffer('bias', 17920 * 4);
const y = gpu.buffer('y', Math.max(4096 * 17920 * 4, 256 * 151936 * 4));
/** Several copies, so that weights come from memory and not from the cache. */
const weights = new Map<Shape, GPUBuffer[]>();
function weightsOf(shape: Shape): GPUBuffer[] {
  let made = weights.get(shape);
  if (!made) {
    const bytes = shape.N * shape.K * 2;
    made = Array.from({ length: Math.max(1, Math.ceil(4e8 / bytes)) }, (_, i) => gpu.buffer(`w ${i}`, bytes));
    for (const buffer of made) fillHalves(buffer, shape.N * shape.K);
    weights.set(shape, made);
  }
  return made;
}
function fillHalves(buffer: GPUBuffer, count: number): void {
  const some = Uint16Array.from(
    { length: 1 << 20 },
    () => (Math.random() < 0.5 ? 0x8000 : 0) | (0x2000 + Math.floor(Math.random() * 0x1400)),
  );
  for (let at = 0; at < count; at += some.length) {
    const part = new Uint8Array(some.buffer, 0, 2 * Math.min(some.length, count - at));
    gpu.write(buffer, part, at * 2);
  }
}

const query = gpu.device.createQuerySet({ type: 'timestamp', count: 2 });
const stamps = gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });

async function time(kernel: Kernel, v: Variant): Promise<number[]> {
  const copies = weightsOf(v.shape);
  const samples: number[] = [];
  const flops = 2 * v.T * v.shape.N * v.shape.K;
  const repeats = Math.max(copies.length, Math.min(60, Math.ceil(2e12 / flops / 10)));
  for (let sample = 0; sample < 4; sample++) {
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet: query, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    for (let i = 0; i < repeats; i++)
      kernel.run(pass, [x, copies[i % copies.length]!, bias, y], v.groups, v.immediates);
    pass.end();
    encoder.resolveQuerySet(query, 0, 2, stamps, 0);
    gpu.device.queue.submit([encoder.finish()]);
    const [from, to] = new BigUint64Array(await gpu.read(stamps, 16));
    if (sample > 0) samples.push(Number(to! - from!) / 1000 / repeats);
  }
  return samples.sort((a, b) => a - b);
}

const best = new Map<string, string>();
const bestUs = new Map<string, number>();
const variants = plan().filter(({ label, shape }) => `${label} ${shape.name}`.includes(filter));
console.log(`${variants.length} variants`);
const compiled = new Map<string, Promise<Kernel>>();
const compile = (v: Variant) => {
  const key = `${v.kernel} ${v.mode} ${JSON.stringify(v.constants)}`;
  let made = compiled.get(key);
  if (!made) {
    made = Kernel.compile(gpu, v.kernel, 'rrrw', {
      constants: v.constants,
      immediates: v.kernel === 'vector_matmul' ? 8 : 16,
      libraries: [`${v.kernel}-${v.mode}`],
      dialect: v.dialect,
    });
    made.catch(() => {});
    compiled.set(key, made);
  }
  return made;
};
if (process.env.COMPILE_ONLY) {
  for (const v of variants)
    await compile(v).catch((e: Error) => console.log(v.label, String((e.cause as Error)?.message ?? e).slice(0, 600)));
  process.exit(0);
}
for (const v of variants) {
  if (performance.now() - started > seconds * 1000) break;
  try {
    const start = performance.now();
    const kernel = await compile(v);
    const compileMs = performance.now() - start;
    const us = await time(kernel, v);
    const tflops = (2 * v.T * v.shape.N * v.shape.K) / us[0]! / 1e6;
    const tbs = (2 * v.shape.N * v.shape.K) / us[0]! / 1e6;
    const line = `${v.shape.name} T ${v.T}: ${v.label}: ${us[0]!.toFixed(1)}-${us.at(-1)!.toFixed(1)} us, ${tflops.toFixed(0)} TFLOP/s, ${tbs.toFixed(2)} TB/s, compile ${compileMs.toFixed(0)} ms`;
    console.log(line);
    const key = `${v.shape.name} T ${v.T}`;
    if (us[0]! < (bestUs.get(key) ?? Infinity)) {
      bestUs.set(key, us[0]!);
      best.set(key, line);
    }
  } catch (error) {
    console.log(`${v.shape.name} T ${v.T}: ${v.label}: ${String((error as Error).cause ?? error).slice(0, 300)}`);
  }
}
// What a dispatch costs that depends on the one before, and one that does not.
const tiny = await Kernel.compile(gpu, 'swiglu', 'rw', { immediates: 4 });
for (const [name, buffers] of [
  ['dependent', 1],
  ['independent', 8],
] as const) {
  const outs = Array.from({ length: buffers }, (_, i) => gpu.buffer(`o ${i}`, 4096));
  const us: number[] = [];
  for (let sample = 0; sample < 4; sample++) {
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet: query, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    for (let i = 0; i < 400; i++) tiny.run(pass, [x, outs[i % buffers]!], [1], words(64));
    pass.end();
    encoder.resolveQuerySet(query, 0, 2, stamps, 0);
    gpu.device.queue.submit([encoder.finish()]);
    const [from, to] = new BigUint64Array(await gpu.read(stamps, 16));
    us.push(Number(to! - from!) / 1000 / 400);
  }
  console.log(`${name} dispatch: ${us.map((u) => u.toFixed(2)).join(' ')} us`);
}
console.log('\nbest');
for (const line of best.values()) console.log(line);
process.exit(0);
