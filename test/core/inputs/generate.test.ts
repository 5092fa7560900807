import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { generateInputs, type Parameter } from '../../../src/core/inputs/generate.ts';
import { type Hint, readHint } from '../../../src/core/inputs/hint.ts';
import { javascriptText, pythonText, type Value } from '../../../src/core/inputs/value.ts';
import { without } from '../../judge/workspace.ts';

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant<Value>({ kind: 'none' }),
    fc.boolean().map((of): Value => ({ kind: 'bool', value: of })),
    fc.integer().map((of): Value => ({ kind: 'int', value: of })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((of): Value => ({ kind: 'float', value: of })),
    fc.string({ unit: 'binary' }).map((of): Value => ({ kind: 'text', value: of })),
    fc.array(tie('value'), { maxLength: 4 }).map((items): Value => ({ kind: 'list', items })),
    fc
      .array(fc.tuple(fc.string({ unit: 'binary' }), tie('value')), { maxLength: 3 })
      .map(
        (entries): Value => ({ kind: 'dict', entries: entries.map(([key, of]) => [{ kind: 'text', value: key }, of]) }),
      ),
  ),
}));

/** What JSON would read, since both languages can say it. */
function plain(of: Value): unknown {
  switch (of.kind) {
    case 'none':
      return null;
    case 'bool':
    case 'int':
    case 'float':
    case 'text':
      return of.value;
    case 'list':
    case 'tuple':
    case 'set':
      return of.items.map(plain);
    case 'dict':
    case 'map':
      return Object.fromEntries(of.entries.map(([key, inner]) => [plain(key), plain(inner)]));
  }
}

test('a value written as JavaScript is that value when it is run', () => {
  fc.assert(
    fc.property(value, (of) => {
      const read = runInNewContext(`JSON.stringify((${javascriptText(of)}))`) as string;
      assert.deepEqual(JSON.parse(read), JSON.parse(JSON.stringify(plain(of))));
    }),
  );
});

test('a value written as Python is that value when ast reads it', { skip: without.python }, () => {
  const values = fc.sample(value, 200);
  const read = 'import ast, json, sys; print(json.dumps([ast.literal_eval(t) for t in json.load(sys.stdin)]))';
  const printed = execFileSync('python3', ['-c', read], { input: JSON.stringify(values.map(pythonText)) });
  assert.deepEqual(JSON.parse(printed.toString()), JSON.parse(JSON.stringify(values.map(plain))));
});

const parameter = (hint: string, optional = false): Parameter => ({ name: 'x', hint: readHint(hint), optional });
const seeds = fc.array(fc.array(value, { minLength: 1, maxLength: 2 }), { maxLength: 4 });

test('inputs are distinct, bounded in number and length, and the same for the same seed', () => {
  fc.assert(
    fc.property(seeds, fc.integer(), fc.integer({ min: 1, max: 24 }), (examples, seed, count) => {
      const parameters = [parameter('list[int]'), parameter('str', true)];
      const request = { parameters, examples, seeds: [], count, seed };
      const inputs = generateInputs(request);
      const texts = inputs.map((values) => values.map(pythonText).join(', '));
      assert.equal(new Set(texts).size, inputs.length);
      assert.ok(inputs.length <= count);
      for (const [at, text] of texts.entries()) {
        assert.ok(text.length <= 300, text);
        assert.ok(inputs[at]!.length >= 1 && inputs[at]!.length <= 2);
      }
      assert.deepEqual(generateInputs(request), inputs);
    }),
  );
});

test('what a test asks already is not asked again, and serves to make others', () => {
  const asked: Value[] = [{ kind: 'text', value: 'one two' }];
  const inputs = generateInputs({ parameters: [parameter('')], examples: [], seeds: [asked], count: 24, seed: 1 });
  assert.equal(inputs.length, 24);
  assert.equal(
    inputs.some(([first]) => first?.kind === 'text' && first.value === 'one two'),
    false,
  );
  assert.ok(inputs.some(([first]) => first?.kind === 'text' && first.value === 'owt eno'));
});

test('a class of the project can not be made up, but an example of it is varied', () => {
  const parameters = [parameter('Node'), parameter('int')];
  const request = { parameters, examples: [], count: 24, seed: 1 };
  assert.deepEqual(generateInputs({ ...request, seeds: [] }), []);
  assert.notDeepEqual(generateInputs({ ...request, seeds: [[{ kind: 'none' }, { kind: 'int', value: 3 }]] }), []);
});

test('hints of both languages are read', () => {
  const int: Hint = { kind: 'int' };
  const text: Hint = { kind: 'text' };
  const none: Hint = { kind: 'literal', value: { kind: 'none' } };
  const said: [string, Hint][] = [
    ['int', int],
    ['list[tuple[int, str]]', { kind: 'list', of: { kind: 'tuple', items: [int, text] } }],
    ['typing.Optional[str]', { kind: 'either', of: [text, none] }],
    ['int | None', { kind: 'either', of: [int, none] }],
    ['tuple[int, ...]', { kind: 'list', of: int }],
    ['dict[str, list[int]]', { kind: 'dict', key: text, of: { kind: 'list', of: int } }],
    ["Literal['a', 2]", { kind: 'either', of: ['a', 2].map((of) => ({ kind: 'literal', value: literal(of) })) }],
    ['number[][]', { kind: 'list', of: { kind: 'list', of: int } }],
    ['readonly (string | null)[]', { kind: 'list', of: { kind: 'either', of: [text, none] } }],
    ['[number, string]', { kind: 'tuple', items: [int, text] }],
    ['Record<string, number>', { kind: 'dict', key: text, of: int }],
    ['Map<string, number[]>', { kind: 'map', key: text, of: { kind: 'list', of: int } }],
    [
      '{ x: number; y?: string }',
      {
        kind: 'record',
        fields: [
          ['x', int],
          ['y', text],
        ],
      },
    ],
    ['{ [key: string]: number }', { kind: 'dict', key: text, of: int }],
    ['', { kind: 'any' }],
  ];
  for (const [written, hint] of said) assert.deepEqual(readHint(written), hint, written);
  for (const foreign of ['Node', 'Callable[[int], str]', '(x: number) => string', 'list[', 'a b', '#']) {
    assert.equal(JSON.stringify(readHint(foreign)).includes('foreign'), true, foreign);
  }
});

test('no hint, however odd, keeps the reader', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'[](){}<>|,:;?.=\'"a1 ', 'list', 'Map', '...') }), (text) => {
      assert.ok(readHint(text).kind);
    }),
  );
  assert.ok(readHint('['.repeat(10_000)).kind);
});

function literal(of: string | number): Value {
  return typeof of === 'string' ? { kind: 'text', value: of } : { kind: 'int', value: of };
}
