import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastLayout } from '../../../src/engine/fast/quantize.ts';
import { readModelFolder } from '../../../src/engine/weights/model-source.ts';
import { PackedCache } from '../../../src/engine/weights/packed-cache.ts';
import { disposeParameters, loadParameters, type PaddedMatrix } from '../../../src/engine/weights/parameters.ts';
import { openGpu } from '../gpu-fixture.ts';
import { writeRandomCheckpoint } from '../random-checkpoint.ts';
import { randomFrom } from '../random-numbers.ts';
import { folderWith } from './model-files.ts';

const SHAPE = { layers: 1, width: 64, heads: 2, kvHeads: 1, headWidth: 32, feedForward: 96, vocabulary: 40 };
const PROJECTION = /_proj\.weight$|lm_head/;

const gpu = await openGpu();

function modelFolder(seed = 1, tiedHead = false): string {
  const folder = folderWith({});
  writeRandomCheckpoint(
    folder,
    { ...SHAPE, architecture: 'Qwen2ForCausalLM', maxPositions: 64, tiedHead, type: 'F16', biases: true },
    randomFrom(seed),
  );
  return folder;
}

/** Loads a model packed; the bytes of its matrices, the tensors that were read for them, and what became of the cache. */
async function load(model: string, root: string, { weights = 'int4', least = 0, most = 2 ** 30 } = {} as LoadOptions) {
  const cache = await PackedCache.open(model, weights, { root, least, most });
  assert.ok(cache);
  const { config, open } = await readModelFolder(model);
  const file = await open();
  const read: string[] = [];
  let progress = 0;
  try {
    const parameters = await loadParameters(
      gpu,
      config,
      {
        totalBytes: file.totalBytes,
        entry: (name, shape) => file.entry(name, shape),
        read: (name) => {
          read.push(name);
          return file.read(name);
        },
      },
      { layout: await fastLayout(gpu, weights), cache, onProgress: (done, total) => (progress = done / total) },
    );
    await cache.finish();
    const [{ qkv, output, gateUp, down }] = parameters.layers as [(typeof parameters.layers)[0]];
    const bytes: Buffer[] = [];
    const forms: Omit<PaddedMatrix, 'buffer'>[] = [];
    for (const { buffer, ...form } of [qkv, output, gateUp, down, parameters.head]) {
      bytes.push(Buffer.from(await gpu.read(buffer, buffer.size)));
      forms.push(form);
    }
    disposeParameters(parameters);
    return {
      bytes,
      forms,
      projections: read.filter((name) => PROJECTION.test(name)),
      isDamaged: cache.isDamaged,
      progress,
    };
  } finally {
    await file.dispose();
    await cache.dispose();
  }
}
type LoadOptions = { weights?: 'int4' | 'int8' | 'w8a8'; least?: number; most?: number };

const kept = (root: string) => readdirSync(join(root, 'packed-1')).sort();
const fileOf = (root: string, kind: string) => join(root, 'packed-1', kept(root).find((name) => name.endsWith(kind))!);

for (const weights of ['int4', 'int8', 'w8a8'] as const) {
  for (const tiedHead of [false, true]) {
    test(`a second load of ${weights} weights, ${tiedHead ? 'a tied head' : 'a head of its own'}, reads what the first one packed`, async () => {
      const [model, root] = [modelFolder(3, tiedHead), folderWith({})];
      const first = await load(model, root, { weights });
      assert.equal(first.projections.length, tiedHead ? 7 : 8);
      assert.equal(kept(root).length, 2);
      const second = await load(model, root, { weights });
      assert.deepEqual(second, { ...first, projections: [] });
      assert.equal(second.progress, 1);
    });
  }
}

test('nothing is kept of another packing, nor of a model that has changed', async () => {
  const [model, root] = [modelFolder(), folderWith({})];
  await load(model, root);
  assert.equal((await load(model, root, { weights: 'int8' })).projections.length, 8);
  const weights = join(model, 'model.safetensors');
  const bytes = readFileSync(weights);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(weights, bytes);
  utimesSync(weights, new Date(), new Date(Date.now() + 5000));
  assert.equal((await load(model, root)).projections.length, 8);
  assert.equal((await load(model, root)).projections.length, 0);
});

test('what was damaged is dropped, packed again from then on, and said to be', async () => {
  const [model, root] = [modelFolder(), folderWith({})];
  const first = await load(model, root);
  const path = fileOf(root, '.bin');
  const bytes = readFileSync(path);
  bytes[bytes.length - 100]! ^= 16;
  writeFileSync(path, bytes);
  const second = await load(model, root);
  assert.deepEqual(second.bytes, first.bytes);
  assert.ok(second.isDamaged && second.projections.length > 0 && second.projections.length < 8);
  assert.deepEqual(kept(root), []);
  assert.equal((await load(model, root)).projections.length, 8);
  assert.equal((await load(model, root)).projections.length, 0);
});

for (const [what, damage] of Object.entries<(root: string) => void>({
  'the matrices are cut short': (root) => truncateSync(fileOf(root, '.bin'), 100),
  'the table is no JSON': (root) => writeFileSync(fileOf(root, '.json'), '{'),
  'the table is of another version': (root) => rewritten(root, (table) => ({ ...table, version: 0 })),
  'the table names bytes beyond the file': (root) =>
    rewritten(root, (table) => ({ ...table, entries: table.entries.map((entry) => ({ ...entry, offset: 2 ** 50 })) })),
  'the table has no entries': (root) => rewritten(root, ({ entries: _, ...table }) => table),
  'the table has an entry that is none': (root) => rewritten(root, (table) => ({ ...table, entries: [null] })),
})) {
  test(`weights are packed again where ${what}`, async () => {
    const [model, root] = [modelFolder(), folderWith({})];
    const first = await load(model, root);
    damage(root);
    assert.deepEqual(await load(model, root), first);
    assert.equal((await load(model, root)).projections.length, 0);
  });
}

type Table = { version: number; bytes: number; entries: Record<string, unknown>[] };
function rewritten(root: string, change: (table: Table) => unknown): void {
  const path = fileOf(root, '.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
}

test('an entry of another length is not taken for the matrix', async () => {
  const [model, root] = [modelFolder(), folderWith({})];
  const first = await load(model, root);
  rewritten(root, (table) => ({
    ...table,
    entries: table.entries.map((entry) => (entry.label === '0 down' ? { ...entry, bytes: 64 } : entry)),
  }));
  const { bytes, projections } = await load(model, root);
  assert.deepEqual(bytes, first.bytes);
  assert.deepEqual(projections, ['model.layers.0.mlp.down_proj.weight']);
});

test('what was not used for longest makes room, and what is too large or too small is not kept', async () => {
  const [root, models] = [folderWith({}), [1, 2, 3].map((seed) => modelFolder(seed))];
  await load(models[0]!, root);
  const size = readFileSync(fileOf(root, '.bin')).length;
  await load(models[1]!, root);
  // Used once more, so that the second one is the older.
  await load(models[0]!, root);
  await load(models[2]!, root, { most: 2 * size });
  assert.equal(kept(root).length, 4);
  assert.equal((await load(models[0]!, root)).projections.length, 0);
  assert.equal((await load(models[2]!, root)).projections.length, 0);
  const other = folderWith({});
  for (const limits of [{ most: size - 1 }, { least: size + 1 }]) {
    assert.equal((await load(models[0]!, other, limits)).projections.length, 8);
    assert.deepEqual(kept(other), []);
  }
});

test('what an engine that was ended has left is removed by the next one, unless it may still be at it', async () => {
  const [model, root] = [modelFolder(), folderWith({})];
  await load(model, root, { weights: 'int8' });
  const left = ['a.bin.1', 'b.bin.2'].map((name) => join(root, 'packed-1', name));
  for (const path of left) writeFileSync(path, 'unfinished');
  const before = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(left[0]!, before, before);
  await load(model, root);
  assert.deepEqual(
    left.map((path) => existsSync(path)),
    [false, true],
  );
});

test('a load that is called off leaves nothing behind', async () => {
  const [model, root] = [modelFolder(), folderWith({})];
  const cache = await PackedCache.open(model, 'int4', { root });
  const { config, open } = await readModelFolder(model);
  const file = await open();
  const cancel = new AbortController();
  const layout = await fastLayout(gpu, 'int4');
  const loading = loadParameters(gpu, config, file, {
    ...{ layout, cache, signal: cancel.signal },
    onProgress: (done, total) => done > total / 2 && cancel.abort(),
  });
  await assert.rejects(loading, { code: 'cancelled' });
  await cache!.dispose();
  await file.dispose();
  assert.deepEqual(kept(root), []);
});

test('a folder that can not be written to only means that nothing is kept', async () => {
  const root = folderWith({ 'packed-1': 'a file' });
  assert.equal(await PackedCache.open(modelFolder(), 'int4', { root }), undefined);
  assert.equal(await PackedCache.open(join(root, 'nothing'), 'int4', { root: folderWith({}) }), undefined);
  assert.ok(existsSync(join(root, 'packed-1')));
});
