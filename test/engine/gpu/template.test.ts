import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CoppiceError } from '../../../src/core/errors.ts';
import { expand } from '../../../src/engine/gpu/template.ts';

const count = fc.nat({ max: 5 });

test('a source without directives stays as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (lines) => {
      const apart = lines.flatMap((line) => line.split('\n'));
      const source = apart.filter((line) => !/^\s*\/\/#/.test(line)).join('\n');
      assert.equal(expand(source, { i: 3 }), source);
    }),
  );
});

test('the lines of a loop come once for each number, in order, with the number in place of every name', () => {
  fc.assert(
    fc.property(count, fc.boolean(), (n, isNamed) => {
      const source = `before\n//# for i < ${isNamed ? 'COUNT' : n}\n  a_\${i} = \${i}u;\n  b;\n//# end\nafter`;
      const body = Array.from({ length: n }, (_, i) => [`  a_${i} = ${i}u;`, '  b;']).flat();
      assert.equal(expand(source, { COUNT: n }), ['before', ...body, 'after'].join('\n'));
    }),
  );
});

test('loops and conditions nest to any depth, and an inner loop may take the number of an outer one', () => {
  fc.assert(
    fc.property(count, count, fc.boolean(), (n, m, isOn) => {
      const source = [
        '//# for i < N',
        '  //# for j < M',
        `    \${i} \${j}`,
        '    //# if ON',
        `      on \${j}`,
        '    //# end',
        '  //# end of the inner loop',
        `  last \${i}`,
        '//# end',
      ].join('\n');
      const expected: string[] = [];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          expected.push(`    ${i} ${j}`);
          if (isOn) expected.push(`      on ${j}`);
        }
        expected.push(`  last ${i}`);
      }
      const lines = expand(source, { N: n, M: m, ON: isOn ? 1 : 0 }).split('\n');
      assert.deepEqual(
        lines.filter((line) => line !== ''),
        expected,
      );
      const triangle = expand(`//# for i < N\n//# for j < \${i}\n\${i}.\${j}\n//# end\n//# end`, { N: n });
      const below = Array.from({ length: n }, (_, i) => Array.from({ length: i }, (_, j) => `${i}.${j}`)).flat();
      assert.deepEqual(
        triangle.split('\n').filter((line) => line !== ''),
        below,
      );
    }),
  );
});

test('a condition keeps its lines exactly where the constant is not 0', () => {
  fc.assert(
    fc.property(fc.integer({ min: -3, max: 3 }), (value) => {
      const expected = value === 0 ? 'a\nc' : 'a\nb\nc';
      assert.equal(expand('a\n//# if X\nb\n//# end\nc', { X: value }), expected);
    }),
  );
});

const BROKEN: Record<string, string> = {
  'an unknown constant': '//# if MISSING\na\n//# end',
  'an unknown count': '//# for i < MISSING\na\n//# end',
  'a loop without an end': '//# for i < 2\na',
  'a condition without an end': 'a\n//# if ON\n//# for i < 2\nb\n//# end',
  'an end without a beginning': 'a\n//# end\nb',
  'a directive that it does not know': '//# while ON\na\n//# end',
  'a directive without its words': '//# for i\na\n//# end',
};
for (const [what, source] of Object.entries(BROKEN)) {
  test(`${what} is an error and never a kernel`, () => {
    assert.throws(
      () => expand(source, { ON: 1 }),
      (error) => error instanceof CoppiceError && error.code === 'internal',
    );
  });
}
