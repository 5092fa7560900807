/**
 * Limits value to the range from low to high.
 */
export function clamp(value: number, low: number, high: number): number {
  throw new Error('not implemented');
}

/**
 * Returns the running totals of values: each number is the sum of all values up to that position.
 */
export function runningTotals(values: number[]): number[] {
  throw new Error('not implemented');
}

/**
 * Returns the second largest distinct number of values, or null if there is none.
 */
export function secondLargest(values: number[]): number | null {
  throw new Error('not implemented');
}
