import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ropeAngles, ropeTable } from '../../../src/engine/model/rope.ts';
import type { ModelConfig, RopeScaling } from '../../../src/engine/weights/config.ts';
import { goldenNames, readGolden } from '../golden-model.ts';

const { config: base } = readGolden('llama-gqa1');

const tableOf = (headWidth: number, ropeTheta: number, ropeScaling: RopeScaling) =>
  ropeTable({ ...base, headWidth, ropeTheta, ropeScaling } satisfies ModelConfig);

const headWidth = fc.integer({ min: 1, max: 32 }).map((quarter) => 4 * quarter);
const theta = fc.double({ min: 100, max: 1e7, noNaN: true });
const factor = fc.double({ min: 1, max: 64, noNaN: true });
const original = fc.integer({ min: 16, max: 1 << 17 });

function assertRelative(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.abs(expected[i]!);
    assert.ok(error <= tolerance, `frequency ${i}: ${actual[i]} is not ${expected[i]}`);
  }
}

// The formulas of transformers' modeling_rope_utils, step by step and in its terms: `posFreqs` grow, wavelengths are
// compared with lengths, and masks choose. The engine's own way is by turns within the original length.
const posFreqs = (dim: number, theta: number) => Array.from({ length: dim / 2 }, (_, i) => theta ** ((2 * i) / dim));

function llama3(dim: number, theta: number, s: Extract<RopeScaling, { kind: 'llama3' }>): number[] {
  const lowFreqWavelength = s.originalPositions / s.lowFrequencyFactor;
  const highFreqWavelength = s.originalPositions / s.highFrequencyFactor;
  return posFreqs(dim, theta).map((posFreq) => {
    const invFreq = 1 / posFreq;
    const wavelength = (2 * Math.PI) / invFreq;
    const scaled = wavelength > lowFreqWavelength ? invFreq / s.factor : invFreq;
    const smooth =
      (s.originalPositions / wavelength - s.lowFrequencyFactor) / (s.highFrequencyFactor - s.lowFrequencyFactor);
    const smoothed = ((1 - smooth) * scaled) / s.factor + smooth * scaled;
    const isMedium = !(wavelength < highFreqWavelength) && !(wavelength > lowFreqWavelength);
    return isMedium ? smoothed : scaled;
  });
}

function yarn(dim: number, theta: number, s: Extract<RopeScaling, { kind: 'yarn' }>): number[] {
  const correctionDim = (rotations: number) =>
    (dim * Math.log(s.originalPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  let low = correctionDim(s.betaFast);
  let high = correctionDim(s.betaSlow);
  if (s.truncate) {
    low = Math.floor(low);
    high = Math.ceil(high);
  }
  low = Math.max(low, 0);
  high = Math.min(high, dim - 1);
  if (low === high) high += 0.001;
  const ramp = posFreqs(dim, theta).map((_, i) => Math.min(Math.max((i - low) / (high - low), 0), 1));
  return posFreqs(dim, theta).map((posFreq, i) => {
    const extrapolation = 1 / posFreq;
    const interpolation = 1 / (s.factor * posFreq);
    const extrapolationFactor = 1 - ramp[i]!;
    return interpolation * (1 - extrapolationFactor) + extrapolation * extrapolationFactor;
  });
}

describe('the RoPE frequencies', () => {
  for (const name of goldenNames()) {
    test(`of ${name} are those that transformers turns by`, () => {
      const { config, rope } = readGolden(name);
      const { frequencies, magnitude } = ropeTable(config);
      assertRelative(frequencies, rope.frequencies, 1e-6);
      assert.ok(Math.abs(magnitude - rope.magnitude) < 1e-6);
    });
  }

  test('without scaling fall from 1 by equal ratios', () => {
    fc.assert(
      fc.property(headWidth, theta, (dim, base) => {
        const { frequencies, magnitude } = tableOf(dim, base, { kind: 'default' });
        assertRelative(
          frequencies,
          posFreqs(dim, base).map((f) => 1 / f),
          1e-12,
        );
        assert.equal(magnitude, 1);
      }),
    );
  });

  test('of linear scaling are divided by the factor', () => {
    fc.assert(
      fc.property(headWidth, theta, factor, (dim, base, by) => {
        const { frequencies, magnitude } = tableOf(dim, base, { kind: 'linear', factor: by });
        assertRelative(
          frequencies,
          posFreqs(dim, base).map((f) => 1 / f / by),
          1e-12,
        );
        assert.equal(magnitude, 1);
      }),
    );
  });

  test('of llama3 scaling follow its formulas', () => {
    const bounds = fc.tuple(
      fc.double({ min: 0.25, max: 4, noNaN: true }),
      fc.double({ min: 0.1, max: 16, noNaN: true }),
    );
    fc.assert(
      fc.property(headWidth, theta, factor, original, bounds, (dim, base, by, originalPositions, [low, more]) => {
        const scaling = {
          kind: 'llama3',
          factor: by,
          lowFrequencyFactor: low,
          highFrequencyFactor: low + more,
          originalPositions,
        } as const;
        const { frequencies, magnitude } = tableOf(dim, base, scaling);
        assertRelative(frequencies, llama3(dim, base, scaling), 1e-9);
        assert.equal(magnitude, 1);
      }),
    );
  });

  test('of yarn follow its formulas, with its attention factor or the default one', () => {
    const betas = fc.tuple(fc.double({ min: 8, max: 64, noNaN: true }), fc.double({ min: 0.5, max: 4, noNaN: true }));
    const attention = fc.option(fc.double({ min: 0.5, max: 2, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.tuple(headWidth, theta, factor, original),
        betas,
        fc.boolean(),
        attention,
        ([dim, base, by, originalPositions], [betaFast, betaSlow], truncate, attentionFactor) => {
          const scaling = {
            kind: 'yarn',
            factor: by,
            originalPositions,
            betaFast,
            betaSlow,
            truncate,
            ...(attentionFactor === undefined ? {} : { attentionFactor }),
          } as const;
          const { frequencies, magnitude } = tableOf(dim, base, scaling);
          assertRelative(frequencies, yarn(dim, base, scaling), 1e-9);
          assert.ok(Math.abs(magnitude - (attentionFactor ?? 0.1 * Math.log(by) + 1)) < 1e-12);
        },
      ),
    );
  });
});

test('angles keep f32 precision at far positions, where an f32 product would not', () => {
  const table = { frequencies: Float64Array.of(1, 0.7, 1e-5), magnitude: 1.25 };
  fc.assert(
    fc.property(fc.array(fc.nat(1 << 26), { minLength: 1 }), (positions) => {
      const angles = ropeAngles(table, positions);
      positions.forEach((position, t) => {
        table.frequencies.forEach((frequency, i) => {
          const at = 2 * (t * table.frequencies.length + i);
          assert.ok(Math.abs(angles[at]! - 1.25 * Math.cos(position * frequency)) <= 1e-7);
          assert.ok(Math.abs(angles[at + 1]! - 1.25 * Math.sin(position * frequency)) <= 1e-7);
        });
      });
    }),
  );
});
