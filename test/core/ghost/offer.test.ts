import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasConflict, inOrderOf, offersAt } from '../../../src/core/ghost/offer.ts';
import { restOf } from '../../../src/core/ghost/rest.ts';

const code = fc.string({ unit: fc.constantFrom('a', 'b', '(', ')', ' ', '\n'), maxLength: 40 });

/** The text with a rest in the place that it says. */
function applied(before: string, after: string, { text, replaces }: { text: string; replaces: number }): string {
  return before + text + after.slice(replaces);
}

test('a rest makes the whole of what is before and after the cursor, and touches no line but its own', () => {
  fc.assert(
    fc.property(code, fc.nat(), fc.nat(), (whole, a, b) => {
      const [from, to] = [a % (whole.length + 1), b % (whole.length + 1)].sort((x, y) => x - y) as [number, number];
      const [before, after] = [whole.slice(0, from), whole.slice(to)];
      const rest = restOf(whole, before, after);
      const line = after.split('\n')[0]!;
      // White space that is not the text's own may be in the way of it.
      if (!rest && line.trim() !== '') assert.equal(whole.slice(from, to).trim(), '');
      if (!rest) return;
      assert.equal(applied(before, after, rest).trimEnd(), whole.trimEnd());
      assert.ok(rest.replaces === 0 || rest.replaces === line.length);
      assert.notEqual(rest.text.trim(), '');
    }),
  );
});

test('what follows the cursor is not written twice', () => {
  assert.deepEqual(restOf('return f(a, b)\n', 'return f(', ')\n'), { text: 'a, b', replaces: 0 });
  assert.deepEqual(restOf('a = 1\nb = 2\nreturn a\n', 'a = 1\n', '  \nreturn a\n'), { text: 'b = 2', replaces: 2 });
  assert.deepEqual(restOf('f(1,\n  2)\n', 'f(', ')\n'), { text: '1,\n  2)', replaces: 1 });
  assert.equal(restOf('return f(a)\n', 'return f(', '+ 1)\n'), undefined);
  assert.equal(restOf('return a\n', 'return a', '\n'), undefined);
});

test('texts are offered in their order, those that add the same once, and none behind one that is there', () => {
  const choices = ['return a + b\n', 'return a + b \n', 'return b + a\n', 'return a\n', 'return a - b\n'].map(
    (whole, index) => ({ id: `c${index}`, whole }),
  );
  const ids = (before: string) => offersAt(choices, before, '\n').map(({ id }) => id);
  assert.deepEqual(ids(''), ['c0', 'c2', 'c3', 'c4']);
  assert.deepEqual(ids('return a -'), ['c4']);
  assert.deepEqual(ids('return a'), ['c0'], 'a better one may go on from one that is there, a worse one may not');
  assert.deepEqual(ids('return a + b'), []);
});

test('offers keep the order that they were first shown in', () => {
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
  fc.assert(
    fc.property(ids, ids, (before, now) => {
      const order = inOrderOf(
        now.map((id) => ({ id })),
        before,
      ).map(({ id }) => id);
      assert.deepEqual([...order].sort(), [...now].sort());
      const [kept, added] = [before.filter((id) => now.includes(id)), now.filter((id) => !before.includes(id))];
      assert.deepEqual(order, [...kept, ...added]);
    }),
  );
});

test('the markers of a merge are seen at the beginning of a line only', () => {
  for (const text of ['a\n<<<<<<< HEAD\nb\n', '<<<<<<<\r\n', 'b\n>>>>>>> theirs']) assert.ok(hasConflict(text), text);
  for (const text of ['x = a <<<<<<< b', '<<<<<<<< eight', '# =======\n', '']) assert.ok(!hasConflict(text), text);
});
