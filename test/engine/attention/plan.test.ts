import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AttentionPlan, planAttention, type Row, STRETCH } from '../../../src/engine/attention/plan.ts';
import { pathOf } from '../../../src/engine/cache/radix.ts';
import { randomFrom, seed } from '../random-numbers.ts';
import { plant, someRows, treeShape } from './random-tree.ts';

const ITEM_WORDS = 6;
const tile = fc.integer({ min: 1, max: 64 });

interface Item {
  keyStart: number;
  keyCount: number;
  keyPosition: number;
  rows: number[];
  partStart: number;
  isPlain: boolean;
}

test('every pair of a row and a key that it may see is covered exactly once', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.nat({ max: 8 }), (shape, seed, tileRows, plainRows) => {
      const rows = someRows(randomFrom(seed), plant(shape));
      const plan = planAttention(rows, tileRows, plainRows);
      const covered = rows.map((): number[] => []);
      for (const { keyStart, keyCount, keyPosition, rows: tile } of itemsOf(plan)) {
        for (const row of tile) {
          for (let k = 0; k < keyCount; k++) {
            if (keyPosition + k <= rows[row]!.position) covered[row]!.push(plan.keySlots[keyStart + k]!);
          }
        }
      }
      for (const [r, row] of rows.entries()) {
        assert.deepEqual(
          covered[r]!.sort((a, b) => a - b),
          visibleSlots(row).sort((a, b) => a - b),
        );
      }
    }),
  );
});

test('branches and nodes with few rows are attended row by row, all others in tiles', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.integer({ min: 1, max: 8 }), (shape, seed, tileRows, plainRows) => {
      const rows = someRows(randomFrom(seed), plant(shape));
      const items = itemsOf(planAttention(rows, tileRows, plainRows));
      for (const item of items) {
        const { keyPosition } = item;
        const path = pathOf(rows[item.rows[0]!]!.node);
        const node = path.find(({ start, slots }) => start <= keyPosition && keyPosition < start + slots.length)!;
        const below = rows.filter((row) => pathOf(row.node).includes(node)).length;
        assert.equal(item.isPlain, node.isBranch || below <= plainRows);
      }
    }),
  );
});

test('every row of an item comes with its own position', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, (shape, seed, tileRows) => {
      const rows = someRows(randomFrom(seed), plant(shape));
      const { itemRows } = planAttention(rows, tileRows);
      for (let i = 0; i < itemRows.length; i += 2) assert.equal(itemRows[i + 1], rows[itemRows[i]!]!.position);
    }),
  );
});

test('no item exceeds the tile of its kernel or a stretch of keys, and none is empty', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, (shape, seed, tileRows) => {
      const plan = planAttention(someRows(randomFrom(seed), plant(shape)), tileRows);
      for (const { keyCount, rows, isPlain } of itemsOf(plan)) {
        assert.ok(keyCount >= 1 && keyCount <= STRETCH);
        assert.ok(rows.length >= 1 && rows.length <= (isPlain ? 1 : tileRows));
      }
    }),
  );
});

test('every part is written once and merged once, by its own row, in the order of the path from the root', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, (shape, seed, tileRows) => {
      const rows = someRows(randomFrom(seed), plant(shape));
      const plan = planAttention(rows, tileRows);
      const written = new Map<number, { row: number; position: number }>();
      for (const { rows: tile, partStart, keyPosition } of itemsOf(plan)) {
        for (const [i, row] of tile.entries()) {
          assert.ok(!written.has(partStart + i), 'a part is written twice');
          written.set(partStart + i, { row, position: keyPosition });
        }
      }
      assert.equal(written.size, plan.partCount);
      const merged = new Set<number>();
      for (const r of rows.keys()) {
        const parts = [...plan.rowParts.subarray(plan.rowStarts[r], plan.rowStarts[r + 1])];
        const positions = parts.map((part) => written.get(part)!.position);
        assert.deepEqual(
          positions,
          positions.toSorted((a, b) => a - b),
        );
        for (const part of parts) {
          assert.equal(written.get(part)!.row, r);
          merged.add(part);
        }
      }
      assert.equal(merged.size, plan.partCount);
    }),
  );
});

test('where the keys of a row are cut does not depend on the other rows', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, (shape, seed, tileRows) => {
      const rows = someRows(randomFrom(seed), plant(shape));
      const cutsAmongAll = cutsOfRow(planAttention(rows, tileRows), rows, 0);
      assert.deepEqual(cutsOfRow(planAttention(rows.slice(0, 1), tileRows), rows, 0), cutsAmongAll);
    }),
  );
});

function itemsOf({ items, itemCount, itemRows, plainStart }: AttentionPlan): Item[] {
  return Array.from({ length: itemCount }, (_, i) => {
    const [keyStart, keyCount, keyPosition, rowStart, rowCount, partStart] = items.subarray(i * ITEM_WORDS);
    return {
      keyStart: keyStart!,
      keyCount: keyCount!,
      keyPosition: keyPosition!,
      rows: Array.from({ length: rowCount! }, (_, r) => itemRows[2 * (rowStart! + r)]!),
      partStart: partStart!,
      isPlain: i >= plainStart,
    };
  });
}

/** The stretches that hold keys which the row sees, each with the keys seen. */
function cutsOfRow(plan: AttentionPlan, rows: Row[], row: number): string[] {
  return itemsOf(plan)
    .filter((item) => item.rows.includes(row) && item.keyPosition <= rows[row]!.position)
    .map(({ keyPosition, keyCount }) => `${keyPosition} + ${Math.min(keyCount, rows[row]!.position + 1 - keyPosition)}`)
    .sort();
}

function visibleSlots(row: Row): number[] {
  return pathOf(row.node).flatMap(({ slots, start }) => slots.filter((_, i) => start + i <= row.position));
}
