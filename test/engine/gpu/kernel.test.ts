import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gpu } from '../../../src/engine/gpu/gpu.ts';
import { Kernel, words } from '../../../src/engine/gpu/kernel.ts';
import { Account } from '../account.ts';
import { inPass } from '../gpu-fixture.ts';

test('a bind group is made once for the same buffers, and forgotten with any of them', async () => {
  const gpu = await Gpu.open({ validation: true, backend: 'null' });
  try {
    const account = new Account(gpu);
    const kernel = await Kernel.compile(gpu, 'swiglu', 'rw', { immediates: 4 });
    const lasting = [gpu.buffer('gate up', 1024), gpu.buffer('gated', 1024)] as const;
    const run = (from: GPUBuffer, to: GPUBuffer) => inPass(gpu, (pass) => kernel.run(pass, [from, to], [1], words(16)));
    for (let i = 0; i < 100; i++) {
      const fleeting = gpu.buffer('grown since', 1024);
      run(...lasting);
      run(lasting[0], fleeting);
      run(fleeting, lasting[1]);
      fleeting.destroy();
    }
    await gpu.settle();
    const { bindGroups } = await account.holding();
    // The last round's buffer may still be on the stack.
    assert.ok(bindGroups >= 1 && bindGroups <= 3, `${bindGroups} bind groups`);
    run(...lasting);
  } finally {
    gpu.dispose();
  }
});
