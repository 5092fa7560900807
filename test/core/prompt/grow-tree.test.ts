import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { ASSERTION_STOP } from '../../../src/core/prompt/assertion.ts';
import { dialectNamed, fillsMiddle, findDialect, renderedText, renderNode } from '../../../src/core/prompt/dialect.ts';
import { DIALECTS, type DialectName } from '../../../src/core/prompt/dialects.ts';
import { type FunctionContext, type GrowTreeOptions, growTree } from '../../../src/core/prompt/grow-tree.ts';
import { shareOut } from '../../../src/core/prompt/strategy.ts';
import type { PromptNode } from '../../../src/core/prompt/tree.ts';

const python: FunctionContext = {
  language: 'python',
  path: 'src/words.py',
  symbol: 'count_vowels',
  before: 'import re\n\n\ndef shout(text: str) -> str:\n    """Upper case."""\n    return text.upper()\n\n\n',
  comments: '# Vowels are a, e, i, o, u.\n',
  header: 'def count_vowels(text: str) -> int:\n    """Count the vowels of text."""\n',
  after: '\n\ndef initials(name: str) -> str:\n    """The first letter of each word."""\n',
  indent: '',
  bodyIndent: '    ',
};

const typescript: FunctionContext = {
  language: 'typescript',
  path: 'src/numbers.ts',
  symbol: 'Range.clamp',
  before: "import { min } from './min.ts';\n\nexport class Range {\n",
  comments: '  /** Keeps a number within the range. */\n',
  header: '  clamp(value: number): number {\n',
  after: '  }\n}\n',
  indent: '  ',
  bodyIndent: '    ',
};

const options: GrowTreeOptions = {
  problem: 'Upper case counts too.\nSo does "y".',
  tests: [{ path: 'tests/test_words.py', text: 'assert count_vowels("tree") == 2\n', cut: '3 tests' }],
  candidates: 9,
  dialect: 'qwen-fim',
  characters: 4000,
};

/** The tree as an outline: one line per segment, whatever its line breaks. */
function outline(node: PromptNode, dialect: DialectName, depth = 0): string {
  const pad = '  '.repeat(depth);
  const cuts = node.pieces.flatMap((piece) => (piece.cut ? [`${pad}(cut from ${piece.role}: ${piece.cut})\n`] : []));
  const segments = renderNode(node, dialectNamed(dialect)).map(
    (segment) => `${pad}${segment.kind === 'special' ? segment.token : JSON.stringify(segment.text)}\n`,
  );
  return [
    `${pad}- ${node.pieces.map((piece) => piece.role).join(' + ')}, ${node.candidates} candidates\n`,
    ...segments,
    ...cuts,
    ...node.children.map((child) => outline(child, dialect, depth + 1)),
  ].join('');
}

function matchesGolden(name: string, actual: string) {
  const file = new URL(`golden/${name}.txt`, import.meta.url);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, actual);
  assert.equal(actual, readFileSync(file, 'utf8'));
}

for (const { name } of DIALECTS) {
  test(`the prompt tree of a Python function is spelled as a model of ${name} was trained`, () => {
    matchesGolden(`python-${name}`, outline(growTree(python, { ...options, dialect: name }), name));
  });
}

test('the prompt tree of a TypeScript method is spelled as the model was trained', () => {
  matchesGolden('typescript-qwen-fim', outline(growTree(typescript, { ...options, tests: [] }), 'qwen-fim'));
});

test('where the first lines are given, all candidates grow from those, and nothing above them is read anew', () => {
  const start = '    total = 0\n';
  const { children, ...root } = growTree(python, { ...options, start });
  const plain = growTree(python, options);
  assert.deepEqual(root, { pieces: plain.pieces, candidates: 0 });
  const [problem] = children;
  assert.deepEqual(problem!.pieces, plain.children[0]!.pieces);
  assert.equal(problem!.candidates, 0);
  const from = {
    pieces: [{ role: 'start', id: 'start', title: 'the first lines', text: start }],
    children: [],
    candidates: options.candidates,
  };
  assert.deepEqual(problem!.children, [from]);
});

test('tests are asked for below the same context as bodies, and numbered behind them', () => {
  for (const [name, context] of Object.entries({ python, typescript })) {
    const tree = growTree(context, { ...options, assertions: 4 });
    matchesGolden(`${name}-assertions`, outline(tree, 'qwen-fim'));
    const { children, ...shared } = tree.children[0]!;
    const without = growTree(context, options);
    assert.deepEqual({ ...shared, children: children.slice(0, -1) }, without.children[0]);
    assert.deepEqual(children.at(-1)!.stop, ASSERTION_STOP);
  }
});

test('other files are comments of their own language where a model reads one file', () => {
  const tests = [{ path: 'test/numbers.test.ts', text: "test('clamp', () => {\n\n});" }];
  const tree = growTree(typescript, { ...options, tests, dialect: 'codellama' });
  matchesGolden('typescript-codellama', outline(tree, 'codellama'));
});

test('what is said to a model changes nothing that is read before it, nor what is forced, in any dialect', () => {
  for (const { name } of DIALECTS) {
    const variants = (problem: string) => growTree(python, { ...options, problem, dialect: name });
    const [one, other] = [variants('One.'), variants('Another.')];
    assert.deepEqual(one.pieces, other.pieces);
    assert.deepEqual(one.children[0]!.children, other.children[0]!.children);
    assert.equal(one.children[0]!.pieces[0]!.role, 'problem');
  }
});

test('a dialect is told by all of its tokens, the one that says more of files first', () => {
  for (const { name, tokens } of DIALECTS) {
    assert.equal(findDialect((token) => tokens.includes(token)).name, name);
    for (const missing of tokens) {
      const found = findDialect((token) => token !== missing && tokens.includes(token));
      assert.ok(!found.tokens.includes(missing), `${name} without ${missing}`);
    }
  }
  assert.equal(findDialect(() => false).name, 'plain');
});

test('tokens that a model names are taken where it has no known ones, if its tokenizer has them', () => {
  const named = { prefix: '<P>', suffix: '<S>', middle: '<M>', separator: '<F>' };
  const all = Object.values(named);
  const dialect = findDialect((token) => all.includes(token), named);
  assert.ok(fillsMiddle(dialect) && dialect.name === 'fim');
  const tree = growTree(python, { ...options, dialect: 'fim' });
  const special = [tree, tree.children[0]!].flatMap((node) => renderNode(node, dialect));
  assert.deepEqual(
    special.flatMap((segment) => (segment.kind === 'special' ? [segment.token] : [])),
    ['<F>', '<F>', '<P>', '<S>', '<M>'],
  );
  assert.equal(findDialect((token) => token !== '<M>' && all.includes(token), named).name, 'plain');
  assert.equal(findDialect(() => true, { ...named, prefix: '' }).name, DIALECTS[0]!.name);
  assert.equal(findDialect((token) => ['', '<S>', '<M>'].includes(token), { ...named, prefix: '' }).name, 'plain');
});

test('a model without fill-in-the-middle tokens gets text to continue, and the tree says what it does not see', () => {
  matchesGolden('python-plain', outline(growTree(python, { ...options, dialect: 'plain' }), 'plain'));
});

test('what a file says about special tokens stays text', () => {
  const tree = growTree({ ...python, before: '# <|fim_middle|> <|endoftext|>\n' }, options);
  const texts = renderNode(tree, dialectNamed('qwen-fim')).flatMap((segment) =>
    segment.kind === 'text' ? [segment.text] : [],
  );
  assert.ok(texts.includes('# <|fim_middle|> <|endoftext|>\n'));
});

test('half of the candidates, rounded up, grow without a strategy and all of them grow somewhere', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1024 }), (candidates) => {
      const { plain, strategies } = shareOut(candidates);
      assert.equal(plain, Math.ceil(candidates / 2));
      assert.equal(
        strategies.reduce((sum, share) => sum + share, plain),
        candidates,
      );
      assert.ok(Math.max(...strategies) - Math.min(...strategies) <= 1);
      const [problem] = growTree(python, { ...options, candidates }).children;
      assert.ok(problem!.children.every((child) => child.candidates > 0));
    }),
  );
});

const lines = fc.array(fc.string({ unit: fc.constantFrom('a', '(', ' ', 'é'), maxLength: 40 }), { maxLength: 60 });
const text = lines.map((all) => all.map((line) => `${line}\n`).join(''));

test('a prompt keeps to its room, cuts whole lines only and says how many', () => {
  fc.assert(
    fc.property(text, text, text, fc.integer({ min: 250, max: 3000 }), (before, after, tests, characters) => {
      const context = { ...python, before, after, comments: '' };
      const all = { ...options, problem: '', tests: [{ path: 't.py', text: tests }], assertions: characters % 2 };
      const tree = growTree(context, { ...all, characters });
      const [problem] = tree.children;
      const pieces = [...tree.pieces, ...problem!.pieces];
      const strategy = Math.max(...problem!.children.map((child) => child.pieces[0]!.text.length));
      assert.ok(pieces.reduce((sum, piece) => sum + piece.text.length, strategy) <= characters);

      const sources = { tests, prefix: before, suffix: after };
      for (const piece of pieces) {
        if (piece.role !== 'tests' && piece.role !== 'prefix' && piece.role !== 'suffix') continue;
        const missing = sources[piece.role].split('\n').length - piece.text.split('\n').length;
        assert.equal(Number.parseInt(piece.cut ?? '0', 10), missing, piece.cut);
        const kept = new Set(sources[piece.role].split('\n'));
        assert.ok(piece.text.split('\n').every((line) => kept.has(line)));
      }
    }),
  );
});

test('a long file keeps its imports and the lines next to the function', () => {
  const before = `import re\n${'x = 1\n'.repeat(400)}near = 2\n`;
  const tree = growTree({ ...python, before }, { ...options, characters: 1500 });
  const prefix = tree.pieces.find((piece) => piece.role === 'prefix')!;
  assert.ok(prefix.text.startsWith('import re\nx = 1\n'));
  assert.ok(prefix.text.endsWith('x = 1\nnear = 2\n'));
  assert.match(prefix.cut!, /^\d+ lines before the function$/);
});

test('long tests keep the lines around a mention of the function', () => {
  const filler = 'assert other() == 1\n'.repeat(200);
  const tests = [{ path: 't.py', text: `import words\n${filler}assert count_vowels("a") == 1\n${filler}` }];
  const tree = growTree(python, { ...options, tests, characters: 1200 });
  const piece = tree.pieces[0]!;
  assert.ok(piece.text.startsWith('import words\n'));
  assert.ok(piece.text.includes('count_vowels("a")'));
  assert.match(piece.cut!, /lines far from "count_vowels"$/);
});

test('a header that can not fit is refused with a remedy', () => {
  assert.throws(() => growTree(python, { ...options, characters: 50 }), { code: 'prompt-too-long' });
});

test('the whole path reads as the file with a hole in it', () => {
  const tree = growTree(python, { ...options, problem: '', tests: [] });
  const path = renderedText([tree, tree.children[0]!].flatMap((node) => renderNode(node, dialectNamed('qwen-fim'))));
  assert.equal(
    path,
    `<|file_sep|>src/words.py\n<|fim_prefix|>${python.before}${python.comments}${python.header}<|fim_suffix|>${python.after}<|fim_middle|>`,
  );
});
