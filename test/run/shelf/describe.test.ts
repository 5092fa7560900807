import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { gpuMemory } from '../../../src/run/gpu-memory.ts';
import { bestOf, type Gpu, type RecommendedHere } from '../../../src/run/shelf/describe.ts';
import { Rate } from '../../../src/run/shelf/pull.ts';
import { RECOMMENDED } from '../../../src/run/shelf/recommended.ts';
import { progressWords } from '../../../src/run/shelf/words.ts';
import { scratchFolder } from '../scratch.ts';

const adapter = (vendor: string, software = false) => ({
  vendor,
  software,
  device: '',
  description: '',
  backend: 'vulkan',
});
const gpu = (memoryBytes: number | undefined, software = false): Gpu => ({
  adapter: adapter('nvidia', software),
  memoryBytes,
});

/** As if the engine ran all of them but one. */
const here = ({ memoryBytes }: Gpu, missing?: string): RecommendedHere[] =>
  RECOMMENDED.map((model) => {
    const need = model.parameters * 2.1;
    return {
      model,
      need: { memoryBytes: need, fits: memoryBytes === undefined ? undefined : need < memoryBytes },
      ...(model.name === missing ? { problem: 'not supported' } : {}),
    };
  });

test('each recommended model is one file of a known size, about as many bytes as its parameters in Q8_0', () => {
  assert.equal(RECOMMENDED.length, 10);
  for (const { name, file, bytes, parameters, repository } of RECOMMENDED) {
    assert.match(file, /\.gguf$/, name);
    assert.match(repository, /^[\w.-]+\/[\w.-]+$/, name);
    // 34 bytes for 32 weights, and the vocabulary.
    const blocks = (parameters * 34) / 32;
    assert.ok(bytes > 0.99 * blocks && bytes < 1.02 * blocks + 10e6, `${name}: ${bytes / blocks}`);
  }
});

test('the recommended model is the largest made for code that fits, works and may be used for anything', () => {
  const best = (of: Gpu, missing?: string) => bestOf(here(of, missing), of)?.model.name;
  assert.equal(best(gpu(80e9)), 'qwen2.5-coder-14b');
  assert.equal(best(gpu(24e9)), 'qwen2.5-coder-7b');
  assert.equal(best(gpu(24e9), 'qwen2.5-coder-7b'), 'qwen2.5-coder-1.5b');
  assert.equal(best(gpu(8e9)), 'qwen2.5-coder-1.5b');
  assert.equal(best(gpu(0.5e9)), undefined);
  assert.equal(best(gpu(undefined)), 'qwen2.5-coder-1.5b');
  assert.equal(best(gpu(64e9, true)), 'qwen2.5-coder-0.5b');
});

test("the memory of a GPU is what its driver says, or a share of the machine's", {
  skip: process.platform === 'win32',
}, async () => {
  const tools = scratchFolder();
  const path = process.env.PATH;
  process.env.PATH = `${tools}${delimiter}${path}`;
  const smi = join(tools, 'nvidia-smi');
  try {
    writeFileSync(smi, '#!/bin/sh\nprintf "8192\\n24576\\n"\n');
    chmodSync(smi, 0o755);
    assert.equal(await gpuMemory(adapter('nvidia')), 24_576 * 2 ** 20);
    writeFileSync(smi, '#!/bin/sh\necho "Failed to initialize NVML"; exit 9\n');
    assert.equal(await gpuMemory(adapter('nvidia')), undefined);
  } finally {
    process.env.PATH = path;
  }
  const cards = scratchFolder({
    'card0/device/mem_info_vram_total': '536870912\n',
    'card1/device/mem_info_vram_total': '17163091968\n',
    'card1-DP-1/device/mem_info_vram_total': '1\n',
    'card2/device/vendor': '0x8086\n',
  });
  assert.equal(await gpuMemory(adapter('amd'), cards), 17_163_091_968);
  assert.equal(await gpuMemory(adapter('amd'), scratchFolder()), undefined);
  assert.ok((await gpuMemory(adapter('apple')))! < totalmem());
  assert.equal(await gpuMemory(adapter('qualcomm')), undefined);
});

test('the rate of a download is that of the last seconds', () => {
  const rate = new Rate();
  assert.deepEqual(rate.add(1e6, 100e6, 0), {});
  assert.deepEqual(rate.add(2e6, 100e6, 100), {});
  assert.deepEqual(rate.add(21e6, 100e6, 2000), { bytesPerSecond: 10e6, secondsLeft: 8 });
  assert.deepEqual(rate.add(22e6, 100e6, 6900).secondsLeft, Math.ceil(78e6 / (20e6 / 6.8)));
  const slow = rate.add(23e6, 100e6, 12_000);
  assert.ok(slow.bytesPerSecond! < 0.5e6);
  const words = progressWords({ file: 'x', done: 1.2e9, total: 3.3e9, bytesPerSecond: 45e6, secondsLeft: 47 });
  assert.equal(words, '1.2 GB of 3.3 GB, 45.0 MB/s, 47 s left');
});
