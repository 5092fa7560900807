import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { unpackWeights } from '../../../src/engine/reference/weights.ts';
import { halfToFloat, toHalves } from '../../../src/engine/weights/half.ts';
import { readModelFolder } from '../../../src/engine/weights/model-source.ts';
import {
  disposeParameters,
  loadParameters,
  type MatrixLayout,
  type PaddedMatrix,
} from '../../../src/engine/weights/parameters.ts';
import { Safetensors } from '../../../src/engine/weights/safetensors.ts';
import { openGpu } from '../gpu-fixture.ts';
import { type CheckpointShape, writeRandomCheckpoint } from '../random-checkpoint.ts';
import { randomFrom, seed } from '../random-numbers.ts';

const gpu = await openGpu();

/** A small number may have become a zero of either sign. */
const positive = (values: Float64Array) => values.map((value) => value + 0);

const shape: fc.Arbitrary<CheckpointShape> = fc
  .record({
    architecture: fc.constantFrom(
      ...(['LlamaForCausalLM', 'Qwen3ForCausalLM', 'Starcoder2ForCausalLM', 'GraniteForCausalLM'] as const),
    ),
    type: fc.constantFrom('F32', 'F16', 'BF16'),
    biases: fc.boolean(),
    width4: fc.integer({ min: 4, max: 20 }),
    feedForward4: fc.integer({ min: 3, max: 40 }),
    vocabulary: fc.integer({ min: 20, max: 150 }),
    tiedHead: fc.boolean(),
  })
  .map(({ width4, feedForward4, ...rest }) => ({
    ...{ layers: 1, heads: 4, kvHeads: 2, headWidth: 16, maxPositions: 64 },
    ...{ width: 4 * width4, feedForward: 4 * feedForward4 },
    ...rest,
  }));
const layout: fc.Arbitrary<MatrixLayout> = fc.record({
  halves: fc.boolean(),
  rowsTo: fc.constantFrom(1, 8, 128),
  columnsTo: fc.constantFrom(1, 8, 64),
  interleave: fc.constantFrom(0, 1, 2, 4),
});
/** Tensors come in pieces that may end anywhere in a row. */
const pieceBytes = fc.integer({ min: 1, max: 200 }).map((words) => 8 * words);

test('weights lie where the layout says, rounded once, and beyond them are zeros', async () => {
  await fc.assert(
    fc.asyncProperty(shape, layout, pieceBytes, seed, async (shape, layout, pieceBytes, seed) => {
      const folder = mkdtempSync(join(tmpdir(), 'coppice-layout-test-'));
      const { weights } = writeRandomCheckpoint(folder, shape, randomFrom(seed));
      const { config } = await readModelFolder(folder);
      const file = await Safetensors.open(folder);
      const source = {
        totalBytes: file.totalBytes,
        entry: (name: string, sides: number[]) => file.entry(name, sides),
        read: (name: string) => file.read(name, pieceBytes),
      };
      const parameters = await loadParameters(gpu, config, source, { layout });
      await file.dispose();
      rmSync(folder, { recursive: true });

      const isHeld = async (
        matrix: PaddedMatrix,
        names: string[],
        columns: number,
        { interleave = 0, columnsTo = layout.columnsTo } = {},
      ) => {
        const parts = names.map((name) => weights.get(`${name}.weight`)!);
        const rows = stacked(
          parts.map((part) => rowsOf(part, columns)),
          interleave,
        );
        assert.equal(matrix.rows, rows.length);
        assert.equal(matrix.columns, columns);
        assert.equal(matrix.encoding, layout.halves ? 'f16' : shape.type.toLowerCase());
        assert.equal(matrix.paddedRows, Math.ceil(rows.length / layout.rowsTo) * layout.rowsTo);
        assert.equal(matrix.pitch, Math.ceil(columns / columnsTo) * columnsTo);
        const count = matrix.paddedRows * matrix.pitch;
        const bytes = await gpu.read(matrix.buffer, count * (matrix.encoding === 'f32' ? 4 : 2));
        const expected = new Float64Array(count);
        for (const [r, row] of rows.entries()) expected.set(layout.halves ? row.map(rounded) : row, r * matrix.pitch);
        assert.deepEqual(positive(unpackWeights(new Uint32Array(bytes), matrix.encoding)), positive(expected));
      };
      const isHeldVector = async (buffer: GPUBuffer | undefined, names: string[], interleave = 0) => {
        const parts = names.flatMap((name) => weights.get(name) ?? []);
        if (parts.length === 0) return assert.equal(buffer, undefined);
        const expected = stacked(
          parts.map((part) => rowsOf(part, 1)),
          interleave,
        ).flatMap((row) => [...row]);
        const held = Float64Array.from(await gpu.readFloats(buffer!, expected.length));
        assert.deepEqual(positive(held), positive(Float64Array.from(expected)));
      };

      const { width: D, heads: H, headWidth: d, feedForward: F } = shape;
      const { interleave } = layout;
      await isHeld(parameters.embedding, ['model.embed_tokens'], D);
      if (shape.tiedHead) assert.equal(parameters.head, parameters.embedding);
      else await isHeld(parameters.head, ['lm_head'], D);
      const [layer] = parameters.layers;
      const of = (...names: string[]) => names.map((name) => `model.layers.0.${name}`);
      const isGated = shape.architecture !== 'Starcoder2ForCausalLM';
      const qkv = of('self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj');
      const up = isGated ? of('mlp.gate_proj', 'mlp.up_proj') : of('mlp.c_fc');
      const down = of(isGated ? 'mlp.down_proj' : 'mlp.c_proj');
      const biases = (names: string[]) => names.map((name) => `${name}.bias`);
      await isHeld(layer!.qkv, qkv, D);
      await isHeld(layer!.output, of('self_attn.o_proj'), H * d);
      await isHeld(layer!.gateUp, up, D, isGated ? { interleave } : {});
      await isHeld(layer!.down, down, F, isGated ? {} : { columnsTo: layout.rowsTo });
      const headNorms = of('self_attn.q_norm.weight', 'self_attn.k_norm.weight');
      if (config.headNorm && !config.qkvBias) {
        // Without a bias the gains stand behind zeros.
        for (const name of biases(qkv))
          weights.set(name, new Float64Array(weights.get(name.replace('bias', 'weight'))!.length / D));
      }
      await isHeldVector(layer!.qkvBias, [...biases(qkv), ...headNorms]);
      await isHeldVector(layer!.outputBias, biases(of('self_attn.o_proj')));
      await isHeldVector(layer!.gateUpBias, biases(up), isGated ? interleave : 0);
      await isHeldVector(layer!.downBias, biases(down));
      await isHeldVector(layer!.attentionNorm, of('input_layernorm.weight', 'input_layernorm.bias'));
      const finalNorm = weights.get('model.norm.weight')!;
      weights.set(
        'model.norm.weight',
        finalNorm.map((value) => Math.fround(value * config.logitScale)),
      );
      await isHeldVector(parameters.finalNorm, ['model.norm.weight', 'model.norm.bias']);
      // A kernel that takes whole tiles reads the bias of rows beyond the last one.
      if (layer!.gateUpBias) assert.ok(layer!.gateUpBias.size >= layer!.gateUp.paddedRows * 4);
      disposeParameters(parameters);
    }),
    { numRuns: 25 },
  );
});

function rowsOf(values: Float64Array, columns: number): Float64Array[] {
  return Array.from({ length: values.length / columns }, (_, r) => values.subarray(r * columns, (r + 1) * columns));
}

/** One part after the other, or so many rows of each in turn. */
function stacked(parts: Float64Array[][], interleave: number): Float64Array[] {
  if (interleave === 0) return parts.flat();
  const out: Float64Array[] = [];
  for (let r = 0; r < parts[0]!.length; r += interleave)
    for (const part of parts) out.push(...part.slice(r, r + interleave));
  return out;
}

function rounded(value: number): number {
  return halfToFloat(toHalves(Float32Array.of(value))[0]!);
}
