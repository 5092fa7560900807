import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CoppiceError } from '../../../src/core/errors.ts';
import { BLOCK, BlockPool } from '../../../src/engine/cache/blocks.ts';
import { type CacheNode, pathOf, RadixCache } from '../../../src/engine/cache/radix.ts';
import { CacheModel, type Operation } from './cache-model.ts';

/** Beginnings of a few long texts with short ends of few different tokens: prompts share whole blocks and split nodes. */
const tokens = fc
  .record({ text: fc.nat(2), length: fc.nat(60), end: fc.array(fc.nat(2), { maxLength: 20 }) })
  .map(({ text, length, end }) => [...Array.from({ length }, (_, i) => (i + text) % 5), ...end]);
const pick = fc.nat();
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('acquire'), tokens, filled: fc.nat(70) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('extend'), pick, tokens, filled: fc.nat(70) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('branch'), pick }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append'), pick, count: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reserve'), pick, count: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop'), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('release'), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear') }) },
) as fc.Arbitrary<Operation>;

test('whatever is acquired, branched, appended, reserved, dropped, released and evicted, the store stays sound', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 40 }),
      fc.array(operation, { maxLength: 60, size: 'max' }),
      (blocks, operations) => {
        const model = new CacheModel(blocks * BLOCK);
        for (const operation of operations) {
          model.apply(operation);
          model.check();
        }
        model.letGoOfEverything();
      },
    ),
    { numRuns: 1500 },
  );
});

test('a held node stays the same object with the same path when another prompt splits it', () => {
  const cache = new RadixCache(10 * BLOCK);
  const node = cache.acquire(cache.root, [1, 2, 3, 4, 5]);
  node.filled = 4;
  const slots = [...node.slots];
  const other = cache.acquire(cache.root, [1, 2, 9]);
  assert.deepEqual(node.tokens, [3, 4, 5]);
  assert.equal(node.start, 2);
  assert.equal(node.filled, 2);
  assert.equal(node.parent, other.parent);
  assert.deepEqual(
    pathOf(node).flatMap((part) => part.slots),
    slots,
  );
  assert.equal(node.parent!.filled, 2);
});

test('eviction takes the least recently used prompt first and never one that is held', () => {
  const cache = new RadixCache(3 * BLOCK);
  const prompt = (first: number) => Array.from({ length: BLOCK }, (_, i) => first + i);
  const held = cache.acquire(cache.root, prompt(100));
  const older = cache.acquire(cache.root, prompt(200));
  const newer = cache.acquire(cache.root, prompt(300));
  cache.release(older);
  cache.release(newer);
  cache.release(cache.acquire(cache.root, prompt(200)));
  cache.acquire(cache.root, prompt(400));
  assert.deepEqual(
    [...cache.root.children.keys()].sort((a, b) => a - b),
    [100, 200, 400],
  );
  cache.release(held);
});

test('a store full of held nodes refuses with what to do, and keeps everything', () => {
  const cache = new RadixCache(2 * BLOCK);
  const held = cache.acquire(cache.root, Array(BLOCK + 1).fill(1));
  const refused = (error: unknown) =>
    error instanceof CoppiceError && error.code === 'gpu-out-of-memory' && error.remedy.length > 0;
  assert.throws(() => cache.acquire(cache.root, [2]), refused);
  const branch = cache.branch(held);
  assert.throws(() => cache.append(branch, 7), refused);
  assert.deepEqual(branch.tokens, []);
  cache.dropBranch(branch);
  cache.release(held);
  assert.deepEqual(cache.acquire(cache.root, [2]).tokens, [2]);
});

test('tokens come to lie in the slots that were reserved for them, and reserving again takes nothing', () => {
  const cache = new RadixCache(8 * BLOCK);
  const branch = cache.branch(cache.acquire(cache.root, [1, 2, 3]));
  cache.append(branch, 7);
  cache.reserve(branch, BLOCK + 5);
  const slots = [...branch.slots];
  assert.equal(slots.length, BLOCK + 5);
  assert.deepEqual(branch.tokens, [7]);
  const { usedBlocks } = cache;
  for (const length of [0, 1, BLOCK, BLOCK + 5]) cache.reserve(branch, length);
  for (let token = 0; token < BLOCK + 4; token++) cache.append(branch, token);
  assert.deepEqual(branch.slots, slots);
  assert.equal(branch.tokens.length, BLOCK + 5);
  cache.append(branch, 8);
  assert.equal(branch.slots.at(-1), slots.at(-1)! + 1);
  assert.equal(cache.usedBlocks, usedBlocks);
});

test('a branch that is dropped gives back what was reserved for it, also after the store was full', () => {
  const cache = new RadixCache(4 * BLOCK);
  const prompt = cache.acquire(cache.root, [1, 2, 3]);
  const branch = cache.branch(prompt);
  assert.throws(() => cache.reserve(branch, 4 * BLOCK), CoppiceError);
  assert.equal(cache.freeSlots, 0);
  cache.dropBranch(branch);
  assert.equal(cache.usedBlocks, 1);
  const next = cache.branch(prompt);
  cache.reserve(next, 3 * BLOCK);
  cache.dropBranch(next);
  cache.release(prompt);
  cache.clear();
  assert.equal(cache.usedBlocks, 0);
});

test('a prompt that needs more than all that could be evicted leaves nothing behind', () => {
  const cache = new RadixCache(4 * BLOCK);
  const held: CacheNode = cache.acquire(cache.root, [1, 2, 3]);
  assert.throws(() => cache.acquire(cache.root, [1, 2, ...Array(5 * BLOCK).fill(9)]), CoppiceError);
  cache.release(held);
  cache.clear();
  assert.equal(cache.usedBlocks, 0);
  assert.equal(cache.freeSlots, 4 * BLOCK);
});

test('a block that is freed twice is an error, not a slot for two', () => {
  const pool = new BlockPool(2 * BLOCK);
  const slot = pool.allocate()!;
  pool.release([slot]);
  assert.throws(() => pool.release([slot]), CoppiceError);
});
