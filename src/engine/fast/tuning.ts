import type { Gpu } from '../gpu/gpu.ts';
import type { PaddedMatrix } from '../weights/parameters.ts';
import { guessWay, type Output, type Way, waysFor } from './matmul.ts';

type Sized = Pick<PaddedMatrix, 'pitch' | 'paddedRows' | 'quantized'>;

/** The quickest way of each product that was timed, and the microseconds it took. */
export type Measured = Map<string, { way: Way; us: number }>;

/** Steps of K are at most so many vectors of 16 bytes deep. */
const DEEPEST_STEP = 16;
/** What reproducible splits aim at. */
const ENOUGH_WORKGROUPS = 64;

/** Which way each product takes: measured where the tuner has been, guessed elsewhere. */
export class Tuning {
  readonly #gpu: Gpu;
  readonly #measured: Measured;
  readonly #fixedSplits = new Map<string, number>();

  constructor(gpu: Gpu, measured: Measured = new Map()) {
    this.#gpu = gpu;
    this.#measured = measured;
  }

  /** Reproducible ways sum each element in the same order for any number of rows: tiles alone, in fixed splits. */
  wayOf(w: Sized, rows: number, output: Output, reproducible: boolean): Way {
    if (reproducible) {
      const ways = waysFor(this.#gpu, w, rows, output, this.#splitsOf(w, output));
      return guessWay(ways, w, rows)!;
    }
    const measured = this.#measured.get(tuningKey(w, rows, output));
    return measured?.way ?? guessWay(waysFor(this.#gpu, w, rows, output), w, rows)!;
  }

  /** Takes up what was measured. */
  learn(measured: Measured): void {
    for (const [key, found] of measured) this.#measured.set(key, found);
  }

  #splitsOf(w: Sized, output: Output): number {
    const key = tuningKey(w, 64, output);
    let splits = this.#fixedSplits.get(key);
    if (splits === undefined) {
      // Splits that every depth of step divides: whichever tile suits the rows can take them.
      const step = DEEPEST_STEP * (w.quantized?.rowScalesAt === undefined ? 8 : 16);
      const deepest = Math.max(1, Math.floor(w.pitch / step));
      const wanted = Math.ceil(ENOUGH_WORKGROUPS / (w.paddedRows / 128));
      splits =
        output !== 'partial'
          ? 1
          : ([1, 2, 3, 4, 5, 6, 7, 10]
              .filter((n) => deepest % n === 0 && w.pitch % (step * n) === 0 && n <= wanted)
              .at(-1) ?? 1);
      this.#fixedSplits.set(key, splits);
    }
    return splits;
  }
}

export function tuningKey({ pitch, paddedRows, quantized }: Sized, rows: number, output: Output): string {
  return `${rows} x ${paddedRows} x ${pitch} ${output}${quantized ? ` ${numbersOf(quantized)}` : ''}`;
}

function numbersOf({ bits, rowScalesAt }: NonNullable<Sized['quantized']>): string {
  return rowScalesAt === undefined ? `int${bits}` : 'w8a8';
}
