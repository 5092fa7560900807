import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CoppiceError } from '../../../src/core/errors.ts';
import { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { Kernel, kernelSource } from '../../../src/engine/gpu/kernel.ts';
import { Kernels } from '../../../src/engine/model/kernels.ts';
import { Sampler } from '../../../src/engine/sample/sampler.ts';

// Dawn's null back end validates WGSL and pipelines as a GPU's does, and runs nothing. It has the limits that WebGPU
// guarantees: 8 storage buffers, 16 KiB of workgroup memory.
const gpu = await Gpu.open({ validation: true, backend: 'null' });
after(() => gpu.dispose());

/** Every source that was compiled, with the constants and libraries in front of it. */
const compiled: string[] = [];
const createShaderModule = gpu.device.createShaderModule.bind(gpu.device);
gpu.device.createShaderModule = (descriptor) => {
  compiled.push(descriptor.code);
  return createShaderModule(descriptor);
};

const HEAD_SHAPES = [
  { heads: 4, kvHeads: 4, headWidth: 4 },
  { heads: 12, kvHeads: 2, headWidth: 128 },
  { heads: 28, kvHeads: 4, headWidth: 128 },
  { heads: 64, kvHeads: 1, headWidth: 64 },
  { heads: 3, kvHeads: 3, headWidth: 20 },
];

for (const shape of HEAD_SHAPES) {
  const { heads, kvHeads, headWidth } = shape;
  test(`the kernels are valid for ${heads} query heads, ${kvHeads} KV heads of width ${headWidth}`, async () => {
    for (const quads of [true, false]) await Kernels.compile(gpu, shape, new Set(['f32', 'f16', 'bf16']), quads);
    gpu.check();
  });
}

test('the sampling kernels are valid', async () => {
  await Sampler.create(gpu);
  gpu.check();
});

test('no file of kernels/ is left out of these checks', () => {
  const files = readdirSync(fileURLToPath(new URL('../../../kernels/', import.meta.url)));
  const unchecked = files.filter((file) => {
    const source = kernelSource(file.replace(/\.wgsl$/, ''));
    return !compiled.some((code) => code.includes(source));
  });
  assert.deepEqual(unchecked, []);
  assert.ok(files.length > 0);
});

test('a kernel that is not valid is refused by name, and the device goes on', async () => {
  // Without its constants the kernel names what is not declared.
  await assert.rejects(
    Kernel.compile(gpu, 'merge', 'rrrrw'),
    (error) => error instanceof CoppiceError && error.code === 'gpu-self-test' && error.message.includes('merge'),
  );
  gpu.check();
  await Sampler.create(gpu);
});

test('a kernel whose bindings do not fit its source is refused', async () => {
  await assert.rejects(Kernel.compile(gpu, 'swiglu', 'rr', { immediates: 4 }), CoppiceError);
  gpu.check();
});
