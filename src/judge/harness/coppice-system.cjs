/**
 * What the fork server for Node needs of libc and libuv, through koffi.
 *
 * V8 lives on in a fork where all of its work is on the thread that forks (`--single-threaded`), and libuv can make its loop anew.
 * What Node's other threads would do at the end of the process can't be waited for in a fork, so that it ends before that.
 */
const { closeSync, openSync, readdirSync, readFileSync, readlinkSync, writeSync } = require('node:fs');
const { inspect } = require('node:util');

const [SET_NAME, SET_SECCOMP, CLOSE_ON_EXEC] = [15, 22, 0o2000000];
const [BY_FILTER, INSTRUCTION_BYTES] = [2, 8];
/** For `madvise`: V8 keeps its memory out of forks, since one that only starts another program is faster without. */
const DO_FORK = 11;
const [GENERIC_ERROR, INTERRUPTED] = [1, 4];
const { apply } = Reflect;

exports.System = class {
  #koffi;
  #forked = new Set();
  #native;
  #filter;

  /** @param {string} path of koffi's binding. Throws where this Node or its libc lacks something. */
  constructor(path) {
    this.#koffi = require(path);
    delete require.cache[path];
    const library = this.#koffi.load(null);
    this.#native = Object.fromEntries(
      [
        'int fork()',
        'void _exit(int)',
        'int waitpid(int, _Out_ int*, int)',
        'int getpid()',
        'int unshare(int)',
        'int setns(int, int)',
        'int mount(const char*, const char*, const char*, unsigned long, const char*)',
        'int prctl(int, uintptr_t, uintptr_t, uintptr_t, uintptr_t)',
        'int capset(void*, void*)',
        'int getrlimit(int, void*)',
        'int setrlimit(int, void*)',
        'int madvise(void*, size_t, int)',
        'int dup3(int, int, int)',
        'int uv_loop_fork(void*)',
        'void* uv_default_loop()',
      ].map((signature) => [/(\w+)\(/.exec(signature)[1], library.func(signature)]),
    );
    const name = library.func('int prctl(int, const char*, uintptr_t, uintptr_t, uintptr_t)');
    this.setName = (text) => name(SET_NAME, text, 0, 0, 0);
    const Program = this.#koffi.struct({ count: 'unsigned short', instructions: 'void*' });
    const of = ['int', 'uintptr_t', this.#koffi.pointer(Program), 'uintptr_t', 'uintptr_t'];
    this.#filter = library.func('prctl', 'int', of);
  }

  /** From here on this process and all that come of it are answered as a program for seccomp says. */
  filterCalls(instructions) {
    const program = { count: instructions.length / INSTRUCTION_BYTES, instructions };
    if (this.#filter(SET_SECCOMP, BY_FILTER, program, 0, 0) !== 0) {
      throw new Error(`seccomp filter: error ${this.#koffi.errno()}`);
    }
  }

  /** The result of a function of libc that gives -1 where it fails; then throws. */
  call(name, ...values) {
    const result = this.#native[name](...values);
    if (result === -1) throw new Error(`${name}: error ${this.#koffi.errno()}`);
    return result;
  }

  /** Whether a function of libc did what it should. */
  try(name, ...values) {
    return this.#native[name](...values) !== -1;
  }

  mount(source, target, kind, flags, data = null) {
    this.call('mount', source, target, kind, flags, data);
  }

  /** The number of the new process; 0 in itself. */
  fork() {
    for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
      const range = line.slice(0, line.indexOf(' '));
      if (range === '' || this.#forked.has(range)) continue;
      const [from, to] = range.split('-').map((end) => BigInt(`0x${end}`));
      // The kernel's own pages refuse, and need it not.
      this.try('madvise', from, to - from, DO_FORK);
      this.#forked.add(range);
    }
    return this.call('fork');
  }

  /** The exit code of a child; orphans that come to this process are reaped on the way. Undefined where it need not be waited for. */
  waitFor(pid, flags = 0) {
    const status = [0];
    for (;;) {
      const ended = this.#native.waitpid(-1, status, flags);
      if (ended === -1 && this.#koffi.errno() !== INTERRUPTED) throw new Error('nobody to wait for');
      const signal = status[0] & 127;
      if (ended === pid) return signal ? 128 + signal : (status[0] >> 8) & 255;
      if (ended === 0) return undefined;
    }
  }

  exit(code) {
    this.#native._exit(code);
  }

  /** Once, in a fork that goes on as a program of its own. */
  settle() {
    const nowhere = openSync('/dev/null', 'r+');
    for (const name of readdirSync('/proc/self/fd')) {
      // What the loops of the server wait on, which the fork would have in common with it.
      if (/^anon_inode:/.test(linkOf(`/proc/self/fd/${name}`))) this.call('dup3', nowhere, Number(name), CLOSE_ON_EXEC);
    }
    closeSync(nowhere);
    const error = this.#native.uv_loop_fork(this.#native.uv_default_loop());
    if (error !== 0) throw new Error(`uv_loop_fork: error ${error}`);
    Object.defineProperty(process, 'pid', { value: this.call('getpid'), enumerable: true, configurable: true });
    endAfterExit((code) => this.exit(code));
  }
};

/**
 * Ends the process once all who listen for its exit have been told, with the code that Node would give it. An error that nobody
 * caught is printed here, since Node does so after that.
 */
function endAfterExit(exit) {
  const { emit } = process;
  let fatal;
  const end = (code) => {
    try {
      if (fatal) writeSync(2, `${inspect(fatal.error)}\n\nNode.js ${process.version}\n`);
    } finally {
      exit(+(process.exitCode ?? code));
    }
  };
  const value = {
    emit(name, ...values) {
      const heard = apply(emit, this, [name, ...values]);
      if (this !== process) return heard;
      if (name === 'uncaughtException' && !heard) {
        fatal = { error: values[0] };
        // One who listens for the exit threw it: nobody is told of that once more.
        if (process._exiting) end(GENERIC_ERROR);
      }
      if (name === 'exit') end(0);
      return heard;
    },
  }.emit;
  Object.defineProperty(process, 'emit', { value, writable: true, configurable: true });
  // What is left of `process.exit` after that, for those who come to it by themselves.
  process.reallyExit = (code) => exit(code | 0);
}

/** Empty where it is gone. */
function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
