/** Expected counts below this make the chi-square distribution a poor approximation, so such bins are pooled. */
const LEAST_EXPECTED = 10;

/**
 * Pearson's chi-square test of counts against a distribution: how likely counts at least so far from it are under it.
 * A count where the probability is 0 gives 0.
 */
export function chiSquareP(counts: number[], probabilities: ArrayLike<number>): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const bins: { count: number; expected: number }[] = [];
  const pooled = { count: 0, expected: 0 };
  for (const [i, count] of counts.entries()) {
    const expected = probabilities[i]! * total;
    if (expected === 0 && count > 0) return 0;
    if (expected >= LEAST_EXPECTED) bins.push({ count, expected });
    else {
      pooled.count += count;
      pooled.expected += expected;
    }
  }
  if (pooled.expected >= LEAST_EXPECTED || bins.length === 0) bins.push(pooled);
  else {
    const least = bins.reduce((a, b) => (b.expected < a.expected ? b : a));
    least.count += pooled.count;
    least.expected += pooled.expected;
  }
  if (bins.length === 1) return 1;
  const statistic = bins.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  return upperGamma((bins.length - 1) / 2, statistic / 2);
}

/** The regularised upper incomplete gamma function Q(a, x); Numerical Recipes, section 6.2. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - front * sum);
  }
  // Lentz's continued fraction.
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * h;
}

/** ln(gamma(x)) for x > 0: Stirling's series after shifting x above 12. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5);
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
