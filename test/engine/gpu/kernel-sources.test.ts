import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CoppiceError } from '../../../src/core/errors.ts';
import { fastLayout } from '../../../src/engine/fast/quantize.ts';
import { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { Kernel, kernelSource } from '../../../src/engine/gpu/kernel.ts';
import { Kernels } from '../../../src/engine/model/kernels.ts';
import { Sampler } from '../../../src/engine/sample/sampler.ts';
import { BLOCK_TYPES, WORD_BLOCKS } from '../../../src/engine/weights/gguf/block-types.ts';
import { compileFastModel, compileProducts, compileSteps, DEVICES, HEADS } from './fast-kernels.ts';

// Dawn's null back end validates WGSL and pipelines as a GPU's does, and runs nothing. It has the limits that WebGPU
// guarantees: 8 storage buffers, 16 KiB of workgroup memory.
const gpu = await Gpu.open({ validation: true, backend: 'null' });
after(() => gpu.dispose());

/** Every source that was compiled, with the constants and libraries in front of it. */
const compiled: { code: string; module: GPUShaderModule }[] = [];
const createShaderModule = gpu.device.createShaderModule.bind(gpu.device);
gpu.device.createShaderModule = (descriptor) => {
  const module = createShaderModule(descriptor);
  compiled.push({ code: descriptor.code, module });
  return module;
};

const HEAD_SHAPES = [
  { heads: 4, kvHeads: 4, headWidth: 4 },
  { heads: 12, kvHeads: 2, headWidth: 128 },
  { heads: 28, kvHeads: 4, headWidth: 128 },
  { heads: 64, kvHeads: 1, headWidth: 64 },
  { heads: 3, kvHeads: 3, headWidth: 20 },
  { heads: 16, kvHeads: 8, headWidth: 128, headNorm: true, normEpsilon: 1e-6 },
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

test('the kernels that decode blocks are valid', async () => {
  for (const { constants } of [...Object.values(BLOCK_TYPES), ...Object.values(WORD_BLOCKS)])
    await Kernel.compile(gpu, 'decode_blocks', 'urw', { constants });
  gpu.check();
});

test('the kernels that quantise weights are valid', async () => {
  for (const weights of ['int8', 'int4', 'w8a8'] as const) await fastLayout(gpu, weights);
  gpu.check();
});

for (const [name, abilities] of Object.entries(DEVICES)) {
  test(`every way of the fast tier's products is valid with ${name}`, async () => {
    Object.assign(gpu, { abilities });
    const ways = await allValid(() => compileProducts(gpu));
    assert.ok(ways >= 200, `${ways} ways`);
  });

  test(`the fast tier's other kernels are valid with ${name}`, async () => {
    Object.assign(gpu, { abilities });
    for (const heads of HEADS) await allValid(() => compileFastModel(gpu, heads));
    await allValid(() => compileFastModel(gpu, HEADS[0]!, { headNorm: true, norm: 'layer' }));
    for (const rows of [1, 3, 40, 600]) await allValid(() => compileSteps(gpu, rows));
  });
}

test('no file of kernels/ is left out of these checks', () => {
  const files = readdirSync(fileURLToPath(new URL('../../../kernels/', import.meta.url)));
  const unchecked = files.filter((file) => {
    // What comes before a directive is left as it is.
    const [beginning] = kernelSource(file.replace(/\.wgsl$/, '')).split('//# ');
    return !compiled.some(({ code }) => code.includes(beginning!.trim()));
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

/** Nothing is said against any shader that `work` compiles, though pipelines may need more than this device has. Returns how many. */
async function allValid(work: () => Promise<unknown>[] | Promise<unknown>): Promise<number> {
  const before = compiled.length;
  const made = work();
  for (const result of await Promise.allSettled(Array.isArray(made) ? made : [made])) {
    if (result.status === 'rejected') assert.match(reasonOf(result.reason), LIMITS);
  }
  const modules = compiled.slice(before);
  for (const { module, code } of modules) {
    const { messages } = await module.getCompilationInfo();
    assert.deepEqual(
      [...messages].map(({ message, lineNum }) => `${message}: ${code.split('\n')[lineNum - 1]}`),
      [],
    );
  }
  gpu.check();
  return modules.length;
}

/** The null device has the least workgroups and workgroup memory of all, and subgroups of up to 128. */
const LIMITS = /exceeds the maximum allowed|larger than the maximum allowed|multiple of the device maxSubgroupSize/;

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.cause ? reasonOf(error.cause) : ''}` : String(error);
}
