import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseInput } from '../../../src/core/contest/input.ts';
import { contestProblem } from '../../../src/core/contest/problem.ts';
import { shapeOf } from '../../../src/core/contest/shape.ts';
import { compareSizes, smallerInputs } from '../../../src/core/contest/smaller.ts';
import { inputsLike } from '../../../src/core/contest/vary.ts';

const problem = (...inputs: [input: string, output: string][]) =>
  contestProblem({ name: 'x', tests: inputs.map(([input, output]) => ({ input, output })) });

const PROBLEMS = {
  numbers: problem(['1 2\n', '3'], ['10 -20\n', '-10']),
  list: problem(['3\n1 2 3\n', '3'], ['1\n5\n', '5']),
  lists: problem(['3\n1 2 3\n4 5 6\n', '32'], ['2\n5 1\n2 2\n', '12']),
  text: problem(['hello\n', '5'], ['a b c\n', '5']),
  cases: problem(['2\n1 2\n3 4\n', '3\n7\n']),
  rows: problem(['2\n1 2\n3 4\n', '2'], ['3\n1 1\n2 2\n3 3\n', '3']),
  grid: problem(['2 3\n..#\n#..\n', '2'], ['3 2\n#.\n..\n.#\n', '2']),
};

const take = (from: Iterator<string>, count: number) =>
  Array.from({ length: count }, () => from.next().value as string);

for (const [name, one] of Object.entries(PROBLEMS)) {
  test(`inputs like the samples of ${name} have their form, small ones first, and a seed gives the same ones`, () => {
    const { shape } = shapeOf(one);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const inputs = take(inputsLike(one, seed), 60);
        for (const input of inputs) assert.ok(parseInput(input, shape), JSON.stringify(input));
        assert.deepEqual(take(inputsLike(one, seed), 60), inputs);
      }),
      { numRuns: 20 },
    );
    const [first, last] = [take(inputsLike(one, 1), 15), take(inputsLike(one, 1), 300).slice(-15)].map((some) =>
      some.reduce((sum, { length }) => sum + length, 0),
    );
    assert.ok(first! <= last!, `${first} ${last}`);
  });

  test(`what is smaller than an input like those of ${name} has the form, and there is an end to it`, () => {
    const { shape } = shapeOf(one);
    for (const input of take(inputsLike(one, 7), 120).slice(-5)) {
      let at = input;
      for (let steps = 0; ; steps++) {
        const smaller = smallerInputs(at, one);
        for (const other of smaller) {
          assert.ok(parseInput(other, shape), JSON.stringify(other));
          assert.ok(compareSizes(other, at) < 0, JSON.stringify([at, other]));
        }
        if (smaller.length === 0) break;
        at = smaller[0]!;
        assert.ok(steps < 500);
      }
    }
  });
}

test('the rows of a grid stay as wide as its first line says', () => {
  for (const input of take(inputsLike(PROBLEMS.grid, 3), 100)) {
    const [header = '', ...rows] = input.trimEnd().split('\n');
    const [height, width] = header.split(' ').map(Number);
    assert.deepEqual([rows.length, ...new Set(rows.map((row) => row.length))], [height, width], input);
  }
});

test('numbers stay positive where those of the samples are, and are negative where some are', () => {
  const numbersOf = (inputs: string[]) => inputs.flatMap((input) => input.trim().split(/\s+/).map(Number));
  assert.ok(numbersOf(take(inputsLike(PROBLEMS.list, 2), 200)).every((value) => value >= 1));
  assert.ok(numbersOf(take(inputsLike(PROBLEMS.numbers, 2), 200)).some((value) => value < 0));
});
