import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeT, outputAgreement } from '../../../src/core/rank/agreement.ts';
import type { Output } from '../../../src/core/report.ts';

const output = fc.record({ text: fc.constantFrom('1', '2', 'raises'), clean: fc.boolean() });
const observed = fc.integer({ min: 1, max: 5 }).chain((inputs) =>
  fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      outputs: fc.option(fc.array(output, { minLength: inputs, maxLength: inputs }), { nil: undefined }),
    }),
    { maxLength: 8 },
  ),
);

test('agreement is the sum over all candidates of the fraction of inputs with an equal clean output', () => {
  fc.assert(
    fc.property(observed, (list) => {
      const entries = list.map(({ count, outputs }, index) => ({
        ...{ id: `c${index}`, count },
        outputs: outputs?.map((one, at): Output => ({ ...one, input: `f(${at})` })),
      }));
      // As the definition reads: every candidate by itself, every pair, every input.
      const all = entries.flatMap((entry) => Array.from({ length: entry.count }, () => entry));
      const scores = outputAgreement(entries);
      for (const { id, outputs } of entries) {
        if (!outputs) {
          assert.equal(scores.has(id), false);
          continue;
        }
        let naive = 0;
        for (const other of all) {
          if (!other.outputs) continue;
          const same = outputs.filter((one, at) => {
            const two = other.outputs![at]!;
            return one.clean && two.clean && one.text === two.text;
          });
          naive += same.length / outputs.length;
        }
        assert.ok(Math.abs(scores.get(id)! - naive) < 1e-9, `${scores.get(id)} is not ${naive}`);
      }
    }),
  );
});

test("CodeT's score is the root of the candidates with the same passed tests, times how many these are", () => {
  const entry = fc.record({
    count: fc.integer({ min: 1, max: 4 }),
    passes: fc.subarray(['a', 'b', 'c', 'd']),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (list) => {
      const entries = list.map((one, index) => ({ ...one, id: `c${index}` }));
      const scores = codeT(entries);
      for (const { id, passes } of entries) {
        const same = entries.filter(
          (other) => other.passes.every((name) => passes.includes(name)) && other.passes.length === passes.length,
        );
        const solutions = same.reduce((sum, { count }) => sum + count, 0);
        assert.equal(scores.get(id), Math.sqrt(solutions) * passes.length);
      }
    }),
  );
});

test('the order in which tests were passed makes no other group', () => {
  const scores = codeT([
    { id: 'x', count: 1, passes: ['a', 'b'] },
    { id: 'y', count: 3, passes: ['b', 'a', 'a'] },
  ]);
  assert.deepEqual([...scores.values()], [4, 4]);
});
