import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Language } from '../../src/core/language.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();
const isStub = (language: Language, text: string) => {
  const regions = syntax.functions(language, text);
  assert.equal(regions.length, 1, text);
  return regions[0]!.isStub;
};

test('a Python function is yet to be written where its body is empty, passes, or raises that', () => {
  for (const body of [
    '    pass',
    '    ...',
    '    """What it does."""',
    '    """What it does."""\n    pass',
    '    # TODO: count them',
    '    pass  # the sum of both',
    '    raise NotImplementedError',
    '    raise NotImplementedError("later")',
    '    raise Exception("TODO: write this")',
    '    """Doc."""\n    # first\n    ...',
  ]) {
    assert.equal(isStub('python', `def f(a):\n${body}\n`), true, body);
    assert.equal(isStub('python', `async def f(a):\n${body}\n`), true, body);
  }
  assert.equal(isStub('python', 'def f(a): ...\n'), true);
});

test('a Python function that does something, or is meant to do nothing, is written', () => {
  for (const body of [
    '    return None',
    '    raise ValueError("a is not a number")',
    '    pass  # nothing to do',
    '    pass\n    print(a)',
    '    "no docstring" + a',
  ]) {
    assert.equal(isStub('python', `def f(a):\n${body}\n`), false, body);
  }
});

test('a Python function that is there for its signature alone is no stub', () => {
  for (const text of [
    'class A(ABC):\n    @abstractmethod\n    def f(self): ...\n',
    'class A(ABC):\n    @property\n    @abc.abstractmethod\n    def f(self):\n        """Doc."""\n',
    '@overload\ndef f(a: int) -> int: ...\n',
    'class A(Protocol):\n    def f(self) -> int: ...\n',
    'class A(Protocol[T]):\n    @property\n    def f(self) -> int: ...\n',
  ]) {
    assert.equal(isStub('python', text), false, text);
  }
  assert.equal(isStub('python', 'class A(Base):\n    @cached\n    def f(self): ...\n'), true);
});

test('an ECMAScript function is yet to be written where its body is empty, a note, or throws that', () => {
  for (const body of [
    '',
    '\n',
    ' // TODO ',
    '\n  // Counts them.\n',
    '\n  throw new Error("not written");\n',
    "\n  throw new Error('Method not implemented.');\n",
    '\n  // later\n  throw Error("not yet implemented");\n',
    '\n  throw new Error("TODO");\n',
    '\n  throw new NotImplementedError();\n',
  ]) {
    for (const head of ['function f(a) {', 'const f = (a) => {', 'export async function f(a) {', 'class A { f(a) {']) {
      const end = head.startsWith('class') ? '\n}}\n' : '\n}\n';
      assert.equal(isStub('typescript', head + body + end), true, head + body + end);
      assert.equal(isStub('javascript', head + body + end), true, head + body + end);
    }
  }
});

test('an ECMAScript function that does something, or is meant to do nothing, is written', () => {
  for (const text of [
    'function f(a) { return a; }',
    'function fail(message) { throw new Error(message); }',
    'function f() { /* nothing to do */ }',
    'function f() {\n  // Intentionally empty.\n}',
    'const noop = () => {};',
    'class A { constructor(private readonly a: number) {} }',
    'const options = { onClose: () => {} };',
    'class A { onClose = () => {}; }',
  ]) {
    assert.equal(isStub('typescript', text), false, text);
  }
  assert.equal(isStub('typescript', 'class A { onClose = () => {\n // TODO: hide it\n}; }'), true);
});
