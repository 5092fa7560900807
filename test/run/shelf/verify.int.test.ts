import assert from 'node:assert/strict';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EngineClient } from '../../../src/run/engine-client.ts';
import { verifyModel } from '../../../src/run/shelf/verify.ts';
import { scratchFolder } from '../scratch.ts';
import { cache, sha256 } from './huggingface-cache.ts';

const engine = new EngineClient();
after(() => engine.dispose());

test('a cached model is verified by the hashes that name its blobs', async () => {
  const { snapshot, weights } = cache();
  const statuses = async () => (await verifyModel(snapshot, engine)).map(({ file, status }) => `${file} ${status}`);
  assert.deepEqual(await statuses(), ['config.json ok', 'model.safetensors ok']);
  appendFileSync(weights, '!');
  assert.deepEqual(await statuses(), ['config.json ok', 'model.safetensors changed']);
});

test('a model with a manifest is verified by it', async () => {
  const files = { 'config.json': '{}', 'model.safetensors': 'weights' };
  const known = Object.entries(files).map(([file, text]) => [file, { bytes: text.length, sha256: sha256(text) }]);
  const manifest = JSON.stringify({ files: Object.fromEntries(known) });
  const folder = scratchFolder({ ...files, 'manifest.json': manifest });
  const statuses = async () => (await verifyModel(folder, engine)).map(({ status }) => status);
  assert.deepEqual(await statuses(), ['ok', 'ok']);
  writeFileSync(join(folder, 'model.safetensors'), 'Weights');
  assert.deepEqual(await statuses(), ['ok', 'changed']);
  rmSync(join(folder, 'config.json'));
  assert.deepEqual(await statuses(), ['missing', 'changed']);
});

test('a file that nothing is known of is not called verified', async () => {
  const folder = scratchFolder({ 'config.json': '{}', 'model.safetensors': '' });
  assert.deepEqual([...new Set((await verifyModel(folder, engine)).map(({ status }) => status))], ['unknown']);
});

test('a blob of Ollama is verified by its name, a downloaded file by the manifest beside it', async () => {
  const name = `sha256-${sha256('weights')}`;
  const manifest = JSON.stringify({ files: { 'coder.gguf': { bytes: 7, sha256: sha256('weights') } } });
  const folder = scratchFolder({
    [name]: 'weights',
    'own/coder.gguf': 'weights',
    'own/manifest.json': manifest,
    'other.gguf': '',
  });
  const status = async (file: string) => (await verifyModel(join(folder, file), engine)).map(({ status }) => status);
  assert.deepEqual(await verifyModel(join(folder, name), engine), [{ file: name, bytes: 7, status: 'ok' }]);
  assert.deepEqual([await status('own/coder.gguf'), await status('other.gguf')], [['ok'], ['unknown']]);
  for (const file of [name, 'own/coder.gguf']) {
    appendFileSync(join(folder, file), '!');
    assert.deepEqual(await status(file), ['changed']);
  }
});

test('a manifest that makes no sense is refused, and hashing can be called off', async () => {
  const broken = scratchFolder({ 'manifest.json': '{"files": {"a": 1}}' });
  await assert.rejects(verifyModel(broken, engine), { code: 'model-invalid' });
  const { snapshot } = cache();
  await assert.rejects(verifyModel(snapshot, engine, AbortSignal.abort()), { code: 'cancelled' });
});
