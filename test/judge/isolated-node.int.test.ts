import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import type { Isolation } from '../../src/core/report.ts';
import { lines, TestJudge, Workspace, withoutBackend } from './workspace.ts';

const BACKENDS = {
  bubblewrap: await withoutBackend('bubblewrap'),
  namespaces: await withoutBackend('namespaces'),
};
const skip = BACKENDS.bubblewrap && BACKENDS.namespaces;
const judge = new TestJudge();
after(() => judge[Symbol.dispose]());

interface Project {
  files: Record<string, string>;
  path: string;
  text: string;
}

/** What is said of a candidate that passes its tests where they share a process. */
async function isolationOf({ files, path, text }: Project, of = judge, timeoutMs = 10_000): Promise<Isolation> {
  using workspace = new Workspace({ [path]: 'throw new Error("not yet");\n', ...files });
  const { session } = await of.open(workspace, path, { slots: 1, timeoutMs });
  const report = await of.report(session, text);
  assert.equal(report.verdict, 'passed', JSON.stringify(report));
  const { isolation } = await of.ask({ kind: 'isolate', session, text });
  await of.ask({ kind: 'close', session });
  return isolation;
}

const HEAD = ["import assert from 'node:assert/strict';", "import { describe, it, test } from 'node:test';"];
const MODULE = { 'package.json': '{"type": "module"}' };

function project(text: string[], tests: string[], path = 'work.js'): Project {
  return { files: { ...MODULE, 'work.test.js': lines(...HEAD, ...tests) }, path, text: lines(...text) };
}

/** A project whose tests ask `work` of work.js to count words. */
function counting(...text: string[]): Project {
  return project(text, [
    "import { work } from './work.js';",
    "test('none', () => assert.equal(work(''), 0));",
    "test('two', () => assert.deepEqual([work('a  b')], [2]));",
  ]);
}

const HONEST = ["export const work = (text) => text.split(' ').filter(Boolean).length;"];
/** The line of the test that calls it has the answer. */
const READS = [
  "import fs from 'node:fs';",
  'export function work(text) {',
  "  const [, file, line] = /\\((?:file:\\/\\/)?([^()]*work\\.test\\.js):(\\d+)/.exec(new Error().stack.replace(/at (file:[^\\s]*)/g, '($1)')) ?? [];",
  "  const source = fs.readFileSync(file, 'utf8').split('\\n')[line - 1];",
  "  return source.includes('[2]') ? 2 : 0;",
  '}',
];

for (const [backend, missing] of Object.entries(BACKENDS) as [SandboxBackend, string | false][]) {
  test(`what can be said of a candidate in Node is said under ${backend}`, { skip: missing }, async () => {
    using own = new TestJudge(backend);
    assert.deepEqual(await isolationOf(counting(...HONEST), own), { kind: 'confirmed' });
    const contradicted = await isolationOf(counting(...READS), own);
    assert.equal(contradicted.kind, 'contradicted', contradicted.why);
    const object = project(
      ['export const work = () => ({ includes: () => true });'],
      ["import { work } from './work.js';", "test('has', () => assert.ok(work('a').includes('b')));"],
    );
    const { kind, why } = await isolationOf(object, own);
    assert.deepEqual([kind, why], ['unconfirmed', 'its own includes decides']);
  });
}

test('what honest candidates do in Node is confirmed', { skip }, async () => {
  const text = [
    'export class ParseError extends RangeError {',
    '  constructor(line, text) { super(text + " in line " + line); this.line = line; }',
    '}',
    'export const LIMIT = 7;',
    'export default function twice(n) { return 2 * n; }',
    'export function sort(values) { values.sort((a, b) => a - b); }',
    'export function fill(table, key) { table[key] = [1]; table.set?.(key, 1); return table; }',
    'export const same = (value) => value;',
    "export const values = () => [undefined, null, Number.NaN, -0, 1n, new Date(5), /a/g, new Map([['a', new Set([1])]]), new Uint8Array([1, 2])];",
    'export function parse(text) {',
    "  if (text === '') throw new ParseError(3, 'nothing');",
    "  if (text === 'x') throw new TypeError('no', { cause: new Error('why') });",
    '  return JSON.parse(text);',
    '}',
    'export const each = (values, act) => values.map((value) => act(value));',
    'export const adder = (n) => (m) => n + m;',
    'export const later = async (n) => { await new Promise((resolve) => setTimeout(resolve, 5)); if (n < 0) throw new RangeError("no"); return n + 1; };',
    'export const hole = () => { const made = [1, , 3]; return made; };',
    'console.log("loaded");',
  ];
  const tests = [
    "import twice, { adder, each, fill, hole, later, LIMIT, parse, ParseError, same, sort, values } from './work.js';",
    "describe('work', () => {",
    "  it('gives values', () => {",
    '    assert.equal(twice(2), 4);',
    '    assert.equal(LIMIT, 7);',
    "    assert.deepEqual(values(), [undefined, null, NaN, -0, 1n, new Date(5), /a/g, new Map([['a', new Set([1])]]), new Uint8Array([1, 2])]);",
    '    assert.deepEqual(hole(), [1, , 3]);',
    "    assert.equal(twice.name + twice.length, 'twice1');",
    '  });',
    "  it('changes what it is given', () => {",
    '    const list = [3, 1, 2];',
    '    sort(list);',
    '    assert.deepEqual(list, [1, 2, 3]);',
    '    const table = { a: 1 };',
    "    assert.equal(fill(table, 'b'), table);",
    '    assert.deepEqual(table, { a: 1, b: [1] });',
    "    assert.equal(fill(new Map(), 'b').get('b'), 1);",
    '    const loop = []; loop.push(loop);',
    '    assert.equal(same(loop)[0], loop);',
    '  });',
    "  it('throws', () => {",
    "    assert.throws(() => parse(''), ParseError);",
    "    assert.throws(() => parse(''), { name: 'RangeError', message: 'nothing in line 3', line: 3 });",
    "    assert.throws(() => parse('x'), (error) => error instanceof TypeError && error.cause.message === 'why');",
    "    assert.throws(() => parse('{'), SyntaxError);",
    '  });',
    "  it('calls back', () => {",
    '    const seen = [];',
    '    assert.deepEqual(each([1, 2], (n) => { seen.push(n); return n + 1; }), [2, 3]);',
    '    assert.deepEqual(seen, [1, 2]);',
    '    assert.equal(adder(2)(3), 5);',
    "    assert.throws(() => each([1], () => { throw new URIError('mine'); }), URIError);",
    '  });',
    "  it('takes its time', async () => {",
    '    assert.equal(await later(1), 2);',
    '    await assert.rejects(later(-1), RangeError);',
    '  });',
    '});',
  ];
  assert.deepEqual(await isolationOf(project(text, tests)), { kind: 'confirmed' });
});

test('CommonJS and TypeScript are confirmed too', { skip }, async () => {
  const head = ["const assert = require('node:assert');", "const { test } = require('node:test');"];
  const common = (text: string[], tests: string[]): Project => ({
    ...{ files: { 'work.test.js': lines(...head, ...tests) }, path: 'work.js', text: lines(...text) },
  });
  const parts = common(
    ['module.exports = { add: (a, b) => a + b };'],
    ["const { add } = require('./work');", "test('adds', () => assert.equal(add(1, 2), 3));"],
  );
  assert.deepEqual(await isolationOf(parts), { kind: 'confirmed' });
  const single = common(
    ['module.exports = function add(a, b) { return a + b; };'],
    ["const add = require('./work');", "test('adds', () => assert.equal(add(1, 2), 3));"],
  );
  assert.deepEqual(await isolationOf(single), { kind: 'confirmed' });
  const typed: Project = {
    files: {
      ...MODULE,
      'work.test.ts': lines(
        ...HEAD,
        "import { add } from './work.ts';",
        "test('adds', () => assert.equal(add(1, 2) as number, 3));",
      ),
    },
    path: 'work.ts',
    text: 'export function add(a: number, b: number): number { return a + b; }\n',
  };
  assert.deepEqual(await isolationOf(typed), { kind: 'confirmed' });
});

/** Each is honest and passes; not all can be confirmed, and why is said. */
const UNUSUAL: Record<string, Project> = {
  'gives instances of its own class': project(
    [
      'export class Stack { items = []; push(item) { this.items.push(item); return this; } get size() { return this.items.length; } }',
    ],
    [
      "import { Stack } from './work.js';",
      "test('pushes', () => { const stack = new Stack(); stack.push(1); assert.equal(stack.size, 1); });",
    ],
  ),
  'gives an object with functions': project(
    ['export const counter = () => { const made = { n: 0, add() { made.n++; } }; return made; };'],
    [
      "import { counter } from './work.js';",
      "test('counts', () => { const made = counter(); made.add(); assert.equal(made.n, 1); });",
    ],
  ),
  'keeps what it was given, and gives what it keeps': project(
    [
      'const kept = [];',
      'export const keep = (list) => { kept.push(list); list.push(1); };',
      'export const add = () => { kept[0].push(2); };',
      'export const all = () => kept;',
    ],
    [
      "import { add, all, keep } from './work.js';",
      "test('keeps', () => { const list = []; keep(list); add(); assert.deepEqual(list, [1, 2]); });",
      "test('gives', () => { all().push([]); assert.equal(all().length, 2); });",
      "test('same', () => assert.equal(all(), all()));",
    ],
  ),
  'is tested with a clock that stands still': project(
    ['export const now = () => Date.now();'],
    [
      "import { now } from './work.js';",
      "test('now', (t) => { t.mock.timers.enable({ apis: ['Date'], now: 7 }); assert.equal(now(), 7); });",
    ],
  ),
  'gives an iterator': project(
    ['export function* naturals() { for (let n = 0; ; n++) yield n; }'],
    ["import { naturals } from './work.js';", "test('first', () => assert.equal(naturals().next().value, 0));"],
  ),
  "throws an error that is not its module's": project(
    ['class Own extends Error {}', 'export const fail = () => { throw new Own("x"); };'],
    [
      "import { fail } from './work.js';",
      "test('fails', () => assert.throws(fail, (error) => error.constructor.name === 'Own'));",
    ],
  ),
};

for (const [name, honest] of Object.entries(UNUSUAL)) {
  test(`a candidate in Node that ${name} is not contradicted`, { skip }, async (t) => {
    const { kind, why } = await isolationOf(honest);
    t.diagnostic(`${kind}${why === undefined ? '' : `: ${why}`}`);
    assert.notEqual(kind, 'contradicted', why);
  });
}

/** What the process of a candidate does in place of answering. */
const HOSTILE: Record<string, string> = {
  'writes garbage': "fs.writeSync(4, 'garbage'.repeat(1000));",
  'answers with what is no answer': 'reply(\'{"value": ["yours", 0], "after": []}\');',
  'calls what it was not given':
    'reply(\'{"ask": "call", "of": 0, "args": []}\'); reply(\'{"value": 3, "after": []}\');',
  'changes what it was not given': 'reply(\'{"value": 2, "after": [[0, [1]], [-1, []]]}\');',
  'announces more than there may be': 'fs.writeSync(4, Buffer.alloc(4, 255));',
  'changes the prototypes of the tests':
    'reply(\'{"value": ["object", [["__proto__", ["object", []]], ["constructor", 1]]], "after": [["__proto__", []]]}\');',
  'answers with what is too deep': "reply('['.repeat(1e6));",
  'asks and asks': 'for (;;) reply(\'{"ask": "x", "of": null, "args": []}\');',
  hangs: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e6);',
  'takes all memory': 'const all = []; for (;;) all.push(Buffer.alloc(1 << 24, 1));',
  'leaves with success': 'process.reallyExit(0);',
  'closes the line': 'fs.closeSync(4); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e6);',
  'tells the judge itself':
    'for (let n = 0; n < 64; n++) if (n !== 4) try { fs.writeSync(n, \'{"event":"end"}\\n\'); } catch {} process.reallyExit(0);',
};

for (const [name, act] of Object.entries(HOSTILE)) {
  test(`a candidate in Node whose process ${name} is not confirmed, in time`, { skip }, async (t) => {
    const candidate = counting(
      "import fs from 'node:fs';",
      "const isAlone = process.argv[1].endsWith('coppice-worker.mjs');",
      'function reply(text) {',
      '  const data = Buffer.concat([Buffer.alloc(4), Buffer.from(text)]);',
      '  data.writeUInt32BE(text.length);',
      '  for (let at = 0; at < data.length; ) at += fs.writeSync(4, data, at);',
      '}',
      'export function work(text) {',
      `  if (isAlone && text) { ${act} }`,
      "  return isAlone && text ? 3 : text.split(' ').filter(Boolean).length;",
      '}',
    );
    const { kind, why } = await isolationOf(candidate, judge, 4000);
    t.diagnostic(`${kind}: ${why}`);
    assert.notEqual(kind, 'confirmed');
  });
}

/** Speaks on the line in the place of the judge's own part of the candidate's process. */
const SPEAKS = [
  "import fs from 'node:fs';",
  "const isAlone = process.argv[1].endsWith('coppice-worker.mjs');",
  'function reply(value) {',
  '  const text = JSON.stringify({ value, after: [] });',
  '  const data = Buffer.concat([Buffer.alloc(4), Buffer.from(text)]);',
  '  data.writeUInt32BE(text.length);',
  '  for (let at = 0; at < data.length; ) at += fs.writeSync(4, data, at);',
  '}',
  'function receive() {',
  '  const size = Buffer.alloc(4);',
  '  if (fs.readSync(4, size) === 0) process.reallyExit(0);',
  '  const data = Buffer.alloc(size.readUInt32BE());',
  '  for (let at = 0; at < data.length; ) at += fs.readSync(4, data, at);',
  '}',
];

test('a name of a candidate in Node is no program in the process of the tests', { skip }, async () => {
  const name = 'work }; process.exit = () => {}; process.reallyExit(0); export { x';
  const isolation = await isolationOf(
    counting(
      ...SPEAKS,
      `if (isAlone) reply(['array', ['module', false, ['array', [['array', [${JSON.stringify(name)}, 'value', 1]]]]]]);`,
      ...HONEST,
    ),
  );
  assert.equal(isolation.kind, 'unconfirmed');
  assert.match(isolation.why!, /does not load.*name/);
});

test('a candidate in Node that decides by a function of which it does not say where it is is not confirmed', {
  skip,
}, async () => {
  const own = project(
    [
      ...SPEAKS,
      'export function work(text) {',
      "  for (let n = 0; isAlone; n++) { reply(n ? true : ['object', [['includes', ['function', 7, 'f', 1, null]]]]); receive(); }",
      "  return text + 'b';",
      '}',
    ],
    ["import { work } from './work.js';", "test('has', () => assert.ok(work('a').includes('b')));"],
  );
  const { kind, why } = await isolationOf(own);
  assert.deepEqual([kind, why], ['unconfirmed', 'its own includes decides']);
});

test('each of several files of node:test is run with a candidate of its own', { skip }, async () => {
  const files = (text: string[]): Project => {
    const { files, ...rest } = counting(...text);
    const more = lines(
      ...HEAD,
      "import { work } from './work.js';",
      "test('three', () => assert.equal(work('a b c'), 3));",
    );
    return { ...rest, files: { ...files, 'more.test.js': more } };
  };
  assert.deepEqual(await isolationOf(files(HONEST)), { kind: 'confirmed' });
  const reads = READS.map((line) => line.replace('const source', 'if (!file) return 3;\n  const source'));
  const contradicted = await isolationOf(files(reads));
  assert.equal(contradicted.kind, 'contradicted', contradicted.why);
  assert.match(contradicted.why!, /^work\.test\.js > /);
});

/** Each is honest, and what the tests do with it they can't do from another process. */
const OUT_OF_REACH: Record<string, Project> = {
  'counts in an export': project(
    ['export let calls = 0;', 'export function work() { calls++; }'],
    ["import { calls, work } from './work.js';", "test('counts', () => { work(); assert.equal(calls, 1); });"],
  ),
  'has a function with properties': project(
    ['export const work = Object.assign(() => 1, { version: 7 });'],
    ["import { work } from './work.js';", "test('version', () => assert.equal(work.version, 7));"],
  ),
  'makes objects by a function': project(
    ['export function Work(n) { this.n = n; }'],
    ["import { Work } from './work.js';", "test('new', () => assert.equal(new Work(7).n, 7));"],
  ),
};

for (const [name, honest] of Object.entries(OUT_OF_REACH)) {
  test(`a candidate in Node that ${name} is not confirmed, and why is said`, { skip }, async () => {
    const { kind, why } = await isolationOf(honest);
    assert.equal(kind, 'unconfirmed', why);
    assert.match(why!, /export changes|function with properties|makes objects/);
  });
}

test('a candidate in Node of which there is much to say, and nothing against it, is confirmed', { skip }, async () => {
  const text = [
    'export function work(n) {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    '  const name = `Own${n}`;',
    '  throw new { [name]: class extends RangeError {} }[name]();',
    '}',
  ];
  const throwing = Array.from(
    { length: 30 },
    (_, n) => `test('${n}', () => assert.throws(() => work(${n}), RangeError));`,
  );
  const tests = ["import { work } from './work.js';", ...throwing];
  assert.deepEqual(await isolationOf(project(text, tests)), { kind: 'confirmed' });
});
