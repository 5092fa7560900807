import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { SandboxBackend, SandboxProbe } from '../../src/core/protocol.ts';
import { limitsFor } from '../../src/judge/process/limits.ts';
import { runConfined } from '../../src/judge/process/run.ts';
import { findNode } from '../../src/judge/runtime/node.ts';
import { findPython } from '../../src/judge/runtime/python.ts';
import { chooseSandbox } from '../../src/judge/sandbox/choose.ts';
import type { Sandbox } from '../../src/judge/sandbox/sandbox.ts';
import { assemble } from '../../src/judge/sandbox/seccomp/bpf.ts';
import type { Architecture } from '../../src/judge/sandbox/seccomp/calls.ts';
import { entrance } from '../../src/judge/sandbox/seccomp/executable.ts';
import { ALLOW, ERRNO } from '../../src/judge/sandbox/seccomp/filter.ts';
import { without, withoutBackend } from './workspace.ts';

/** What honest tests do that is near to what the filter refuses: programs that print `done` at their end. */
const HONEST: { name: string; skip: string | false; shell?: string; python?: string; node?: string }[] = [
  {
    name: 'processes and threads of Python, pipes by name, terminals, sockets, names of the machine',
    skip: without.python,
    python: `
import concurrent.futures, multiprocessing, os, pty, socket, subprocess, tempfile, threading
with concurrent.futures.ThreadPoolExecutor(4) as pool: assert sum(pool.map(int, '1234')) == 10
context = multiprocessing.get_context('fork')
with context.Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]
assert subprocess.check_output(['sh', '-c', 'echo a | cat']) == b'a\\n'
with tempfile.TemporaryDirectory() as folder:
    os.mkfifo(folder + '/pipe')
    open(folder + '/file', 'w').close()
    server = socket.socket(socket.AF_UNIX)
    server.bind(folder + '/socket')
if os.path.exists('/dev/ptmx'):
    server, client = pty.openpty()
    os.write(client, b'typed')
    assert os.read(server, 5) == b'typed' and os.get_terminal_size(client) is not None
one, two = socket.socketpair()
one.send(b'x')
assert two.recv(1) == b'x'
with socket.create_server(('127.0.0.1', 0)) as server:
    socket.create_connection(server.getsockname()).close()
assert socket.getaddrinfo('localhost', 80) and socket.if_nameindex()
print('done')`,
  },
  {
    name: 'workers, processes and addresses of Node',
    skip: false,
    node: `
const { Worker } = require('node:worker_threads');
const { execFileSync, fork } = require('node:child_process');
const fs = require('node:fs/promises');
(async () => {
  require('node:os').networkInterfaces();
  execFileSync('true');
  await fs.readFile('/proc/self/status');
  await new Promise((resolve) => new Worker('1', { eval: true }).on('exit', resolve));
  const server = require('node:http').createServer((_, answer) => answer.end('x')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const answer = await fetch('http://127.0.0.1:' + server.address().port);
  if ((await answer.text()) === 'x') console.log('done');
  process.exit();
})();`,
  },
  {
    name: 'no descriptor of the filter',
    skip: false,
    shell: 'for n in 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$n ]; done; echo done',
  },
];

for (const backend of ['bubblewrap', 'namespaces'] satisfies SandboxBackend[]) {
  const skip = await withoutBackend(backend);
  describe(`behind the seccomp filter of ${backend}`, { skip, timeout: 120_000 }, () => {
    const base = mkdtempSync(join(tmpdir(), 'coppice-test-'));
    let sandbox: Sandbox;
    before(async () => {
      sandbox = (await chooseSandbox(join(base, 'sandbox'), [backend])).sandbox!;
    });
    after(() => rmSync(base, { recursive: true }));

    for (const [index, honest] of HONEST.entries()) {
      test(`honest tests have ${honest.name}`, { skip: honest.skip }, async (t) => {
        if (!sandbox.filtersCalls) return t.skip('no filter on this machine');
        const node = findNode();
        const python = honest.python === undefined ? undefined : findPython(tmpdir());
        const argv = python
          ? [python.path, '-c', honest.python!]
          : honest.node === undefined
            ? ['/bin/sh', '-ec', honest.shell!]
            : [node.path, '-e', honest.node];
        const folder = (name: string) => mkdirSync(join(base, `${index}`, name), { recursive: true });
        for (const name of ['slot', 'workspace', 'scratch']) folder(name);
        const [slot, workspace, scratch] = ['slot', 'workspace', 'scratch'].map((name) => join(base, `${index}`, name));
        const readable = [...node.readable, ...(python?.readable ?? [])];
        const cell = { slot: slot!, workspace: workspace!, scratch: scratch!, shared: [], readable };
        const limits = limitsFor(30_000, 1);
        const command = { argv, env: { ...node.env, ...python?.env } };
        const outcome = await runConfined(sandbox.confine(command, cell, limits), limits);
        assert.match(outcome.output, /^done$/m, outcome.output);
        assert.equal(outcome.exitCode, 0, outcome.output);
      });
    }

    test('a kernel that takes no filter is said to have none', (t) => {
      if (!sandbox.filtersCalls) return t.skip('no filter on this machine');
      const architecture = process.arch as Architecture;
      const [prctl, seccomp] = { x64: [157, 317], arm64: [167, 277] }[architecture] as [number, number];
      const SET_SECCOMP = 22;
      const EINVAL = 22;
      const withoutFilters = assemble([
        { kind: 'load', offset: 0 },
        { kind: 'jump', test: 'equal', value: seccomp, to: 'refuse' },
        { kind: 'jump', test: 'equal', value: prctl, else: 'allow' },
        { kind: 'load', offset: 16 },
        { kind: 'jump', test: 'equal', value: SET_SECCOMP, else: 'allow' },
        { kind: 'label', name: 'refuse' },
        { kind: 'return', value: ERRNO | EINVAL },
        { kind: 'label', name: 'allow' },
        { kind: 'return', value: ALLOW },
      ]);
      const kernel = join(base, 'kernel');
      writeFileSync(kernel, entrance(architecture, withoutFilters), { mode: 0o755 });
      const choose = `
        import { chooseSandbox } from '${new URL('../../src/judge/sandbox/choose.ts', import.meta.url)}';
        const { probe } = await chooseSandbox('${join(base, 'without')}', ['${backend}']);
        console.log(JSON.stringify(probe));`;
      const said = execFileSync(kernel, [process.execPath, '--input-type=module', '-e', choose], { encoding: 'utf8' });
      const probe = JSON.parse(said) as SandboxProbe;
      assert.equal(probe.backend, backend);
      assert.match(probe.description, /there is no seccomp filter/);
      assert.match(probe.tried[0]!.detail, /with a seccomp filter: /);
    });
  });
}
