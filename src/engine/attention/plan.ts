import { type CacheNode, pathOf } from '../cache/radix.ts';

/** Keys in one work item at most: long nodes are cut into stretches, so that they fill the GPU evenly (DeFT). */
export const STRETCH = 256;

/** One query row: a token of `node`, at an absolute position, whose KV goes to `slot`. */
export interface Row {
  token: number;
  position: number;
  slot: number;
  node: CacheNode;
}

/**
 * What the attention kernels read, for one forward pass over T rows. All lists are u32.
 * `items`: 6 words each, see kernels/attention-items.wgsl. `rowStarts` [T + 1] and `rowParts` tell the merge which parts
 * belong to a row, in the order of its path from the root.
 */
export interface AttentionPlan {
  items: Uint32Array<ArrayBuffer>;
  itemCount: number;
  /** Items from here on have one row each: candidates' own branches, and nodes with few rows. */
  plainStart: number;
  keySlots: Uint32Array<ArrayBuffer>;
  /** (row, its absolute position) pairs. */
  itemRows: Uint32Array<ArrayBuffer>;
  rowStarts: Uint32Array<ArrayBuffer>;
  rowParts: Uint32Array<ArrayBuffer>;
  partCount: number;
}

const ITEM_WORDS = 6;

/**
 * Plans exact tree attention: every node on some row's path is attended once for all the rows below it, in stretches
 * of `STRETCH` keys and tiles of `tileRows` rows. A node with no more than `plainRows` rows is attended row by row
 * instead, as a branch is: below the crossover that is faster. Cuts lie at fixed offsets in a node, so with `plainRows` = 0
 * which kernel takes a node depends on the node alone, and what one row adds up, in which order, not on the other rows.
 *
 * @param tileRows rows that the node kernel takes at a time
 */
export function planAttention(rows: Row[], tileRows: number, plainRows = 0): AttentionPlan {
  const members = new Map<CacheNode, number[]>();
  const paths = rows.map((row) => pathOf(row.node));
  paths.forEach((path, row) => {
    for (const node of path) {
      const list = members.get(node);
      if (list) list.push(row);
      else members.set(node, [row]);
    }
  });

  const keySlots: number[] = [];
  const itemRows: number[] = [];
  const shared: number[] = [];
  const plain: number[] = [];
  const partsOfRow = rows.map((): Map<CacheNode, number[]> => new Map());
  let partCount = 0;
  for (const [node, below] of members) {
    const keyStart = keySlots.length;
    const keys = node.tokens.length;
    for (let i = 0; i < keys; i++) keySlots.push(node.slots[i]!);
    const isPlain = node.isBranch || below.length <= plainRows;
    const most = isPlain ? 1 : tileRows;
    for (let r = 0; r < below.length; r += most) {
      const tile = below.slice(r, r + most);
      const rowStart = itemRows.length / 2;
      for (const row of tile) itemRows.push(row, rows[row]!.position);
      const furthest = Math.max(...tile.map((row) => rows[row]!.position));
      for (let k = 0; k < keys && node.start + k <= furthest; k += STRETCH) {
        const count = Math.min(STRETCH, keys - k);
        const items = isPlain ? plain : shared;
        items.push(keyStart + k, count, node.start + k, rowStart, tile.length, partCount);
        tile.forEach((row, i) => {
          const parts = partsOfRow[row]!;
          const list = parts.get(node);
          if (list) list.push(partCount + i);
          else parts.set(node, [partCount + i]);
        });
        partCount += tile.length;
      }
    }
  }

  const rowStarts = new Uint32Array(rows.length + 1);
  const rowParts: number[] = [];
  paths.forEach((path, row) => {
    for (const node of path) rowParts.push(...(partsOfRow[row]!.get(node) ?? []));
    rowStarts[row + 1] = rowParts.length;
  });
  return {
    items: Uint32Array.from([...shared, ...plain]),
    itemCount: (shared.length + plain.length) / ITEM_WORDS,
    plainStart: shared.length / ITEM_WORDS,
    keySlots: Uint32Array.from(keySlots),
    itemRows: Uint32Array.from(itemRows),
    rowStarts,
    rowParts: Uint32Array.from(rowParts),
    partCount,
  };
}
