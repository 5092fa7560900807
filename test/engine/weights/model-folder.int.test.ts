import assert from 'node:assert/strict';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { CoppiceError } from '../../../src/core/errors.ts';
import { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { LoadedModel } from '../../../src/engine/loaded-model.ts';
import { parseConfig } from '../../../src/engine/weights/config.ts';
import { readModelFolder } from '../../../src/engine/weights/model-source.ts';
import { disposeParameters, loadParameters } from '../../../src/engine/weights/parameters.ts';
import { Safetensors } from '../../../src/engine/weights/safetensors.ts';
import {
  encode,
  folderWith,
  safetensors,
  type Tensor,
  TINY_CONFIG,
  TINY_SHAPES,
  TINY_VOCABULARY,
  tinyModel,
  tinyTensors,
  tinyTokenizer,
} from './model-files.ts';
import { assertRefused } from './refusal.ts';

const config = parseConfig(JSON.stringify(TINY_CONFIG));

let gpu: Gpu;
before(async () => {
  gpu = await Gpu.open({ validation: true });
});
after(() => gpu.dispose());

/** Loads a checkpoint of these tensors and hands its parameters to `use`. */
async function load(
  tensors: Record<string, Tensor>,
  use: (parameters: Awaited<ReturnType<typeof loadParameters>>) => Promise<void> = async () => {},
  signal?: AbortSignal,
): Promise<void> {
  const file = await Safetensors.open(folderWith({ 'model.safetensors': safetensors(tensors) }));
  try {
    const parameters = await loadParameters(gpu, config, file, { signal });
    await use(parameters);
    disposeParameters(parameters);
  } finally {
    await file.dispose();
  }
}

function valuesOf({ data, dtype }: Tensor): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (dtype === 'F32') return Array.from({ length: data.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  const upper = new DataView(new ArrayBuffer(4));
  return Array.from({ length: data.length / 2 }, (_, i) => {
    if (dtype === 'F16') return view.getFloat16(2 * i, true);
    upper.setUint16(0, view.getUint16(2 * i, true));
    return upper.getFloat32(0);
  });
}

describe('a folder whose parts do not belong together is refused', () => {
  test('when it has no configuration', async () => {
    const { 'config.json': _, ...files } = tinyModel();
    await assertRefused(() => readModelFolder(folderWith(files)), 'model-not-found');
    await assertRefused(() => readModelFolder(join(folderWith({}), 'nothing')), 'model-not-found');
    const odd = folderWith(files);
    mkdirSync(join(odd, 'config.json'));
    await assertRefused(() => readModelFolder(odd), 'model-not-found');
  });

  test('when it has no weights', async () => {
    const { 'model.safetensors': _, ...files } = tinyModel();
    await assertRefused(() => readModelFolder(folderWith(files)), 'model-not-found');
  });

  test('when its tokenizer has more tokens than the embedding has rows', async () => {
    const tokenizer = tinyTokenizer();
    const withId = (id: number) => ({
      ...tinyModel(),
      'tokenizer.json': JSON.stringify({
        ...tokenizer,
        added_tokens: [...tokenizer.added_tokens, { ...tokenizer.added_tokens[0], id, content: '<|other|>' }],
      }),
    });
    await assertRefused(() => readModelFolder(folderWith(withId(TINY_VOCABULARY))), 'tokenizer-mismatch');
    const { tokenizer: fitting } = await readModelFolder(folderWith(withId(TINY_VOCABULARY - 1)));
    assert.equal(fitting?.size, TINY_VOCABULARY);
  });

  test('when any of its files is garbage', async () => {
    const codes = {
      'config.json': 'model-invalid',
      'tokenizer.json': 'tokenizer-invalid',
      'model.safetensors': 'model-invalid',
    } as const;
    for (const [name, code] of Object.entries(codes)) {
      await assertRefused(() => readModelFolder(folderWith({ ...tinyModel(), [name]: 'garbage' })), code);
    }
  });
});

test('a good folder is described without being loaded', async () => {
  const { info, endTokens } = await readModelFolder(folderWith(tinyModel()));
  const count = Object.values(TINY_SHAPES).reduce(
    (sum, shape) => sum + shape.reduce((product, side) => product * side, 1),
    0,
  );
  assert.deepEqual(
    [info.parameters, info.bytes, info.dialect, info.hasTokenizer],
    [count, 4 * count, 'qwen-fim', true],
  );
  assert.deepEqual([...endTokens].sort(), [258, 259, 260, 261, 262]);
});

describe('loading onto the GPU', () => {
  test('keeps matrices in their type and turns vectors, and parts of different types, into f32', async () => {
    const type = fc.constantFrom<Tensor['dtype']>('F32', 'F16', 'BF16');
    await fc.assert(
      fc.asyncProperty(type, type, type, type, async (q, k, v, others) => {
        const types: Record<string, Tensor['dtype']> = { q_proj: q, k_proj: k, v_proj: v };
        const tensors = tinyTensors((name) => types[name.split('.').at(-2)!] ?? others);
        await load(tensors, async ({ embedding, layers: [layer], finalNorm, head }) => {
          const at = 'model.layers.0.self_attn';
          const { qkv, attentionNorm } = layer!;
          const parts = ['q_proj', 'k_proj', 'v_proj'].map((part) => tensors[`${at}.${part}.weight`]!);
          assert.deepEqual([qkv.rows, qkv.columns], [16, 8]);
          if (q === k && k === v) {
            assert.equal(qkv.encoding, q.toLowerCase());
            const bytes = Buffer.concat(parts.map(({ data }) => data));
            assert.deepEqual(Buffer.from(await gpu.read(qkv.buffer, bytes.length)), bytes);
          } else {
            assert.equal(qkv.encoding, 'f32');
            assert.deepEqual([...(await gpu.readFloats(qkv.buffer, 128))], parts.flatMap(valuesOf));
          }
          assert.equal(embedding.encoding, others.toLowerCase());
          assert.equal(head, embedding);
          const norm = tensors['model.layers.0.input_layernorm.weight']!;
          assert.deepEqual([...(await gpu.readFloats(attentionNorm, 8))], valuesOf(norm));
          assert.deepEqual([...(await gpu.readFloats(finalNorm, 8))], valuesOf(tensors['model.norm.weight']!));
        });
      }),
      { numRuns: 20 },
    );
  });

  test('reads every bit pattern of f16 and bf16 vectors rightly, subnormal and infinite ones too', async () => {
    const halves = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    const edges = [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00];
    const name = 'model.norm.weight';
    await fc.assert(
      fc.asyncProperty(halves, fc.constantFrom<Tensor['dtype']>('F16', 'BF16'), async (bits, dtype) => {
        const tensor: Tensor = { dtype, shape: [8], data: new Uint8Array(Uint16Array.from(bits).buffer) };
        await load({ ...tinyTensors(), [name]: tensor }, async ({ finalNorm }) => {
          assert.deepEqual([...(await gpu.readFloats(finalNorm, 8))], valuesOf(tensor));
        });
      }),
      {
        numRuns: 25,
        examples: [
          [edges, 'F16'],
          [edges, 'BF16'],
        ],
      },
    );
  });

  for (const [name, shape] of Object.entries(TINY_SHAPES)) {
    test(`refuses a checkpoint where ${name} is missing, or is of another shape, and works after that`, async () => {
      const { [name]: _, ...others } = tinyTensors();
      await assertRefused(() => load(others), 'model-invalid');
      const wrong = shape.map((side) => side + 4);
      const data = encode(new Array(wrong.reduce((product, side) => product * side, 1)).fill(0), 'F32');
      const error = await assertRefused(
        () => load({ ...others, [name]: { dtype: 'F32', shape: wrong, data } }),
        'model-invalid',
      );
      assert.ok(error.message.includes(name));
      await load(tinyTensors());
    });
  }

  test('refuses a file that was cut or removed since it was described', async () => {
    const folder = folderWith(tinyModel());
    const source = await readModelFolder(folder);
    truncateSync(join(folder, 'model.safetensors'), 5000);
    await assertRefused(() => LoadedModel.load(gpu, source), 'model-invalid');
    rmSync(folder, { recursive: true });
    await assertRefused(() => LoadedModel.load(gpu, source), 'model-not-found');
  });

  test('refuses a file that shrinks while it is loaded', async () => {
    const folder = folderWith(tinyModel());
    const file = await Safetensors.open(folder);
    writeFileSync(join(folder, 'model.safetensors'), '');
    await assertRefused(() => loadParameters(gpu, config, file), 'model-invalid');
    await file.dispose();
  });

  test('stops when it is cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await assert.rejects(load(tinyTensors(), undefined, cancel.signal), (error) => {
      assert.ok(error instanceof CoppiceError);
      assert.equal(error.code, 'cancelled');
      return true;
    });
  });
});
