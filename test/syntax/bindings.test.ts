import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

test('what nothing in a TypeScript file binds is unbound, wherever else it may be bound', () => {
  const body = `
    const { a, b: c, ...d } = source;
    for (const [e] of d) lines.push((f: Cash) => e + f + g);
    try { h(); } catch (i) { throw new Problem(i, total, outer, { j: a, k }); }
    const l: List<T> = x => x.m;
  `;
  const before = "import { total } from './t';\nfunction outer<T>(source: S) {";
  const text = `${before}${body}}\nclass Late {}\n`;
  const names = syntax.unboundNames('typescript', text, before.length, before.length + body.length);
  assert.deepEqual([...new Set(names.map(({ name }) => name))].sort(), ['Cash', 'List', 'Problem', 'g', 'h', 'lines']);
});
