import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { listModels, lookUpModel, resolveModel } from '../../../src/run/shelf/shelf.ts';
import { scratchFolder } from '../scratch.ts';
import { cache, sha256 } from './huggingface-cache.ts';

test('models of the Hugging Face cache are on the shelf by their names', async () => {
  const { hub, snapshot } = cache();
  const models = await listModels({ HF_HUB_CACHE: hub });
  const cached = models.filter((model) => model.source === 'huggingface');
  assert.deepEqual(cached, [{ name: 'someone/small-coder', path: snapshot, source: 'huggingface', bytes: 9 }]);
  assert.equal(await resolveModel('someone/small-coder', { HF_HUB_CACHE: hub }), snapshot);
});

test('names and folders without a model are refused', async () => {
  const folder = scratchFolder({ 'config.json': '{}' });
  await assert.rejects(resolveModel('nobody/nothing', {}), { code: 'model-not-found' });
  await assert.rejects(resolveModel(folder, {}), { code: 'model-invalid' });
});

test('GGUF files of the Hugging Face cache, Ollama and LM Studio are on the shelf', async () => {
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
  const studio = join(home, '.lmstudio/models/someone/Coder-GGUF/Coder-Q4_K_M.gguf');
  assert.equal(await resolveModel(studio, { HOME: home }), studio);
  assert.equal((await lookUpModel(studio, { HOME: home })).name, 'someone/Coder-GGUF/Coder-Q4_K_M');
});
