import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFiles } from '../../../src/engine/hub/choose.ts';

const repository = (...paths: string[]) => ({
  ...{ name: 'someone/model', revision: '0'.repeat(40) },
  files: paths.map((path) => ({ path, bytes: 10, hash: { algorithm: 'sha256' as const, hex: '0'.repeat(64) } })),
});
const chosen = (paths: string[], wanted: { file?: string; quantization?: string } = {}) =>
  chooseFiles(repository(...paths), { repository: 'someone/model', ...wanted }).map(({ path }) => path);

const BESIDE = ['README.md', 'LICENSE', 'config.json', 'tokenizer.json', 'tokenizer_config.json'];
const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const INDEX = 'model.safetensors.index.json';

test('a folder has its shards with their index, and what is needed beside them', () => {
  const others = [
    'consolidated.safetensors',
    'pytorch_model.bin',
    'onnx/model.onnx',
    'tokenizer.model',
    '.gitattributes',
  ];
  const deeper = ['original/config.json', 'original/model.safetensors'];
  const expected = [...BESIDE, INDEX, ...SHARDS].sort();
  assert.deepEqual(chosen([...BESIDE, ...others, ...deeper, INDEX, ...SHARDS]).sort(), expected);
  assert.deepEqual(chosen([...BESIDE, 'model.safetensors', INDEX, ...SHARDS]).sort(), expected);
  assert.deepEqual(chosen([...BESIDE, 'model.safetensors']).sort(), [...BESIDE, 'model.safetensors'].sort());
});

test('pickles are never taken', () => {
  assert.throws(() => chosen([...BESIDE, 'pytorch_model.bin']), { code: 'model-not-found' });
  assert.throws(() => chosen(['model.safetensors']), { code: 'model-not-found' });
});

test('a quantization is the last word of the name of a file', () => {
  const files = ['coder-Q4_K_M.gguf', 'coder.Q8_0.gguf', 'coder-IQ4_NL.gguf', 'coder-f16.gguf', 'Q8_0/coder-Q8_0.gguf'];
  const of = (quantization: string) => chosen(files, { quantization });
  assert.deepEqual(of('Q4_K_M'), ['coder-Q4_K_M.gguf']);
  assert.deepEqual(of('q8_0'), ['coder.Q8_0.gguf']);
  assert.deepEqual(of('F16'), ['coder-f16.gguf']);
  for (const missing of ['8_0', 'K_M', 'Q4', '.*', ''])
    assert.throws(() => of(missing), { code: 'model-not-found' }, missing);
  assert.throws(() => chosen(['a-Q8_0.gguf', 'b-Q8_0.gguf'], { quantization: 'Q8_0' }), { remedy: /a-Q8_0.*b-Q8_0/ });
});

test('a file is named by its path, or by its name where there is one of that', () => {
  const files = ['small/coder.gguf', 'large/coder.gguf', 'large/other.gguf'];
  assert.deepEqual(chosen(files, { file: 'large/coder.gguf' }), ['large/coder.gguf']);
  assert.deepEqual(chosen(files, { file: 'other.gguf' }), ['large/other.gguf']);
  assert.throws(() => chosen(files, { file: 'coder.gguf' }), { code: 'model-not-found' });
});
