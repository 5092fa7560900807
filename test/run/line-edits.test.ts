import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineEdits } from '../../src/run/line-edits.ts';

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '', '  c'), { maxLength: 12 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''));

test('the edits of lines make one text the other, touch no equal line at their ends, and never meet', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      const edits = lineEdits(before, after);
      let result = '';
      let from = 0;
      for (const edit of edits) {
        assert.ok(edit.start >= from && (edit.start > from || from === 0));
        result += lines.slice(from, edit.start).join('') + edit.text;
        assert.notEqual(lines.slice(edit.start, edit.end).join(''), edit.text);
        from = edit.end;
      }
      assert.equal(result + lines.slice(from).join(''), after);
      if (before === after) assert.deepEqual(edits, []);
    }),
  );
});

test('a body that keeps a line of the old one leaves that line alone', () => {
  const before = 'def f(a):\n    b = a\n    pass\n    return b\n';
  assert.deepEqual(lineEdits(before, 'import re\n\ndef f(a):\n    b = a\n    c = b\n    return b\n'), [
    { start: 0, end: 0, text: 'import re\n\n' },
    { start: 2, end: 3, text: '    c = b\n' },
  ]);
});
