import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const keptOf = (language: 'python' | 'typescript', header: string, body: string) =>
  syntax.statementLines(language, header, body).map((at) => body.slice(0, at));

test('a Python body can be kept up to any of its statements but the first', () => {
  const body =
    '    total = 0\n    for x in xs:\n        total += x\n        # so far\n        print(x)\n    return total\n';
  assert.deepEqual(keptOf('python', 'def f(xs):\n', body), [
    '    total = 0\n',
    '    total = 0\n    for x in xs:\n',
    '    total = 0\n    for x in xs:\n        total += x\n        # so far\n',
    '    total = 0\n    for x in xs:\n        total += x\n        # so far\n        print(x)\n',
  ]);
});

test('a method, a second statement on a line and a text of several lines are no trouble', () => {
  const body = '        a = 1; b = 2\n        c = """\n  x = 1\n"""\n        return a\n';
  assert.deepEqual(keptOf('python', '    def f(self):\n', body), [
    '        a = 1; b = 2\n',
    '        a = 1; b = 2\n        c = """\n  x = 1\n"""\n',
  ]);
});

test('a TypeScript body is kept with its brackets closed', () => {
  const body = '  let total = 0;\n  for (const x of xs) {\n    total += x;\n  }\n  return total;\n';
  const kept = ['  let total = 0;\n', '  let total = 0;\n  for (const x of xs) {\n    total += x;\n  }\n'];
  assert.deepEqual(keptOf('typescript', 'function f(xs: number[]): number {\n', body), kept);
  const method = '  sum(xs: number[]): number {\n';
  assert.deepEqual(keptOf('typescript', method, body).length, 2);
  for (const start of kept) {
    const rest = body.slice(start.length);
    const end = syntax.bodyEnd(
      'typescript',
      `function f(xs: number[]): number {\n${start}`,
      `${rest}}\n\nconst x = 1;\n`,
    );
    assert.equal(end, rest.length, 'the end is found behind what is kept');
  }
});

test('of a body that does not parse, or is one statement, nothing can be kept', () => {
  assert.deepEqual(keptOf('python', 'def f():\n', '    return (\n    x = 1\n'), []);
  assert.deepEqual(keptOf('python', 'def f():\n', '    # why\n    return 1\n'), []);
  assert.deepEqual(keptOf('typescript', 'function f() {\n', '  return 1;\n'), []);
});
