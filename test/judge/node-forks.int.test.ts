import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SandboxBackend } from '../../src/core/protocol.ts';
import { findNode } from '../../src/judge/runtime/node.ts';
import { nodeForks } from '../../src/judge/tests/node-forks.ts';
import { lines, TestJudge, Workspace, withoutBackend } from './workspace.ts';

/** What candidates do: the body of `work`, which is async, and what runs when the module is loaded. */
interface Candidate {
  body?: string;
  top?: string;
}

const CANDIDATES: Record<string, Candidate> = {
  passes: {},
  'returns something else': { body: 'return 1;' },
  throws: { body: "throw new RangeError('no');" },
  'throws what is no error': { body: 'throw undefined;' },
  'is broken when loaded': { top: "throw new Error('loading');" },
  'asks for a module that is not there': { top: "import 'nowhere-to-be-found';" },
  'exits with success': { body: 'process.exit(0);' },
  'exits with success when loaded': { top: 'process.exit(0);' },
  'exits with another code': { body: 'process.exit(9);' },
  'leaves at once': { body: 'process.reallyExit(0);' },
  'leaves with an exit code': { body: 'process.exitCode = 5;' },
  'throws as it exits': { top: "process.on('exit', () => { throw new Error('late'); });" },
  'changes the code as it exits': { top: "process.on('exit', () => { process.exitCode = 4; });" },
  'throws when nobody waits': { top: "setTimeout(() => { throw new Error('late'); }, 1);" },
  'rejects when nobody waits': { top: "Promise.reject(new Error('unheard'));" },
  'waits for nothing when loaded': { top: 'await new Promise(() => {});' },
  'waits for nothing': { body: 'await new Promise(() => {});' },
  'catches what nobody does': { top: "process.on('uncaughtException', () => {}); setTimeout(() => { throw 1; }, 1);" },
  aborts: { body: 'process.abort();' },
  'kills itself': { body: "process.kill(process.pid, 'SIGKILL'); for (;;);" },
  'ends its parent': { body: "process.kill(process.ppid, 'SIGTERM'); await sleep(200);" },
  hangs: { body: 'await sleep(60_000);' },
  'turns round and round': { top: 'for (;;);' },
  'leaves a timer': { top: 'setInterval(() => {}, 1000);' },
  'makes every assertion hold': { top: 'assert.equal = () => {};', body: 'return 1;' },
  'makes strict assertions hold': { top: 'assert.strictEqual = () => {};', body: 'return 1;' },
  'makes every test pass': { top: 'nodeTest.test = nodeTest.it = () => {};', body: 'return 1;' },
  'forgets who listens': { top: "process.removeAllListeners('beforeExit'); process.removeAllListeners('exit');" },
  'takes over what is told': { top: 'process.emit = () => true; setTimeout(() => process.exit(3), 50);' },
  'changes what others use': {
    top: "JSON.stringify = () => ''; Reflect.apply = () => {}; Array.prototype.map = () => [];",
  },
  'closes the descriptors': { body: 'for (let fd = 3; fd < 40; fd++) try { fs.closeSync(fd); } catch {}' },
  'writes what the next would read': {
    body: "for (const place of ['.', '/tmp', '/dev/shm']) fs.writeFileSync(place + '/left', 'x');\nprocess.env.LEFT = 'x';",
  },
  'reads what the one before wrote': {
    body: "for (const place of ['.', '/tmp', '/dev/shm']) assert(!fs.existsSync(place + '/left')); assert(!process.env.LEFT);",
  },
  'changes what all objects are': { body: 'Object.prototype.left = 1; globalThis.left = 1;' },
  'reads what all objects are': { body: 'assert(!({}).left && !globalThis.left);' },
  'starts a thread': {
    body: [
      'const worker = new Worker(\'require("node:worker_threads").parentPort.postMessage(1)\', { eval: true });',
      "assert.deepEqual(await once(worker, 'message'), [1]);",
    ].join('\n'),
  },
  'starts programs': {
    body: [
      "assert.equal(childProcess.execFileSync(process.execPath, ['-p', '1 + 1']).toString(), '2\\n');",
      "fs.writeFileSync('child.mjs', 'process.send(process.execArgv.length)');",
      "assert.equal((await once(childProcess.fork('./child.mjs'), 'message'))[0], process.execArgv.length);",
    ].join('\n'),
  },
  'leaves a program': { body: "childProcess.spawn('sleep', ['60'], { detached: true, stdio: 'inherit' }).unref();" },
  'asks the system for much at once': {
    body: [
      "await Promise.all(Array.from({ length: 20 }, () => fs.promises.readFile('work.test.mjs')));",
      "const server = net.createServer((socket) => socket.end('x')).listen(0, '127.0.0.1');",
      "await once(server, 'listening');",
      "assert.equal(String((await once(net.connect(server.address().port, '127.0.0.1'), 'data'))[0]), 'x');",
      'server.close();',
      "process.on('SIGUSR2', () => process.emit('heard'));",
      "setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 1);",
      "await once(process, 'heard');",
      'assert.equal((await promisify(crypto.pbkdf2)("a", "b", 1, 8, "sha1")).length, 8);',
      'await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));',
    ].join('\n'),
  },
  'makes much garbage': {
    body: [
      'let kept = [];',
      'for (let n = 0; n < 3e5; n++) kept.push({ n, text: String(n) });',
      'for (let n = 0; n < 50; n++) new ArrayBuffer(1e6);',
      'assert.equal(kept.at(-1).text, "299999");',
    ].join('\n'),
  },
  'takes too much memory': { body: 'const kept = []; for (;;) kept.push(Buffer.alloc(1e7, 1));' },
  'is who it says': { body: "assert.equal(fs.readlinkSync('/proc/self'), String(process.pid));" },
  'knows the options of Node': { body: 'assert(!process.execArgv.some((flag) => /single-threaded|lazy/.test(flag)));' },
  'looks for rights': {
    body: [
      "const status = fs.readFileSync('/proc/self/status', 'utf8');",
      'assert(!/^Cap.*[1-9a-f]$/m.test(status) && /^NoNewPrivs:\\t1$/m.test(status));',
    ].join('\n'),
  },
  'tells how its calls are filtered': {
    body: "throw new Error(/^Seccomp:.*$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))[0]);",
  },
  'looks at its descriptors': {
    body: "assert(!fs.existsSync('/proc/self/fd/4') || !fs.readlinkSync('/proc/self/fd/4').startsWith('socket'));",
  },
  'looks for its server': {
    body: [
      "const ids = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));",
      "assert(!ids.some((id) => fs.readFileSync('/proc/' + id + '/status', 'utf8').includes('coppice-forks')));",
      'assert(!Object.keys(process.env).some((name) => name.startsWith("COPPICE")));',
    ].join('\n'),
  },
};

/** How candidates of a kind differ: by number, so that each run of this test asks of the same ones. */
const VARIANTS: ((n: number) => Candidate)[] = [
  (n) => ({
    body: `let total = 0; for (let i = 0; i < ${n * 1000}; i++) total += i; return total < 0 ? total : null;`,
  }),
  (n) => ({ body: `console.log('${'x'.repeat(n % 80)}'); return ${pick(['null', 'undefined', '0', '""', '[]'], n)};` }),
  (n) => ({
    body: `throw new ${pick(['Error', 'TypeError', 'RangeError', 'assert.AssertionError'], n)}({ message: 'né' });`,
  }),
  (n) => ({ [pick(['body', 'top'], n)]: `process.exit(${n % 4});` }),
  (n) => ({ [pick(['body', 'top'], n)]: `process.exitCode = ${n % 4};` }),
  (n) => ({
    body: `process.kill(process.pid, '${pick(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGINT'], n)}'); await sleep(100);`,
  }),
  (n) => ({
    top: `assert.${pick(['equal', 'ok', 'strictEqual', 'deepEqual', 'throws'], n)} = () => {};`,
    body: 'return 1;',
  }),
  (n) => ({ body: `for (const place of ['.', '/tmp', '/dev/shm']) fs.appendFileSync(place + '/left', '${n}');` }),
  () => ({ body: "return ['.', '/tmp', '/dev/shm'].some((place) => fs.existsSync(place + '/left')) ? 1 : null;" }),
  (n) => ({ body: `process.env.LEFT = '${n}'; process.chdir('/'); return null;` }),
  () => ({ body: "assert(process.cwd() !== '/' && !('LEFT' in process.env)); return null;" }),
  (n) => ({ body: `fs.writeFileSync('${pick(['work.test.mjs', 'work.mjs', 'notes'], n)}', '//'); return null;` }),
  (n) => ({ body: `await sleep(${n % 20}); return null;` }),
  () => ({ body: 'const deep = (n) => deep(n + 1) + 1; return deep(0);' }),
  (n) => ({
    top: `setTimeout(() => { ${pick(['throw 1', 'process.exit(0)', 'process.exitCode = 2'], n)}; }, ${n % 3});`,
  }),
];
const MORE = 60;

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length]!;
}

const TEST = lines(
  "import assert from 'node:assert/strict';",
  "import { test } from 'node:test';",
  "import { work } from './work.mjs';",
  "test('quick', () => assert.equal(1, 1));",
  "test('work', async () => assert.equal((await work()) ?? null, null));",
  "test('yet', () => assert.deepEqual([1], [1]));",
);

const textOf = ({ body = 'return null;', top = '' }: Candidate) =>
  lines(
    "import assert from 'node:assert/strict';",
    "import childProcess from 'node:child_process';",
    "import crypto from 'node:crypto';",
    "import { once } from 'node:events';",
    "import fs from 'node:fs';",
    "import net from 'node:net';",
    "import nodeTest from 'node:test';",
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import { promisify } from 'node:util';",
    "import { Worker } from 'node:worker_threads';",
    top,
    `export async function work() {\n${body}\n}`,
  );

let strongest: SandboxBackend | undefined;

for (const backend of ['bubblewrap', 'namespaces'] satisfies SandboxBackend[]) {
  const missing = await withoutBackend(backend);
  if (!missing) strongest ??= backend;
  const skip = missing || (nodeForks(findNode()) === undefined && 'koffi has no binding here');
  describe(`node:test under ${backend}`, { skip, timeout: 300_000 }, () => {
    test('a fork says of every candidate what a run from nothing says', async (t) => {
      using workspace = new Workspace({ 'work.mjs': textOf({}), 'work.test.mjs': TEST });
      using judge = new TestJudge(backend);
      const open = (forks: boolean) => judge.open(workspace, 'work.mjs', { slots: 1, timeoutMs: 3000, forks });
      const [forked, fresh] = [await open(true), await open(false)];
      const more = backend === strongest ? MORE : 0;
      const mixed = Array.from({ length: more }, (_, n): [string, Candidate] => {
        // The kinds come in another order each round, so that each follows others.
        const round = Math.floor(n / VARIANTS.length);
        return [`number ${n}`, pick(VARIANTS, n * (1 + round * 2) + round)(n)];
      });
      const all = [...Object.entries(CANDIDATES), ...mixed];
      const inTurn = async (session: string) => {
        const seen = [];
        for (const [name, candidate] of all) {
          const report = await judge.report(session, `${textOf(candidate)}// ${name}\n`);
          // How far it came before a limit that it is near to is another matter each time.
          const told = report.cases.filter(() => !/memory/.test(name));
          const cases = told.map(({ id, status, message }) => ({ id, status, message }));
          seen.push({
            said: { verdict: report.verdict, interrupted: told.length > 0 && report.interrupted, cases },
            ms: report.durationMs,
          });
        }
        return seen;
      };
      const [inForks, anew] = await Promise.all([inTurn(forked.session), inTurn(fresh.session)]);
      const differing = all.flatMap(([name, candidate], i) => {
        const [one, other] = [inForks, anew].map((results) => JSON.stringify(results[i]!.said));
        return one === other ? [] : [`${name}: ${textOf(candidate)}\n  in a fork: ${one}\n  anew: ${other}`];
      });
      assert.deepEqual(differing, []);
      // Being told the same is not enough where a candidate looks for what it must not find.
      for (const [i, [name]] of all.entries()) {
        if (/^(passes|reads|looks|starts|is who|knows|asks the system|makes much)/.test(name))
          assert.equal(inForks[i]!.said.verdict, 'passed', `${name}: ${JSON.stringify(inForks[i]!.said)}`);
      }
      const quickest = (results: typeof inForks) => Math.min(...results.map(({ ms }) => ms));
      t.diagnostic(
        `${all.length} candidates; the quickest took ${quickest(inForks).toFixed(0)} ms in a fork, ${quickest(anew).toFixed(0)} ms anew`,
      );
    });

    /** How many different values an expression has in three candidates. */
    const valuesOf = async (expression: string, forks: boolean) => {
      using workspace = new Workspace({ 'work.mjs': textOf({}), 'work.test.mjs': TEST });
      using judge = new TestJudge(backend);
      const { session } = await judge.open(workspace, 'work.mjs', { slots: 1, forks });
      const values = new Set<string | undefined>();
      for (let n = 0; n < 3; n++) {
        const { cases } = await judge.report(session, textOf({ body: `throw new Error(${expression}); // ${n}` }));
        values.add(cases.find(({ status }) => status === 'failed')?.message);
      }
      return values.size;
    };

    test('the candidates of a slot come from one process, which started before them', async () => {
      const started = (forks: boolean) => valuesOf('performance.timeOrigin', forks);
      assert.deepEqual([await started(true), await started(false)], [1, 3]);
    });

    test('candidates draw random numbers of their own, so that a flaky test is seen to be one', async () => {
      assert.equal(await valuesOf('Math.random()', true), 3);
      assert.equal(await valuesOf("process.getBuiltinModule('node:crypto').randomUUID()", true), 3);
    });
  });
}
