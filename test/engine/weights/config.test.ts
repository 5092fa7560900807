import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CoppiceError } from '../../../src/core/errors.ts';
import { ropeAngles, ropeTable } from '../../../src/engine/model/rope.ts';
import { type ModelConfig, parseConfig } from '../../../src/engine/weights/config.ts';
import { readGolden } from '../golden-model.ts';
import { damaged, HOSTILE_VALUES, hostileText, tampered } from './hostile.ts';
import { TINY_CONFIG } from './model-files.ts';
import { allowed, assertRefused } from './refusal.ts';

const tiny = (changes: object = {}) => parseConfig(hostileText({ ...TINY_CONFIG, ...changes }));

/** What the engine relies on in a configuration that was accepted. */
function assertUsable(config: ModelConfig): void {
  const { layers, width, heads, kvHeads, headWidth, feedForward, vocabulary, maxPositions } = config;
  for (const count of [layers, width, heads, kvHeads, headWidth, feedForward, vocabulary, maxPositions]) {
    assert.ok(Number.isInteger(count) && count >= 1 && count <= 2 ** 26, `${count}`);
  }
  assert.equal(heads % kvHeads, 0);
  for (const side of [width, headWidth, feedForward]) assert.equal(side % 4, 0);
  assert.ok(headWidth <= 256);
  const { normEpsilon, embeddingScale, attentionScale, logitScale } = config;
  // As f32 none of them is zero, infinite or below the normal numbers.
  for (const value of [normEpsilon, embeddingScale, attentionScale, logitScale])
    assert.ok(value > 2 ** -126 && value < 1e7, `${value}`);
  assert.ok(config.endTokens.every((id) => Number.isInteger(id) && id >= 0));
  assert.ok(config.dtype.length <= 40);
  const table = ropeTable(config);
  assert.equal(table.frequencies.length, headWidth / 2);
  assert.ok(ropeAngles(table, [0, 1, maxPositions - 1]).every(Number.isFinite), 'a RoPE angle is not finite');
}

describe('a good configuration', () => {
  test('of transformers 5 is read whole', () => {
    assert.deepEqual(readGolden('llama3-rope').config, {
      architecture: 'LlamaForCausalLM',
      layers: 2,
      width: 64,
      heads: 8,
      kvHeads: 1,
      headWidth: 16,
      feedForward: 128,
      vocabulary: 320,
      maxPositions: 512,
      normEpsilon: 1e-5,
      ropeTheta: 10_000,
      ropeScaling: { kind: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64 },
      tiedHead: false,
      qkvBias: true,
      outputBias: true,
      mlpBias: true,
      headNorm: false,
      norm: 'rms',
      activation: 'swiglu',
      embeddingScale: 1,
      attentionScale: 0.25,
      logitScale: 1,
      endTokens: [],
      dtype: 'float32',
    });
    const { tiedHead, qkvBias, outputBias, headWidth, dtype } = readGolden('qwen2-tied').config;
    assert.deepEqual([tiedHead, qkvBias, outputBias, headWidth, dtype], [true, true, false, 16, 'float32']);
  });

  for (const name of ['qwen2-yarn', 'llama-gqa1', 'llama3-rope', 'qwen2-tied']) {
    test(`of transformers 4 means the same as the one of transformers 5: ${name}`, () => {
      const { folder, config } = readGolden(name);
      const { rope_parameters, dtype, ...rest } = JSON.parse(readFileSync(`${folder}/config.json`, 'utf8'));
      const { rope_theta, rope_type, ...scaling } = rope_parameters;
      const spellings = [
        { ...scaling, rope_type },
        { ...scaling, type: rope_type },
      ];
      if (rope_type === 'default') spellings.push(null);
      for (const rope_scaling of spellings) {
        assert.deepEqual(
          parseConfig(JSON.stringify({ ...rest, rope_theta, rope_scaling, torch_dtype: dtype })),
          config,
        );
      }
    });
  }

  test('has as many key-value heads as heads, and heads that fill the width, where it does not say', () => {
    const { num_key_value_heads: _, ...rest } = TINY_CONFIG;
    const { kvHeads, headWidth, ropeTheta, endTokens } = parseConfig(JSON.stringify(rest));
    assert.deepEqual([kvHeads, headWidth, ropeTheta, endTokens], [2, 4, 10_000, []]);
  });

  test('ends its context where the sliding window does, for the architectures that have one', () => {
    const window = (changes: object) => tiny({ sliding_window: 40, ...changes }).maxPositions;
    assert.equal(readGolden('mistral').config.maxPositions, 256);
    assert.equal(window({ architectures: ['MistralForCausalLM'] }), 40);
    assert.equal(window({ architectures: ['MistralForCausalLM'], sliding_window: 100 }), 64);
    assert.equal(window({ architectures: ['MistralForCausalLM'], sliding_window: null }), 64);
    assert.equal(window({ architectures: ['LlamaForCausalLM'] }), 64);
    assert.equal(window({ architectures: ['Qwen2ForCausalLM'], use_sliding_window: true }), 40);
    assert.equal(window({ architectures: ['Qwen2ForCausalLM'], use_sliding_window: false }), 64);
  });

  test('norms heads, and says how wide they are, as Qwen3 does', () => {
    const qwen3 = tiny({ architectures: ['Qwen3ForCausalLM'] });
    assert.deepEqual([qwen3.headNorm, qwen3.headWidth], [true, 128]);
    assert.equal(tiny({ architectures: ['Qwen3ForCausalLM'], head_dim: 4 }).headWidth, 4);
  });

  test('has layer norms, a feed-forward without a gate and a tied head, as StarCoder2 does', () => {
    const { hidden_act: _, tie_word_embeddings: __, ...rest } = { hidden_act: '', ...TINY_CONFIG };
    const starcoder = parseConfig(JSON.stringify({ ...rest, architectures: ['Starcoder2ForCausalLM'] }));
    const { norm, normEpsilon, activation, tiedHead } = starcoder;
    assert.deepEqual([norm, normEpsilon, activation, tiedHead], ['layer', 1e-5, 'gelu', true]);
    assert.equal(tiny({ architectures: ['Starcoder2ForCausalLM'], norm_epsilon: 1e-3 }).normEpsilon, 1e-3);
    assert.equal(tiny({ architectures: ['Starcoder2ForCausalLM'], tie_word_embeddings: false }).tiedHead, false);
  });

  test('folds what Granite multiplies by into what every architecture has', () => {
    const granite = {
      ...{ architectures: ['GraniteForCausalLM'], rms_norm_eps: 1e-5, residual_multiplier: 0.5 },
      ...{ embedding_multiplier: 12, attention_multiplier: 0.0625, logits_scaling: 8 },
    };
    const { embeddingScale, attentionScale, logitScale, normEpsilon } = tiny(granite);
    assert.deepEqual([embeddingScale, attentionScale, logitScale, normEpsilon], [24, 0.0625, 1 / 8, 4e-5]);
    assert.equal(tiny({ architectures: ['GraniteForCausalLM'] }).attentionScale, 1);
    assert.equal(tiny({ ...granite, architectures: ['LlamaForCausalLM'] }).embeddingScale, 1);
  });

  test('has the biases of its architecture', () => {
    const said = { attention_bias: true, mlp_bias: true };
    const biases = (changes: object) => {
      const { qkvBias, outputBias, mlpBias } = tiny(changes);
      return [qkvBias, outputBias, mlpBias];
    };
    assert.deepEqual(biases({ architectures: ['LlamaForCausalLM'] }), [false, false, false]);
    assert.deepEqual(biases({ architectures: ['LlamaForCausalLM'], ...said }), [true, true, true]);
    assert.deepEqual(biases({ architectures: ['Qwen2ForCausalLM'], ...said }), [true, false, false]);
    assert.deepEqual(biases({ architectures: ['Qwen3ForCausalLM'], ...said }), [true, true, false]);
    assert.deepEqual(biases({ architectures: ['Starcoder2ForCausalLM'] }), [true, true, true]);
    assert.deepEqual(biases({ architectures: ['Starcoder2ForCausalLM'], use_bias: false }), [false, false, false]);
    assert.deepEqual(biases({ architectures: ['MistralForCausalLM'], ...said }), [false, false, false]);
  });

  test('names its end tokens one by one or in a list', () => {
    assert.deepEqual(tiny({ eos_token_id: 7 }).endTokens, [7]);
    assert.deepEqual(tiny({ eos_token_id: [7, 0] }).endTokens, [7, 0]);
  });
});

describe('a configuration is refused', () => {
  const integers = ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size', 'vocab_size'];
  for (const key of [...integers, 'max_position_embeddings']) {
    test(`when ${key} is not a sensible whole number`, async () => {
      for (const value of HOSTILE_VALUES) {
        await assertRefused(() => tiny({ [key]: value }), 'model-invalid');
      }
      await assertRefused(() => tiny({ [key]: undefined }), 'model-invalid');
    });
  }

  const numbers: Record<string, object> = {
    'a head width that is not whole': { num_attention_heads: 3, num_key_value_heads: 3 },
    'heads that its key-value heads do not divide': { num_attention_heads: 4, num_key_value_heads: 3, head_dim: 4 },
    'more key-value heads than heads': { num_key_value_heads: 4 },
    'a width that is no multiple of four': {
      hidden_size: 6,
      num_attention_heads: 1,
      num_key_value_heads: 1,
      head_dim: 4,
    },
    'a head width that is no multiple of four': { head_dim: 6 },
    'a layer norm with an epsilon of one': { architectures: ['Starcoder2ForCausalLM'], norm_epsilon: 1 },
    'an epsilon of zero': { rms_norm_eps: 0 },
    'a negative epsilon': { rms_norm_eps: -1e-6 },
    'an epsilon that is a text': { rms_norm_eps: '1e-6' },
    'a sliding window of nothing': { architectures: ['MistralForCausalLM'], sliding_window: 0 },
    'a sliding window that is a text': { architectures: ['MistralForCausalLM'], sliding_window: '64' },
    'a multiplier of zero': { architectures: ['GraniteForCausalLM'], residual_multiplier: 0 },
    'a negative multiplier': { architectures: ['GraniteForCausalLM'], attention_multiplier: -1 },
    'a multiplier beyond all numbers': { architectures: ['GraniteForCausalLM'], logits_scaling: '@infinite' },
    'a multiplier that is a text': { architectures: ['GraniteForCausalLM'], embedding_multiplier: '12' },
    'a RoPE base of one': { rope_theta: 1 },
    'a RoPE base beyond all numbers': { rope_theta: '@infinite' },
    'RoPE settings that are a text': { rope_scaling: 'yarn' },
    'RoPE settings that are a list': { rope_parameters: ['yarn'] },
    'linear RoPE without a factor': { rope_scaling: { type: 'linear' } },
    'linear RoPE with a factor of zero': { rope_scaling: { type: 'linear', factor: 0 } },
    'yarn with a negative original length': {
      rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: -64 },
    },
    'llama3 RoPE whose bounds meet': {
      rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 4, high_freq_factor: 4 },
    },
  };
  for (const [what, changes] of Object.entries(numbers)) {
    test(`when it has ${what}`, async () => {
      await assertRefused(() => tiny(changes), 'model-invalid');
    });
  }

  const unsupported: Record<string, object> = {
    'of another architecture': { architectures: ['MambaForCausalLM'] },
    'of no architecture': { architectures: [] },
    'of an architecture that is no name': { architectures: [{ toString: 1 }] },
    'of an architecture nested too deep': { architectures: ['@deep'] },
    'of an architecture with a long name': { architectures: ['x'.repeat(1e6)] },
    'with another activation': { hidden_act: 'gelu' },
    'with the exact GELU': { architectures: ['Starcoder2ForCausalLM'], hidden_act: 'gelu' },
    'with an activation that is no name': { hidden_act: { valueOf: 1 } },
    'with another RoPE variant': { rope_scaling: { rope_type: 'longrope' } },
    'with a RoPE variant that is no name': { rope_scaling: { rope_type: { toString: 1 } } },
    'with heads that are too wide': { head_dim: 512 },
  };
  for (const [what, changes] of Object.entries(unsupported)) {
    test(`when it is ${what.startsWith('of') ? what : `one ${what}`}`, async () => {
      await assertRefused(() => tiny(changes), 'model-unsupported');
    });
  }

  test('by the name of its architecture, with those that there are, and as not yet where it has experts', async () => {
    const refused = async (name: string) => {
      let message = '';
      await assert.rejects(
        async () => tiny({ architectures: [name] }),
        (error) => {
          assert.ok(error instanceof CoppiceError && error.code === 'model-unsupported');
          message = error.message;
          assert.match(error.remedy, /Qwen2ForCausalLM, .*LlamaForCausalLM, MistralForCausalLM/);
          return message.includes(name);
        },
      );
      return message;
    };
    assert.match(await refused('MambaForCausalLM'), /is not supported\.$/);
    for (const name of [
      'Qwen3MoeForCausalLM',
      'MixtralForCausalLM',
      'DeepseekV2ForCausalLM',
      'GraniteMoeForCausalLM',
    ]) {
      assert.match(await refused(name), /mixture of experts, which is not supported yet/);
    }
  });

  test('when it is not a JSON object', async () => {
    for (const text of [
      '',
      'NaN',
      '{',
      '{"hidden_size": NaN}',
      'null',
      '[]',
      '3',
      '"config"',
      '\0\0',
      hostileText('@deep'),
    ]) {
      await assertRefused(() => parseConfig(text), 'model-invalid');
    }
  });
});

test('a configuration with any member replaced is refused, or usable down to the last RoPE angle', async () => {
  const whole = { ...TINY_CONFIG, head_dim: 4, hidden_act: 'silu', eos_token_id: [1, 2], torch_dtype: 'float32' };
  const scalings = [
    { rope_type: 'default', rope_theta: 1e6 },
    { rope_type: 'linear', rope_theta: 1e4, factor: 2 },
    { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 16, beta_fast: 32, attention_factor: 1.1 },
    { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 16 },
  ];
  const families = [
    { ...whole },
    { ...whole, architectures: ['MistralForCausalLM'], sliding_window: 32 },
    { ...whole, architectures: ['Starcoder2ForCausalLM'], norm_epsilon: 1e-5, hidden_act: 'gelu_pytorch_tanh' },
    {
      ...{ ...whole, architectures: ['GraniteForCausalLM'], embedding_multiplier: 12, attention_multiplier: 0.1 },
      ...{ residual_multiplier: 0.2, logits_scaling: 8 },
    },
  ];
  for (const [i, rope_parameters] of scalings.entries()) {
    const family = { ...families[i], rope_parameters };
    assertUsable(parseConfig(JSON.stringify(family)));
    await fc.assert(
      fc.asyncProperty(tampered(family), async (changed) => {
        const config = await allowed(() => parseConfig(hostileText(changed)));
        if (config) assertUsable(config);
      }),
      { numRuns: 300 },
    );
  }
});

test('a configuration with damaged bytes is refused or usable', async () => {
  await fc.assert(
    fc.asyncProperty(damaged(Buffer.from(JSON.stringify(TINY_CONFIG))), async (bytes) => {
      const config = await allowed(() => parseConfig(Buffer.from(bytes).toString()));
      if (config) assertUsable(config);
    }),
    { numRuns: 500 },
  );
});
