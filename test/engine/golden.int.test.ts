import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Gpu } from '../../src/engine/gpu/gpu.ts';
import type { ModelConfig } from '../../src/engine/weights/config.ts';
import {
  argMax,
  GoldenModel,
  goldenNames,
  greatestDifference,
  readGolden,
  readQuantizedGolden,
} from './golden-model.ts';

const TOLERANCE = 1e-3;

/** What a configuration would say without a part that the architecture may have. */
const LEFT_OUT: Record<string, Partial<ModelConfig>> = {
  'RoPE scaling': { ropeScaling: { kind: 'default' } },
  'the norm of the heads': { headNorm: false },
  'the mean of a layer norm': { norm: 'rms' },
  'the multiplier of embeddings, and of what layers add': { embeddingScale: 1 },
  'the multiplier of logits': { logitScale: 1 },
};

// The validating mode keeps robust buffer access on: an index error shows as a wrong number.
let gpu: Gpu;
before(async () => {
  gpu = await Gpu.open({ validation: true });
});
after(() => gpu.dispose());

test('there is a golden model of each architecture, head grouping, weight type and RoPE variant', () => {
  assert.deepEqual(goldenNames().sort(), [
    ...['granite', 'llama-deepseek-coder', 'llama-gqa1', 'llama-granite-code', 'llama3-rope'],
    ...['mistral', 'qwen2-tied', 'qwen2-yarn', 'qwen3', 'starcoder2'],
  ]);
});

for (const name of goldenNames()) {
  describe(`${name} against transformers`, () => {
    const golden = readGolden(name);
    const { prompt, positions, greedy } = golden;
    let model: GoldenModel;
    before(async () => {
      model = await GoldenModel.load(gpu, golden);
    });
    after(() => model.dispose());

    const assertClose = (actual: Float32Array[], expected: Float32Array[]) => {
      const difference = greatestDifference(actual, expected);
      assert.ok(difference <= TOLERANCE, `logits differ by ${difference}`);
      return difference;
    };

    test('the logits of a 200-token prompt read in one pass agree', async (t) => {
      await model.reset();
      const end = model.cache.acquire(model.cache.root, prompt);
      t.diagnostic(`max |difference| ${assertClose(await model.forwardWhole(end, positions), golden.logits)}`);
    });

    test(`${greedy.ids.length} greedy steps choose the same tokens from the same logits`, async (t) => {
      await model.reset();
      const end = model.cache.acquire(model.cache.root, prompt);
      await model.prefill(end);
      const branch = model.cache.branch(end);
      const logits = await model.logitsAt(end, [prompt.length - 1]);
      const ids = [argMax(logits[0]!)];
      while (ids.length < greedy.ids.length) {
        logits.push(await model.step(branch, ids.at(-1)!));
        ids.push(argMax(logits.at(-1)!));
      }
      assert.deepEqual(ids, greedy.ids);
      t.diagnostic(`max |difference| ${assertClose(logits, greedy.logits)}`);
    });

    for (const chunk of [7, 33, 127]) {
      test(`a prompt read ${chunk} tokens a pass gives the same logits`, async () => {
        await model.reset();
        const end = model.cache.acquire(model.cache.root, prompt);
        assert.equal(await model.prefill(end, chunk), prompt.length);
        assertClose(await model.logitsAt(end, positions), golden.logits);
      });
    }

    test('a prompt whose beginning is cached reads only the rest and gives the same logits', async () => {
      await model.reset();
      const beginning = model.cache.acquire(model.cache.root, prompt.slice(0, 91));
      await model.prefill(beginning, 40);
      model.cache.release(beginning);
      const end = model.cache.acquire(model.cache.root, prompt);
      assert.equal(await model.prefill(end), prompt.length - 91);
      assertClose(await model.logitsAt(end, positions), golden.logits);
    });

    test('a cached prompt that another one split in the middle is reused whole', async () => {
      await model.reset();
      const first = model.cache.acquire(model.cache.root, prompt);
      await model.prefill(first);
      const other = [...prompt.slice(0, 123), ...prompt.slice(0, 60).reverse()];
      assert.equal(await model.prefill(model.cache.acquire(model.cache.root, other)), 60);
      model.cache.release(first);
      const again = model.cache.acquire(model.cache.root, prompt);
      assert.equal(await model.prefill(again), 0);
      assert.equal(again.start, 123);
      assertClose(await model.logitsAt(again, positions), golden.logits);
    });

    for (const [part, without] of Object.entries(LEFT_OUT)) {
      const config = { ...golden.config, ...without };
      if (isDeepStrictEqual(config, golden.config)) continue;
      test(`the logits show when ${part} is left out`, async () => {
        const other = await GoldenModel.load(gpu, { folder: golden.folder, config });
        try {
          const end = other.cache.acquire(other.cache.root, prompt);
          const logits = await other.forwardWhole(end, positions);
          assert.ok(greatestDifference(logits, golden.logits) > 1);
        } finally {
          other.dispose();
        }
      });
    }
  });
}

for (const name of ['gptq-sorted', 'awq']) {
  test(`the logits of ${name} weights are those of transformers on what the integers mean`, async (t) => {
    const golden = readQuantizedGolden(name);
    const model = await GoldenModel.load(gpu, golden);
    try {
      await model.reset();
      const end = model.cache.acquire(model.cache.root, golden.prompt);
      const difference = greatestDifference(await model.forwardWhole(end, golden.positions), golden.logits);
      assert.ok(difference <= TOLERANCE, `logits differ by ${difference}`);
      t.diagnostic(`max |difference| ${difference}`);
    } finally {
      model.dispose();
    }
  });
}
