/**
 * The chance that at least one of k completions passes, drawn without putting back from n of which c pass:
 * 1 - C(n-c, k) / C(n, k), as a product, which neither overflows nor cancels (Chen et al. 2021, arXiv 2107.03374, figure 3).
 * Needs 1 <= k <= n and 0 <= c <= n.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (n - c < k) return 1;
  let none = 1;
  for (let i = n - c + 1; i <= n; i++) none *= 1 - k / i;
  return 1 - none;
}

export interface Share {
  value: number;
  /** Its 95 % interval. */
  low: number;
  high: number;
  /** How many problems it is the mean of. */
  problems: number;
}

const Z = 1.959964;

/**
 * The mean of one value in [0, 1] a problem. The interval is Wilson's, for problems drawn from a larger set of such: exact where
 * values are 0 or 1, a little wide where problems are solved in part. Unlike a bootstrap it does not shrink to nothing
 * where no problem is solved.
 */
export function meanShare(values: readonly number[]): Share {
  const m = values.length;
  if (m === 0) return { value: 0, low: 0, high: 1, problems: 0 };
  const value = values.reduce((sum, share) => sum + share, 0) / m;
  const scale = 1 + Z ** 2 / m;
  const centre = (value + Z ** 2 / (2 * m)) / scale;
  const reach = (Z / scale) * Math.sqrt((value * (1 - value)) / m + Z ** 2 / (4 * m ** 2));
  return { value, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach), problems: m };
}
