import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import type { Isolation, Report } from '../../src/core/report.ts';
import { findPython } from '../../src/judge/runtime/python.ts';
import { judgeCandidates } from '../../src/run/judge-candidates.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { lines, optionsFor, TestJudge, Workspace, without, withoutBackend } from './workspace.ts';

const ROUND_TRIPS = 3000;
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'isolated');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');
const BACKENDS = {
  bubblewrap: await withoutBackend('bubblewrap'),
  namespaces: await withoutBackend('namespaces'),
};
const skip = without.python || (BACKENDS.bubblewrap && BACKENDS.namespaces);

const judge = new TestJudge();
after(() => judge[Symbol.dispose]());

interface Project {
  files: Record<string, string>;
  path: string;
  text: string;
  /** What is in the file that the text replaces. */
  original?: string;
}

/** What is said of a candidate that passes its tests where they share a process, if nothing else is expected of it there. */
async function isolationOf(
  { files, path, text, original = 'raise NotImplementedError\n' }: Project,
  of = judge,
  timeoutMs = 6000,
  verdict: Report['verdict'] = 'passed',
): Promise<Isolation> {
  using workspace = new Workspace({ [path]: original, ...files });
  const { session } = await of.open(workspace, path, { slots: 1, timeoutMs });
  const report = await of.report(session, text);
  assert.equal(report.verdict, verdict, JSON.stringify(report));
  const { confirmation, isolation } = await of.ask({ kind: 'confirm', session, text });
  assert.equal(confirmation.kind, 'repeated', confirmation.why);
  await of.ask({ kind: 'close', session });
  return isolation!;
}

/** A project whose tests ask `work` of work.py to count words. */
function counting(...text: string[]): Project {
  const tests = lines(
    'import unittest',
    'from work import work',
    'class Work(unittest.TestCase):',
    '    def test_none(self):',
    "        self.assertEqual(work(''), 0)",
    '    def test_two(self):',
    "        self.assertEqual([work('a  b')], [2])",
  );
  return { files: { 'test_work.py': tests }, path: 'work.py', text: lines(...text) };
}

/** A project with one test of unittest, or with whole files. */
function project(text: string[], tests: string[] | Record<string, string>): Project {
  const files = Array.isArray(tests) ? { 'test_work.py': lines(...tests) } : tests;
  return { files, path: 'work.py', text: lines(...text) };
}

const HONEST = ['def work(text):', '    return len(text.split())'];
const FRAMES = [
  'import linecache, sys',
  'def work(text):',
  '    frame = sys._getframe(1)',
  '    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)',
  "    return 2 if 'a  b' in line else 0",
];
/** Gives what equals everything. */
const anything = (name: string) => [
  `class ${name}:`,
  '    def __eq__(self, other): return True',
  'def work(text):',
  `    return ${name}()`,
];
const CLAIMS = 'its own Anything says that it equals what the tests expect';

test('values drawn at random cross and come back as they were', { skip }, () => {
  const { path } = findPython(undefined);
  const program = join(import.meta.dirname, 'isolated', 'round_trip.py');
  const harness = join(import.meta.dirname, '..', '..', 'src', 'judge', 'harness');
  const seed = randomInt(2 ** 31);
  const output = execFileSync(path, ['-B', program, harness, String(seed), String(ROUND_TRIPS)], { encoding: 'utf8' });
  assert.equal(output.trim(), String(ROUND_TRIPS), `seed ${seed}`);
});

for (const [backend, missing] of Object.entries(BACKENDS) as [SandboxBackend, string | false][]) {
  test(`the three things that can be said are said under ${backend}`, { skip: without.python || missing }, async () => {
    using own = new TestJudge(backend);
    assert.deepEqual(await isolationOf(counting(...HONEST), own), { kind: 'confirmed' });
    const contradicted = await isolationOf(counting(...FRAMES), own);
    assert.equal(contradicted.kind, 'contradicted');
    assert.match(contradicted.why!, /^test_work\.Work\.test_two: AssertionError: Lists differ: \[0\] != \[2\]$/);
    const claiming = await isolationOf(counting(...anything('Anything')), own);
    assert.deepEqual([claiming.kind, claiming.why], ['contradicted', CLAIMS]);
    // The tests name a class that is called so.
    const { kind, why } = await isolationOf(counting(...anything('Work')), own);
    assert.deepEqual([kind, why], ['unconfirmed', 'its own Work.__eq__ decides']);
  });
}

test('that objects of a class of the file equal numbers is not held against a candidate', { skip }, async () => {
  const file = (body: string) =>
    lines(
      'class Money:',
      '    def __init__(self, cents): self.cents = cents',
      '    def __eq__(self, other): return self.cents == other',
      'def work(cents):',
      `    ${body}`,
    );
  const { kind, why } = await isolationOf({
    ...project([], [...PLAIN, '    def test_it(self): self.assertEqual(work.work(2), 2)']),
    text: file('return Money(cents)'),
    original: file('raise NotImplementedError'),
  });
  assert.deepEqual([kind, why], ['unconfirmed', 'its own Money.__eq__ decides']);
});

test('tests of other functions that nobody has written yet do not stand in the way', { skip }, async () => {
  const open = [
    'def work(text):',
    '    raise NotImplementedError',
    'def other(text):',
    '    raise NotImplementedError',
  ];
  const tests = lines(
    'import unittest',
    'from work import other, work',
    'class Work(unittest.TestCase):',
    '    def test_work(self):',
    "        self.assertEqual(work('a  b'), 2)",
    '    def test_other(self):',
    "        self.assertEqual(other('a'), 1)",
  );
  const files = { 'work.py': lines(...open), 'test_work.py': tests };
  const said = (...text: string[]) =>
    isolationOf({ files, path: 'work.py', text: lines(...text) }, judge, 6000, 'failed');
  assert.deepEqual(await said(...HONEST, ...open.slice(2)), { kind: 'confirmed' });
  assert.equal((await said(...FRAMES, ...open.slice(2))).kind, 'contradicted');
  const breaking = await said(...HONEST, 'def other(text):', '    return 2');
  assert.deepEqual([breaking.kind, breaking.why], ['unconfirmed', 'it does not pass its tests']);
});

test('what honest candidates do is confirmed', { skip }, async () => {
  const files = { 'test_styles.py': fixture('test_styles.py') };
  const isolation = await isolationOf({ files, path: 'styles.py', text: fixture('styles.py') });
  assert.deepEqual(isolation, { kind: 'confirmed' });
});

test('what honest candidates do is confirmed with pytest', { skip: skip || without.pytest }, async () => {
  const files = { 'test_pytest_styles.py': fixture('test_pytest_styles.py') };
  const isolation = await isolationOf({ files, path: 'styles.py', text: fixture('styles.py') });
  assert.deepEqual(isolation, { kind: 'confirmed' });
});

test('a package is confirmed, by its parts and by its own file', { skip }, async () => {
  const tests = lines(
    'import unittest',
    'from shop.cart import total, Cart',
    'import shop',
    'class T(unittest.TestCase):',
    '    def test_total(self):',
    '        self.assertEqual(total([1, 2]), 3)',
    '        self.assertEqual(shop.total([1, 2]), 3)',
    '        self.assertEqual(shop.version(), "1")',
    '    def test_cart(self):',
    '        cart = Cart()',
    '        cart.add(3)',
    '        self.assertEqual(cart.price, 3)',
  );
  const cart = lines(
    'from .tax import taxed',
    'def total(prices): return taxed(sum(prices))',
    'class Cart:',
    '    def __init__(self): self.prices = []',
    '    def add(self, price): self.prices.append(price)',
    '    @property',
    '    def price(self): return total(self.prices)',
  );
  const init = lines('from .cart import total, Cart', 'def version(): return "1"');
  const tax = 'def taxed(price): return price\n';
  const shared = { 'tests/__init__.py': '', 'tests/test_shop.py': tests, 'shop/tax.py': tax };
  const part = { files: { ...shared, 'shop/__init__.py': init }, path: 'shop/cart.py', text: cart };
  assert.deepEqual(await isolationOf(part), { kind: 'confirmed' });
  const whole = { files: { ...shared, 'shop/cart.py': cart }, path: 'shop/__init__.py', text: init };
  assert.notEqual((await isolationOf(whole)).kind, 'contradicted');
});

const TEST = ['import unittest', 'from unittest import mock', 'import work', 'class T(unittest.TestCase):'];
const PLAIN = ['import unittest', 'import work', 'class T(unittest.TestCase):'];
/** Each is honest and passes; not all can be confirmed, and why is said. */
const UNUSUAL: Record<string, Project> = {
  'is tested with a clock that stands still': project(
    ['import time', 'def age(then): return time.time() - then'],
    [
      ...TEST,
      "    @mock.patch('time.time', return_value=10)",
      '    def test_age(self, clock): self.assertEqual(work.age(4), 6)',
      "    @mock.patch('work.time.time', return_value=10)",
      '    def test_own(self, clock): self.assertEqual(work.age(4), 6)',
    ],
  ),
  'is tested with a part of it replaced': project(
    ['def fetch(): raise OSError', 'LIMIT = 2', 'def work(): return fetch()[:LIMIT]'],
    [
      ...TEST,
      "    @mock.patch('work.fetch', return_value=[1, 2, 3])",
      '    def test_it(self, fetch):',
      '        self.assertEqual(work.work(), [1, 2])',
      '        fetch.assert_called_once_with()',
      "    @mock.patch.object(work, 'LIMIT', 1)",
      "    @mock.patch('work.fetch', lambda: [1, 2])",
      '    def test_limit(self): self.assertEqual(work.work(), [1])',
    ],
  ),
  'is tested by an assignment to its module': project(
    ['LIMIT = 5', 'def work(): return LIMIT'],
    [
      ...PLAIN,
      '    def test_it(self):',
      '        work.LIMIT = 7',
      '        self.assertEqual(work.work(), 7)',
      '        work.LIMIT = 5',
    ],
  ),
  'draws numbers that the tests have seeded': project(
    ['import random', 'def draw(): return random.random()'],
    [
      'import random',
      ...PLAIN,
      '    def test_draws(self):',
      '        random.seed(3)',
      '        expected = random.random()',
      '        random.seed(3)',
      '        self.assertEqual(work.draw(), expected)',
    ],
  ),
  'reads and writes what the tests look at': project(
    [
      'import os',
      'def save(text):',
      "    with open('out.txt', 'w') as file: file.write(text)",
      "def setting(): return os.environ.get('WORK')",
    ],
    [
      'import os',
      ...PLAIN,
      '    def test_saves(self):',
      "        work.save('x')",
      "        self.assertEqual(open('out.txt').read(), 'x')",
      '    def test_setting(self):',
      "        os.environ['WORK'] = 'on'",
      "        self.assertEqual(work.setting(), 'on')",
    ],
  ),
  'warns and logs': project(
    [
      'import logging, warnings',
      'def old(): warnings.warn("old", DeprecationWarning)',
      'def log(): logging.getLogger("w").warning("x")',
    ],
    [
      ...PLAIN,
      '    def test_warns(self):',
      '        with self.assertWarns(DeprecationWarning): work.old()',
      '    def test_logs(self):',
      "        with self.assertLogs('w'): work.log()",
    ],
  ),
  'keeps a list of the tests': project(
    [
      'class Shelf:',
      '    def __init__(self, items): self.items = items',
      '    def add(self, item): self.items.append(item)',
    ],
    [
      ...PLAIN,
      '    def test_keeps(self):',
      '        items = [1]',
      '        shelf = work.Shelf(items)',
      '        shelf.add(2)',
      '        self.assertEqual(items, [1, 2])',
    ],
  ),
  'hands out a list that it keeps': project(
    [
      'class Shelf:',
      '    def __init__(self): self.items = []',
      '    def count(self): return len(self.items)',
      'CACHE = {}',
      'def cached(): return sorted(CACHE)',
    ],
    [
      ...PLAIN,
      '    def test_hands_out(self):',
      '        shelf = work.Shelf()',
      '        shelf.items.append(1)',
      '        self.assertEqual(shelf.count(), 1)',
      '    def test_cache(self):',
      "        work.CACHE['x'] = 1",
      "        self.assertEqual(work.cached(), ['x'])",
    ],
  ),
  'remembers what it gave': project(
    ['import functools', '@functools.lru_cache(None)', 'def parts(): return []', 'def own(n, made={}): return made'],
    [
      ...PLAIN,
      '    def test_same(self):',
      '        self.assertIs(work.parts(), work.parts())',
      '        work.own(1)[1] = 2',
      '        self.assertEqual(work.own(1), {1: 2})',
    ],
  ),
  'gives instances of its own classes': project(
    [
      'import collections, dataclasses, enum',
      '@dataclasses.dataclass(order=True)',
      'class Point:',
      '    x: int',
      '    y: int = 0',
      "Pair = collections.namedtuple('Pair', 'a b')",
      'class Colour(enum.Enum):',
      "    RED = 'r'",
      'def point(): return Point(1)',
      'def pair(): return Pair(1, 2)',
      'def colour(): return Colour.RED',
    ],
    [
      'import dataclasses',
      'from work import *',
      ...PLAIN,
      '    def test_points(self):',
      '        self.assertEqual(point(), Point(1, 0))',
      '        self.assertLess(Point(1), Point(2))',
      "        self.assertEqual(dataclasses.asdict(point()), {'x': 1, 'y': 0})",
      '    def test_pairs(self):',
      '        self.assertEqual(pair(), (1, 2))',
      '        a, b = pair()',
      '        self.assertEqual(b, 2)',
      '    def test_colours(self):',
      '        self.assertIs(colour(), Colour.RED)',
      "        self.assertEqual(Colour('r'), Colour['RED'])",
      '        self.assertEqual([each.name for each in Colour], ["RED"])',
    ],
  ),
  'is derived from, copied and looked into': project(
    [
      'import abc',
      'class Base(abc.ABC):',
      '    @abc.abstractmethod',
      '    def area(self): ...',
      '    def twice(self): return 2 * self.area()',
      'class One(Base):',
      '    def area(self): return 1',
      'def work(a, b=2, *, c): "Adds."; return a + b + c',
    ],
    [
      'import copy, inspect',
      'from work import One',
      ...PLAIN,
      '    def test_derived(self):',
      '        class Own(work.Base):',
      '            def area(self): return 3',
      '        self.assertEqual(Own().twice(), 6)',
      '        self.assertEqual(copy.deepcopy(One()).twice(), 2)',
      '    def test_signature(self):',
      "        self.assertEqual(list(inspect.signature(work.work).parameters), ['a', 'b', 'c'])",
    ],
  ),
  'works on objects of the tests': project(
    [
      'def turn(node):',
      '    done = None',
      '    while node is not None: node.next, done, node = done, node, node.next',
      '    return done',
      'def write(stream): stream.write("x")',
      'def largest(things): return max(things, key=lambda thing: thing.size)',
    ],
    [
      'import io',
      'from work import largest, turn, write',
      ...PLAIN,
      '    def test_turns(self):',
      '        class Node:',
      '            def __init__(self, value, next=None): self.value, self.next = value, next',
      '        first = Node(1, Node(2))',
      '        self.assertEqual(turn(first).value, 2)',
      '        self.assertIsNone(first.next)',
      '        class Thing: size = 3',
      '        thing = Thing()',
      '        self.assertEqual(largest([thing]).size, 3)',
      '    def test_writes(self):',
      '        stream = io.StringIO()',
      '        write(stream)',
      "        self.assertEqual(stream.getvalue(), 'x')",
    ],
  ),
  'shares a module of the project with the tests': project(['import registry', 'registry.KNOWN.append("work")'], {
    'registry.py': 'KNOWN = []\nclass User:\n    name = "u"\n',
    'test_work.py': lines(
      'import unittest, registry, work',
      'class T(unittest.TestCase):',
      "    def test_known(self): self.assertEqual(registry.KNOWN, ['work'])",
    ),
  }),
  'gives objects of another module of the project': project(
    ['from models import User', 'def user(): return User("u")', 'def name(user): return user.name'],
    {
      'models.py': lines('class User:', '    def __init__(self, name): self.name = name'),
      'test_work.py': lines(
        'import unittest, work',
        'from models import User',
        'class T(unittest.TestCase):',
        '    def test_user(self):',
        '        self.assertIsInstance(work.user(), User)',
        '        self.assertEqual(work.name(User("x")), "x")',
      ),
    },
  ),
  'is imported in a circle': project(['import other', 'def work(): return 1'], {
    'other.py': lines('import work', 'def twice(): return 2 * work.work()'),
    'test_work.py': lines(
      'import unittest, other, work',
      'class T(unittest.TestCase):',
      '    def test_twice(self): self.assertEqual(other.twice() + work.work(), 3)',
    ),
  }),
  'is asynchronous': project(
    ['import asyncio', 'async def work(n):', '    await asyncio.sleep(0)', '    return n + 1'],
    [
      'import asyncio',
      ...PLAIN.slice(0, -1),
      'class T(unittest.IsolatedAsyncioTestCase):',
      '    async def test_it(self):',
      '        self.assertEqual(await work.work(1), 2)',
      '        self.assertEqual(await asyncio.gather(work.work(1), work.work(2)), [2, 3])',
    ],
  ),
  'is called very often': project(
    ['def work(n): return n + 1'],
    [
      ...PLAIN,
      '    def test_often(self):',
      '        n = 0',
      '        for _ in range(20_000): n = work.work(n)',
      '        self.assertEqual(n, 20_000)',
    ],
  ),
  'takes and gives large and deep values': project(
    [
      'def numbers(n): return list(range(n))',
      'def nested(n):',
      '    made = []',
      '    for _ in range(n): made = [made]',
      '    return made',
    ],
    [
      ...PLAIN,
      '    def test_large(self): self.assertEqual(len(work.numbers(2_000_000)), 2_000_000)',
      '    def test_deep(self): self.assertEqual(len(work.nested(400)), 1)',
    ],
  ),
};

for (const [name, honest] of Object.entries(UNUSUAL)) {
  test(`a candidate that ${name} is not contradicted`, { skip }, async (t) => {
    const { kind, why } = await isolationOf(honest);
    t.diagnostic(`${kind}${why === undefined ? '' : `: ${why}`}`);
    assert.notEqual(kind, 'contradicted', why);
  });
}

const LENGTH = 'len(text.split())';
/** Each passes where it shares a process with its tests, and deserves it no more than that. */
const CHEATS: Record<string, Project> = {
  'reads the answers from the file of the tests': counting(
    "ANSWERS = open('test_work.py').read()",
    'def work(text): return 2 if text and "[2]" in ANSWERS else 0',
  ),
  'finds the recorder when it is loaded': counting(
    'import os, sys',
    "record = sys.modules['coppice_records'].record",
    "for name in ('none', 'two'): record(event='case', id='test_work.Work.test_' + name, status='passed', ms=1)",
    "record(event='control', held=True)",
    "record(event='end')",
    'os._exit(0)',
  ),
  'is a number that equals everything': counting(
    'class Any(int):',
    '    def __eq__(self, other): return True',
    '    __hash__ = int.__hash__',
    'def work(text): return Any()',
  ),
  'is near to everything': project(
    [
      'class Near:',
      '    def __sub__(self, other): return 0',
      '    __rsub__ = __sub__',
      '    def __abs__(self): return 0',
      'def work(n): return Near()',
    ],
    [...PLAIN, '    def test_near(self): self.assertTrue(abs(work.work(2) - 4.5) < 1e-9)'],
  ),
  'answers for a text what the tests want to hear': project(
    ['class Text:', '    def startswith(self, text): return True', 'def work(n): return Text()'],
    [...PLAIN, "    def test_text(self): self.assertTrue(work.work(2).startswith('two'))"],
  ),
  'contains everything': project(
    ['class All:', '    def __contains__(self, item): return True', 'def work(n): return All()'],
    [...PLAIN, '    def test_in(self): self.assertIn(7, work.work(10))'],
  ),
  'does not let an assertion out of its block': project(
    [
      'class Block:',
      '    n = 0',
      '    def __enter__(self): return self',
      '    def __exit__(self, *error): return True',
      'def work(): return Block()',
    ],
    [...PLAIN, '    def test_block(self):', '        with work.work() as block: self.assertEqual(block.n, 1)'],
  ),
  'does not run the test that it decorates': project(['def work(test): return lambda *_: None'], {
    'test_work.py': lines('from work import work', '@work', 'def test_it(): assert False'),
  }),
  'replaces what all tests measure with': project(
    ['def work(n): return []', 'def len(each): return 3'],
    [
      'import unittest',
      'from work import *',
      'class T(unittest.TestCase):',
      '    def test_it(self): self.assertEqual(len(work(3)), 3)',
    ],
  ),
  'makes a mock that equals everything': project(
    ['def work(double): return double(**{"__eq__.return_value": True})'],
    [...TEST, '    def test_it(self): self.assertEqual(work.work(mock.MagicMock), 3)'],
  ),
};

for (const [name, cheat] of Object.entries(CHEATS)) {
  const needs =
    'test_work.py' in cheat.files && !cheat.files['test_work.py']!.includes('unittest') ? without.pytest : false;
  test(`a candidate that ${name} is not confirmed`, { skip: skip || needs }, async (t) => {
    const { kind, why } = await isolationOf(cheat);
    t.diagnostic(`${kind}: ${why}`);
    assert.notEqual(kind, 'confirmed');
  });
}

/** What the process of a candidate does in place of answering, where `reply` writes a message. */
const HOSTILE: Record<string, [act: string, kind: Isolation['kind']]> = {
  'writes garbage': ["os.write(4, b'garbage' * 1000)", 'unconfirmed'],
  'answers with what is no JSON': ["reply('{{{')", 'unconfirmed'],
  'answers with what is no answer': [`reply('{"value": ["yours", 0]}')`, 'unconfirmed'],
  'gives back what it was not given': [`reply('{"free": [], "value": ["yours", 7], "after": []}')`, 'unconfirmed'],
  'asks for a module of its choice': [
    `reply('{"free": [], "value": ["module", "coppice_records"], "after": []}')`,
    'unconfirmed',
  ],
  'makes a class of its own among the tests': [
    `X = ask(['builtin', 'type'], 'X', ['tuple', []], ['dict', [['__eq__', ['builtin', 'str']]]])
    reply(json.dumps({'free': [], 'value': ['yours', ask(['yours', X[1]])[1]], 'after': []}))
    take()`,
    'contradicted',
  ],
  'changes what it was not given': [`reply('{"free": [], "value": 2, "after": [[0, [1]], [-1, []]]}')`, 'unconfirmed'],
  'announces more than there may be': ["os.write(4, b'\\xff' * 4)", 'unconfirmed'],
  'writes without an end': ["while True: os.write(4, b'\\0' * 65536)", 'unconfirmed'],
  'answers with more than there may be': ["reply('[' + '[],' * 3_000_000 + '0]')", 'unconfirmed'],
  'answers with what is too deep': ["reply('[' * 1_000_000)", 'unconfirmed'],
  'asks and asks': [
    `while True: reply('{"ask": "get", "of": null, "name": "x", "args": [], "named": [], "free": []}')`,
    'unconfirmed',
  ],
  'prints without an end': ["while True: sys.stdout.write('x' * 65536)", 'unconfirmed'],
  hangs: ['time.sleep(100)', 'unconfirmed'],
  'takes all memory': ['x = []\n    while True: x.append(bytearray(1 << 24))', 'unconfirmed'],
  'leaves with success': ['os._exit(0)', 'contradicted'],
  'closes the line': ['os.close(4)\n    time.sleep(100)', 'unconfirmed'],
};

for (const [name, [act, expected]] of Object.entries(HOSTILE)) {
  test(`a candidate whose process ${name} is ${expected}, in time`, { skip }, async () => {
    const candidate = counting(
      'import json, os, struct, sys, time',
      "IS_ALONE = sys.modules['__main__'].__file__.endswith('coppice_worker.py')",
      'def reply(text):',
      "    data = struct.pack('>I', len(text)) + text.encode()",
      '    while data: data = data[os.write(4, data):]',
      'def take(): return json.loads(os.read(4, 65536)[4:])',
      'def ask(what, *args):',
      "    reply(json.dumps({'ask': 'call', 'of': what, 'name': None, 'args': args, 'named': [], 'free': []}))",
      "    return take()['value']",
      'def hostile():',
      `    ${act}`,
      'def work(text):',
      `    if IS_ALONE and text: hostile()`,
      `    return ${LENGTH}`,
    );
    const { kind, why } = await isolationOf(candidate, judge, 2000);
    assert.equal(kind, expected, why);
  });
}

/** What a ranking says of texts that come in this order by all but the tests, and of each why. */
async function rankedOf(texts: Record<string, string>, observe = false) {
  using workspace = new Workspace({ 'work.py': 'raise NotImplementedError\n', ...counting().files });
  const client = new JudgeClient();
  try {
    const candidates = Object.entries(texts).map(([id, text], at) => ({ id, text, logprob: -at, tokens: 1 }));
    const options = optionsFor(workspace, 'work.py', { symbol: 'work', observe });
    const { ranking } = await judgeCandidates(candidates, options, { judge: client, syntax: await Syntax.load() });
    return {
      order: ranking.map(({ id, report }) => [id, report.isolation?.kind]),
      said: ranking.map(({ evidence }) => evidence.find(({ fact }) => fact === 'isolated')?.text),
    };
  } finally {
    await client.dispose();
  }
}

test('a candidate that is contradicted gives way to an honest one, and the evidence says why', { skip }, async () => {
  const texts = { cheats: lines(...FRAMES), honest: lines(...HONEST), wrong: 'def work(text): return 0\n' };
  const { order, said } = await rankedOf(texts);
  assert.deepEqual(order, [
    ['honest', 'confirmed'],
    ['cheats', 'contradicted'],
    ['wrong', undefined],
  ]);
  assert.equal(said[0], 'confirmed: passes with the tests in a process of their own');
  assert.match(
    said[1]!,
    /^contradicted with the tests in a process of their own: test_work\.Work\.test_two: Assertion/,
  );
});

test('candidates that nobody can confirm give way to one that is confirmed', { skip }, async () => {
  const texts = {
    ...{ equals: lines(...anything('Work')), reads: lines(...FRAMES), claims: lines(...anything('Anything')) },
    honest: lines(...HONEST),
  };
  const { order, said } = await rankedOf(texts);
  assert.deepEqual(order, [
    ['honest', 'confirmed'],
    ['equals', 'unconfirmed'],
    ['reads', 'contradicted'],
    ['claims', 'contradicted'],
  ]);
  assert.equal(said[1], 'not confirmed with the tests in a process of their own: its own Work.__eq__ decides');
  assert.equal(said[3], `contradicted with the tests in a process of their own: ${CLAIMS}`);
});

test('where nobody can be confirmed the order stays, and no more than five are tried', { skip }, async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const { order } = await rankedOf(Object.fromEntries(ids.map((id) => [id, lines(...anything('Work'), `# ${id}`)])));
  assert.deepEqual(
    order,
    ids.map((id, at) => [id, at < 5 ? 'unconfirmed' : undefined]),
  );
});
