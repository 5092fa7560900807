import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layoutOf, type Room } from '../../../src/extension/tree/layout.ts';
import { keyTarget } from '../../../src/extension/tree/page/keys.ts';
import { emptySheet, pictureOf, updated } from '../../../src/extension/tree/picture.ts';
import { anyUpdate, items, promptNodes, updateOf } from './trees.ts';

const room = fc.record({
  width: fc.integer({ min: 250, max: 1600 }),
  row: fc.integer({ min: 2, max: 48 }),
  character: fc.constant(6.6),
});

const drawn = (update: Parameters<typeof updated>[1], at: Room) => {
  const root = pictureOf(updated(emptySheet(), update))!;
  return { root, ...layoutOf(root, at) };
};

test('every part of the picture is placed once, in the order in which arrows go through it', () => {
  fc.assert(
    fc.property(anyUpdate, room, (update, at) => {
      const { root, placed } = drawn(update, at);
      assert.deepEqual(
        placed.map(({ item }) => item.key),
        items(root).map(({ key }) => key),
      );
      for (const { item, level, siblings } of placed) {
        const below = placed.filter((other) => item.children.includes(other.item));
        assert.deepEqual(
          below.map((child) => [child.level, child.position, child.siblings]),
          item.children.map((_, i) => [level + 1, i + 1, item.children.length]),
        );
        assert.ok(siblings >= 1);
      }
    }),
  );
});

test('nothing is drawn outside of the picture, and no number is missing from a path', () => {
  fc.assert(
    fc.property(anyUpdate, room, (update, at) => {
      const { placed, width, height } = drawn(update, at);
      for (const { wood, sap, tip, box, label } of placed) {
        assert.doesNotMatch(wood + sap, /NaN|Infinity|undefined/);
        assert.ok(
          tip.x >= 0 && tip.x <= width && tip.y >= 0 && tip.y <= height,
          JSON.stringify({ tip, width, height }),
        );
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height + 1);
        assert.ok(label.text === '' || label.x + label.text.length * at.character <= width + at.character);
      }
    }),
  );
});

test('ends stand in rows of their own, from top to bottom', () => {
  fc.assert(
    fc.property(anyUpdate, room, (update, at) => {
      const { placed } = drawn(update, at);
      const ys = placed.flatMap(({ item, tip }) => (item.kind === 'shoot' ? [tip.y] : []));
      for (let i = 1; i < ys.length; i++) assert.ok(ys[i]! - ys[i - 1]! >= at.row - 1e-6);
    }),
  );
});

test('256 candidates that all differ are placed in less than 50 ms of the processor', () => {
  const tokensOf = (index: number) => Array.from({ length: 100 }, (_, i) => Math.floor(index / 8 ** (i / 30)) % 8);
  const candidates = Array.from({ length: 256 }, (_, index) => ({
    ...{ index, growth: { from: 0, tokens: tokensOf(index), logprob: -9 } },
    facts: { state: 'passed', id: `c${index}` } as const,
  }));
  const update = updateOf(promptNodes(256, []), candidates);
  // The best of a few, and no wall clock: other tests run beside this one.
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    const { placed } = drawn(update, { width: 900, row: 20, character: 6.6 });
    assert.equal(placed.filter(({ item }) => item.kind === 'shoot').length, 256);
    return process.cpuUsage(before).user / 1000;
  });
  assert.ok(Math.min(...times) < 50, `it took ${times.map((ms) => ms.toFixed(1))} ms`);
});

test('arrows go down and up through all, right to the first child and left to the parent', () => {
  fc.assert(
    fc.property(anyUpdate, (update) => {
      const { placed } = drawn(update, { width: 600, row: 20, character: 6.6 });
      for (const [i, from] of placed.entries()) {
        const to = (key: string) => keyTarget(placed, from, key);
        assert.equal(to('ArrowDown'), placed[i + 1]);
        assert.equal(to('ArrowUp'), placed[i - 1]);
        assert.equal(to('ArrowRight')?.item, from.item.children[0]);
        assert.equal(to('ArrowLeft')?.item.children.includes(from.item) ?? from === placed[0], true);
        assert.deepEqual([to('Home'), to('End')], [placed[0], placed.at(-1)]);
        assert.equal(to('x'), undefined);
      }
    }),
  );
});
