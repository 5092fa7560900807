import type { ModelConfig } from '../weights/config.ts';

/** The angles of one model: per pair i of a head, the radians a position turns it by; computed in f64. */
export interface RopeTable {
  frequencies: Float64Array;
  /** Multiplies cos and sin; 1 but for yarn. */
  magnitude: number;
}

/** Frequencies as in transformers' `modeling_rope_utils`; yarn after Peng et al., 2309.00071. */
export function ropeTable({ headWidth, ropeTheta, ropeScaling }: ModelConfig): RopeTable {
  const half = headWidth / 2;
  const base = Float64Array.from({ length: half }, (_, i) => ropeTheta ** (-i / half));
  switch (ropeScaling.kind) {
    case 'default':
      return { frequencies: base, magnitude: 1 };
    case 'linear':
      return { frequencies: base.map((f) => f / ropeScaling.factor), magnitude: 1 };
    case 'factors':
      return { frequencies: base.map((f, i) => f / ropeScaling.factors[i]!), magnitude: 1 };
    case 'llama3': {
      const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = ropeScaling;
      const frequencies = base.map((f) => {
        const turns = (originalPositions * f) / (2 * Math.PI);
        if (turns > high) return f;
        if (turns < low) return f / factor;
        const smooth = (turns - low) / (high - low);
        return (1 - smooth) * (f / factor) + smooth * f;
      });
      return { frequencies, magnitude: 1 };
    }
    case 'yarn': {
      const { factor, originalPositions, betaFast, betaSlow, truncate, attentionFactor } = ropeScaling;
      const pairThatTurns = (turns: number) =>
        (headWidth * Math.log(originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(ropeTheta));
      let low = pairThatTurns(betaFast);
      let high = pairThatTurns(betaSlow);
      if (truncate) [low, high] = [Math.floor(low), Math.ceil(high)];
      low = Math.max(low, 0);
      high = Math.min(high, headWidth - 1);
      if (low === high) high += 0.001;
      const frequencies = base.map((f, i) => {
        const interpolated = Math.min(1, Math.max(0, (i - low) / (high - low)));
        return (f / factor) * interpolated + f * (1 - interpolated);
      });
      return { frequencies, magnitude: attentionFactor ?? (factor > 1 ? 0.1 * Math.log(factor) + 1 : 1) };
    }
  }
}

/** (cos, sin) of each position, [T, d/2, 2] f32. Computed here because f32 angles are too coarse at far positions. */
export function ropeAngles({ frequencies, magnitude }: RopeTable, positions: ArrayLike<number>): Float32Array {
  const half = frequencies.length;
  const angles = new Float32Array(positions.length * half * 2);
  for (let t = 0; t < positions.length; t++) {
    for (let i = 0; i < half; i++) {
      const angle = positions[t]! * frequencies[i]!;
      angles[(t * half + i) * 2] = Math.cos(angle) * magnitude;
      angles[(t * half + i) * 2 + 1] = Math.sin(angle) * magnitude;
    }
  }
  return angles;
}
