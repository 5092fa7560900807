import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Caller } from '../../../src/core/channel.ts';
import type { JudgeEvent, JudgeRequest, JudgeResults } from '../../../src/core/protocol.ts';
import { type Limits, limitsFor } from '../../../src/judge/process/limits.ts';
import { type Outcome, runConfined } from '../../../src/judge/process/run.ts';
import { isAlive } from '../../../src/judge/process/tree.ts';
import { jobObject } from '../../../src/judge/sandbox/job-object.ts';
import type { Sandbox } from '../../../src/judge/sandbox/sandbox.ts';
import { lines, optionsFor, TestJudge, Workspace } from '../workspace.ts';

const isWindows = process.platform === 'win32';
const { COPPICE_WINE: wine, COPPICE_WINDOWS_NODE: windowsNode, COPPICE_WINDOWS_MODULES: modules } = process.env;
const WALL_MS = 30_000;
const IDLE = 'setTimeout(() => {}, 60_000)';

/** Without `using`, which the Node that starts under Wine does not know. */
describe('a job object', { skip: !isWindows && 'this is not Windows', timeout: 280_000 }, () => {
  const base = isWindows ? mkdtempSync(join(tmpdir(), 'coppice test-')) : '';
  const cell = {
    slot: join(base, 'slot'),
    workspace: base,
    shared: [],
    readable: [],
    scratch: join(base, 'scratch'),
  };
  let sandbox: Sandbox;
  before(() => {
    for (const folder of [cell.slot, cell.scratch]) mkdirSync(folder);
    sandbox = jobObject()!;
    assert.ok(sandbox, 'koffi has no binding here');
  });
  after(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

  const run = (program: string, tighter: Partial<Limits> = {}, ...args: string[]): Promise<Outcome> => {
    const limits = { ...limitsFor(WALL_MS, 1), ...tighter };
    const argv = [process.execPath, '-e', program, ...args];
    return runConfined(sandbox.confine({ argv, env: {} }, cell, limits), limits);
  };

  test('runs a program that says what it has and ends with a code of its own', async () => {
    process.env.COPPICE_TEST_SECRET = 'secret';
    const said = ['plain', 'with space', 'C:\\folder\\', 'a "quote"', 'back\\"slash', '', 'ünïcode 漢字'];
    const program = `
      const { env } = process;
      console.log(JSON.stringify([process.argv.slice(1), process.cwd(), env.TEMP, env.COPPICE_TEST_SECRET ?? null]));
      console.error('on stderr');
      process.exit(300);
    `;
    const outcome = await run(program, {}, ...said);
    delete process.env.COPPICE_TEST_SECRET;
    assert.equal(outcome.exitCode, 300);
    assert.equal(outcome.interrupted, undefined);
    const [first = ''] = outcome.output.split('\n').filter((line) => line.startsWith('['));
    assert.deepEqual(JSON.parse(first), [said, cell.slot, cell.scratch, null]);
    assert.match(outcome.output, /on stderr/);
  });

  test('ends a program at its time, with all that it started', async () => {
    const program = `
      const { spawn } = require('node:child_process');
      const inner = "console.log(process.pid); ${IDLE}";
      const outer = \`require('node:child_process').spawn(process.execPath, ['-e', '\${inner}'], { stdio: ['ignore', 1, 2] }); console.log(process.pid); ${IDLE}\`;
      spawn(process.execPath, ['-e', outer], { stdio: ['ignore', 1, 2], detached: true }).unref();
      console.log(process.pid);
      ${IDLE};
    `;
    const outcome = await run(program, { wallMs: 12_000 });
    assert.equal(outcome.interrupted, 'wall-clock');
    const pids = outcome.output.trim().split('\n').map(Number);
    assert.equal(pids.length, 3, outcome.output);
    assert.deepEqual(pids.filter(isAlive), []);
  });

  test('holds a fork bomb', async () => {
    const bomb = join(cell.slot, 'bomb.cjs');
    const text = `
      const { spawn } = require('node:child_process');
      for (let n = 0; n < 3; n++) spawn(process.execPath, [__filename], { stdio: 'ignore' }).on('error', () => {});
      ${IDLE};
    `;
    writeFileSync(bomb, text);
    const outcome = await run(`require(${JSON.stringify(bomb)})`, { processes: 8 });
    assert.equal(outcome.interrupted, 'processes');
  });

  test('ends a program that takes more memory than it may, by itself or in many processes', async () => {
    const eat =
      'const kept = []; setInterval(() => kept.length < 12 && kept.push(Buffer.alloc(16 * 1024 ** 2, 1)), 10);';
    const single = await run(eat.replace('< 12', '< 100'), { memoryBytes: 256 * 1024 ** 2 });
    assert.equal(single.interrupted, 'memory');
    const program = `
      for (let n = 0; n < 3; n++) require('node:child_process').spawn(process.execPath, ['-e', '${eat}']);
      ${IDLE};
    `;
    const many = await run(program, { memoryBytes: 512 * 1024 ** 2 });
    assert.equal(many.interrupted, 'memory');
  });

  test('ends a program that prints too much, and keeps the end', async () => {
    const outcome = await run(`for (;;) require('node:fs').writeSync(1, 'x'.repeat(65_536));`, {
      outputBytes: 1024 ** 2,
    });
    assert.equal(outcome.interrupted, 'output');
    assert.ok(outcome.output.length <= 1024 ** 2);
  });

  test('can be cancelled', async () => {
    const abort = new AbortController();
    const limits = limitsFor(WALL_MS, 1);
    const argv = [process.execPath, '-e', IDLE];
    const running = runConfined(sandbox.confine({ argv, env: {} }, cell, limits), limits, abort.signal);
    setTimeout(() => abort.abort(), 500);
    await assert.rejects(running, { code: 'cancelled' });
  });

  test('says of a program that is not there that it did not run', async () => {
    const limits = limitsFor(WALL_MS, 1);
    const confined = sandbox.confine({ argv: [join(base, 'nothing.exe')], env: {} }, cell, limits);
    await assert.rejects(runConfined(confined, limits), { code: 'tests-broken' });
  });

  test('goes with the judge that made it', async () => {
    const url = (path: string) => JSON.stringify(new URL(`../../../src/judge/${path}`, import.meta.url).href);
    const judge = `
      const { runConfined } = await import(${url('process/run.ts')});
      const { limitsFor } = await import(${url('process/limits.ts')});
      const { jobObject } = await import(${url('sandbox/job-object.ts')});
      const limits = limitsFor(60_000, 1);
      const program = 'require("node:fs").writeFileSync("pid.txt", String(process.pid)); ${IDLE}';
      await runConfined(jobObject().confine({ argv: [process.execPath, '-e', program], env: {} }, ${JSON.stringify(cell)}, limits), limits);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', judge], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const said = join(cell.slot, 'pid.txt');
    try {
      for (let look = 0; look < 300 && !(existsSync(said) && readFileSync(said, 'utf8')); look++) await pause(100);
      const pid = Number(readFileSync(said, 'utf8'));
      assert.ok(isAlive(pid));
      child.kill('SIGKILL');
      for (let look = 0; look < 100 && isAlive(pid); look++) await pause(50);
      assert.equal(isAlive(pid), false);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a judge on Windows', { skip: !isWindows && 'this is not Windows', timeout: 280_000 }, () => {
  const TWICE = lines('export const twice = (n) => 2 * n;');
  const TEST = (...more: string[]) =>
    lines(
      "import assert from 'node:assert';",
      "import { existsSync, writeFileSync } from 'node:fs';",
      "import test from 'node:test';",
      "import { twice } from '../../work.mjs';",
      "test('twice', () => assert.equal(twice(4), 8));",
      ...more,
    );
  let judge: TestJudge;
  const workspaces: Workspace[] = [];
  const workspace = (files: Record<string, string>) => {
    const made = new Workspace(files);
    workspaces.push(made);
    return made;
  };
  before(() => {
    judge = new TestJudge();
  });
  after(() => {
    judge[Symbol.dispose]();
    for (const each of workspaces) each[Symbol.dispose]();
  });

  test('takes the job object for its limits, and says what it leaves open', async () => {
    const { sandbox } = await judge.ask({ kind: 'probe' });
    assert.equal(sandbox.backend, 'job-object');
    assert.match(sandbox.description, /Not isolated: files and network/);
    assert.match(sandbox.remedy ?? '', /WSL 2/);
    const held = sandbox.checks.filter(({ ok }) => ok).map(({ name }) => name);
    assert.deepEqual(held, [
      'tests can write in their own copy',
      'the number of processes is limited',
      'memory is limited',
      'nothing outlives the tests',
    ]);
    assert.ok(sandbox.checks.some(({ name, ok }) => name === 'files outside cannot be read' && !ok));
  });

  test('runs nothing before the user has consented', async () => {
    const files = workspace({ 'work.mjs': TWICE, 'test/deep/work.test.mjs': TEST() });
    const opening = judge.open(files, 'work.mjs', { allowUnsandboxed: false });
    await assert.rejects(opening, { code: 'sandbox-missing', message: /Not isolated: files and network/ });
  });

  test('gives verdicts of node:test, each candidate in a workspace as the user has it', async () => {
    const files = workspace({
      'work.mjs': TWICE,
      'test/deep/work.test.mjs': TEST(
        "test('alone', () => { assert.ok(!existsSync('left.txt')); writeFileSync('left.txt', 'x'); });",
      ),
    });
    const hash = files.hash();
    const { session, baseline, sandbox } = await judge.open(files, 'work.mjs', { slots: 1, timeoutMs: 20_000 });
    assert.equal(sandbox, 'job-object');
    const ids = ['test/deep/work.test.mjs > twice', 'test/deep/work.test.mjs > alone'];
    assert.deepEqual(
      baseline.cases.map(({ id, status }) => `${id}: ${status}`),
      ids.map((id) => `${id}: passed`),
    );
    const verdicts = async (text: string) => {
      const { verdict, cases } = await judge.report(session, text);
      return [verdict, ...cases.map(({ status }) => status)];
    };
    assert.deepEqual(await verdicts(lines('export const twice = (n) => n + n;')), ['passed', 'passed', 'passed']);
    assert.deepEqual(await verdicts('export const twice = (n) => n + n;\r\n'), ['passed', 'passed', 'passed']);
    assert.deepEqual(await verdicts(lines('export const twice = (n) => 3 * n;')), ['failed', 'failed', 'passed']);
    assert.deepEqual(await verdicts(lines('process.exit(0);', 'export const twice = 1;')), [
      'failed',
      'error',
      'error',
    ]);
    assert.deepEqual(await verdicts('export const twice = ;'), ['unparsable']);
    assert.equal(files.hash(), hash);
  });

  test('shows installed packages through a junction, which goes and leaves them', async (t) => {
    const files = workspace({
      'work.mjs': TWICE,
      'work.test.mjs': lines(
        "import assert from 'node:assert';",
        "import test from 'node:test';",
        "import { one } from 'installed';",
        "import { twice } from './work.mjs';",
        "test('twice', () => assert.equal(twice(one), 2));",
      ),
      'node_modules/installed/package.json': '{"name":"installed","exports":"./index.js"}',
      'node_modules/installed/index.js': 'exports.one = 1;\n',
    });
    try {
      symlinkSync(join(files.root, 'node_modules'), join(files.root, 'junction'), 'junction');
      rmSync(join(files.root, 'junction'));
    } catch (error) {
      t.skip(`no junctions here: ${(error as NodeJS.ErrnoException).code}`);
      return;
    }
    const hash = files.hash();
    const own = new TestJudge();
    const { session, baseline } = await own.open(files, 'work.mjs', { slots: 1, timeoutMs: 20_000 });
    assert.equal(baseline.verdict, 'passed', baseline.output);
    assert.equal((await own.report(session, 'export const twice = () => 3;')).verdict, 'failed');
    own[Symbol.dispose]();
    assert.equal(files.hash(), hash);
  });

  test('answers over its channel from a process of its own, and ends with it', async () => {
    const files = workspace({ 'work.mjs': TWICE, 'test/deep/work.test.mjs': TEST() });
    const child = fork(fileURLToPath(new URL('../../../src/judge/main.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit');
    try {
      const caller = new Caller<JudgeRequest, JudgeResults, JudgeEvent>({
        post: (message) => void child.send(message as object),
        onMessage: (listener) => void child.on('message', listener),
      });
      const options = optionsFor(files, 'work.mjs', { slots: 1 });
      const { sandbox, baseline } = await caller.call({ kind: 'open', options });
      assert.deepEqual([sandbox, baseline.verdict], ['job-object', 'passed']);
      child.disconnect();
      const [code] = await ended;
      assert.equal(code, 0);
      const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`coppice-judge-${child.pid}-`));
      assert.deepEqual(left, []);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('gives verdicts of several files, and of a command by its exit code', async () => {
    const files = workspace({
      'work.mjs': TWICE,
      'test/deep/work.test.mjs': TEST(),
      'test/other/work.test.mjs': TEST().replace('twice(4), 8', 'twice(5), 10'),
      'check it.mjs': lines("import { twice } from './work.mjs';", 'process.exit(twice(4) === 8 ? 0 : 1);'),
    });
    const both = await judge.open(files, 'work.mjs', { slots: 1, timeoutMs: 30_000 });
    assert.deepEqual(both.baseline.cases.map(({ id, status }) => `${id}: ${status}`).sort(), [
      'test/deep/work.test.mjs > twice: passed',
      'test/other/work.test.mjs > twice: passed',
    ]);
    const command = 'node "check it.mjs" && echo ok';
    const tests = { kind: 'command' as const, command };
    const { session, baseline } = await judge.open(files, 'work.mjs', { slots: 1, timeoutMs: 20_000, tests });
    assert.equal(baseline.verdict, 'passed', baseline.output);
    assert.equal((await judge.report(session, 'export const twice = () => 9;')).verdict, 'failed');
  });
});

const skip =
  isWindows || wine === undefined || windowsNode === undefined || modules === undefined
    ? 'COPPICE_WINE, COPPICE_WINDOWS_NODE and COPPICE_WINDOWS_MODULES name no Wine, no Node 22.18 for it, no folder with koffi for Windows'
    : false;

test('all of this holds under Wine', { skip, timeout: 290_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coppice-test-'));
  const said = join(folder, 'said.txt');
  // Node under Wine can't write to a pipe of Linux.
  const out = openSync(said, 'w');
  const dos = (path: string) => `Z:${path.replaceAll('/', '\\')}`;
  // Else it reports in the binary form of a runner's child.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  let child: ChildProcess | undefined;
  try {
    const args = [windowsNode!, '--disable-warning=ExperimentalWarning', '--test-reporter=tap'];
    child = spawn(wine!, [...args, dos(fileURLToPath(import.meta.url))], {
      env: { ...env, WINEDEBUG: '-all', NODE_PATH: dos(modules!) },
      stdio: ['ignore', out, out],
    });
    const [code] = await once(child, 'exit');
    const text = readFileSync(said, 'utf8');
    assert.equal(code, 0, text);
    const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(text)?.[1]);
    assert.equal(count('fail'), 0, text);
    assert.ok(count('pass') >= 13, text);
  } finally {
    child?.kill('SIGKILL');
    closeSync(out);
    rmSync(folder, { recursive: true });
  }
});
