import { throwIfCancelled } from '../../core/errors.ts';
import type { CacheNode } from '../cache/radix.ts';
import type { FastRow } from './plan.ts';

/**
 * When a node pays for being attended once for all rows below it (FastTree's rule): with so many rows, from
 * so many keys on. Ascending by rows; an entry holds up to the next one, and below the first one no node pays.
 */
export type Folds = readonly (readonly [rows: number, keys: number])[];

/**
 * Where nothing was measured: fewer rows leave most of a tile's queries empty, and a part of its own costs more than reading few
 * keys again.
 */
export const USUAL_FOLDS: Folds = [[4, 32]];
/** Reproducible passes look at the node alone, so that a row's bits do not depend on the other rows. */
export const FIXED_FOLDS: Folds = [[0, 32]];

/** Row counts that are tried, and the lengths among which the first that pays is searched for. */
const ROWS = [4, 8, 16];
const KEYS = [32, 64, 128, 256, 512, 1024, 2048];
/** Nodes are tried several at a time below one long prompt, as they come in a tree; fewer rows than these have no room for that. */
export const LEAST_ROWS = 32;
const PROMPT = 512;
const OWN_TOKENS = 64;
/** What sharing has to save: less is noise. */
const PAYS = 0.97;

/** Whether rows attend a node's keys one by one. */
export function isFolded(folds: Folds, rows: number, keys: number): boolean {
  const [, least] = folds.findLast(([from]) => from <= rows) ?? [0, Number.POSITIVE_INFINITY];
  return keys < least;
}

/**
 * Finds out from what length on sharing pays here.
 * @param attentionUs microseconds that attention takes for these rows
 * @param limits rows of a pass, LEAST_ROWS or more; slots of the KV store, whatever they hold; positions that rows may have
 */
export async function measureFolds(
  attentionUs: (rows: FastRow[], folds: Folds) => Promise<number>,
  limits: { rows: number; slots: number; positions: number },
  signal?: AbortSignal,
): Promise<Folds> {
  const lengths = KEYS.filter((keys) => PROMPT + keys + OWN_TOKENS < limits.positions);
  const [all, promptAlone]: Folds[] = [[[0, 0]], [[limits.rows, 0]]];
  const found: [rows: number, keys: number][] = [];
  let longest = lengths.length;
  for (const rows of ROWS) {
    const paysAt = async (index: number) => {
      throwIfCancelled(signal);
      const standing = standingRows(rows, lengths[index]!, limits);
      return (await attentionUs(standing, all!)) < PAYS * (await attentionUs(standing, promptAlone!));
    };
    // More rows never need more keys, so the search ends where that of fewer did.
    let [from, to] = [0, longest];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (await paysAt(middle)) to = middle;
      else from = middle + 1;
    }
    if (from < lengths.length && found.at(-1)?.[1] !== lengths[from]) found.push([rows, lengths[from]!]);
    longest = from;
  }
  return found;
}

/** For people: from how many keys on a node of so many rows is shared. */
export function foldsLine(folds: Folds): string {
  const lines = folds.map(([rows, keys]) => `${rows} rows from ${keys} keys`);
  return `nodes are shared by ${lines.join(', ') || 'no rows'}`;
}

/** So many rows below each of some nodes of so many keys, which have a prompt above them; each with tokens of its own. */
function standingRows(below: number, keys: number, { rows, slots }: { rows: number; slots: number }): FastRow[] {
  let taken = 0;
  const nodeOf = (tokens: number, parent?: CacheNode, isBranch = false): CacheNode => ({
    ...{ tokens: Array<number>(tokens).fill(0), parent, children: new Map(), isBranch },
    ...{ slots: Array.from({ length: tokens + 1 }, () => taken++ % slots), filled: tokens },
    ...{ start: parent ? parent.start + parent.tokens.length : 0, holders: 1, lastUsed: 0 },
  });
  const prompt = nodeOf(PROMPT);
  let node = prompt;
  return Array.from({ length: rows }, (_, row): FastRow => {
    if (row % below === 0) node = nodeOf(keys, prompt);
    return { node: nodeOf(OWN_TOKENS, node, true), index: OWN_TOKENS - 1, token: { id: 0 } };
  });
}
