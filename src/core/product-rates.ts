import type { ProductRates } from './protocol.ts';

/** What people read of the rates that matrix products reach. */
export function ratesText({ teraflops, terabytes }: ProductRates): string {
  return `${teraflops.toFixed(0)} TFLOP/s, ${terabytes.toFixed(2)} TB/s of weights`;
}
