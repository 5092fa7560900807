import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TuningStore } from '../../../src/engine/fast/store.ts';
import type { Measured } from '../../../src/engine/fast/tuning.ts';
import type { Gpu } from '../../../src/engine/gpu/gpu.ts';

const root = mkdtempSync(join(tmpdir(), 'coppice-store-test-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const freshFolder = () => join(root, String(folders++));

/** What the store asks of a GPU: what it is called and can do. */
const gpuNamed = (device: string) =>
  ({
    info: { vendor: 'v', device, description: 'driver 1', backend: 'Vulkan', software: false },
    abilities: { f16: true, subgroupSize: 32, matrices: [], timestamps: true },
  }) as unknown as Gpu;
const gpu = gpuNamed('card');

const found: Measured = new Map([
  ['1 x 128 x 64 partial', { way: { kind: 'vector', rows: 1, parts: 2, owners: 4, rounds: 1, unroll: 3 }, us: 4.5 }],
  [
    '64 x 128 x 64 partial',
    { way: { kind: 'tile', tile: { BM: 64, BN: 128, BK: 64, WM: 64, WN: 32 }, splits: 1 }, us: 9 },
  ],
  [
    '128 x 128 x 64 partial',
    { way: { kind: 'tile', tile: { BM: 128, BN: 128, BK: 16, TM: 8, TN: 8, wide: true }, splits: 2 }, us: 30 },
  ],
]);

/** The one file of a store's folder. */
function fileIn(folder: string): string {
  const [name] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return join(folder, name!);
}

test('what was measured is found again, on the same GPU adapter alone', async () => {
  const folder = freshFolder();
  await new TuningStore(gpu, folder).add(found);
  assert.deepEqual((await new TuningStore(gpu, folder).read()).measured, found);
  assert.equal((await new TuningStore(gpuNamed('another'), folder).read()).measured.size, 0);
});

test('measurements add up, and the best rates stay', async () => {
  const store = new TuningStore(gpu, freshFolder());
  const [first, ...others] = [...found];
  await store.add(new Map([first!]), { teraflops: 100, terabytes: 4 });
  await store.add(new Map(others), { teraflops: 90, terabytes: 4.4 });
  assert.deepEqual(await store.read(), { measured: found, best: { teraflops: 100, terabytes: 4.4 } });
});

test('which nodes are shared is kept for each shape of heads, and a broken list counts as none', async () => {
  const folder = freshFolder();
  const store = new TuningStore(gpu, folder);
  const [heads, others] = [
    { heads: 12, kvHeads: 2, headWidth: 128 },
    { heads: 14, kvHeads: 2, headWidth: 64 },
  ];
  await store.add(found);
  await store.addFolds(heads, [
    [2, 4096],
    [8, 32],
  ]);
  await store.addFolds(others, []);
  assert.deepEqual(await new TuningStore(gpu, folder).folds(heads), [
    [2, 4096],
    [8, 32],
  ]);
  assert.deepEqual(await store.folds(others), []);
  assert.equal(await store.folds({ ...heads, kvHeads: 4 }), undefined);
  assert.deepEqual((await store.read()).measured, found);
  for (const broken of ['[[1]]', '[[1, null]]', '{}', '"x"']) {
    const text = readFileSync(fileIn(folder), 'utf8').replace('[[2,4096],[8,32]]', broken);
    writeFileSync(fileIn(folder), text);
    assert.equal(await store.folds(heads), undefined, broken);
    await store.addFolds(heads, [
      [2, 4096],
      [8, 32],
    ]);
  }
});

test('a self-test that passed is remembered beside the measurements', async () => {
  const folder = freshFolder();
  const store = new TuningStore(gpu, folder);
  assert.equal(await store.isProven(), false);
  await store.prove();
  await store.add(found);
  assert.equal(await new TuningStore(gpu, folder).isProven(), true);
  const path = fileIn(folder);
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...stored, provenKernels: stored.provenKernels.replace(/^./, 'x') }));
  assert.equal(await store.isProven(), false, 'with other kernels');
});

test('a broken file, and ways that are none, count as not measured', async () => {
  const folder = freshFolder();
  const store = new TuningStore(gpu, folder);
  await store.add(found);
  const path = fileIn(folder);
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  const broken = [
    ['a', null],
    ['b', {}],
    ['c', { way: { kind: 'tile', splits: 1 } }],
    ['d', { way: { kind: 'vector' } }],
  ];
  writeFileSync(path, JSON.stringify({ ...stored, measured: [...stored.measured, ...broken] }));
  assert.deepEqual((await store.read()).measured, found);
  for (const text of ['', '{', 'null', '[]', '{"adapter": 3}']) {
    writeFileSync(path, text);
    assert.equal((await store.read()).measured.size, 0);
    assert.equal(await store.isProven(), false);
  }
});

test('a folder that cannot be written to is no error', async () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  const store = new TuningStore(gpu, join(file, 'below'));
  await store.add(found);
  assert.equal((await store.read()).measured.size, 0);
});
