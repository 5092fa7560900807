import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listModels, resolveModel, verifyModel } from '../../src/run/shelf.ts';
import { scratchFolder } from './scratch.ts';

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
  assert.deepEqual(cached, [{ name: 'someone/small-coder', folder: snapshot, source: 'huggingface', bytes: 9 }]);
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
