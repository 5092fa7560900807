import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPython } from '../../../src/judge/runtime/python.ts';
import type { Targets } from './attack.ts';

/** A process that has the token wherever a process can have it, until its input ends. */
const VICTIM = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(int(sys.argv[1]), 4096, 0o1666)
if segment >= 0: ctypes.memmove(libc.shmat(segment, None, 0), os.environ['COPPICE_TEST_SECRET'].encode(), 36)
print('ready', flush=True)
sys.stdin.read()
if segment >= 0: libc.shmctl(segment, 0, None)
`;

/** What lies outside of the sandbox, and shows whether an attack got there. */
export class Outside implements AsyncDisposable {
  /** What must never come out of a run. */
  readonly token = randomUUID();
  readonly targets: Omit<Targets, 'WORKSPACE'>;
  /** What reached a listener. */
  readonly arrivals: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'coppice-test-outside-'));
  readonly #victim: ChildProcess;
  readonly #listeners: (Server | Socket)[] = [];

  private constructor() {
    const escaping = `coppice-escape-${randomUUID()}`;
    const segment = randomInt(1, 2 ** 31 - 1);
    process.env.COPPICE_TEST_SECRET = this.token;
    this.#victim = spawn(findPython(tmpdir()).path, ['-c', VICTIM, String(segment), this.token], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.targets = {
      SECRET: join(this.#folder, 'secret'),
      KEY: join(this.#folder, '.ssh', 'id_ed25519'),
      OUTSIDE: this.#folder,
      PLANTED: join(homedir(), `.coppice-test-${randomUUID()}`),
      HOME: homedir(),
      ESCAPE: escaping,
      ...{ TCP4: 0, TCP6: 0, UDP: 0 },
      SOCKET: join(this.#folder, 'socket'),
      ABSTRACT: `coppice-${randomUUID()}`,
      VICTIM: this.#victim.pid!,
      SEGMENT: segment,
      JUDGE: process.pid,
    };
    mkdirSync(join(this.#folder, '.ssh'), { mode: 0o700 });
    for (const file of [this.targets.SECRET, this.targets.KEY, this.targets.PLANTED]) writeFileSync(file, this.token);
  }

  static async plant(): Promise<Outside> {
    const outside = new Outside();
    const { targets } = outside;
    targets.TCP4 = await outside.#listen('TCP over IPv4', { host: '127.0.0.1', port: 0 });
    targets.TCP6 = await outside.#listen('TCP over IPv6', { host: '::1', port: 0 }).catch(() => 0);
    await outside.#listen('a socket by its path', { path: targets.SOCKET });
    await outside.#listen('a socket by its abstract name', { path: `\0${targets.ABSTRACT}` });
    const datagrams = createSocket('udp4', (message) => void outside.arrivals.push(`UDP: ${message}`));
    outside.#listeners.push(datagrams);
    datagrams.bind(0, '127.0.0.1');
    await once(datagrams, 'listening');
    targets.UDP = datagrams.address().port;
    await once(createInterface(outside.#victim.stdout!), 'line');
    return outside;
  }

  /** What an attack could change; equal before and after. */
  state(workspace: string): Record<string, unknown> {
    const { targets } = this;
    const places = ['/', '/tmp', '/var/tmp', '/dev/shm', '/etc', '/usr', '/usr/local', '/opt', '/run', targets.HOME];
    const named = (folder: string) => existsSync(folder) && readdirSync(folder).includes(targets.ESCAPE);
    return {
      files: readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }).map((name) => {
        const { mode, uid, gid, nlink } = lstatSync(join(this.#folder, name));
        return [name, mode, uid, gid, nlink];
      }),
      texts: [targets.SECRET, targets.KEY, targets.PLANTED].map((file) => readFileSync(file, 'utf8')),
      escaped: [...places, join(workspace, '..'), workspace].filter(named),
      copied: this.#judgeFolders().filter((path) => path.endsWith(targets.ESCAPE)),
      kernel: ['core_pattern', 'hostname', 'randomize_va_space', 'pid_max'].map((name) =>
        readFileSync(`/proc/sys/kernel/${name}`, 'utf8'),
      ),
      mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
      name: hostname(),
      accounts: readFileSync('/etc/passwd', 'utf8'),
      judge: ['oom_score_adj', 'uid_map', 'timerslack_ns'].map((name) => readFileSync(`/proc/self/${name}`, 'utf8')),
      victim: [this.#victim.exitCode, this.#victim.signalCode],
      arrivals: this.arrivals.length,
    };
  }

  /** What the judge keeps, but for the slots, in which a run may write. */
  #judgeFolders(): string[] {
    return readdirSync(tmpdir())
      .filter((name) => name.startsWith(`coppice-judge-${process.pid}-`))
      .flatMap((name) => readdirSync(join(tmpdir(), name), { recursive: true, encoding: 'utf8' }))
      .filter((path) => !/(^|\/)slot-\d+\//.test(path));
  }

  async #listen(name: string, where: { host: string; port: number } | { path: string }): Promise<number> {
    const server = createServer((socket) => {
      this.arrivals.push(name);
      // A listener that would give the secret away to whoever gets this far.
      socket.on('error', () => {});
      socket.end(this.token);
    });
    server.listen(where);
    await once(server, 'listening');
    this.#listeners.push(server);
    const address = server.address() as AddressInfo | string;
    return typeof address === 'string' ? 0 : address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    delete process.env.COPPICE_TEST_SECRET;
    for (const listener of this.#listeners) listener.close();
    this.#victim.stdin!.end();
    if (this.#victim.exitCode === null) await once(this.#victim, 'exit');
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.targets.PLANTED, { force: true });
  }
}
