import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { GGMLQuantizationType } from '@huggingface/gguf';
import fc from 'fast-check';
import { CoppiceError, type ErrorCode } from '../../../src/core/errors.ts';
import { decodeBlocks } from '../../../src/engine/reference/blocks.ts';
import { mostLikely } from '../../../src/engine/reference/sampling.ts';
import { BlockDecoder } from '../../../src/engine/weights/block-decoder.ts';
import { BLOCK_TYPES, WORD_BLOCKS } from '../../../src/engine/weights/gguf/block-types.ts';
import { GgufFile } from '../../../src/engine/weights/gguf/gguf.ts';
import { halfToFloat } from '../../../src/engine/weights/half.ts';
import { readModel, readTokenizer } from '../../../src/engine/weights/model-source.ts';
import { openGpu } from '../gpu-fixture.ts';
import { compared, logitsOf } from '../model-logits.ts';
import { below, onFreshNumbers, randomFrom, seed } from '../random-numbers.ts';
import { blockCases, modelCases, PROMPT, SPROUT_TEXT, SPROUT_TYPES, WANTED } from './gguf-cases.ts';
import { type GgufTensor, ggufBytes, type MetadataEntry, randomBlocks, randomGguf, SMALL } from './gguf-files.ts';
import { folderWith } from './model-files.ts';
import { SPROUT, sproutGguf } from './sprout-gguf.ts';

/** Of llama.cpp 0.5.0: see tools/golden/make_gguf_golden.py. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/gguf.json', import.meta.url), 'utf8')) as {
  blocks: Record<string, string>;
  models: Record<string, number[][]>;
  sprout: { tokens: number[]; likeliest: Record<string, [token: number, logprob: number][]> };
};

const gpu = await openGpu();

describe('blocks are decoded as llama.cpp decodes them', () => {
  for (const [name, { bytes }] of Object.entries(blockCases())) {
    test(name, () => {
      const expected = new Float32Array(new Uint8Array(Buffer.from(golden.blocks[name]!, 'base64')).buffer);
      const out = decodeBlocks(name, bytes);
      assert.equal(out.length, expected.length);
      for (const [i, value] of out.entries()) {
        // A product and a sum may be rounded once or twice.
        const bound = 2 ** -22 * Math.max(1, Math.abs(expected[i]!));
        assert.ok(Math.abs(value - expected[i]!) <= bound, `${i}: ${value}, not ${expected[i]}`);
      }
    });
  }
});

test('the GPU decodes blocks of every type to where the matrix has them', async () => {
  const decoder = new BlockDecoder(gpu);
  const placed = fc.record({
    type: fc.constantFrom(...Object.values(BLOCK_TYPES), ...Object.values(WORD_BLOCKS)),
    ...{ rows: fc.integer({ min: 1, max: 40 }), blocks: fc.integer({ min: 1, max: 5 }), from: seed },
    ...{ interleave: fc.constantFrom(0, 1, 4), parts: fc.integer({ min: 1, max: 3 }), pad: fc.constantFrom(0, 64) },
  });
  await fc.assert(
    fc.asyncProperty(placed, async ({ type, rows, blocks, from, interleave, parts, pad }) => {
      const random = randomFrom(from);
      const { name, elements, bytes } = type;
      const columns = blocks * elements;
      const pitch = columns + pad;
      const raw = randomBlocks(type, rows * columns, 1, random);
      const expected = decodeBlocks(name, raw);
      const [part, above, cut] = [below(random, parts), below(random, 9), below(random, rows)];
      const out = gpu.buffer('out', (above + rows * parts + 3 * parts) * pitch * 2);
      const rowBytes = blocks * bytes;
      for (const [first, end] of [
        [0, cut],
        [cut, rows],
      ] as const) {
        const piece = raw.slice(first * rowBytes, end * rowBytes);
        const at = { firstRow: first, above, interleave, parts, part };
        if (piece.length > 0) await decoder.decode(type, piece, columns, at, { out, pitch });
      }
      const got = new Uint16Array(await gpu.read(out, out.size));
      for (let row = 0; row < rows; row++) {
        const group = Math.floor(row / (interleave || 1)) * parts + part;
        const to = interleave === 0 ? above + row : group * interleave + (row % interleave);
        for (let column = 0; column < columns; column++) {
          const [value, wanted] = [halfToFloat(got[to * pitch + column]!), expected[row * columns + column]!];
          // Rounded to f16 in either direction, and before that by a product and a sum.
          const bound = 2 ** -10 * Math.abs(wanted) + 2 ** -12;
          assert.ok(Math.abs(value - wanted) <= bound, `${name} [${row}, ${column}]: ${value}, not ${wanted}`);
        }
      }
      out.destroy();
    }),
    { numRuns: 60 },
  );
  decoder.dispose();
});

describe('a model gives the logits that llama.cpp computes from the same file', () => {
  for (const [name, make] of Object.entries(modelCases())) {
    test(name, async (t) => {
      const path = join(folderWith({ 'm.gguf': make() }), 'm.gguf');
      const rows = await logitsOf(gpu, path, [{ tokens: PROMPT, wanted: WANTED }]);
      const results = rows.map((got, i) => compared(Float32Array.from(golden.models[name]![i]!), got));
      const mean = results.reduce((sum, { divergence }) => sum + divergence, 0) / results.length;
      t.diagnostic(`mean divergence ${mean.toExponential(1)}`);
      // llama.cpp makes activations integer for matrices in blocks: two tokens that are about as likely may change places.
      const isExact = /-F(16|32)$/.test(name);
      assert.ok(mean <= (isExact ? 1e-6 : 1e-3), `a divergence of ${mean}`);
      for (const { below } of results) assert.ok(below <= (isExact ? 1e-3 : 0.1), `${below} below the most likely`);
    });
  }
});

describe('Sprout in a file is Sprout', () => {
  const { tokens, likeliest } = golden.sprout;
  for (const type of SPROUT_TYPES) {
    test(`${type}: the tokens, and the most likely next ones, are those of llama.cpp`, async (t) => {
      const path = join(folderWith({ 'sprout.gguf': await sproutGguf(type) }), 'sprout.gguf');
      for (const tokenizer of [await readTokenizer(path), await readTokenizer(SPROUT)]) {
        assert.deepEqual(tokenizer!.encode(SPROUT_TEXT, true), tokens);
      }
      const rows = await logitsOf(gpu, path, [{ tokens, wanted: [...tokens.keys()] }]);
      const found = rows.map((row) => mostLikely(row, 1)[0]!);
      const expected = likeliest[type]!;
      assert.deepEqual(
        found.map(({ token }) => token),
        expected.map(([token]) => token),
      );
      const off = Math.max(...found.map(({ logprob }, i) => Math.abs(logprob - expected[i]![1])));
      t.diagnostic(`off by ${off.toExponential(1)} at most`);
      // Decoded blocks become f16 here and stayed f32 there.
      assert.ok(off <= (type === 'F32' ? 1e-4 : 1e-2), `a log-probability is off by ${off}`);
    });
  }
});

test('a StarCoder2 has no more context than its window, which the file does not know', async () => {
  const context = { 'starcoder2.context_length': ['u32', 16_384] } satisfies Record<string, MetadataEntry>;
  const file = randomGguf('starcoder2', GGMLQuantizationType.Q8_0, 1, context);
  assert.equal((await readModel(join(folderWith({ 'm.gguf': file }), 'm.gguf'))).config.maxPositions, 4096);
});

test('rows come the same in pieces of any size', async () => {
  const { Q5_0 } = GGMLQuantizationType;
  const path = join(folderWith({ 'm.gguf': randomGguf('llama', Q5_0, 5) }), 'm.gguf');
  const file = await GgufFile.open(path);
  const whole = async (pieceBytes?: number) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.read('model.layers.1.self_attn.k_proj.weight', pieceBytes)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const once = await whole();
  assert.equal(once.length, (SMALL.kvHeads * SMALL.headWidth * SMALL.width * 22) / 32);
  for (const bytes of [1, 40_000, 70_000]) assert.ok(once.equals(await whole(bytes)), `${bytes}`);
  await file.dispose();
});

/** What a hostile or broken file may say: a model that is right, with something changed. */
const text = (value: string): MetadataEntry => ['text', value];
const refusals: [what: string, code: ErrorCode, message: RegExp, file: () => Uint8Array][] = [
  ['no GGUF', 'model-invalid', /not a GGUF file/, () => new TextEncoder().encode('{}')],
  ['an empty file', 'model-invalid', /not a GGUF file/, () => new Uint8Array()],
  [
    'another architecture',
    'model-unsupported',
    /gemma/,
    () => ggufBytes({ 'general.architecture': text('gemma') }, {}),
  ],
  [
    'an architecture with experts',
    'model-unsupported',
    /qwen3moe is a mixture of experts, which is not supported yet/,
    () => ggufBytes({ 'general.architecture': text('qwen3moe') }, {}),
  ],
  [
    'experts in an architecture that may have none',
    'model-unsupported',
    /experts are not supported yet/,
    () => randomGguf('llama', GGMLQuantizationType.Q8_0, 1, { 'llama.expert_count': ['u32', 8] }),
  ],
  [
    'a Granite without RoPE',
    'model-unsupported',
    /no RoPE/,
    () => randomGguf('granite', GGMLQuantizationType.Q8_0, 1, { 'granite.rope.scaling.finetuned': ['flag', false] }),
  ],
  [
    'a multiplier that is no number to multiply by',
    'model-invalid',
    /residual_multiplier = -1/,
    () => randomGguf('granite', GGMLQuantizationType.Q8_0, 1, { 'granite.residual_scale': ['f32', -1] }),
  ],
  ['no architecture', 'model-unsupported', /none/, () => ggufBytes({}, {})],
  ['no shape', 'model-invalid', /expected an integer/, () => ggufBytes({ 'general.architecture': text('qwen2') }, {})],
  ['a number for a text', 'model-invalid', /not a text/, () => ggufBytes({ 'general.architecture': ['u32', 3] }, {})],
  [
    'a type of weights that is not there',
    'model-unsupported',
    /Q2_K/,
    () =>
      ggufBytes({ 'general.architecture': text('qwen2') }, { a: { sides: [256], type: 10, data: new Uint8Array(84) } }),
  ],
  [
    'a tensor of more elements than any file holds',
    'model-invalid',
    /outside of the file/,
    () => ggufBytes({ 'general.architecture': text('qwen2') }, { a: tooLong(2 ** 33) }),
  ],
  [
    'a tensor that ends beyond the file',
    'model-invalid',
    /outside of the file/,
    () => ggufBytes({ 'general.architecture': text('qwen2') }, { a: tooLong(100) }),
  ],
  [
    'a tokenizer of another kind',
    'model-unsupported',
    /tokenizer/,
    () => randomGguf('llama', GGMLQuantizationType.Q8_0, 1, { 'tokenizer.ggml.model': text('t5') }),
  ],
  [
    'a tokenizer without tokens',
    'model-invalid',
    /lacks the tokens/,
    () =>
      randomGguf('llama', GGMLQuantizationType.Q8_0, 1, {
        'tokenizer.ggml.model': text('gpt2'),
        'tokenizer.ggml.pre': text('qwen2'),
      }),
  ],
];

function tooLong(side: number): GgufTensor {
  return { sides: [side], type: 0, data: new Uint8Array(16) };
}

for (const [what, code, message, file] of refusals) {
  test(`refuses ${what}`, async () => {
    const path = join(folderWith({ 'm.gguf': file() }), 'm.gguf');
    await assert.rejects(readModel(path), (error) => {
      assert.ok(error instanceof CoppiceError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('refuses a file that was cut since it was read', async () => {
  const path = join(folderWith({ 'm.gguf': randomGguf('qwen2', GGMLQuantizationType.Q8_0, 3) }), 'm.gguf');
  const source = await readModel(path);
  const file = await source.open();
  truncateSync(path, 300_000);
  await assert.rejects(
    async () => {
      for await (const _ of file.read('lm_head.weight'));
    },
    { code: 'model-invalid' },
  );
  await file.dispose();
});

test('a file with any of its bytes changed is read, or refused with an error of ours, and soon', async () => {
  const good = randomGguf('qwen2', GGMLQuantizationType.Q4_K, 9);
  const path = join(folderWith({ 'm.gguf': good }), 'm.gguf');
  const HEAD = 3000;
  await fc.assert(
    fc.asyncProperty(seed, async (from) => {
      const random = randomFrom(from);
      const bytes = good.slice();
      for (let change = 0; change <= below(random, 4); change++) bytes[below(random, HEAD)] = below(random, 256);
      writeFileSync(path, random() < 0.1 ? bytes.subarray(0, below(random, bytes.length)) : bytes);
      const start = performance.now();
      try {
        const source = await readModel(path);
        const file = await source.open();
        await file.dispose();
      } catch (error) {
        assert.ok(error instanceof CoppiceError, String(error));
      }
      assert.ok(performance.now() - start < 2000);
    }),
    { numRuns: 300 },
  );
});

test('text goes through the tokenizer of a file and back', async () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  // GPT-2's alphabet: a printable character for each byte.
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  const alphabet = bytes.map((byte) => String.fromCodePoint(printable(byte) ? byte : next++));
  const tokens = [...alphabet, 'ab', '<|endoftext|>'];
  const tokenizer: Record<string, MetadataEntry> = {
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text('qwen2'),
    'tokenizer.ggml.tokens': ['texts', tokens],
    'tokenizer.ggml.token_type': ['i32s', tokens.map((token) => (token.startsWith('<|') ? 3 : 1))],
    'tokenizer.ggml.merges': ['texts', ['a b']],
    'tokenizer.ggml.eos_token_id': ['u32', 257],
  };
  const file = randomGguf('qwen2', GGMLQuantizationType.Q8_0, 1, tokenizer, tokens.length);
  const source = await readModel(join(folderWith({ 'm.gguf': file }), 'm.gguf'));
  assert.deepEqual([...source.endTokens], [257]);
  const { tokenizer: own } = source;
  assert.deepEqual(own!.encode('abc'), [256, 99]);
  assert.deepEqual(own!.encode('<|endoftext|>', true), [257]);
  assert.ok(!own!.encode('<|endoftext|>').includes(257));
  await onFreshNumbers((random) => {
    for (let i = 0; i < 500; i++) {
      const written = String.fromCodePoint(
        ...Array.from(
          { length: below(random, 20) },
          () => [below(random, 128), 0x4e00 + below(random, 5000)][below(random, 2)]!,
        ),
      ).normalize('NFC');
      assert.equal(own!.decode(own!.encode(written)), written);
    }
  });
});
