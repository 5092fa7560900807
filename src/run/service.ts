import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Caller, type Port } from '../core/channel.ts';
import { CoppiceError, type ErrorCode } from '../core/errors.ts';
import { type Said, said } from '../core/said.ts';
import { DOCTOR } from '../core/ways.ts';
import { findNode } from './node-runtime.ts';

export interface ServiceOptions {
  /** A plain Node to run on; default: see `findNode`. */
  node?: string;
  /** Added to the environment. */
  env?: NodeJS.ProcessEnv;
  /** What the process writes to its standard error. */
  onLog?: (text: string) => void;
  /** Called without an error when the process has started, and with one when it has ended by itself. */
  onChange?: (ended?: CoppiceError) => void;
}

/** How long a process may take to clean up before it is killed. */
const GRACE_MS = 2000;
const LOG_TAIL = 4096;

/**
 * A process of ours that is talked to by message. It starts with the first call. When it dies its open calls reject
 * with the crash code, and the next call starts a new one.
 */
export class Service<Requests extends { kind: string }, Results extends Record<Requests['kind'], unknown>, Event> {
  readonly #name: 'engine' | 'judge';
  readonly #crashCode: ErrorCode;
  readonly #options: ServiceOptions;
  #running: Promise<{ child: ChildProcess; caller: Caller<Requests, Results, Event> }> | undefined;
  #disposed = false;

  constructor(name: 'engine' | 'judge', crashCode: ErrorCode, options: ServiceOptions) {
    this.#name = name;
    this.#crashCode = crashCode;
    this.#options = options;
  }

  /** See `Caller.call`. Rejects with `runtime-missing` when the process can't be started. */
  async call<K extends Requests['kind']>(
    request: Extract<Requests, { kind: K }>,
    options: { signal?: AbortSignal | undefined; onEvent?: (event: Event) => void } = {},
  ): Promise<Results[K]> {
    const { caller } = await this.#connect();
    return caller.call(request, options);
  }

  /** The id of the process, while there is one. */
  async pid(): Promise<number | undefined> {
    return (await this.#running)?.child.pid;
  }

  /** Ends the process; later calls reject. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const running = await this.#running?.catch(() => undefined);
    this.#running = undefined;
    if (!running || running.child.exitCode !== null || running.child.signalCode !== null) return;
    const { child } = running;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    if (child.connected) child.disconnect();
    const grace = new AbortController();
    const late = delay(GRACE_MS, undefined, { signal: grace.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await exited;
    grace.abort();
    await late;
  }

  #connect() {
    if (this.#disposed) {
      const message =
        this.#name === 'engine' ? said`The engine has been shut down.` : said`The judge has been shut down.`;
      return Promise.reject(new CoppiceError(this.#crashCode, message, said`Start Coppice again.`));
    }
    this.#running ??= this.#start().catch((error) => {
      this.#running = undefined;
      throw error;
    });
    return this.#running;
  }

  async #start() {
    const entry = findEntry(this.#name);
    const runtime = await findNode(entry.endsWith('.ts') ? 'sources' : 'bundle', this.#options.node);
    const child = fork(entry, {
      execPath: runtime.path,
      execArgv: [],
      env: { ...process.env, ...this.#options.env },
      // JSON would turn the log-probability of an impossible token, -Infinity, into null.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C in a terminal goes to the whole process group. It is for us to say what is called off then.
      detached: process.platform !== 'win32',
    });
    let log = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-LOG_TAIL);
      this.#options.onLog?.(text);
    });
    const caller = new Caller<Requests, Results, Event>(portOf(child));
    const name = this.#name === 'engine' ? said`The engine process` : said`The judge process`;
    const gone = (message: Said) => {
      this.#running = undefined;
      const error = new CoppiceError(
        this.#crashCode,
        message,
        said`Try again: it starts anew. If it happens again, run ${DOCTOR}.`,
        log.trim() || undefined,
      );
      caller.fail(error);
      if (!this.#disposed) this.#options.onChange?.(error);
    };
    child.once('error', (error) => gone(said`${name} could not be started: ${error.message}.`));
    child.once('exit', async (code, signal) => {
      // Answers that were sent before the end are still to be read.
      if (child.connected) await once(child, 'disconnect');
      gone(signal ? said`${name} was ended by ${signal}.` : said`${name} ended with code ${code ?? ''}.`);
    });
    this.#options.onChange?.();
    return { child, caller };
  }
}

function portOf(child: ChildProcess): Port {
  return {
    // A process that is gone is reported by its exit event.
    post: (message) => void (child.connected && child.send(message as object, () => {})),
    onMessage: (listener) => void child.on('message', listener),
  };
}

/** `engine.mjs` beside a bundle, `src/engine/main.ts` in a checkout. */
function findEntry(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundle = join(here, `${name}.mjs`);
  return existsSync(bundle) ? bundle : join(here, '..', name, 'main.ts');
}
