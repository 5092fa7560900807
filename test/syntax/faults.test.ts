import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

test('what parses has no faults, and each place that does not is one', async () => {
  assert.equal(await syntax.faults('python', 'def f(a):\n    return a\n'), 0);
  assert.equal(await syntax.faults('python', 'a = f(\nb = )\n'), 1, 'what belongs together is one place');
  assert.equal(await syntax.faults('typescript', 'function f() {\n  return 1;\n'), 1, 'a brace that is missing');
  const one = 'const a: number = 1 1;\n';
  assert.equal(await syntax.faults('typescript', one + one), 2 * (await syntax.faults('typescript', one))!);
  assert.ok((await syntax.faults('typescript', one))! > 0);
});

test('nothing is said once it was called off', async () => {
  const text = 'x = 1\n'.repeat(50_000);
  const abort = new AbortController();
  const faults = syntax.faults('python', text, abort.signal);
  abort.abort();
  assert.equal(await faults, undefined);
  assert.equal(await syntax.faults('python', text), 0);
});
