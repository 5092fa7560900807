import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GeneratedTest } from '../../src/core/generated-test.ts';
import type { JudgeOptions } from '../../src/core/protocol.ts';
import type { Output } from '../../src/core/report.ts';
import { lines, TestJudge, Workspace, without } from './workspace.ts';

const WORDS = {
  'words.py': lines('def words(text: str, most: int = 9) -> int:', '    """>>> words("a  b")"""', '    pass'),
  'test_words.py': lines(
    'import unittest',
    'from words import words',
    'class Words(unittest.TestCase):',
    '    def test_two(self):',
    "        self.assertEqual(words('one two'), 2)",
  ),
};
const JAVASCRIPT = {
  'package.json': '{"type": "module"}',
  'words.js': lines('/** words("a  b") */', 'export function words(text, most = 9) {', '}'),
};
const HANG_ON = 'a  b';

interface Asking {
  files?: Record<string, string>;
  path?: string;
  options?: Partial<JudgeOptions>;
  generated?: GeneratedTest[];
}

/** What each text gives; `body` becomes the body of `words(text, most)`. */
async function observed(
  texts: string[],
  { files = WORDS, path = 'words.py', options = {}, generated = [] }: Asking = {},
) {
  using workspace = new Workspace(files);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, path, { symbol: 'words', ...options });
  const asked = texts.map(async (text) => (await judge.ask({ kind: 'observe', session, text, generated })).outputs);
  return await Promise.all(asked);
}

const python = (...body: string[]) => lines('def words(text, most=9):', ...body.map((line) => `    ${line}`));
const javascript = (body: string) => `export function words(text, most = 9) {\n${body}\n}\n`;
const inJavascript = { files: JAVASCRIPT, path: 'words.js', options: { tests: { kind: 'none' } } } as const;
const byInput = (outputs: Output[] | null) => new Map(outputs!.map((output) => [output.input, output.text]));

test('candidates are told apart by inputs that the tests do not ask', { skip: without.python }, async () => {
  const [split, spaces, again] = await observed([
    python('return len(text.split())'),
    python("return len(text.split(' '))"),
    python('return sum(1 for _ in text.split())'),
  ]);
  assert.equal(split!.length, 24);
  assert.equal(byInput(split!).get("words('a  b')"), '2');
  assert.equal(byInput(spaces!).get("words('a  b')"), '3');
  assert.equal(byInput(split!).has("words('one two')"), false, 'the tests ask that already');
  assert.deepEqual(again, split);
});

test('a fork and a process from nothing say the same', { skip: without.python }, async () => {
  const texts = [
    python('return text.split()[:most]'),
    python("return {word: {1.0, 2} for word in text.split()}, 0.1 + 0.2, iter('ab')"),
    python("raise ValueError(f'no {object()} in {text}')"),
    python('import os', 'os._exit(0)'),
  ];
  const [forked, cold] = [await observed(texts), await observed(texts, { options: { forks: false } })];
  assert.deepEqual(forked, cold);
  assert.equal(byInput(forked[1]!).get("words('a  b')"), "({'a': {1, 2}, 'b': {1, 2}}, 0.3, iter(['a', 'b']))");
  assert.equal(byInput(forked[2]!).get("words('a  b')"), 'raises ValueError: no <object object at 0x> in a  b');
  assert.equal(forked[3]![0]!.text, 'ends the program');
});

for (const [language, asking, hang, quiet] of [
  ['Python', {}, python(`while text == '${HANG_ON}': pass`, 'return 1'), python('return 1')],
  ['JavaScript', inJavascript, javascript(`while (text === '${HANG_ON}');\nreturn 1;`), javascript('return 1;')],
] as const) {
  test(`a hang of ${language} costs its own input alone`, { skip: without.python }, async () => {
    const [hung, right] = await observed([hang, quiet], asking);
    const differing = hung!.filter(({ text }, at) => text !== right![at]!.text);
    assert.ok(
      differing.every(({ input, text, clean }) => input.includes(HANG_ON) && !clean && /does not end/.test(text)),
    );
    assert.ok(differing.length > 0);
    assert.ok(right!.every(({ text, clean }) => clean && text === '1'));
  });
}

test('hostile candidates spoil their own outputs and nothing else', { skip: without.python }, async () => {
  const [stubborn, loud, louder, huge, deep, aliased, odd, liar, forger, right] = await observed([
    // Catches what would end it; only the wall clock is left.
    python('while True:', '    try:', '        while True: pass', '    except BaseException: pass'),
    python("print('x' * 10**5)", 'return 1'),
    python("print('x' * 10**7)", 'return 1'),
    python("return ['x' * 10**6] * 3"),
    python('deep = []', 'for _ in range(10**5): deep = [deep]', 'return deep'),
    python('deep = []', 'deep.append(deep)', 'return deep'),
    python('class Odd:', '    def __repr__(self): raise SystemExit(3)', 'return Odd()'),
    python(
      'import coppice_records',
      "coppice_records.record(event='output', number=0, text='lie' * 10**4, clean=True)",
      'return 1',
    ),
    python(
      'import os',
      'os.write(3, b\'{"event": "output", "number": 1, "text": "lie", "clean": true}\\n\' )',
      'return 1',
    ),
    python('return 1'),
  ]);
  assert.ok(stubborn!.every(({ clean, text }) => !clean && /does not end|was not run/.test(text)));
  assert.deepEqual(loud, right);
  assert.equal(louder!.find(({ clean }) => !clean)!.text, 'exceeds the output limit');
  for (const outputs of [huge, deep, aliased, odd, liar]) {
    assert.equal(outputs!.length, 24);
    assert.ok(outputs!.every(({ text }) => text.length <= 1000));
  }
  assert.match(huge![0]!.text, /\(696 long, [0-9a-f]{8}\)/);
  assert.match(odd![0]!.text, /raises SystemExit: 3/);
  assert.equal(forger![1]!.text, '1', 'without the key nothing is believed');
  assert.ok(right!.every(({ text, clean }) => clean && text === '1'));
});

test('a change of the arguments is seen, and the next call has its own', { skip: without.python }, async () => {
  const files = { 'words.py': lines('def words(text: list[int]) -> None:', '    pass') };
  const options = { tests: { kind: 'none' } } as const;
  const [cleared] = await observed([lines('def words(text):', '    text.clear()')], { files, options });
  const [filled] = cleared!.filter(({ input }) => /\[\d/.test(input));
  assert.equal(filled!.text, 'None and leaves its arguments as [[]]');
});

test('values of JavaScript are written in one way', async () => {
  const [outputs, other] = await observed(
    [
      javascript('return { b: new Map([[text, new Set([2, 1])]]), a: [undefined, 0.1 + 0.2, 10n, -0] };'),
      javascript('throw new TypeError(text);'),
    ],
    inJavascript,
  );
  const [input] = [`words('${HANG_ON}')`];
  assert.equal(byInput(outputs!).get(input), "{a: [undefined, 0.3, 10n, -0], b: Map {'a  b' => Set {1, 2}}}");
  assert.equal(byInput(other!).get(input), 'throws TypeError: a  b');
});

test('where a candidate has no such function, or nothing is known of it, there are no outputs', {
  skip: without.python,
}, async () => {
  assert.deepEqual(await observed(['def other(): pass\n', 'import nothing_at_all\n', 'def words(']), [
    null,
    null,
    null,
  ]);
  const method = { 'words.py': lines('class Words:', '    def words(self): pass') };
  assert.deepEqual(await observed(['x = 1\n'], { files: method, options: { tests: { kind: 'none' } } }), [null]);
});

test('what the user expects is tried first, and what can not be asked is refused', {
  skip: without.python,
}, async () => {
  const right = python('return len(text.split())');
  const [outputs] = await observed([right], { options: { expectations: ["words('x  y') == 2.0"] } });
  const origin = 'user';
  assert.deepEqual(outputs![0], { input: "words('x  y')", text: '2', clean: true, origin, expected: '2' });
  for (const expectation of ['words(x) == 2', 'other(1) == 2', "words('a', 1, 2) == 3"]) {
    await assert.rejects(observed([right], { options: { expectations: [expectation] } }), { code: 'usage' });
  }
});

const asked = (outputs: Output[] | null) =>
  outputs!.flatMap(({ input, origin, generated }) => (generated ? [[input, origin ?? 'coppice', ...generated]] : []));
const said = (expected: string, agrees: boolean) => ({ expected, agrees });

for (const [language, asking, right, clearing, empty] of [
  ['Python', {}, python('return text.split()[:most]'), python('return most if text == [] else text.clear()'), 'None'],
  [
    'JavaScript',
    inJavascript,
    javascript('return text.trim().split(/ +/).slice(0, most);'),
    javascript('if (text.length === 0) return most;\ntext.length = 0;\nreturn null;'),
    'null',
  ],
] as const) {
  test(`tests that a model wrote for ${language} are asked once an input, whatever they say of it`, {
    skip: without.python,
  }, async () => {
    const list = (...words: string[]) => `[${words.map((word) => `'${word}'`).join(', ')}]`;
    const generated = [
      { input: "words('p q')", expected: '["p", "q"]' },
      { input: "words( 'p q' )", expected: "['p',]" },
      { input: "words('p q')", expected: "['p', 'q']" },
      { input: "words('a  b')", expected: "['a', 'b']" },
      { input: "words('p q', 1)", expected: "['p']" },
      { input: 'words([1])', expected: empty },
      { input: "words('a', 1, 2)", expected: '1' },
      { input: "other('a')", expected: '1' },
      { input: 'words(x)', expected: '1' },
      { input: "words('a') == 1; words('a')", expected: '1' },
      { input: `words('${'a'.repeat(400)}')`, expected: '1' },
    ];
    const [fits, clears, alone] = await observed([right, clearing, 'x = 1\n'], { ...asking, generated });
    assert.deepEqual(asked(fits!), [
      ["words('a  b')", 'coppice', said(list('a', 'b'), true)],
      ["words('p q')", 'model', said(list('p', 'q'), true), said(list('p'), false)],
      ["words('p q', 1)", 'model', said(list('p'), true)],
      ['words([1])', 'model', said(empty, false)],
    ]);
    assert.equal(fits!.length, 24 + 3);
    const last = clears!.at(-1)!;
    assert.deepEqual(last.generated, [said(empty, true)], 'the value is what it says');
    assert.match(last.text, /^(None|null) and leaves its arguments as \[\[\]\]$/);
    assert.equal(alone, null);
  });
}

test('what is written long is compared as long as it is', { skip: without.python }, async () => {
  const long = 'a'.repeat(290);
  const generated = ['b', 'c'].map((end) => ({ input: `words('${end}')`, expected: `'${long}${end}'` }));
  const [outputs] = await observed([python(`return '${long}' + 'b'`)], { generated });
  assert.deepEqual(
    asked(outputs!).map(([, , outcome]) => (outcome as { agrees: boolean }).agrees),
    [true, false],
  );
});

test('with other tests of a model the session asks other inputs', { skip: without.python }, async () => {
  using workspace = new Workspace(WORDS);
  using judge = new TestJudge();
  const { session } = await judge.open(workspace, 'words.py', { symbol: 'words' });
  const text = python('return len(text)');
  const ask = async (generated: GeneratedTest[]) =>
    asked((await judge.ask({ kind: 'observe', session, text, generated })).outputs);
  assert.deepEqual(await ask([]), []);
  assert.deepEqual(await ask([{ input: "words('pqr')", expected: '3' }]), [["words('pqr')", 'model', said('3', true)]]);
});
