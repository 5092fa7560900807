import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threefry, uniformAt } from '../../../src/engine/sample/threefry.ts';
import { chiSquareP, upperGamma } from './chi-square.ts';

test('threefry gives the known answers of Random123 for threefry2x32 with 20 rounds', () => {
  // Random123 1.14, tests/kat_vectors: counter, key, answer.
  assert.deepEqual(threefry([0, 0], [0, 0]), [0x6b200159, 0x99ba4efe]);
  assert.deepEqual(threefry([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]), [0x1cb996fc, 0xbb002be7]);
  assert.deepEqual(threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3]), [0xc4923a9c, 0x483df7a0]);
});

test('the uniform numbers lie in [0, 1), are uniform, and depend on seed, candidate and position', () => {
  const bins = 64;
  const counts = new Array<number>(bins).fill(0);
  const draws: number[] = [];
  for (let candidate = 0; candidate < 128; candidate++) {
    for (let position = 0; position < 128; position++) draws.push(uniformAt(7, candidate, position));
  }
  for (const u of draws) {
    assert.ok(u >= 0 && u < 1);
    counts[Math.floor(u * bins)]! += 1;
  }
  assert.ok(chiSquareP(counts, new Array<number>(bins).fill(1 / bins)) > 1e-6);
  assert.notEqual(uniformAt(1, 2, 3), uniformAt(2, 2, 3));
  assert.notEqual(uniformAt(1, 2, 3), uniformAt(1, 3, 3));
  assert.notEqual(uniformAt(1, 2, 3), uniformAt(1, 2, 4));
});

test('the chi-square test of these tests knows its table, and rejects what is wrong', () => {
  // Critical values of the chi-square distribution, NIST handbook, section 1.3.6.7.4.
  const p = (degrees: number, value: number) => upperGamma(degrees / 2, value / 2);
  assert.ok(Math.abs(p(1, 3.841) - 0.05) < 1e-4);
  assert.ok(Math.abs(p(10, 23.209) - 0.01) < 1e-4);
  assert.ok(Math.abs(p(50, 86.661) - 0.001) < 1e-5);
  assert.ok(chiSquareP([500, 500], [0.5, 0.5]) > 0.99);
  assert.ok(chiSquareP([700, 300], [0.5, 0.5]) < 1e-6);
  assert.equal(chiSquareP([999, 1], [1, 0]), 0);
});
