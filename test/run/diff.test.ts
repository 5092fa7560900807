import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch, diffLines } from 'diff';
import fc from 'fast-check';
import { changeSize } from '../../src/run/change-size.ts';
import { unifiedDiff } from '../../src/run/diff.ts';

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '', '  c', '-- d', '++ e', '@@')), fc.boolean())
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

test('the size of a change is the lines added and removed, whatever they begin with', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = diffLines(before, after);
      const count = (kind: 'added' | 'removed') =>
        parts.reduce((sum, part) => (part[kind] ? sum + part.count : sum), 0);
      assert.deepEqual(changeSize(unifiedDiff('a', before, after)), {
        added: count('added'),
        removed: count('removed'),
      });
    }),
  );
});
