import { DEFAULT_SAMPLING } from '../../core/candidate.ts';
import { CoppiceError } from '../../core/errors.ts';
import type { EngineProbe } from '../../core/protocol.ts';
import { attendTrial, trialTree } from '../attention/trial.ts';
import { Kernels } from '../model/kernels.ts';
import { denseAttention, rotate } from '../reference/attention.ts';
import { gelu, layerNorm, multiply, rmsNorm, swiglu } from '../reference/linear.ts';
import { logSoftmax, mostLikely, restricted } from '../reference/sampling.ts';
import { Sampler } from '../sample/sampler.ts';
import { uniformAt } from '../sample/threefry.ts';
import type { Gpu } from './gpu.ts';

type Result = EngineProbe['selfTest'][number];

const HEADS = { heads: 4, kvHeads: 2, headWidth: 16, headNorm: true, normEpsilon: 1e-6 };
const ROWS = 5;
const WIDTH = 64;
/** Numbers of rows that together reach every kernel of the matrix product. */
const PRODUCT_ROWS = [1, 3, 6, 20];
const VOCABULARY = 300;

/** Runs each kernel once on small random inputs and compares with the CPU references: fit for this GPU adapter or not. */
export async function selfTest(gpu: Gpu): Promise<Result[]> {
  const kernels = await Kernels.compile(gpu, HEADS, new Set(['f32']));
  const sampler = await Sampler.create(gpu);
  const made: GPUBuffer[] = [];
  const upload = (label: string, data: Float32Array | Uint32Array) => keep(gpu.upload(label, data));
  const room = (label: string, floats: number) => keep(gpu.buffer(label, floats * 4));
  const keep = (buffer: GPUBuffer) => {
    made.push(buffer);
    return buffer;
  };
  const results: Result[] = [];
  const check = async (kernel: string, tolerance: number, measure: () => Promise<number>) => {
    try {
      const error = await measure();
      results.push({ kernel, ok: error <= tolerance, error, tolerance });
    } catch (error) {
      if (CoppiceError.wrap(error).code === 'gpu-lost') throw error;
      results.push({ kernel, ok: false, error: Number.POSITIVE_INFINITY, tolerance });
    }
  };
  const inPass = (record: (pass: GPUComputePassEncoder) => void) =>
    gpu.submit((encoder) => {
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
    });

  const x = random(ROWS * WIDTH);
  const xBuffer = upload('x', x);
  await check('embedding', 0, async () => {
    const table = random(20 * WIDTH);
    const tokens = Uint32Array.of(3, 19, 0, 7, 3);
    const y = room('y', ROWS * WIDTH);
    const matrix = { buffer: upload('table', table), rows: 20, columns: WIDTH, encoding: 'f32' as const };
    inPass((pass) => kernels.embed(pass, matrix, upload('tokens', tokens), y, ROWS));
    const expected = [...tokens].flatMap((token) => [...table.subarray(token * WIDTH, (token + 1) * WIDTH)]);
    return difference(await gpu.readFloats(y, ROWS * WIDTH), expected);
  });
  await check('matmul', 1e-5, async () => {
    const columns = 48;
    const w = random(columns * WIDTH);
    const matrix = { buffer: upload('w', w), rows: columns, columns: WIDTH, encoding: 'f32' as const };
    let worst = 0;
    for (const rows of PRODUCT_ROWS) {
      const x = random(rows * WIDTH);
      const y = room('y', rows * columns);
      inPass((pass) => kernels.multiply(pass, upload('x', x), matrix, y, rows));
      const expected = multiply(x, w, { rows, columns, depth: WIDTH });
      worst = Math.max(worst, difference(await gpu.readFloats(y, rows * columns), expected));
    }
    return worst;
  });
  await check('norm', 1e-5, async () => {
    const gain = random(2 * WIDTH);
    const gainBuffer = upload('gain', gain);
    const [own, bias] = [gain.subarray(0, WIDTH), gain.subarray(WIDTH)];
    const y = room('y', ROWS * WIDTH);
    const wanted = upload(
      'rows',
      Uint32Array.from({ length: ROWS }, (_, i) => i),
    );
    const shape = { rows: ROWS, width: WIDTH, epsilon: 1e-6 };
    const errors = { rms: rmsNorm(x, own, ROWS, 1e-6), layer: layerNorm(x, own, bias, ROWS, 1e-6) };
    let worst = 0;
    for (const kind of ['rms', 'layer'] as const) {
      inPass((pass) => kernels.norm(pass, xBuffer, gainBuffer, wanted, y, { ...shape, kind }));
      worst = Math.max(worst, difference(await gpu.readFloats(y, ROWS * WIDTH), errors[kind]));
    }
    return worst;
  });
  await check('swiglu', 1e-5, async () => {
    const y = room('y', (ROWS * WIDTH) / 2);
    const shape = { rows: ROWS, feedForward: WIDTH / 2, activation: 'swiglu' as const };
    inPass((pass) => kernels.activate(pass, xBuffer, y, shape));
    return difference(await gpu.readFloats(y, (ROWS * WIDTH) / 2), swiglu(x, ROWS, WIDTH / 2));
  });
  await check('gelu', 1e-5, async () => {
    const y = room('y', ROWS * WIDTH);
    const shape = { rows: ROWS, feedForward: WIDTH, activation: 'gelu' as const };
    inPass((pass) => kernels.activate(pass, xBuffer, y, shape));
    return difference(await gpu.readFloats(y, ROWS * WIDTH), gelu(x));
  });
  await check('rope_kv', 1e-5, async () => {
    const { heads: H, kvHeads: K, headWidth: d } = HEADS;
    const qkv = random((H + 2 * K) * d);
    const angles = Float32Array.from({ length: d / 2 }, () => Math.random() * 1000);
    const turns = Float32Array.from([...angles].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
    const stored = { keys: room('keys', 2 * K * d), values: room('values', 2 * K * d) };
    const q = room('q', H * d);
    const gains = random((H + 2 * K) * d + 2 * d, 2);
    const gainsOf = (first: number) => gains.subarray((H + 2 * K) * d + (first < H ? 0 : d)).subarray(0, d);
    const lists = { angles: upload('angles', turns), slots: upload('slots', Uint32Array.of(1)) };
    inPass((pass) =>
      kernels.ropeAndStore(pass, { qkv: upload('qkv', qkv), ...lists, q, ...stored, gains: upload('gains', gains) }, 1),
    );
    const turned = (first: number, heads: number) => {
      const normed = rmsNorm(qkv.subarray(first * d, (first + heads) * d), gainsOf(first), heads, HEADS.normEpsilon);
      return Array.from({ length: heads }, (_, h) => [...rotate(normed.subarray(h * d, (h + 1) * d), turns)]);
    };
    return Math.max(
      difference(await gpu.readFloats(q, H * d), turned(0, H).flat()),
      difference(await gpu.readFloats(stored.keys, K * d, K * d * 4), turned(H, K).flat()),
      difference(await gpu.readFloats(stored.values, K * d, K * d * 4), qkv.subarray((H + K) * d)),
    );
  });
  await check('node_attention + branch_attention + merge', 2e-5, async () => {
    const tree = trialTree([
      [300, 40, 1],
      [300, 40, 7],
      [300, 40, 20],
      [300, 0, 3],
      [300, 17, 33],
    ]);
    const { q, keys, values, o } = await attendTrial(gpu, kernels, tree, HEADS);
    return difference(o, denseAttention(tree.rows, q, keys, values, HEADS));
  });
  const logits = random(VOCABULARY, 6);
  const logitsBuffer = upload('logits', logits);
  await check('sample', 1e-5, async () => {
    const greedy = { ...DEFAULT_SAMPLING, temperature: 0 };
    const [best] = mostLikely(logits, 1);
    const [drawn] = await sampler.draw(logitsBuffer, VOCABULARY, [{ row: 0, candidate: 0, position: 0 }], greedy);
    if (drawn!.token !== best!.token) return Number.POSITIVE_INFINITY;
    // Of equally likely tokens the random number alone picks one.
    const even = 256;
    const draws = Array.from({ length: 8 }, (_, candidate) => ({ row: 0, candidate, position: 40 + candidate }));
    const picked = await sampler.draw(upload('even', new Float32Array(even)), even, draws, {
      ...DEFAULT_SAMPLING,
      temperature: 1,
      topP: 1,
    });
    const isRandomRight = draws.every(
      ({ candidate, position }, i) =>
        picked[i]!.token === Math.floor(uniformAt(DEFAULT_SAMPLING.seed, candidate, position) * even),
    );
    return isRandomRight ? Math.abs(drawn!.logprob - logSoftmax(logits)[best!.token]!) : Number.POSITIVE_INFINITY;
  });
  await check('restrict', 1e-5, async () => {
    const allowed = Uint32Array.from({ length: Math.ceil(VOCABULARY / 32) }, (_, i) => 1 << (i % 32));
    const own = upload('restricted', logits);
    await sampler.restrict(own, VOCABULARY, [{ row: 0, allowed }]);
    const expected = mostLikely(restricted(logits, allowed), allowed.length);
    const [top] = await sampler.top(own, VOCABULARY, [0], VOCABULARY);
    const isSame = top!.length === expected.length && top!.every(({ token }, i) => token === expected[i]!.token);
    return isSame
      ? difference(
          Float32Array.from(top!, ({ logprob }) => logprob),
          expected.map(({ logprob }) => logprob),
        )
      : Number.POSITIVE_INFINITY;
  });
  await check('top_logprobs', 1e-5, async () => {
    const [top] = await sampler.top(logitsBuffer, VOCABULARY, [0], 4);
    const expected = mostLikely(logits, 4);
    const isOrderRight = expected.every(({ token }, i) => top![i]!.token === token);
    const errors = expected.map(({ logprob }, i) => Math.abs(top![i]!.logprob - logprob));
    return isOrderRight ? Math.max(...errors) : Number.POSITIVE_INFINITY;
  });
  kernels.dispose();
  sampler.dispose();
  for (const buffer of made) buffer.destroy();
  return results;
}

function random(count: number, scale = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => (Math.random() * 2 - 1) * scale);
}

/** The greatest difference, relative to the greatest expected value. */
export function difference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(got[i]! - expected[i]!);
    worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(worst, apart);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return worst / scale;
}
