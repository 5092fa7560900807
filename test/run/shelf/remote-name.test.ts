import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECOMMENDED } from '../../../src/run/shelf/recommended.ts';
import { isMeant, parseRemoteName, requireRemoteName } from '../../../src/run/shelf/remote-name.ts';

test('a model of the hub is named as people name it, or by its address', () => {
  const repository = 'Qwen/Qwen2.5-Coder-7B';
  const file = 'x/coder-q8_0.gguf';
  for (const [name, expected] of [
    ['Qwen/Qwen2.5-Coder-7B', { repository }],
    ['Qwen/Qwen2.5-Coder-7B:Q4_K_M', { repository, quantization: 'Q4_K_M' }],
    ['Qwen/Qwen2.5-Coder-7B/x/coder-q8_0.gguf', { repository, file }],
    ['Qwen/Qwen2.5-Coder-7B@v1', { repository, revision: 'v1' }],
    ['https://huggingface.co/Qwen/Qwen2.5-Coder-7B', { repository }],
    ['https://huggingface.co/Qwen/Qwen2.5-Coder-7B/tree/main', { repository, revision: 'main' }],
    ['hf.co/Qwen/Qwen2.5-Coder-7B:Q4_K_M', { repository, quantization: 'Q4_K_M' }],
    [
      'https://huggingface.co/Qwen/Qwen2.5-Coder-7B/resolve/main/x/coder-q8_0.gguf?download=true',
      { repository, revision: 'main', file },
    ],
  ] as const) {
    assert.deepEqual(parseRemoteName(name), expected, name);
  }
});

test('what is no name of a model is refused, with the names that can be chosen', () => {
  for (const name of [
    '',
    'sprout',
    'a b/c',
    'a/b/c',
    'a/b/c.bin',
    '/etc/passwd',
    'https://example.com/a/b',
    'a/b:c:d',
  ]) {
    assert.equal(parseRemoteName(name), undefined, name);
  }
  assert.throws(() => requireRemoteName('nonsense'), { code: 'usage', remedy: /qwen2\.5-coder-1\.5b/ });
});

test('a recommended model is found on the shelf by any of its names', () => {
  const shelved = 'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF/qwen2.5-coder-1.5b-q8_0';
  for (const name of [
    'qwen2.5-coder-1.5b',
    'Qwen2.5-Coder:1.5B',
    'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF:Q8_0',
    'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF/qwen2.5-coder-1.5b-q8_0.gguf',
  ]) {
    assert.ok(isMeant(shelved, parseRemoteName(name)!), name);
  }
  for (const name of [
    'qwen2.5-coder-3b',
    'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF:8_0',
    'ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF',
  ]) {
    assert.ok(!isMeant(shelved, parseRemoteName(name)!), name);
  }
});

test('what is said of recommended models hangs together', () => {
  assert.equal(RECOMMENDED.length, 10);
  assert.equal(new Set(RECOMMENDED.map(({ name }) => name)).size, RECOMMENDED.length);
  for (const { name, repository, file, parameters, bytes, config } of RECOMMENDED) {
    assert.ok(parseRemoteName(name), name);
    assert.deepEqual(parseRemoteName(file === undefined ? repository : `${repository}/${file}`), parseRemoteName(name));
    // Q8_0 keeps 34 bytes for 32 weights.
    if (bytes !== undefined) assert.ok(Math.abs(bytes / ((parameters * 34) / 32) - 1) < 0.02, name);
    const {
      hidden_size: D,
      num_hidden_layers: L,
      intermediate_size: F,
      vocab_size: V,
    } = config as Record<string, number>;
    const { num_attention_heads: H, num_key_value_heads: K, head_dim: d = D! / H! } = config as Record<string, number>;
    const matrices = String(config.architectures).startsWith('Starcoder2') ? 2 : 3;
    const layers = L! * (2 * D! * H! * d + 2 * D! * K! * d + matrices * D! * F!);
    const heads = (parameters - layers) / (V! * D!);
    assert.ok(Math.abs(heads - 1) < 0.1 || Math.abs(heads - 2) < 0.1, `${name} has ${heads} embeddings`);
  }
});
