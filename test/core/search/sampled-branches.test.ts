import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { savedTokens } from '../../../src/core/prompt/sharing.ts';
import {
  type Branch,
  entropyOf,
  type Sampled,
  sampledBranches,
  waysOf,
} from '../../../src/core/search/sampled-branches.ts';

const done = (...tokens: number[]): Sampled => ({ tokens, done: true });
const sampled = fc.record({ tokens: fc.array(fc.nat(3), { maxLength: 8 }), done: fc.boolean() });

function branches(branch: Branch): Branch[] {
  return [branch, ...branch.children.flatMap(branches)];
}

/** The tokens from the prompt down to where each candidate is. */
function paths(branch: Branch, above: number[] = []): Map<number, number[]> {
  const tokens = [...above, ...branch.tokens];
  const here = [...branch.ended, ...branch.growing].map((index): [number, number[]] => [index, tokens]);
  return new Map([...here, ...branch.children.flatMap((child) => [...paths(child, tokens)])]);
}

test('candidates part where their tokens first differ, and one that is done there went a way of its own', () => {
  const root = sampledBranches([done(1, 2, 3), done(1, 2, 4), done(1, 2), done(1, 2, 4)]);
  assert.deepEqual([root.tokens, root.ended, root.growing], [[1, 2], [2], []]);
  assert.deepEqual(
    root.children.map(({ tokens, depth, candidates, ended }) => ({ tokens, depth, candidates, ended })),
    [
      { tokens: [3], depth: 3, candidates: [0], ended: [0] },
      { tokens: [4], depth: 3, candidates: [1, 3], ended: [1, 3] },
    ],
  );
  assert.deepEqual(waysOf(root), [1, 2, 1]);
  assert.equal(root.entropy, 1.5);
});

test('one that still grows has not chosen yet', () => {
  const root = sampledBranches([done(1, 2), done(1, 3), { tokens: [1], done: false }]);
  assert.deepEqual([root.growing, root.entropy], [[2], 1]);
  assert.equal(sampledBranches([done(1, 2), { tokens: [1], done: false }]).entropy, 0);
});

test('without candidates there is one empty branch', () => {
  assert.deepEqual(sampledBranches([]).children, []);
  assert.equal(sampledBranches([]).entropy, 0);
});

test('every candidate is found at the end of exactly its own tokens, done or growing as it is', () => {
  fc.assert(
    fc.property(fc.array(sampled, { maxLength: 40 }), (candidates) => {
      const root = sampledBranches(candidates);
      const found = paths(root);
      assert.equal(found.size, candidates.length);
      for (const [index, tokens] of found) assert.deepEqual(tokens, candidates[index]!.tokens);
      const all = branches(root);
      const endings = all.flatMap(({ ended }) => ended).sort((a, b) => a - b);
      assert.deepEqual(
        endings,
        candidates.flatMap(({ done }, index) => (done ? [index] : [])),
      );
    }),
  );
});

test('below the root a span ends only where candidates part, or one of them ends or grows', () => {
  fc.assert(
    fc.property(fc.array(sampled, { maxLength: 40 }), (candidates) => {
      for (const branch of branches(sampledBranches(candidates))) {
        const { candidates: through, ended, growing, children } = branch;
        const below = children.reduce((sum, child) => sum + child.candidates.length, 0);
        assert.equal(through.length, ended.length + growing.length + below);
        assert.ok(children.length !== 1 || ended.length + growing.length > 0);
        assert.equal(new Set(children.map(({ tokens }) => tokens[0])).size, children.length);
        assert.ok(branch.entropy >= 0 && branch.entropy <= Math.log2(Math.max(1, waysOf(branch).length)) + 1e-9);
      }
    }),
  );
});

test('entropy is that of the counts: none for one way, one bit for a fair coin, and at most log2 of the ways', () => {
  assert.equal(entropyOf([7]), 0);
  assert.equal(entropyOf([]), 0);
  assert.equal(entropyOf([4, 4]), 1);
  assert.ok(Math.abs(entropyOf([9, 3, 2, 2]) - 1.6696) < 1e-3);
});

test('sharing saves what all but one of the candidates below a node would have read', () => {
  assert.equal(savedTokens({ tokens: 100, descendants: 32 }), 3100);
  assert.equal(savedTokens({ tokens: 100, descendants: 0 }), 0);
});
