/**
 * Threefry-2x32 with 20 rounds: the random numbers of the sampling kernel, for checks on the CPU.
 * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function threefry(key: [number, number], counter: [number, number]): [number, number] {
  const turns = [13, 15, 26, 6, 17, 29, 16, 24];
  const schedule = [key[0], key[1], 0x1bd11bda ^ key[0] ^ key[1]];
  let x = (counter[0] + key[0]) >>> 0;
  let y = (counter[1] + key[1]) >>> 0;
  for (let round = 0; round < 20; round++) {
    x = (x + y) >>> 0;
    const by = turns[round % 8]!;
    y = (((y << by) | (y >>> (32 - by))) ^ x) >>> 0;
    if (round % 4 === 3) {
      const s = Math.floor(round / 4) + 1;
      x = (x + schedule[s % 3]!) >>> 0;
      y = (y + schedule[(s + 1) % 3]! + s) >>> 0;
    }
  }
  return [x, y];
}

/** The uniform number in [0, 1) that candidate `candidate` draws its token at `position` with. */
export function uniformAt(seed: number, candidate: number, position: number): number {
  return (threefry([seed >>> 0, candidate], [position, 0])[0] >>> 8) / 2 ** 24;
}
