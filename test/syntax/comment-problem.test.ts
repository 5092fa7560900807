import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commentProblem } from '../../src/syntax/comment-problem.ts';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

/** `|` is the cursor; two of them are a selection. */
function ask(language: 'python' | 'typescript', marked: string): string {
  const start = marked.indexOf('|');
  const end = marked.lastIndexOf('|');
  const text = marked.replaceAll('|', '');
  const selection = { start, end: end === start ? end : end - 1 };
  const file = {
    ...{ language, text },
    functions: syntax.functions(language, text),
    comments: syntax.comments(language, text),
  };
  const asked = commentProblem(file, selection);
  return asked.kind === 'found' ? `${asked.region.qualifiedName}: ${asked.problem ?? '(its own)'}` : asked.kind;
}

test('a comment with a gap below it is the problem of the function that follows', () => {
  assert.equal(
    ask('python', '# Count the |vowels\n#   of a text.\n\n\ndef f(a):\n    pass\n'),
    'f: Count the vowels\nof a text.',
  );
  assert.equal(
    ask('typescript', 'const a = 1;\n\n// Count them.|\n\n// eslint-disable\n\nexport function f(a) {\n}\n'),
    'f: Count them.',
  );
  assert.equal(
    ask('typescript', '/*\n * Count| the\n * vowels.\n */\n\nfunction f(a) {\n}\n'),
    'f: Count the\nvowels.',
  );
  assert.equal(ask('python', '"""Count|\nvowels."""\n\ndef f(a): ...\n'), 'f: Count\nvowels.');
  assert.equal(ask('python', 'class A:\n    # Add |one.\n\n    @cached\n    def f(self): ...\n'), 'A.f: Add one.');
});

test('a comment inside of a function is its problem', () => {
  assert.equal(ask('python', 'def f(a):\n    # TODO: count| them\n    pass\n'), 'f: TODO: count them');
  assert.equal(ask('typescript', 'function f(a) {\n  // TODO|\n  // count them\n}\n'), 'f: TODO\ncount them');
  assert.equal(ask('python', 'def f(a):\n    return a  # |twice\n'), 'f: twice');
});

test('a comment that the function has already is not said twice', () => {
  assert.equal(ask('python', '# Count| them.\ndef f(a):\n    pass\n'), 'f: (its own)');
  assert.equal(ask('python', 'def f(a):\n    """Count| them."""\n'), 'f: (its own)');
  assert.equal(ask('typescript', '/** Count| them. */\nexport function f(a) {\n}\n'), 'f: (its own)');
});

test('what is selected is the problem, comment or not', () => {
  assert.equal(ask('python', '# First.\n# |Count them.|\n# Last.\n\ndef f(a): ...\n'), 'f: Count them.');
  assert.equal(ask('python', 'x = "|Count them.|"\n\ndef f(a): ...\n'), 'no-function');
  assert.equal(ask('typescript', '|// Count\n// them.\n|\nfunction f(a) {}\n'), 'f: Count\nthem.');
});

test('without a comment, or a function that it is about, there is no problem', () => {
  assert.equal(ask('python', 'x = 1|\n\ndef f(a): ...\n'), 'no-comment');
  assert.equal(ask('python', 'def f(a):\n    return a|\n'), 'no-comment');
  assert.equal(ask('python', '# Count| them.\n'), 'no-function');
  assert.equal(ask('python', '# Count| them.\n\nx = 1\n\ndef f(a): ...\n'), 'no-function');
  assert.equal(ask('typescript', '// Count| them.\nclass A {\n  f() {}\n}\n'), 'no-function');
});
