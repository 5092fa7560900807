import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BodyPlace, relocate } from '../../src/run/relocate.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

function placeOf(language: 'python' | 'typescript', text: string, symbol: string): BodyPlace {
  const region = syntax.findFunction(language, text, { symbol });
  assert.ok(region, symbol);
  return { head: region.leadingStart, start: region.bodyStart, end: region.bodyEnd };
}

function bodyNow(text: string, place: BodyPlace, now: string): string | undefined {
  const found = relocate(text, place, now);
  return found && now.slice(found.start, found.end);
}

const PYTHON = `"""Module."""

import re


def first(a):
    """Doc."""


# Counts.
def second(a):
    """Doc."""


def third(a):
    return a
`;

const BODY = '    total = 0\n\n    for each in a:\n        total += 1\n    return total\n';

test('a function is found after edits elsewhere, with whatever has been written into it', () => {
  const place = placeOf('python', PYTHON, 'second');
  const fill = (text: string, body: string) =>
    text.replace('def second(a):\n    """Doc."""\n', `def second(a):\n    """Doc."""\n${body}`);
  for (const body of ['', '    pass\n', BODY, '    return (\n']) {
    for (const edited of [
      PYTHON,
      PYTHON.replace('import re', 'import re\nimport os\n'),
      PYTHON.replace('def first(a):\n    """Doc."""\n', `def first(a):\n    """Doc."""\n${BODY}`),
      PYTHON.replace('    return a\n', '    b = a\n    return b\n'),
      PYTHON.replace('    return a\n', '').replace('import re\n', ''),
      PYTHON.replace('def first(a):\n    """Doc."""\n\n\n', ''),
    ]) {
      assert.equal(bodyNow(PYTHON, place, fill(edited, body)), body, fill(edited, body));
    }
  }
});

test('a function whose own header, comment or name has changed is not found', () => {
  const place = placeOf('python', PYTHON, 'second');
  for (const [from, to] of [
    ['def second(a):', 'def second(a, b):'],
    ['# Counts.', '# Counts them.'],
    ['# Counts.\n', '# Counts.\n# All of them.\n'],
    [PYTHON, 'something = "else"\n'],
    [PYTHON, ''],
  ] as const) {
    const now = `import os\n${PYTHON.replace(from, to)}# more\n`;
    assert.equal(bodyNow(PYTHON, place, now), undefined, now);
  }
});

test('where the next function has changed too, the body is what is deeper than the header', () => {
  const now = PYTHON.replace('def third(a):', 'def third(a, b):').replace('import re', 'import os');
  assert.equal(bodyNow(PYTHON, placeOf('python', PYTHON, 'second'), now), '');
  const filled = now.replace('def second(a):\n    """Doc."""\n', `def second(a):\n    """Doc."""\n${BODY}`);
  assert.equal(bodyNow(PYTHON, placeOf('python', PYTHON, 'second'), filled), BODY);
});

test('a function on one line is found where it moves, and not where it has changed', () => {
  const text = 'x = 1\ndef f(a): pass\n\nconst = 2\n';
  const place = placeOf('python', text, 'f');
  assert.equal(bodyNow(text, place, `import os\n${text.replace('2', '3')}`), ' pass\n');
  assert.equal(bodyNow(text, place, `import os\n${text.replace('pass', 'return a')}# end\n`), undefined);
  const ecma = 'const x = 1;\nexport function f(a) { }\nconst y = 2;\n';
  assert.equal(bodyNow(ecma, placeOf('typescript', ecma, 'f'), `// first\n${ecma}// last\n`), ' ');
});

test('any edit above and below leaves the body found, in both languages', () => {
  const typescript = `import { a } from './a.ts';\n\n${PYTHON.match(/(?<=def )\w+/g)!
    .map((name) => `/** Doc of ${name}. */\nexport function ${name}(a: number): number {\n}\n`)
    .join('\n')}`;
  const lines = fc.array(
    fc.constantFrom('', 'x = 1', '# note', '  y(2)', '}', 'def other(a):', '    """Doc."""', '    return 1'),
    { maxLength: 6 },
  );
  const bodies = fc.array(fc.constantFrom('    a = 1', '', '    if (a) {', '    }', '      return a'), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(lines, lines, bodies, fc.boolean(), (above, below, body, isPython) => {
      const text = isPython ? PYTHON : typescript;
      const place = placeOf(isPython ? 'python' : 'typescript', text, 'second');
      // The body ends with a line of code: blank lines after it are nobody's.
      const written = body.length === 0 ? '' : `${body.join('\n')}\n    return a\n`;
      const joined = (extra: string[]) => extra.map((line) => `${line}\n`).join('');
      const now = joined(above) + text.slice(0, place.start) + written + text.slice(place.end) + joined(below);
      assert.equal(bodyNow(text, place, now), written);
    }),
    { numRuns: 500 },
  );
});

test('the last function of a file is found, whether or not the file ends with a line break', () => {
  for (const end of ['', '\n', '\n\n']) {
    const text = `x = 1\n\ndef f(a):\n    return a${end}`;
    const place = placeOf('python', text, 'f');
    const now = text.replace('x = 1', 'x = 2\ny = 3').replace('return a', 'b = a\n    return b');
    assert.equal(bodyNow(text, place, now)?.trimEnd(), '    b = a\n    return b', JSON.stringify(end));
  }
});

test('a long file in which much has changed is looked through in time', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `x${index} = ${index}`).join('\n');
  const place = { head: 0, start: text.indexOf('x2 '), end: text.indexOf('x3 ') };
  const began = performance.now();
  assert.equal(relocate(text, place, text.replaceAll(' = ', ' := ')), undefined);
  assert.ok(performance.now() - began < 1000);
});
