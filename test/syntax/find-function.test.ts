import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { headerOf, replaceBody } from '../../src/syntax/region.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const fixture = (name: string) => readFileSync(new URL(`../fixtures/syntax/${name}`, import.meta.url), 'utf8');
const python = fixture('tangled.py');
const typescript = fixture('tangled.ts');

const find = (language: 'python' | 'typescript', text: string, symbol: string) => {
  const region = syntax.findFunction(language, text, { symbol });
  assert.ok(region, `${symbol} is found`);
  return region;
};

test('every Python function is found by its qualified name, and none in strings', () => {
  assert.deepEqual(
    syntax.functions('python', python).map((region) => region.qualifiedName),
    [
      ...['template', 'brackets', 'outer', 'outer.inner', 'outer.wrapped'],
      ...['Stack.__init__', 'Stack.top', 'Stack.push', 'Stack.Nested.pattern', 'stub', 'other_stub'],
    ],
  );
});

test('every TypeScript function with a body is found by its qualified name', () => {
  assert.deepEqual(
    syntax.functions('typescript', typescript).map((region) => region.qualifiedName),
    [
      ...['quoted', 'arrow', 'Stack.push', 'Stack.push.keep', 'Stack.top', 'Stack.clear', 'Stack.of'],
      ...['overloaded', 'numbers', 'stub', 'empty', 'method', 'property'],
    ],
  );
});

test('a Python header ends after its docstring and the body before the blank lines', () => {
  const region = find('python', python, 'template');
  assert.ok(headerOf(python, region).endsWith('a def f(): inside."""\n'));
  assert.equal(python.slice(region.leadingStart, region.start).split('\n').length, 2);
  assert.ok(python.slice(region.bodyStart).startsWith('    text = """\n'));
  assert.ok(python.slice(0, region.bodyEnd).endsWith('# the end\n'));
  assert.ok(python.slice(region.bodyEnd).startsWith('\n\ndef brackets'));
});

test('a TypeScript header ends after the line of its brace and the body at the line of the closing one', () => {
  const region = find('typescript', typescript, 'Stack.push');
  assert.ok(headerOf(typescript, region).endsWith('): this { // the header goes on to here\n'));
  assert.equal(typescript.slice(region.leadingStart, region.start), '  /** Adds one. */\n');
  assert.ok(typescript.slice(region.bodyEnd).startsWith('  }\n\n  get top()'));
  assert.equal(region.docstring, '/** Adds one. */');
});

test('comment lines belong to the function directly below and to no other', () => {
  const numbers = find('typescript', typescript, 'numbers');
  assert.equal(typescript.slice(numbers.leadingStart, numbers.start), '// eslint-style comment\n// in two lines\n');
  const outer = find('python', python, 'outer');
  assert.equal(outer.leadingStart, outer.start);
  assert.ok(python.slice(0, outer.bodyEnd).endsWith('    # said afterwards\n'));
});

test('stubs are told from functions that do something', () => {
  const stubs = (language: 'python' | 'typescript', text: string) =>
    syntax.functions(language, text).flatMap((region) => (region.isStub ? [region.name] : []));
  assert.deepEqual(stubs('python', python), ['stub', 'other_stub']);
  assert.deepEqual(stubs('typescript', typescript), ['stub', 'empty']);
});

test('the innermost function around a position is found, comments and decorators above it included', () => {
  const at = (text: string, language: 'python' | 'typescript', needle: string) => {
    const before = text.slice(0, text.indexOf(needle)).split('\n');
    return syntax.findFunction(language, text, { line: before.length, column: before.at(-1)!.length + 1 })
      ?.qualifiedName;
  };
  assert.equal(at(python, 'python', 'return [value]'), 'outer.inner');
  assert.equal(at(python, 'python', 'results ='), 'outer');
  assert.equal(at(python, 'python', '@property'), 'Stack.top');
  assert.equal(at(python, 'python', '# Lines of text'), 'template');
  assert.equal(at(python, 'python', 'GREETING'), undefined);
  assert.equal(at(typescript, 'typescript', 'this.#items.shift'), 'Stack.push.keep');
  assert.equal(at(typescript, 'typescript', '/** Adds one'), 'Stack.push');
  assert.equal(at(typescript, 'typescript', '// Not adjacent'), undefined);
});

test('the empty line below a signature and its docstring still is in the function', () => {
  const text = 'def f(a):\n    """Doc."""\n    \n\n\nx = 1\n';
  assert.equal(syntax.findFunction('python', text, { line: 3, column: 5 })?.name, 'f');
  assert.equal(syntax.findFunction('python', text, { line: 5, column: 1 }), undefined);
});

test('a replaced body leaves a file that parses, whatever the layout of the function', () => {
  for (const region of syntax.functions('python', python)) {
    const changed = replaceBody(python, region, `${region.bodyIndent}return 42`);
    assert.ok(syntax.parses('python', changed), region.qualifiedName);
    assert.ok(changed.includes(`${headerOf(python, region)}${region.bodyIndent}return 42\n`), region.qualifiedName);
  }
  for (const region of syntax.functions('typescript', typescript)) {
    const changed = replaceBody(typescript, region, `${region.bodyIndent}return 42;`);
    assert.ok(syntax.parses('typescript', changed), region.qualifiedName);
    assert.ok(changed.includes(`{`) && changed.includes(`${region.bodyIndent}return 42;\n${region.indent}}`));
  }
});

test('a function at the end of a file without a last line break can be filled in', () => {
  const text = 'def f(a):\n    """Doc."""';
  const region = find('python', text, 'f');
  assert.equal(replaceBody(text, region, '    return a\n'), 'def f(a):\n    """Doc."""\n    return a\n');
});

test('offsets hold behind characters outside the basic plane', () => {
  const text = "# 🌳é\ndef f(a):\n    return '🌳'\n\ndef g(): return 1\n";
  const region = find('python', text, 'f');
  assert.equal(text.slice(region.bodyStart, region.bodyEnd), "    return '🌳'\n");
  assert.equal(find('python', text, 'g').headerEnd, text.indexOf(' return 1'));
});

test('text with a syntax error does not parse', () => {
  assert.equal(syntax.parses('python', 'def f(a):\n    return (a\n'), false);
  assert.equal(syntax.parses('python', 'def f(a):\n    # nothing\n\nx = 1\n'), false);
  assert.equal(syntax.parses('python', 'def f(a):\n    """Doc."""\n'), true);
  assert.equal(syntax.parses('typescript', 'function f() { if (a { } }'), false);
  assert.equal(syntax.parses('typescript', 'const a = <T,>(x: T) => { return x; };'), true);
  assert.equal(syntax.parses('tsx', 'const a = <b>{c}</b>;'), true);
  assert.equal(syntax.parses('javascript', 'const a: number = 1;'), false);
});
