import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listModels, resolveModel } from '../../../src/run/shelf/shelf.ts';
import { verifyModel } from '../../../src/run/shelf/verify.ts';
import { scratchFolder } from '../scratch.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const gitHash = (text: string) => createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex');

/** A Hugging Face cache as its tools lay it out: snapshots of links to blobs that are named by their hashes. */
function cache(): { hub: string; snapshot: string; weights: string } {
  const hub = scratchFolder();
  const repository = join(hub, 'models--someone--small-coder');
  const snapshot = join(repository, 'snapshots', 'abc');
  mkdirSync(join(repository, 'blobs'), { recursive: true });
  mkdirSync(snapshot, { recursive: true });
  const blob = (name: string, hash: string, text: string) => {
    writeFileSync(join(repository, 'blobs', hash), text);
    symlinkSync(join('..', '..', 'blobs', hash), join(snapshot, name));
    return join(repository, 'blobs', hash);
  };
  blob('config.json', gitHash('{}'), '{}');
  return { hub, snapshot, weights: blob('model.safetensors', sha256('weights'), 'weights') };
}

test('models of the Hugging Face cache are on the shelf by their names', async () => {
  const { hub, snapshot } = cache();
  const models = await listModels({ HF_HUB_CACHE: hub });
  const cached = models.filter((model) => model.source === 'huggingface');
  assert.deepEqual(cached, [{ name: 'someone/small-coder', path: snapshot, source: 'huggingface', bytes: 9 }]);
  assert.equal(await resolveModel('someone/small-coder', { HF_HUB_CACHE: hub }), snapshot);
});

test('a cached model is verified by the hashes that name its blobs', async () => {
  const { snapshot, weights } = cache();
  const statuses = async () => (await verifyModel(snapshot)).map(({ file, status }) => `${file} ${status}`);
  assert.deepEqual(await statuses(), ['config.json ok', 'model.safetensors ok']);
  appendFileSync(weights, '!');
  assert.deepEqual(await statuses(), ['config.json ok', 'model.safetensors changed']);
});

test('a model with a manifest is verified by it', async () => {
  const files = { 'config.json': '{}', 'model.safetensors': 'weights' };
  const known = Object.entries(files).map(([file, text]) => [file, { bytes: text.length, sha256: sha256(text) }]);
  const manifest = JSON.stringify({ files: Object.fromEntries(known) });
  const folder = scratchFolder({ ...files, 'manifest.json': manifest });
  const statuses = async () => (await verifyModel(folder)).map(({ status }) => status);
  assert.deepEqual(await statuses(), ['ok', 'ok']);
  writeFileSync(join(folder, 'model.safetensors'), 'Weights');
  assert.deepEqual(await statuses(), ['ok', 'changed']);
  rmSync(join(folder, 'config.json'));
  assert.deepEqual(await statuses(), ['missing', 'changed']);
});

test('a file that nothing is known of is not called verified', async () => {
  const folder = scratchFolder({ 'config.json': '{}', 'model.safetensors': '' });
  assert.deepEqual([...new Set((await verifyModel(folder)).map(({ status }) => status))], ['unknown']);
});

test('names and folders without a model are refused', async () => {
  const folder = scratchFolder({ 'config.json': '{}' });
  await assert.rejects(resolveModel('nobody/nothing', {}), { code: 'model-not-found' });
  await assert.rejects(resolveModel(folder, {}), { code: 'model-invalid' });
  await assert.rejects(verifyModel(scratchFolder({ 'manifest.json': '{"files": {"a": 1}}' })), {
    code: 'model-invalid',
  });
});

test('GGUF files of the Hugging Face cache, Ollama and LM Studio are on the shelf, and verified where their names are hashes', async () => {
  const hash = sha256('weights');
  const layers = [
    { mediaType: 'application/vnd.ollama.image.license', digest: `sha256:${sha256('licence')}` },
    { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${hash}` },
  ];
  const manifest = JSON.stringify({ layers });
  const away = JSON.stringify({ layers: [{ ...layers[1], digest: 'sha256:../../../etc/passwd' }] });
  const home = scratchFolder({
    [`.ollama/models/blobs/sha256-${hash}`]: 'weights',
    '.ollama/models/manifests/registry.ollama.ai/library/qwen2.5-coder/1.5b': manifest,
    '.ollama/models/manifests/registry.ollama.ai/someone/other/latest': manifest,
    '.ollama/models/manifests/hub.example/library/third/7b': manifest,
    '.ollama/models/manifests/registry.ollama.ai/library/broken/1b': '{',
    '.ollama/models/manifests/registry.ollama.ai/library/away/1b': away,
    '.lmstudio/models/someone/Coder-GGUF/Coder-Q4_K_M.gguf': 'weights!',
    '.lmstudio/models/someone/Coder-GGUF/mmproj-Coder-f16.gguf': 'eyes',
    'hub/models--someone--Packed-GGUF/snapshots/abc/packed-q8_0.gguf': 'packed weights',
  });
  const models = (await listModels({ HOME: home, HF_HUB_CACHE: join(home, 'hub') })).filter(
    ({ source }) => source !== 'embedded',
  );
  const blob = join(home, '.ollama/models/blobs', `sha256-${hash}`);
  assert.deepEqual(
    models.map(({ name, source, bytes }) => [name, source, bytes]),
    [
      ['someone/Packed-GGUF/packed-q8_0', 'huggingface', 14],
      ['hub.example/third:7b', 'ollama', 7],
      ['qwen2.5-coder:1.5b', 'ollama', 7],
      ['someone/other:latest', 'ollama', 7],
      ['someone/Coder-GGUF/Coder-Q4_K_M', 'lmstudio', 8],
    ],
  );
  assert.equal(await resolveModel('qwen2.5-coder:1.5b', { HOME: home }), blob);
  assert.deepEqual(await verifyModel(blob), [{ file: `sha256-${hash}`, bytes: 7, status: 'ok' }]);
  appendFileSync(blob, '!');
  assert.equal((await verifyModel(blob))[0]!.status, 'changed');
  const studio = join(home, '.lmstudio/models/someone/Coder-GGUF/Coder-Q4_K_M.gguf');
  assert.equal((await verifyModel(studio))[0]!.status, 'unknown');
  assert.equal(await resolveModel(studio, { HOME: home }), studio);
});
