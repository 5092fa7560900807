import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Language } from '../../src/core/language.ts';
import { headerOf } from '../../src/syntax/region.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Sample {
  language: Language;
  name: string;
  header: string;
  /** The file from the body on: what a model would have written, and what it might go on to write. */
  stream: string;
  bodyLength: number;
}

function samplesOf(language: Language, pattern: string): Sample[] {
  return globSync(pattern, { cwd: root }).flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'utf8');
    return syntax
      .functions(language, text)
      .filter((region) => region.before === '' && region.after === '')
      .map((region) => ({
        language,
        name: `${file} ${region.qualifiedName}`,
        header: headerOf(text, region),
        stream: text.slice(region.bodyStart),
        bodyLength: region.bodyEnd - region.bodyStart,
      }));
  });
}

const python = samplesOf('python', 'test/fixtures/syntax/*.py');
const typescript = [
  ...samplesOf('typescript', 'test/fixtures/syntax/*.ts'),
  ...samplesOf('typescript', 'src/{core,syntax}/**/*.ts'),
];

/** The number of characters after which the end of the function has been seen. */
function certainFrom({ language, stream, bodyLength }: Sample): number {
  if (language !== 'python') return stream.indexOf('}', bodyLength) + 1;
  const code = /^(?:[ \t]*(?:#.*)?\n)*[ \t]*[^\s#]/.exec(stream.slice(bodyLength));
  return code ? bodyLength + code[0].length : Number.POSITIVE_INFINITY;
}

for (const [title, samples] of [
  ['Python', python],
  ['TypeScript', typescript],
] as const) {
  test(`a ${title} body cut anywhere is over exactly when its end has been seen`, () => {
    assert.ok(samples.length >= 8, `${samples.length} functions to cut`);
    const cut = fc
      .constantFrom(...samples)
      .chain((sample) =>
        fc
          .integer({ min: 0, max: Math.min(sample.stream.length, sample.bodyLength + 300) })
          .map((length) => ({ sample, length })),
      );
    fc.assert(
      fc.property(cut, ({ sample, length }) => {
        const end = syntax.bodyEnd(sample.language, sample.header, sample.stream.slice(0, length));
        const expected = length >= certainFrom(sample) ? sample.bodyLength : undefined;
        assert.equal(end, expected, `${sample.name}, cut after ${length} of ${sample.bodyLength}`);
      }),
      { numRuns: 600 },
    );
  });
}

test('braces in strings, templates and comments do not end a TypeScript function', () => {
  const header = 'function f(a: string): string {\n';
  const template = '  return `}$' + '{a}`;\n';
  for (const body of ["  return '}';\n", '  // }\n', '  const r = /}/;\n', '  /* }\n}\n', template]) {
    assert.equal(syntax.bodyEnd('typescript', header, body), undefined, body);
  }
  assert.equal(syntax.bodyEnd('typescript', header, '  return `\n}\n'), undefined);
  assert.equal(syntax.bodyEnd('typescript', header, '  return `\n}`;\n}'), '  return `\n}`;\n'.length);
});

test('a closing brace on the line of the last statement ends the body before the brace', () => {
  assert.equal(syntax.bodyEnd('typescript', 'function f() {\n', '  return 1; }'), '  return 1; '.length);
});

test('a function inside the body does not end it', () => {
  const python = '    def inner():\n        return 1\n    return inner()\n';
  assert.equal(syntax.bodyEnd('python', 'def f():\n', python), undefined);
  const typescript = '  const inner = () => {\n    return 1;\n  };\n  return inner();\n';
  assert.equal(syntax.bodyEnd('typescript', 'function f() {\n', typescript), undefined);
});

test('a Python body ends before the comments and blank lines that follow it', () => {
  const body = '    return 1\n\n# next\n\ndef g';
  assert.equal(syntax.bodyEnd('python', 'def f():\n', body), '    return 1\n'.length);
});

test('a Python body that is broken ends at the next definition, but not inside a string', () => {
  assert.equal(syntax.bodyEnd('python', 'def f():\n', '    return (1\n\ndef g'), '    return (1\n'.length);
  assert.equal(syntax.bodyEnd('python', 'def f():\n', '    return """\ndef g():\n'), undefined);
});

test('a method ends at its own depth', () => {
  assert.equal(syntax.bodyEnd('python', '    def f(self):\n', '        return 1\n\n    def g'), 17);
  assert.equal(syntax.bodyEnd('typescript', '  f(): number {\n', '    return 1;\n  }\n\n  g('), 14);
});
