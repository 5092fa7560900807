import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CoppiceError, type ErrorCode } from '../../../src/core/errors.ts';
import { said } from '../../../src/core/said.ts';
import { EXTRAS, Gpu } from '../../../src/engine/gpu/gpu.ts';

const MIB = 2 ** 20;

/** A device on Dawn's null back end, which gives 512 MiB of memory and runs nothing. */
async function onNullDevice(work: (gpu: Gpu) => Promise<void>): Promise<void> {
  const gpu = await Gpu.open({ validation: true, backend: 'null' });
  try {
    await work(gpu);
  } finally {
    gpu.dispose();
  }
}

const isError = (code: ErrorCode) => (error: unknown) =>
  error instanceof CoppiceError && error.code === code && error.remedy.length > 0;

test('allocations that the device refuses are out of memory, by name', async () => {
  await onNullDevice(async (gpu) => {
    assert.equal(await gpu.allocating(said`The model`, () => gpu.buffer('small', 100).size), 100);
    assert.equal(gpu.failed, false);
    const allocate = () => Array.from({ length: 6 }, (_, i) => gpu.buffer(`large ${i}`, 120 * MIB));
    await assert.rejects(gpu.allocating(said`The model`, allocate), (error) => {
      assert.ok(isError('gpu-out-of-memory')(error));
      assert.match((error as Error).message, /The model/);
      return true;
    });
    assert.equal(gpu.failed, true);
  });
});

test('what is to be left alone is none of the abilities, by option or by COPPICE_GPU_WITHOUT', async () => {
  const all = await Gpu.open({ validation: true, backend: 'null' });
  assert.ok(all.abilities.f16 && all.abilities.subgroupSize > 0);
  const none = await Gpu.open({ validation: true, backend: 'null', without: EXTRAS });
  process.env.COPPICE_GPU_WITHOUT = 'f16,matrices';
  try {
    const some = await Gpu.open({ validation: true, backend: 'null' });
    assert.deepEqual(some.abilities, { ...all.abilities, f16: false, matrices: [] });
    assert.deepEqual(none.abilities, { ...some.abilities, subgroupSize: 0, subgroupsVary: false });
    process.env.COPPICE_GPU_WITHOUT = 'f16,teeth';
    await assert.rejects(Gpu.open({ backend: 'null' }), isError('usage'));
    for (const gpu of [all, none, some]) gpu.dispose();
  } finally {
    delete process.env.COPPICE_GPU_WITHOUT;
  }
});

test('a buffer above the binding limit is refused before it is made, and the device goes on', async () => {
  await onNullDevice(async (gpu) => {
    const limit = gpu.device.limits.maxStorageBufferBindingSize;
    assert.throws(() => gpu.buffer('weights', limit + 4), isError('gpu-out-of-memory'));
    assert.equal(gpu.failed, false);
    gpu.check();
  });
});

test('a lost device is an error of every call after it', async () => {
  await onNullDevice(async (gpu) => {
    gpu.device.destroy();
    await gpu.device.lost;
    await delay(0);
    assert.equal(gpu.failed, true);
    assert.throws(() => gpu.check(), isError('gpu-lost'));
    assert.throws(() => gpu.submit(() => {}), isError('gpu-lost'));
    await assert.rejects(gpu.read(gpu.device.createBuffer({ size: 4, usage: 4 }), 4), isError('gpu-lost'));
  });
});

test('a command that the device rejects is an error of the next call', async () => {
  await onNullDevice(async (gpu) => {
    const buffer = gpu.buffer('short', 16);
    gpu.device.queue.writeBuffer(buffer, 0, new Uint8Array(64));
    await assert.rejects(gpu.settle(), isError('internal'));
    assert.equal(gpu.failed, true);
  });
});

test('a device that is disposed of is not reported as lost', async () => {
  const gpu = await Gpu.open({ validation: true, backend: 'null' });
  gpu.dispose();
  await gpu.device.lost;
  await delay(0);
  assert.equal(gpu.failed, false);
});
