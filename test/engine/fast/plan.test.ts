import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CacheNode, pathOf } from '../../../src/engine/cache/radix.ts';
import { USUAL_FOLDS } from '../../../src/engine/fast/folds.ts';
import { type FastPlan, type FastPlanOptions, type FastRow, planFast } from '../../../src/engine/fast/plan.ts';
import { plant, someRows, type Tree, treeShape } from '../attention/random-tree.ts';
import { below, randomFrom, seed, shuffled } from '../random-numbers.ts';

/** As kernels/plan-lists.wgsl numbers them. */
const LIST = {
  stretches: 1,
  keySlots: 2,
  positions: 3,
  slots: 4,
  items: 5,
  rowTiles: 6,
  rowTileStarts: 7,
  stretchStarts: 8,
  wanted: 10,
  tokens: 11,
};
const ITEM_WORDS = 5;
const ROW_TILE_WORDS = 2;
const STRETCH_WORDS = 4;
/** The word that tells whether rows grow. */
const GROWS = 9;

const FEW = { longest: 128, resident: 264 };
const MANY = { longest: 96, resident: 528 };
const LONGER = { longest: 128, resident: 396 };
const tile = fc.record({
  group: fc.integer({ min: 1, max: 16 }),
  kvHeads: fc.integer({ min: 1, max: 4 }),
  tiles: fc.constantFrom(8, 16, 32, 64).map((pairs) => [
    { pairs, keys: 64, resident: 132, halfRound: 1, keyCost: 1, itemCost: 100 },
    { pairs, keys: 32, resident: 264, halfRound: 0.75, keyCost: 0.6, itemCost: 60 },
    { pairs: 2 * pairs, keys: 16, resident: 264, halfRound: 0.75, keyCost: 1, itemCost: 100 },
  ]),
  rowTiles: fc.constantFrom([FEW], [FEW, MANY]),
  mergingRowTiles: fc.constantFrom([], [FEW], [FEW, MANY, LONGER]),
  folds: fc.array(fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 40 }))).map((folds) => folds.sort(([a], [b]) => a - b)),
  reproducible: fc.boolean(),
});
type Tile = Omit<FastPlanOptions, 'rows' | 'steps' | 'wanted' | 'spareSlot'>;
/** Of the 1.5B shape. */
const ONE_ROW_TILE = { group: 6, kvHeads: 2, rowTiles: [FEW], mergingRowTiles: [], folds: USUAL_FOLDS };
const steps = fc.integer({ min: 1, max: 12 });

/** A pass over a tree, with what it was planned from. */
interface Pass {
  rows: FastRow[];
  options: FastPlanOptions;
  plan: FastPlan;
}

/** As prefill has rows: some of the tree's, in any order. */
function prefillPass(tree: Tree, random: () => number, tile: Tile): Pass {
  const rows = shuffled(random, someRows(random, tree)).map(({ node, position }) => ({
    ...{ node, index: position - node.start },
    token: { id: node.tokens[position - node.start]! },
  }));
  return planned(tree, random, rows, 0, tile);
}

/** As a submission of decode steps has them: every candidate's last token, with slots for those to come. */
function growingPass(tree: Tree, random: () => number, steps: number, tile: Tile): Pass {
  const branches = tree.leaves.filter(({ tokens }) => tokens.length > 0);
  const rows = branches.map((node, row) => {
    // A branch may hold tokens that an earlier submission has not been read for.
    const index = node.tokens.length - 1 + below(random, 3);
    tree.cache.reserve(node, index + steps);
    return { node, index, token: random() < 0.5 ? { id: below(random, 1000) } : { row } };
  });
  return planned(tree, random, rows, steps, tile);
}

function planned(tree: Tree, random: () => number, rows: FastRow[], steps: number, tile: Tile): Pass {
  const padded = rows.length + below(random, 5);
  const wanted = shuffled(random, [...rows.keys()]).slice(0, below(random, rows.length + 1));
  const options = { ...tile, rows: padded, steps, wanted, spareSlot: tree.slots };
  return { rows, options, plan: planFast(rows, options) };
}

test('every pair of a row and a key that it may see is covered exactly once, at every step', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.nat({ max: 4 }), (shape, seed, tile, steps) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const pass = steps === 0 ? prefillPass(tree, random, tile) : growingPass(tree, random, steps, tile);
      for (let step = 0; step < Math.max(1, steps); step++) {
        for (const [row, { node, index }] of pass.rows.entries()) {
          const own = node.slots.slice(0, index + 1 + step);
          const above = pathOf(node).filter((at) => at !== node);
          const expected = [...above.flatMap(({ slots }) => slots), ...own].sort((a, b) => a - b);
          for (let head = 0; head < tile.group; head++) {
            const seen = slotsSeenBy(pass, row, head, step).sort((a, b) => a - b);
            assert.deepEqual(seen, expected, `row ${row}, head ${head}, step ${step}`);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('no item exceeds a tile or is empty, and reproducible ones no fixed stretch', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, (shape, seed, tile) => {
      const random = randomFrom(seed);
      const { plan, rows } = prefillPass(plant(shape), random, tile);
      for (const { keyCount, pairStart, pairCount } of itemsOf(plan)) {
        assert.ok(pairCount >= 1 && pairCount <= plan.tile.pairs);
        assert.ok(pairStart + pairCount <= rows.length * tile.group);
        assert.ok(keyCount >= 1);
        if (tile.reproducible) assert.ok(keyCount <= 512);
      }
    }),
  );
});

test('short nodes, nodes of few rows and own branches are attended row by row, all others in items', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, steps, (shape, seed, tile, steps) => {
      const pass = growingPass(plant(shape), randomFrom(seed), steps, tile);
      for (const [row, { node }] of pass.rows.entries()) {
        const run = (at: CacheNode) => neighboursBelow(pass.rows, at, row);
        const least = (rows: number) => tile.folds.filter(([from]) => from <= rows).at(-1)?.[1] ?? Infinity;
        const isShared = (at: CacheNode) => at.tokens.length >= (tile.reproducible ? 32 : least(run(at)));
        const long = pathOf(node).filter((at) => at !== node && isShared(at));
        const inItems = itemsOfRow(pass, row, 0).map(({ keyPosition }) => keyPosition);
        for (const position of inItems) {
          assert.ok(long.some(({ start, tokens }) => start <= position && position < start + tokens.length));
        }
        for (const { start, tokens } of long) assert.ok(tokens.length === 0 || inItems.includes(start));
      }
    }),
  );
});

test('a row comes with its position, its token and its own slot, which moves with the steps', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.nat({ max: 6 }), (shape, seed, tile, steps) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const { plan, rows, options } =
        steps === 0 ? prefillPass(tree, random, tile) : growingPass(tree, random, steps, tile);
      assert.equal(plan.words[GROWS]!, steps > 0 ? 1 : 0);
      assert.equal(plan.words[0], 0);
      for (const [row, { node, index, token }] of rows.entries()) {
        assert.equal(list(plan, LIST.positions, row), node.start + index);
        assert.equal(list(plan, LIST.tokens, row), 'id' in token ? token.id : token.row + 2 ** 31);
        for (let step = 0; step < Math.max(1, steps); step++) {
          const slot = list(plan, LIST.keySlots, list(plan, LIST.slots, row) + step);
          assert.equal(slot, node.slots[index + step]);
        }
      }
      for (const [i, row] of options.wanted.entries()) assert.equal(list(plan, LIST.wanted, i), row);
    }),
  );
});

test('padding rows attend nothing and write to the spare slot alone, at every step', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.nat({ max: 6 }), (shape, seed, tile, steps) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const { plan, rows, options } =
        steps === 0 ? prefillPass(tree, random, tile) : growingPass(tree, random, steps, tile);
      for (let row = rows.length; row < options.rows; row++) {
        assert.equal(list(plan, LIST.rowTileStarts, row), list(plan, LIST.rowTileStarts, row + 1));
        assert.equal(list(plan, LIST.stretchStarts, row), list(plan, LIST.stretchStarts, row + 1));
        for (let step = 0; step <= steps; step++) {
          assert.equal(list(plan, LIST.keySlots, list(plan, LIST.slots, row) + step), options.spareSlot);
        }
      }
    }),
  );
});

test('no two rows of a submission write to the same slot at any step, and nobody writes what others read', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, steps, (shape, seed, tile, steps) => {
      const { plan, rows } = growingPass(plant(shape), randomFrom(seed), steps, tile);
      const written = rows.flatMap((_, row) =>
        Array.from({ length: steps }, (_, s) => list(plan, LIST.keySlots, list(plan, LIST.slots, row) + s)),
      );
      assert.equal(new Set(written).size, written.length);
      const shared = new Set(
        rows.flatMap(({ node }) => pathOf(node).filter((at) => at !== node)).flatMap((n) => n.slots),
      );
      for (const slot of written) assert.ok(!shared.has(slot));
    }),
  );
});

test('reproducible, where the keys of a row are cut does not depend on the other rows', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.nat({ max: 6 }), (shape, seed, tile, steps) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const fixed = { ...tile, reproducible: true };
      const pass = steps === 0 ? prefillPass(tree, random, fixed) : growingPass(tree, random, steps, fixed);
      fc.pre(pass.rows.length > 0);
      const row = below(random, pass.rows.length);
      const options = { ...pass.options, rows: 1, wanted: [] };
      const rows = [pass.rows[row]!];
      const alone = { rows, options, plan: planFast(rows, options) };
      for (let head = 0; head < tile.group; head++) {
        assert.deepEqual(cutsOf(alone, 0, head), cutsOf(pass, row, head));
      }
    }),
  );
});

test('otherwise a long node is cut until the GPU is full, and no further for many rows', () => {
  const cutsFor = (leaves: number) => {
    const leaf = { span: 1, children: [] };
    const tree = plant({ span: 8000, children: Array(leaves).fill(leaf) });
    const tiles = [{ pairs: 64, keys: 64, resident: 132, halfRound: 1, keyCost: 1, itemCost: 100 }];
    const tile = { ...ONE_ROW_TILE, tiles, reproducible: false };
    return cutsOf(
      growingPass(tree, () => 0, 1, tile),
      0,
      0,
    ).length;
  };
  assert.ok(cutsFor(4) > 40, `${cutsFor(4)}`);
  assert.ok(cutsFor(512) < 10, `${cutsFor(512)}`);
});

test('few rows take the tile of few pairs, many rows one that is quicker by the key below long nodes and by the item below short ones', () => {
  const few = { pairs: 64, keys: 64, resident: 132, halfRound: 1, keyCost: 27, itemCost: 5400 };
  const short = { pairs: 64, keys: 32, resident: 264, halfRound: 0.75, keyCost: 47, itemCost: 7800 };
  const long = { pairs: 256, keys: 16, resident: 132, halfRound: 1, keyCost: 60, itemCost: 14_200 };
  const options = { ...ONE_ROW_TILE, tiles: [few, short, long] };
  const tileFor = (leaves: number, span: number, reproducible = false, tiles = options.tiles) => {
    const tree = plant({ span, children: Array(leaves).fill({ span: 1, children: [] }) });
    return growingPass(tree, () => 0, 1, { ...options, tiles, reproducible }).plan.tile;
  };
  assert.deepEqual([tileFor(32, 4096), tileFor(256, 1024), tileFor(256, 16_384)], [few, short, long]);
  assert.equal(tileFor(256, 1024, true), few);
  const unasked = { ...long, leastPairs: 2000 };
  assert.equal(tileFor(256, 16_384, false, [few, unasked]), few);
});

test('own keys of many rows are cut for the tile that more of fit on a GPU, into as few stretches of like length as that allows', () => {
  const stretchesWith = (leaves: number, own: number, reproducible = false) => {
    const tree = plant({ span: 1000, children: Array(leaves).fill({ span: own, children: [] }) });
    const tiles = [{ pairs: 64, keys: 64, resident: 132, halfRound: 1, keyCost: 1, itemCost: 100 }];
    const shape = { ...ONE_ROW_TILE, tiles, rowTiles: [FEW, MANY], reproducible };
    const { plan } = growingPass(tree, () => 0, 1, shape);
    return { tile: plan.rowTile, size: stretchesOf(plan, 0)[0]!.size, each: plan.stretchCount / leaves };
  };
  assert.deepEqual(stretchesWith(32, 96), { tile: FEW, size: 64, each: 2 });
  assert.deepEqual(stretchesWith(256, 90), { tile: MANY, size: 96, each: 1 });
  assert.deepEqual(stretchesWith(256, 120), { tile: MANY, size: 64, each: 2 });
  assert.deepEqual(stretchesWith(256, 120, true), { tile: FEW, size: 128, each: 1 });
});

test('own keys that are one stretch for each row merge what the shared nodes have left, unless bits would depend on other rows', () => {
  const mergingWith = (leaves: number, own: number, { span = 1000, reproducible = false } = {}) => {
    const tree = plant({ span, children: Array(leaves).fill({ span: own, children: [] }) });
    const tiles = [{ pairs: 64, keys: 64, resident: 132, halfRound: 1, keyCost: 1, itemCost: 100 }];
    const shape = { ...ONE_ROW_TILE, tiles, rowTiles: [FEW, MANY], mergingRowTiles: [FEW, MANY, LONGER], reproducible };
    const { plan } = growingPass(tree, () => 0, 1, shape);
    return plan.isMerging ? { tile: plan.rowTile, each: plan.stretchCount / leaves } : undefined;
  };
  assert.deepEqual(mergingWith(32, 128), { tile: FEW, each: 1 });
  assert.equal(mergingWith(32, 129), undefined);
  assert.deepEqual(mergingWith(256, 96), { tile: MANY, each: 1 });
  assert.deepEqual(mergingWith(256, 97), { tile: LONGER, each: 1 });
  assert.equal(mergingWith(256, 129), undefined);
  assert.equal(mergingWith(256, 96, { reproducible: true }), undefined);
  assert.equal(mergingWith(32, 96, { span: 0 }), undefined, 'nothing is shared');
});

test('stretches of a row follow each other from its first key, none is longer than the kernel holds', () => {
  fc.assert(
    fc.property(treeShape, seed, tile, fc.nat({ max: 6 }), (shape, seed, tile, steps) => {
      const random = randomFrom(seed);
      const tree = plant(shape);
      const { plan, rows } = steps === 0 ? prefillPass(tree, random, tile) : growingPass(tree, random, steps, tile);
      assert.equal(list(plan, LIST.stretchStarts, rows.length), plan.stretchCount);
      for (const row of rows.keys()) {
        for (const [i, stretch] of stretchesOf(plan, row).entries()) {
          assert.equal(stretch.row, row);
          const first = stretchesOf(plan, row)[0]!;
          assert.equal(stretch.start, first.start + i * stretch.size);
          assert.equal(stretch.count, first.count - i * stretch.size);
          assert.ok(stretch.size <= plan.rowTile.longest);
          if (tile.reproducible) assert.equal(stretch.size, 128);
        }
      }
    }),
  );
});

/** Rows side by side around `row` that have `node` on their path. */
function neighboursBelow(rows: FastRow[], node: CacheNode, row: number): number {
  const isBelow = (at: number) => rows[at] !== undefined && pathOf(rows[at].node).includes(node);
  let [first, end] = [row, row + 1];
  while (isBelow(first - 1)) first--;
  while (isBelow(end)) end++;
  return end - first;
}

interface Item {
  keyStart: number;
  keyCount: number;
  keyPosition: number;
  pairStart: number;
  pairCount: number;
}

function list({ words }: FastPlan, which: number, at: number): number {
  const value = words[words[which]! + at];
  assert.ok(value !== undefined, 'a list is read beyond the plan');
  return value;
}

function itemsOf(plan: FastPlan): Item[] {
  return Array.from({ length: plan.itemCount }, (_, i) => {
    const [keyStart, keyCount, keyPosition, pairStart, pairCount] = Array.from({ length: ITEM_WORDS }, (_, word) =>
      list(plan, LIST.items, i * ITEM_WORDS + word),
    ) as [number, number, number, number, number];
    return { keyStart, keyCount, keyPosition, pairStart, pairCount };
  });
}

/** The items that one head of a row has a part in, with how many of their keys it sees there. */
function itemsOfRow({ plan, options }: Pass, row: number, head: number, step = 0): (Item & { visible: number })[] {
  const items = itemsOf(plan);
  const [from, to] = [list(plan, LIST.rowTileStarts, row), list(plan, LIST.rowTileStarts, row + 1)];
  const place = list(plan, LIST.positions, row) + step * plan.words[GROWS]!;
  const found: (Item & { visible: number })[] = [];
  for (let i = from; i < to; i++) {
    const first = list(plan, LIST.rowTiles, i * ROW_TILE_WORDS);
    const heads = list(plan, LIST.rowTiles, i * ROW_TILE_WORDS + 1);
    if (head < (heads & 255) || head >= ((heads >> 8) & 255)) continue;
    const each = options.kvHeads * plan.tile.pairs;
    for (let k = 0; k < heads >> 16; k++) {
      // Where the merge reads the part of KV head 0, the item's own tile has it.
      const part = ((first + head) % 2 ** 32) + k * each;
      const item = items[Math.floor(part / each)]!;
      assert.equal(part % each, row * options.group + head - item.pairStart);
      found.push({ ...item, visible: Math.max(0, Math.min(item.keyCount, place + 1 - item.keyPosition)) });
    }
  }
  return found;
}

function stretchesOf(plan: FastPlan, row: number) {
  const [from, to] = [list(plan, LIST.stretchStarts, row), list(plan, LIST.stretchStarts, row + 1)];
  return Array.from({ length: to - from }, (_, i) => {
    const [of, start, count, size] = Array.from({ length: STRETCH_WORDS }, (_, word) =>
      list(plan, LIST.stretches, (from + i) * STRETCH_WORDS + word),
    ) as [number, number, number, number];
    return { row: of, start, count: count | 0, size };
  });
}

/** The slots that one head of a row attends at a step, by the kernels' own rules. */
function slotsSeenBy(pass: Pass, row: number, head: number, step: number): number[] {
  const { plan } = pass;
  const seen: number[] = [];
  for (const { keyStart, visible } of itemsOfRow(pass, row, head, step)) {
    for (let k = 0; k < visible; k++) seen.push(list(plan, LIST.keySlots, keyStart + k));
  }
  const moved = step * plan.words[GROWS]!;
  for (const { start, count, size } of stretchesOf(plan, row)) {
    for (let k = 0; k < Math.min(size, count + moved); k++) seen.push(plan.words[start + k]!);
  }
  return seen;
}

/** The cuts of a head's keys, in the order in which they are merged. */
function cutsOf(pass: Pass, row: number, head: number): string[] {
  return itemsOfRow(pass, row, head)
    .filter(({ visible }) => visible > 0)
    .map(({ keyPosition, visible }) => `${keyPosition} + ${visible}`);
}
