import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grownFrom, isStillIn } from '../../src/run/freshness.ts';

const FILE = 'import re\n\n\ndef f(a):\n    return a\n\n\ndef g(a):\n    return re\n';
const piece = (text: string, cut?: string) => ({
  ...{ role: 'prefix', path: 'a.py', text },
  ...(cut === undefined ? {} : { cut }),
});
const first = piece(FILE.slice(0, FILE.indexOf('def g')));
const last = piece(FILE.slice(FILE.indexOf('def g')));

test('a piece is as it was while its file is, whatever the line breaks', () => {
  for (const each of [piece(FILE), first, last, piece('something made of it'), piece('return\n', '1 line')]) {
    assert.ok(isStillIn(each, FILE, `\uFEFF${FILE.replaceAll('\n', '\r\n')}`));
  }
});

test('what was all of a file, its beginning or its end has to be that still', () => {
  const [above, below] = [`# first\n${FILE}`, `${FILE}# last\n`];
  assert.deepEqual(
    [piece(FILE), first, last, piece('def f(a):\n')].map((each) => [
      isStillIn(each, FILE, above),
      isStillIn(each, FILE, below),
    ]),
    [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ],
  );
  assert.ok(!isStillIn(piece('def f(a):\n'), FILE, FILE.replace('def f', 'def h')));
  assert.ok(!isStillIn(first, FILE, ''));
});

test('of a piece that was cut, only the lines that were kept have to be there', () => {
  const cut = piece('import re\n    return a\n', '3 lines before the function');
  assert.ok(isStillIn(cut, FILE, `# first\n${FILE.replace('def f(a)', 'def other(a)')}`));
  assert.ok(!isStillIn(cut, FILE, FILE.replace('return a', 'return b')));
  assert.ok(!isStillIn(cut, FILE, '    return a\nimport re\n'));
});

test('a piece that was no plain part of its file is as it was only while the file is', () => {
  assert.ok(!isStillIn(piece('def f(a): ...'), FILE, `# first\n${FILE}`));
});

test('the function itself, its strategies and what is in no file are not compared', () => {
  const planned = (role: string, path: string | undefined, text: string) =>
    path === undefined ? { role, tokens: 1, text } : { role, path, tokens: 1, text };
  const node = { depth: 0, path: [], tokens: 1, candidates: 1, descendants: 1 };
  const pieces = [
    planned('system', undefined, 'You write code.'),
    planned('prefix', 'a.py', 'import re\n'),
    planned('suffix', 'a.py', ''),
    planned('problem', 'a.py', 'def f(a):\n'),
  ];
  assert.deepEqual(grownFrom([{ ...node, pieces }]), [{ role: 'prefix', path: 'a.py', text: 'import re\n' }]);
});
