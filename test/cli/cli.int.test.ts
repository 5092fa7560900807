import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RandomModel } from '../run/random-model.ts';
import { exampleProject, scratchFolder } from '../run/scratch.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const random = new RandomModel();
after(() => random.dispose());

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function start(args: string[], input = '', environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...environment } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

const coppice = (...how: Parameters<typeof start>) => start(...how).ended;

/** Standard output must be one JSON object and nothing else. */
async function json(args: string[], input?: string, environment?: NodeJS.ProcessEnv) {
  const { code, out, err } = await coppice([...args, '--json'], input, environment);
  assert.match(out, /^\{.*\}\n$/, err);
  return { code, value: JSON.parse(out) };
}

const words = exampleProject('python');
const original = readFileSync(join(words, 'words.py'), 'utf8');
const place = original.indexOf('\n\ndef initials');
const withBody = (body: string) => `${original.slice(0, place)}    ${body}\n${original.slice(place)}`;
const jsonl = (...bodies: string[]) =>
  join(
    scratchFolder({
      'c.jsonl': bodies.map((body, n) => JSON.stringify({ id: `n${n}`, text: withBody(body), logprob: -n })).join('\n'),
    }),
    'c.jsonl',
  );
const judge = (candidates: string) => [
  ...['judge', '--workspace', words, '--file', 'words.py', '--symbol', 'count_vowels', '--candidates', candidates],
  '--allow-unsandboxed',
];

test('judge ranks what passes first and exits with 0', async () => {
  const right = "return sum(letter in 'aeiou' for letter in text.lower())";
  const { code, value } = await json(judge(jsonl('return 0', 'return (', right)));
  assert.equal(code, 0);
  assert.deepEqual(
    value.ranking.map((entry: { id: string; report: { verdict: string } }) => [entry.id, entry.report.verdict]),
    [
      ['n2', 'passed'],
      ['n0', 'failed'],
      ['n1', 'unparsable'],
    ],
  );
  assert.deepEqual(
    Object.keys(value.ranking[0]).filter((key) =>
      ['rank', 'text', 'diff', 'state', 'cluster', 'evidence'].includes(key),
    ),
    ['rank', 'text', 'diff', 'state', 'cluster', 'evidence'],
  );
  assert.equal(value.run.model, null);
});

test('judge ranks a file of any language by a test command', async () => {
  const workspace = scratchFolder({ 'answer.awk': 'BEGIN { print 0 }\n' });
  const texts = ['BEGIN { print 41 }\n', 'BEGIN { print 42 }\n'];
  const candidates = scratchFolder({
    'c.jsonl': texts.map((text, n) => JSON.stringify({ id: `n${n}`, text })).join('\n'),
  });
  const { code, value } = await json([
    ...['judge', '--workspace', workspace, '--file', 'answer.awk', '--candidates', join(candidates, 'c.jsonl')],
    ...['--tests', 'test "$(awk -f answer.awk)" = 42', '--allow-unsandboxed'],
  ]);
  assert.equal(code, 0);
  assert.deepEqual(
    value.ranking.map((entry: { id: string; report: { verdict: string } }) => [entry.id, entry.report.verdict]),
    [
      ['n1', 'passed'],
      ['n0', 'failed'],
    ],
  );
});

test('judge is told what a model wrote for tests, and says what came of it without believing it', async () => {
  const bodies = ['return 3', "return sum(letter in 'aeiou' for letter in text.lower())", 'return 3  # again'];
  const wrote = (...lines: string[]) => join(scratchFolder({ 't.jsonl': `${lines.join('\n')}\n` }), 't.jsonl');
  const said = (input: string, expected: string) => JSON.stringify({ input, expected });
  const none = [...judge(jsonl(...bodies)), '--tests', 'none', '--generated-tests'];
  const good = wrote(
    ...['ae', 'xyz aei', 'oxo'].map((text, at) => said(`count_vowels("${text}")`, `${[2, 3, 2][at]}`)),
  );
  const { value } = await json([...none, good]);
  assert.equal(value.ranking[0].id, 'n1', 'two others agree with each other');
  assert.deepEqual(value.run.generatedTests, {
    ...{ verified: false, written: 3, ran: 3, counted: true },
    tests: [
      { input: "count_vowels('xyz aei')", expected: '3', agree: 3 },
      { input: "count_vowels('ae')", expected: '2', agree: 1 },
      { input: "count_vowels('oxo')", expected: '2', agree: 1 },
    ],
  });
  const { out } = await coppice([...none, good]);
  assert.match(
    out,
    /Tests that the model wrote itself, which nobody has checked \(3 of 3 could be used\):\n {2}count_vowels/,
  );
  const bad = wrote(said("count_vowels('')", '3'), said("count_vowels('b')", '3'), said("count_vowels('c')", '3'));
  const tested = await json([...judge(jsonl(...bodies)), '--generated-tests', bad]);
  assert.equal(tested.value.ranking[0].id, 'n1', "the project's tests come first");
  const mistakes = {
    x: 'is not JSON',
    '{"input": 1}': '"input" is not a string',
    [said('f(1)', '2')]: 'with literals',
  };
  for (const [line, message] of Object.entries(mistakes)) {
    const { code, value } = await json([...none, wrote(said("count_vowels('')", '0'), '', line)]);
    assert.deepEqual([code, value.error.code], [2, 'usage']);
    assert.ok(value.error.message.includes('t.jsonl, line 3') && value.error.message.includes(message));
  }
  const anonymous = none.filter((word) => word !== '--symbol' && word !== 'count_vowels');
  assert.match((await json([...anonymous, good])).value.error.remedy, /--symbol/);
});

test('judge exits with 1 when nothing passes, and says so to people without colours', async () => {
  const { code, out } = await coppice(judge(jsonl('return 0')));
  assert.equal(code, 1);
  assert.match(out, /0 of 1 candidates pass the tests\./);
  assert.match(out, /^\+ {4}return 0$/m);
  assert.ok(!out.includes('\x1b'));
});

test('what is wrong with the request exits with 2 and a remedy', async () => {
  const bad = join(scratchFolder({ 'c.jsonl': '{"id": "a", "text": ""}\n{"id": 7}\n' }), 'c.jsonl');
  const typescript = join(exampleProject('typescript'), 'src/numbers.ts');
  for (const [args, error] of [
    [['grow'], 'usage'],
    [['nonsense'], 'usage'],
    [['grow', 'missing.py'], 'file-not-found'],
    [['grow', typescript], 'symbol-not-found'],
    [['grow', typescript, '--symbol', 'clamp', '--at', '1:1'], 'usage'],
    [['grow', typescript, '-n', '0'], 'usage'],
    [judge(bad), 'candidates-invalid'],
    [['complete'], 'usage'],
    [['complete', '--prompt-ids', bad], 'usage'],
  ] as const) {
    const { code, value } = await json([...args]);
    assert.equal(code, 2, args.join(' '));
    assert.equal(value.error.code, error, args.join(' '));
    assert.ok(value.error.remedy.length > 10);
  }
});

test('what is wrong with the machine exits with 3 and a remedy', async () => {
  const missing = await json(['tokenize', main, '--model', 'nobody/nothing']);
  assert.deepEqual([missing.code, missing.value.error.code], [3, 'model-not-found']);
  const { code, err, out } = await coppice(['tokenize', main, '--model', 'nobody/nothing']);
  assert.equal(code, 3);
  assert.equal(out, '');
  assert.match(err, /There is no model "nobody\/nothing"\.\n {2}Name a model folder/);
});

test('tokenize takes special tokens in a text as text unless told otherwise', async () => {
  const args = ['tokenize', '-', '--model', random.folder];
  const text = '<|fim_middle|>é';
  const plain = await json(args, text);
  assert.deepEqual(plain.value.ids, [...Buffer.from(text)]);
  const special = await json([...args, '--special'], text);
  assert.deepEqual(special.value.ids, [258, ...Buffer.from('é')]);
});

test('complete is greedy at temperature 0 and reports the likeliest tokens', async () => {
  const args = ['complete', '--model', random.folder, '--temperature', '0', '--max-tokens', '6', '--logprobs', '2'];
  const ids = join(scratchFolder({ 'ids.json': JSON.stringify([...Buffer.from('def')]) }), 'ids.json');
  const { code, value } = await json([...args, '--prompt-ids', ids]);
  assert.equal(code, 0);
  for (const { id, top } of value.choices[0].logprobs) {
    assert.equal(top.length, 2);
    assert.equal(id, top[0].id);
  }
  assert.deepEqual((await json([...args, 'def'])).value.choices, value.choices);
});

test('complete ends before any text that --stop names, wherever the prompt stands', async () => {
  const greedy = ['--model', random.folder, '--temperature', '0', '--max-tokens', '6'];
  const [whole] = (await json(['complete', 'def ', ...greedy])).value.choices;
  const last = whole.text.at(-1);
  const { value } = await json(['complete', ...greedy, '--stop', 'no such text', '--stop', last, 'def ']);
  const before = whole.text.slice(0, whole.text.indexOf(last));
  assert.deepEqual([value.choices[0].text, value.choices[0].stop], [before, 'stop-string']);
});

test('tree shows pieces, tokens and what was cut', async () => {
  const args = ['tree', join(words, 'words.py'), '--symbol', 'initials', '--model', random.folder, '-n', '9'];
  const { value } = await json(args);
  assert.deepEqual(
    value.nodes.map((node: { path: number[]; candidates: number }) => [node.path.join('.'), node.candidates]),
    [
      ['', 0],
      ['0', 5],
      ['0.0', 2],
      ['0.1', 1],
      ['0.2', 1],
    ],
  );
  assert.equal(
    value.tokens,
    value.nodes.reduce((sum: number, node: { tokens: number }) => sum + node.tokens, 0),
  );
  const { out } = await coppice(args);
  assert.match(out, /tests of tests\/test_words\.py: \d+ tokens \(cut: 8 of 12 test cases/);
  assert.match(out, /node 0\.0: .*, 2 candidates grow here\n/);
  assert.match(out, /node 0\.1: .*, 1 candidate grows here\n/);
});

test('tree shows parts of other files, what was left out and why, and lets go of a piece that is switched off', async () => {
  const folder = scratchFolder({
    'pyproject.toml': '',
    '.gitignore': 'local.py\n',
    'order.py': 'class Order:\n    lines: list[int]\n',
    'local.py': 'class Local:\n    pass\n',
    'AGENTS.md': 'Write short functions.\n',
    'keys.py': `class Keys:\n    TOKEN = "ghp_${'a1B2c3D4e5F6'.repeat(3)}"\n`,
    'price.py':
      'from order import Order\nfrom local import Local\nfrom keys import Keys\n\n\ndef price(o: Order, k: Keys, l: Local) -> int:\n    """The price."""\n',
    'test_price.py':
      'from price import price\nfrom order import Order\n\ndef test_price():\n    assert price(Order(), 1, 2) == 3\n',
  });
  const args = ['tree', join(folder, 'price.py'), '--model', random.folder, '--context-tokens', '400'];
  const { value } = await json(args);
  const pieces = value.nodes.flatMap((node: { pieces: { id: string }[] }) => node.pieces);
  assert.deepEqual(
    pieces.slice(0, 4).map(({ id, role, title }: Record<string, string>) => [id, role, title]),
    [
      ['file:AGENTS.md', 'repository', 'instructions of the workspace'],
      ['file:order.py', 'repository', 'definition of Order'],
      ['tests:test_price.py', 'tests', 'tests'],
      ['prefix', 'prefix', 'the file before the function'],
    ],
  );
  assert.ok(!JSON.stringify(value.nodes).match(/ghp_|class Local/));
  assert.deepEqual(
    value.leftOut.map(({ id, why }: Record<string, string>) => [id, why]),
    [
      ['file:keys.py', 'it holds something that looks like a secret'],
      ['file:local.py', 'it is ignored by .gitignore'],
    ],
  );
  const { out } = await coppice([...args, '--without', 'file:order.py', '--without', 'suffix']);
  assert.match(out, /repository of AGENTS\.md \(instructions of the workspace\): \d+ tokens \[file:AGENTS\.md\]/);
  assert.match(out, /left out\n( {2}.*\n)* {2}file:order\.py definition of Order: switched off\n/);
  assert.match(out, /suffix of price\.py: \d+ tokens \(cut: switched off\)/);
  const { out: plain } = await coppice(['tree', join(folder, 'price.py')]);
  assert.match(
    plain,
    /repository other files: a model of 8\.1 million parameters is shown the file and its tests alone/,
  );
});

test('grow prints the run and its ranking, and writes no patch when nothing passed', async () => {
  const patch = join(scratchFolder(), 'best.patch');
  const { code, value } = await json([
    ...['grow', join(words, 'words.py'), '--symbol', 'initials', '--model', random.folder, '-n', '4'],
    ...['--max-tokens', '4', '--allow-unsandboxed', '--write', patch],
  ]);
  assert.equal(code, 1);
  const { run, ranking } = value;
  assert.equal(run.seed, 1);
  assert.ok(run.prompt.tokens > 0 && run.decoded.tokens > 0 && run.gpuAdapter.backend.length > 0);
  assert.ok(run.timings.totalMs >= run.timings.decodeMs);
  assert.ok(ranking.every((entry: { report: { verdict: string } }) => entry.report.verdict !== 'passed'));
  assert.throws(() => readFileSync(patch));
});

test('models verify fails for a changed file', async () => {
  const folder = scratchFolder({
    ...{ 'config.json': '{}', 'model.safetensors': 'x' },
    'manifest.json': JSON.stringify({ files: { 'config.json': { bytes: 2, sha256: '0'.repeat(64) } } }),
  });
  const { code, value } = await json(['models', 'verify', folder]);
  assert.equal(code, 3);
  assert.equal(value.files[0].status, 'changed');
});

test('doctor names what is here, with a remedy for each problem', async () => {
  const broken = fileURLToPath(new URL('../fixtures/golden/granite', import.meta.url));
  const cache = scratchFolder({ 'added-models.json': JSON.stringify([broken]) });
  const { code, value } = await json(['doctor'], '', { COPPICE_CACHE: cache });
  assert.equal(code, 3);
  const [sprout, added] = value.models;
  assert.deepEqual([sprout.name, sprout.fillsIn, sprout.problem], ['sprout', true, undefined]);
  assert.deepEqual([added.name, added.problem], ['granite', 'It has no tokenizer.']);
  const ofModels = value.problems.filter(({ part }: { part: string }) => part === 'models');
  assert.equal(ofModels.length, 1);
  assert.match(ofModels[0].remedy, /models remove granite/);
  assert.equal(value.ok, value.problems.length === 0);
  assert.equal(value.node.version, process.versions.node);
  assert.ok(
    value.judge.runtimes.some((runtime: { name: string; found: boolean }) => runtime.name === 'node' && runtime.found),
  );
  for (const problem of value.problems) assert.ok(problem.remedy.length > 10, problem.message);
});

test('an interrupt ends the command and all that it started', { skip: process.platform === 'win32' }, async () => {
  const marker = `sleep 60.${process.pid}`;
  const { child, ended } = start([
    ...['judge', '--workspace', words, '--file', 'words.py', '--candidates', jsonl('return 0')],
    ...['--allow-unsandboxed', '--tests', marker],
  ]);
  const running = () =>
    new Promise<string>((resolve) => {
      const ps = spawn('ps', ['-eo', 'pid,ppid,args']);
      let out = '';
      ps.stdout.setEncoding('utf8').on('data', (text) => (out += text));
      ps.on('close', () => resolve(out));
    });
  const startedBy = async () =>
    (await running()).split('\n').filter((line) => line.trim().split(/\s+/)[1] === String(child.pid));
  const tests = async () =>
    (await running()).split('\n').filter((line) => line.includes(marker) && !line.includes(main));
  let children: string[] = [];
  for (let wait = 0; wait < 100 && children.length === 0; wait++) {
    await delay(100);
    children = await startedBy();
  }
  assert.ok(children.length > 0);
  for (let wait = 0; wait < 100 && !(await tests()).length; wait++) await delay(100);
  assert.ok((await tests()).length > 0, 'the tests run');
  child.kill('SIGINT');
  const { code, err } = await ended;
  assert.equal(code, 130);
  assert.match(err, /cancelled/);
  assert.deepEqual(await tests(), []);
  const pids = children.map((line) => Number(line.trim().split(/\s+/)[0]));
  for (const pid of pids) assert.throws(() => process.kill(pid, 0));
});

test('a candidates file is read line by line', async () => {
  const file = join(scratchFolder(), 'c.jsonl');
  writeFileSync(file, `\n${JSON.stringify({ id: 'a', text: original })}\n\n${JSON.stringify({ id: 'a', text: '' })}\n`);
  const { value } = await json(judge(file));
  assert.match(value.error.message, /line 4: the id "a" is there twice/);
});
