import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseContext, contextTokens, type Excerpt, WORTH } from '../../../src/core/prompt/context.ts';

const excerpt = fc.record({
  worth: fc.constantFrom(...WORTH),
  path: fc.constantFrom('a.py', 'b.py', 'lib/c.py'),
  title: fc.constantFrom('definition of X', 'similar function y'),
  start: fc.integer({ min: 0, max: 40 }).map((at) => at * 100),
  text: fc.array(fc.constantFrom('x = 1\n', 'def f(x):\n', '    return x\n'), { minLength: 1, maxLength: 9 }),
  cuttable: fc.boolean(),
});
const excerpts = fc
  .array(excerpt, { maxLength: 14 })
  .map((all): Excerpt[] => all.map(({ text, ...rest }) => ({ ...rest, text: text.join(''), end: rest.start + 90 })));

test('what is taken keeps to its room, and every file is in the prompt or left out with a reason', () => {
  fc.assert(
    fc.property(excerpts, fc.integer({ min: 0, max: 900 }), (all, characters) => {
      const { pieces, leftOut } = chooseContext(all, characters);
      assert.ok(pieces.reduce((sum, { text }) => sum + text.length, 0) <= characters);
      const ids = [...pieces, ...leftOut].map(({ id }) => id!);
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        new Set(ids),
        new Set(all.map(({ worth, path }) => `${worth === 'recent' ? 'recent' : 'file'}:${path}`)),
      );
      for (const { why } of leftOut) assert.match(why, /no room/);
      assert.ok(pieces.every(({ path, text }) => path && text.length > 0));
    }),
  );
});

test('an id that is switched off is left out, and its room goes to the others', () => {
  fc.assert(
    fc.property(excerpts, fc.constantFrom('a.py', 'b.py'), (all, path) => {
      const id = `file:${path}`;
      const { pieces, leftOut } = chooseContext(all, 900, [id]);
      assert.ok(!pieces.some((piece) => piece.id === id));
      const off = leftOut.filter((piece) => piece.id === id);
      assert.equal(off.length, all.some((one) => one.path === path && one.worth !== 'recent') ? 1 : 0);
      for (const { why } of off) assert.equal(why, 'switched off');
      assert.deepEqual(
        pieces,
        chooseContext(
          all.filter((one) => one.path !== path || one.worth === 'recent'),
          900,
        ).pieces,
      );
    }),
  );
});

test('what the signature names comes before all else, and a long definition as its outline', () => {
  const of = (worth: Excerpt['worth'], path: string, length: number): Excerpt => ({
    ...{ worth, path, title: `${worth} of ${path}`, start: 0, end: length },
    text: `${'x'.repeat(length - 1)}\n`,
  });
  const long = { ...of('signature', 'z.py', 500), shorter: { text: 'class X: ...\n', cut: 'bodies of its functions' } };
  const { pieces, leftOut } = chooseContext([of('recent', 'r.py', 80), of('sibling', 's.py', 90), long], 160);
  assert.deepEqual(pieces, [
    {
      role: 'repository',
      id: 'file:s.py',
      path: 's.py',
      title: 'sibling of s.py',
      text: of('sibling', 's.py', 90).text,
    },
    {
      ...{ role: 'repository', id: 'file:z.py', path: 'z.py', title: 'signature of z.py', text: 'class X: ...\n' },
      cut: 'bodies of its functions',
    },
  ]);
  assert.deepEqual(
    leftOut.map(({ role, id }) => [role, id]),
    [['recent', 'recent:r.py']],
  );
});

test('instructions come first and may lose their end; a file is one piece with its parts in order', () => {
  const part = (start: number, title: string, worth: Excerpt['worth']): Excerpt => ({
    ...{ worth, path: 'a.py', title, start, end: start + 10, text: `${title}\n` },
  });
  const agents: Excerpt = {
    ...{ worth: 'instructions', path: 'AGENTS.md', title: 'instructions', start: 0, end: 400, cuttable: true },
    text: 'Be brief.\n'.repeat(40),
  };
  const { pieces } = chooseContext([part(50, 'Two', 'signature'), part(0, 'One', 'signature'), agents], 260);
  assert.deepEqual(
    pieces.map(({ id, title, cut }) => [id, title, cut]),
    [
      ['file:AGENTS.md', 'instructions', '18 lines at its end'],
      ['file:a.py', 'One, Two', undefined],
    ],
  );
  assert.equal(pieces[1]!.text, 'One\n\nTwo\n');
});

test('other files get a quarter of the prompt, less where the model is small, and nothing where it is very small', () => {
  assert.equal(contextTokens({ parameters: 8_135_936 }, 1856), 0);
  assert.equal(contextTokens({ parameters: 135e6 }, 8000), 1350);
  assert.equal(contextTokens({ parameters: 1.5e9 }, 8000), 2000);
  assert.equal(contextTokens({ parameters: 7e9 }, 900), 0);
});
