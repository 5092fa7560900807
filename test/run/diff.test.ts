import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { changedLines, unifiedDiff } from '../../src/run/diff.ts';

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '', '  c')), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends ? '\n' : ''));

test('a diff turns the old text into the new one', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff('src/a.py', before, after);
      if (before === after) assert.equal(diff, '');
      else assert.equal(applyPatch(before, diff), after);
    }),
  );
});

test('a diff names the file as git does', () => {
  assert.equal(unifiedDiff('a.py', 'x\n', 'y\n'), '--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-x\n+y\n');
});

test('changed lines are the lines that a diff shows', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const shown = unifiedDiff('a', before, after)
        .split('\n')
        .filter((line) => /^[+-](?![+-]{2} )/.test(line));
      assert.equal(changedLines(before, after), shown.length);
    }),
  );
});
