import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSourceFile } from '../../src/run/source-file.ts';
import { bodyOf, contextOf, fileWith, findTarget } from '../../src/run/target.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { exampleProject, scratchFolder } from './scratch.ts';

const syntax = await Syntax.load();

test('the only function without a body is the target when no place is named', async () => {
  const text = 'def done(a):\n    return a\n\n\ndef open(a):\n    """Later."""\n';
  const source = await readSourceFile(scratchFolder({ 'a.py': text }), 'a.py');
  assert.equal(findTarget(syntax, source).region.name, 'open');
});

test('an unclear or unknown function is refused with the names to choose from', async () => {
  const source = await readSourceFile(exampleProject('typescript'), 'src/numbers.ts');
  for (const place of [undefined, { symbol: 'missing' }]) {
    assert.throws(() => findTarget(syntax, source, place), {
      code: 'symbol-not-found',
      remedy: 'Name one with --symbol: clamp, runningTotals, secondLargest.',
    });
  }
});

test('the parts of the context, joined, are the file', async () => {
  for (const [project, path] of [
    ['python', 'words.py'],
    ['typescript', 'src/numbers.ts'],
  ] as const) {
    const source = await readSourceFile(exampleProject(project), path);
    for (const region of syntax.functions(source.language, source.text)) {
      const { before, comments, header, after } = contextOf({ source, region });
      const body = source.text.slice(region.bodyStart, region.bodyEnd);
      assert.equal(before + comments + header + body + after, source.text);
    }
  }
});

test('a candidate goes into the file with its line breaks, without white space at its end', async () => {
  const source = await readSourceFile(scratchFolder({ 'a.py': 'def f(a):\r\n    pass\r\n\r\nx = 1\r\n' }), 'a.py');
  const target = findTarget(syntax, source);
  assert.equal(bodyOf('    return a\n    \n\n'), '    return a\n');
  assert.equal(
    fileWith(target, bodyOf('    b = a\n    return b')),
    'def f(a):\r\n    b = a\r\n    return b\r\n\r\nx = 1\r\n',
  );
});
