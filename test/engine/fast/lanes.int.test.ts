import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { laneConstants } from '../../../src/engine/fast/lanes.ts';
import type { Abilities } from '../../../src/engine/gpu/gpu.ts';
import { Kernel, record } from '../../../src/engine/gpu/kernel.ts';
import { Buffers, inPass, openGpu } from '../gpu-fixture.ts';
import { randomFloats, randomFrom, seed } from '../random-numbers.ts';

const THREADS = 64;
const gpu = await openGpu();
const { subgroupSize } = gpu.abilities;

/** What an adapter may have, on this one: a subgroup of half the size is a part of a whole one. */
const KINDS: Record<string, Abilities> = {
  'subgroups of one size': gpu.abilities,
  'subgroups whose size varies': { ...gpu.abilities, subgroupSize: subgroupSize / 2, subgroupsVary: true },
  'workgroup memory': { ...gpu.abilities, subgroupSize: 0, subgroupsVary: false },
};

/** What each thread has of kernels/lanes.wgsl: five numbers. */
const SOURCE = `
@group(0) @binding(0) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read_write> got: array<f32>;
@compute @workgroup_size(THREADS)
fn main(place: Place) {
  let thread = thread_at(place);
  let value = given[thread];
  got[thread] = sum_of_lanes(value, thread);
  got[THREADS + thread] = max_of_lanes(value, thread);
  got[2u * THREADS + thread] = sum_of(2u, value, thread);
  got[3u * THREADS + thread] = across(value, SUBGROUP / 2u, thread);
  got[4u * THREADS + thread] = f32(subgroup_at(place) * SUBGROUP + lane_at(place));
}`;

for (const [name, abilities] of Object.entries(KINDS)) {
  // Parts of two lanes and more have something to swap.
  const skip =
    abilities.subgroupSize === 1 || (!name.includes('memory') && subgroupSize === 0) ? 'no such subgroups' : false;
  test(`lanes swap, add up and compare as the reference does, through ${name}`, { skip }, async () => {
    const lanes = laneConstants(abilities);
    const { SUBGROUP } = lanes;
    const constants = { THREADS, ...lanes };
    const options = { libraries: ['lanes'], dialect: 'adaptable' as const, constants, source: SOURCE };
    const kernel = await Kernel.compile(gpu, 'lanes', 'rw', options);
    await fc.assert(
      fc.asyncProperty(seed, async (seed) => {
        using buffers = new Buffers(gpu);
        const values = randomFloats(randomFrom(seed), THREADS, 3);
        const got = buffers.room('got', 5 * THREADS);
        const dispatch = kernel.prepare([buffers.upload('given', values), got], [1]);
        inPass(gpu, (pass) => record(pass, [dispatch]));
        const numbers = await gpu.readFloats(got, 5 * THREADS);
        for (let thread = 0; thread < THREADS; thread++) {
          const first = thread - (thread % SUBGROUP);
          const own = values.subarray(first, first + SUBGROUP);
          const two = values.subarray(thread & ~1, (thread & ~1) + 2);
          const sum = (of: Float32Array) => of.reduce((total, value) => total + value, 0);
          const expected = [sum(own), Math.max(...own), sum(two), values[thread ^ (SUBGROUP / 2)]!, thread];
          for (const [i, wanted] of expected.entries()) {
            const apart = Math.abs(numbers[i * THREADS + thread]! - wanted);
            assert.ok(apart <= 1e-5, `number ${i} of thread ${thread} is off by ${apart}`);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
}
