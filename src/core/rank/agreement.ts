import type { Output } from '../report.ts';

/** Something that as many candidates are as `count` says. */
interface Counted {
  id: string;
  count: number;
}

/**
 * How far a candidate agrees with the others: over all candidates c', itself among them, the sum of the fraction of inputs
 * on which both gave a value and the same one. It is MBR-EXEC's score with a loss that counts inputs one by one (Shi et al.
 * 2022, "Natural Language to Code Translation with Execution"), so that an input outside of what the function is for
 * costs little. By id, for those that have outputs.
 */
export function outputAgreement(
  entries: readonly (Counted & { outputs?: readonly Output[] | undefined })[],
): Map<string, number> {
  const votes = new Map<string, number>();
  const keyed = entries.flatMap(({ id, count, outputs }) => {
    if (!outputs || outputs.length === 0) return [];
    const keys = outputs.filter(({ clean }) => clean).map(({ input, text }) => JSON.stringify([input, text]));
    for (const key of keys) votes.set(key, (votes.get(key) ?? 0) + count);
    return [{ id, keys, inputs: outputs.length }];
  });
  return new Map(
    keyed.map(({ id, keys, inputs }) => [id, keys.reduce((sum, key) => sum + votes.get(key)!, 0) / inputs]),
  );
}

/**
 * CodeT's score (Chen et al. 2022, "CodeT: Code Generation with Generated Tests"), as its authors compute it: candidates that
 * pass exactly the same tests of the model's own are one group, which scores the root of its size times the number of these
 * tests. By id.
 */
export function codeT(entries: readonly (Counted & { passes: readonly string[] })[]): Map<string, number> {
  const sizes = new Map<string, number>();
  const groupOf = (passes: readonly string[]) => JSON.stringify([...new Set(passes)].sort());
  for (const { count, passes } of entries) {
    sizes.set(groupOf(passes), (sizes.get(groupOf(passes)) ?? 0) + count);
  }
  return new Map(entries.map(({ id, passes }) => [id, Math.sqrt(sizes.get(groupOf(passes))!) * new Set(passes).size]));
}
