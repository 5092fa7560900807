/**
 * The fork server for Node: process/fork-server.ts speaks with it on descriptor 4, and for each fork it does what
 * coppice_forks.py does for Python's.
 *
 *   server  waits for  init, the first process of the new namespaces  waits for  the tests
 */
const { closeSync, constants, existsSync, mkdirSync, openSync } = require('node:fs');
const { readFileSync, readSync, statSync, writeFileSync, writeSync } = require('node:fs');
const { dirname } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { isMainThread } = require('node:worker_threads');
const { useKey } = require('./coppice-records.cjs');

const [RECORDS, CONTROL] = [3, 4];
const [NEW_MOUNTS, NEW_USER, NEW_IPC, NEW_PIDS] = [0x00020000, 0x10000000, 0x08000000, 0x20000000];
const [READONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, PRIVATE, RECURSIVE] = [1, 2, 4, 8, 32, 4096, 1 << 18, 16384];
const [SET_DEATH_SIGNAL, SET_DUMPABLE, DROP_BOUND, NO_NEW_PRIVILEGES, AMBIENT] = [1, 4, 24, 38, 47];
const [CLEAR_ALL, CAPABILITIES_3, SIGKILL, NO_HANG, O_PATH] = [4, 0x20080522, 9, 1, 0o10000000];
const LIMITS = { RLIMIT_CPU: 0, RLIMIT_FSIZE: 1, RLIMIT_DATA: 2, RLIMIT_CORE: 4, RLIMIT_NPROC: 6, RLIMIT_NOFILE: 7 };
const TEMPORARY = [
  ['/tmp', 'size=256m,mode=1777'],
  ['/dev/shm', 'size=256m,mode=1777'],
];
/** A namespace that a fork has left is gone a little later. */
const [ATTEMPTS, PAUSE_MS] = [200, 5];
const NOT_ISOLATED = 70;
/** What the fork that is tried first ends with. */
const TRIED = 7;
const TRIED_MS = 2000;

/** Whether `serve` will: what all forks would load can be loaded before. */
exports.isServer = isMainThread && process.env.COPPICE_FORKS !== undefined;

/**
 * In a fork server, returns in each of its forks, where the records have the key that the judge sent. Anywhere else it returns at
 * once.
 *
 * @param {string} root the workspace
 */
exports.serve = (root) => {
  const settings = process.env.COPPICE_FORKS;
  // Nobody whom a test starts is one.
  delete process.env.COPPICE_FORKS;
  if (!exports.isServer || settings === undefined) return;
  const { native, flags, ...rights } = JSON.parse(settings);
  // What is loaded by now is compiled whole, once for all forks; the rest may wait until it is called.
  setFlagsFromString('--lazy');
  process.execArgv = process.execArgv.filter((flag) => !flags.includes(flag));
  refuseStale(root);
  const { System } = require('./coppice-system.cjs');
  const system = new System(native);
  const isolation = new Isolation(system, rights);
  system.setName('coppice-forks');
  if (!endsByItself(system)) system.exit(1);
  say({ ready: true });
  for (const request of requests()) {
    if ('mark' in request) {
      for (const descriptor of [1, 2, RECORDS]) writeSync(descriptor, request.mark);
      say({ marked: true });
      continue;
    }
    const code = isolation.fork(request.limits);
    if (code === undefined) {
      system.settle();
      // The word of process/limits.ts.
      writeSync(RECORDS, 'entered\n');
      // Or every fork would draw the same numbers.
      setFlagsFromString(`--random-seed=${Number.parseInt(request.key, 16) % 2 ** 31}`);
      useKey(request.key);
      return;
    }
    say({ ended: code });
  }
  system.exit(0);
};

/** What a fork must not have in common with others, and not be able to do. */
class Isolation {
  #system;
  #rights;

  /** @param rights the ids of the user who runs the tests, and a program for seccomp in base64 where calls are filtered */
  constructor(system, rights) {
    this.#system = system;
    this.#rights = rights;
  }

  /** The exit code of a fork that ran to its end; undefined in the fork itself, isolated. */
  fork(limits) {
    const system = this.#system;
    // The server stays where it is: its next child, and no other, is the first of a namespace.
    const own = openSync('/proc/self/ns/pid', 'r');
    system.call('unshare', NEW_PIDS);
    const init = system.fork();
    if (init) {
      system.call('setns', own, NEW_PIDS);
      closeSync(own);
      return system.waitFor(init);
    }
    try {
      system.setName('node');
      closeSync(own);
      closeSync(CONTROL);
      this.#isolate();
      system.call('prctl', SET_DEATH_SIGNAL, SIGKILL, 0, 0, 0);
      const tests = system.fork();
      if (tests) system.exit(system.waitFor(tests));
      this.#limit(limits);
      return undefined;
    } catch (error) {
      // Without the word that it has entered, the judge takes no outcome of it.
      writeSync(2, String(error));
      return system.exit(NOT_ISOLATED);
    }
  }

  /** As the first process of a namespace: everything fresh, then all rights away. */
  #isolate() {
    const system = this.#system;
    system.call('unshare', NEW_MOUNTS | NEW_IPC);
    system.mount(null, '/', null, PRIVATE | RECURSIVE);
    for (const [place, options] of TEMPORARY) this.#refresh(place, options);
    mkdirSync('/tmp/home');
    system.mount('proc', '/proc', 'proc', NOSUID | NODEV | NOEXEC);
    // Namespaces of users that may still be made: one, where the user becomes who runs the tests.
    const isUser = process.getuid() === this.#rights.uid;
    writeFileSync('/proc/sys/user/max_user_namespaces', isUser ? '0' : '1');
    // Where memory runs out, the kernel ends tests and not the user's programs.
    writeFileSync('/proc/self/oom_score_adj', '1000');
    const writable = openSync('/proc', O_PATH);
    // By its files a process changes the memory of others, and for one that is root outside, the machine's settings.
    system.mount('/proc', '/proc', null, BIND);
    system.mount(null, '/proc', null, REMOUNT | BIND | READONLY | NOSUID | NODEV | NOEXEC);
    if (!isUser) this.#becomeUser(`/proc/self/fd/${writable}`);
    closeSync(writable);
    for (let capability = 0; capability < 64 && system.try('prctl', DROP_BOUND, capability, 0, 0, 0); ) capability++;
    system.try('prctl', AMBIENT, CLEAR_ALL, 0, 0, 0);
    system.call('capset', new Uint32Array([CAPABILITIES_3, 0]), new Uint32Array(6));
    system.call('prctl', NO_NEW_PRIVILEGES, 1, 0, 0, 0);
    system.call('prctl', SET_DUMPABLE, 1, 0, 0, 0);
    const { filter } = this.#rights;
    if (filter) system.filterCalls(Buffer.from(filter, 'base64'));
    const status = readFileSync('/proc/self/status', 'latin1');
    const kept = [...status.matchAll(/^(Cap\w+):\t.*[^0\s].*$/gm)].map(([, name]) => name);
    if (kept.length > 0 || !/^NoNewPrivs:\t1$/m.test(status)) throw new Error(`rights are left: ${kept.join(' ')}`);
    if (filter && !/^Seccomp:\t2$/m.test(status)) throw new Error('calls are not filtered');
  }

  /** Mounts empty memory there. What is mounted below, as a workspace in /tmp, is so again. */
  #refresh(place, options) {
    const octal = (_, digits) => String.fromCharCode(Number.parseInt(digits, 8));
    const below = readFileSync('/proc/self/mountinfo', 'latin1')
      .split('\n')
      .flatMap((line) => line.split(' ')[4]?.replace(/\\([0-7]{3})/g, octal) ?? [])
      .filter((point) => point.startsWith(`${place}/`))
      .map((point) => Buffer.from(point, 'latin1').toString())
      .map((point) => ({ point, handle: openSync(point, O_PATH) }));
    this.#system.mount('tmpfs', place, 'tmpfs', NOSUID | NODEV, options);
    for (const { point, handle } of below) {
      const from = `/proc/self/fd/${handle}`;
      if (statSync(from).isDirectory()) {
        mkdirSync(point, { recursive: true });
      } else if (!existsSync(point)) {
        mkdirSync(dirname(point), { recursive: true });
        closeSync(openSync(point, 'w', 0o600));
      }
      this.#system.mount(from, point, null, BIND);
      closeSync(handle);
    }
  }

  /** @param proc where it may still be written */
  #becomeUser(proc) {
    const { uid, gid } = this.#rights;
    const maps = {
      setgroups: 'deny',
      uid_map: `${uid} ${process.getuid()} 1`,
      gid_map: `${gid} ${process.getgid()} 1`,
    };
    for (let attempt = 1; !this.#system.try('unshare', NEW_USER); attempt++) {
      if (attempt === ATTEMPTS) throw new Error('no namespace for the user');
      pause();
    }
    for (const [name, text] of Object.entries(maps)) {
      const handle = openSync(`${proc}/self/${name}`, constants.O_WRONLY);
      writeSync(handle, text);
      closeSync(handle);
    }
  }

  #limit(limits) {
    for (const [name, wanted] of Object.entries(limits)) {
      const pair = new BigUint64Array(2);
      this.#system.call('getrlimit', LIMITS[name], pair);
      // What is unlimited is the largest number that there is.
      pair.fill(pair[1] < BigInt(wanted) ? pair[1] : BigInt(wanted));
      this.#system.call('setrlimit', LIMITS[name], pair);
    }
  }
}

/** Whether a fork of this Node can go on and come to its end: with a libc that is in the way of that, each would hang. */
function endsByItself(system) {
  const pid = system.fork();
  if (pid === 0) {
    system.settle();
    process.exit(TRIED);
  }
  for (let waited = 0; waited < TRIED_MS; waited += PAUSE_MS) {
    const code = system.waitFor(pid, NO_HANG);
    if (code !== undefined) return code === TRIED;
    pause();
  }
  return false;
}

/** A module of the project that is loaded already would be the same in every fork, whatever the candidate is. */
function refuseStale(root) {
  const own = Object.keys(require.cache).find(
    (path) => path.startsWith(`${root}/`) && !path.includes('/node_modules/'),
  );
  if (own !== undefined) throw new Error(`loaded before the fork: ${own}`);
}

/** What the judge asks for, a line each, until it is gone. */
function* requests() {
  const chunk = Buffer.alloc(65536);
  let text = '';
  for (;;) {
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      yield JSON.parse(line);
    }
    const count = readSync(CONTROL, chunk);
    if (count === 0) return;
    text += chunk.toString('latin1', 0, count);
  }
}

function say(message) {
  writeSync(CONTROL, `${JSON.stringify(message)}\n`);
}

function pause() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
