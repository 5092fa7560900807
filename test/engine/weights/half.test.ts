import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { halfToFloat, toHalves } from '../../../src/engine/weights/half.ts';

const LARGEST = 65504;
const NEXT_TO_LARGEST = 0x7bff;
/** Every finite f16, in order: its bits are its place. */
const FINITE = Array.from({ length: NEXT_TO_LARGEST + 1 }, (_, bits) =>
  bits < 0x400 ? bits * 2 ** -24 : (1 + (bits & 1023) / 1024) * 2 ** ((bits >> 10) - 15),
);

const word = fc.integer({ min: 0, max: 0xffffffff });
const anyFloat = fc.oneof(
  word.map(floatOf),
  // As many below the normal range of f16 and around its ends as within.
  fc.record({ exponent: fc.integer({ min: -27, max: 17 }), bits: word }).map(({ exponent, bits }) => {
    const fraction = 1 + (bits & 0x7fffff) / 2 ** 23;
    return (bits >>> 31 ? -1 : 1) * fraction * 2 ** exponent;
  }),
);

test('every finite f16 stays as it is, both ways', () => {
  const floats = Float32Array.from(FINITE);
  assert.deepEqual(
    toHalves(floats),
    Uint16Array.from(FINITE, (_, bits) => bits),
  );
  assert.deepEqual(
    toHalves(floats.map((value) => -value)),
    Uint16Array.from(FINITE, (_, bits) => bits | 0x8000),
  );
  for (const [bits, value] of FINITE.entries()) {
    assert.equal(halfToFloat(bits), value);
    assert.equal(halfToFloat(bits | 0x8000), -value);
  }
});

test('any number becomes the nearest f16, the even one of two, and never an infinity', () => {
  fc.assert(
    fc.property(fc.array(anyFloat, { minLength: 1 }), (values) => {
      const floats = Float32Array.from(values);
      for (const [i, half] of toHalves(floats).entries()) assert.equal(half, nearest(floats[i]!), `${floats[i]}`);
    }),
    { numRuns: 2000 },
  );
});

test('halfway between neighbours the even one is taken, and just beside it the nearer', () => {
  fc.assert(
    fc.property(fc.nat({ max: NEXT_TO_LARGEST - 1 }), fc.boolean(), (bits, isNegative) => {
      const sign = isNegative ? -1 : 1;
      const middle = (FINITE[bits]! + FINITE[bits + 1]!) / 2;
      // All of these are f32: a middle has one bit more than f16, its neighbours in f32 have all.
      const step = 2 ** Math.max(-149, Math.floor(Math.log2(middle)) - 23);
      const halves = toHalves(Float32Array.of(sign * (middle - step), sign * middle, sign * (middle + step)));
      const top = isNegative ? 0x8000 : 0;
      assert.deepEqual([...halves], [bits | top, (bits + (bits & 1)) | top, (bits + 1) | top]);
    }),
    { numRuns: 2000 },
  );
});

test('what is too large becomes the largest, and what is no number stays none', () => {
  const [plus, minus] = [NEXT_TO_LARGEST, NEXT_TO_LARGEST | 0x8000];
  const large = [65519, 65520, 65536, 1e30, Number.POSITIVE_INFINITY];
  assert.deepEqual(
    [...toHalves(Float32Array.from(large))],
    large.map(() => plus),
  );
  assert.deepEqual(
    [...toHalves(Float32Array.from(large, (value) => -value))],
    large.map(() => minus),
  );
  for (const half of toHalves(Float32Array.of(Number.NaN, floatOf(0xffc00001), floatOf(0x7f800001)))) {
    assert.ok(Number.isNaN(halfToFloat(half)));
  }
});

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}

/** By search among all of them. */
function nearest(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return toHalves(Float32Array.of(value))[0]!;
  const size = Math.min(Math.abs(value), LARGEST);
  let [low, high] = [0, NEXT_TO_LARGEST];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (FINITE[middle]! <= size) low = middle;
    else high = middle - 1;
  }
  const below = size - FINITE[low]!;
  const above = low === NEXT_TO_LARGEST ? Number.POSITIVE_INFINITY : FINITE[low + 1]! - size;
  const isUp = above < below || (above === below && (low & 1) === 1);
  return sign | (low + (isUp ? 1 : 0));
}
