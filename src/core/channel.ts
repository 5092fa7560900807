import { CoppiceError, cancelled, type ErrorData } from './errors.ts';

/**
 * Request, events, one answer: the way every Coppice process is talked to. A port moves plain data; over a child
 * process it is `process.send` and its `message` event.
 */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Outbound = { kind: 'call'; id: number; request: unknown } | { kind: 'cancel'; id: number };
type Inbound =
  | { kind: 'event'; id: number; event: unknown }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: ErrorData };

/** `Requests` is a union keyed by `kind`; `Results` names the answer of each kind. */
export class Caller<Requests extends { kind: string }, Results extends Record<Requests['kind'], unknown>, Event> {
  #port: Port;
  #next = 1;
  #open = new Map<
    number,
    { resolve(result: never): void; reject(error: Error): void; onEvent?: (event: Event) => void }
  >();

  constructor(port: Port) {
    this.#port = port;
    port.onMessage((message) => this.#receive(message as Inbound));
  }

  /** Resolves with the answer; rejects with a CoppiceError, also at once when `signal` aborts. */
  call<K extends Requests['kind']>(
    request: Extract<Requests, { kind: K }>,
    options: { signal?: AbortSignal | undefined; onEvent?: (event: Event) => void } = {},
  ): Promise<Results[K]> {
    const { signal, onEvent } = options;
    if (signal?.aborted) return Promise.reject(cancelled());
    const id = this.#next++;
    return new Promise<Results[K]>((resolve, reject) => {
      const cancel = () => {
        this.#post({ kind: 'cancel', id });
        this.#settle(id)?.reject(cancelled());
      };
      const settled =
        <A extends unknown[]>(then: (...args: A) => void) =>
        (...args: A) => {
          signal?.removeEventListener('abort', cancel);
          then(...args);
        };
      this.#open.set(id, { resolve: settled(resolve), reject: settled(reject), ...(onEvent ? { onEvent } : {}) });
      signal?.addEventListener('abort', cancel, { once: true });
      this.#post({ kind: 'call', id, request });
    });
  }

  /** Rejects every open call, for when the other side is gone. */
  fail(error: CoppiceError): void {
    for (const id of [...this.#open.keys()]) this.#settle(id)?.reject(error);
  }

  #post(message: Outbound): void {
    this.#port.post(message);
  }

  #settle(id: number) {
    const entry = this.#open.get(id);
    this.#open.delete(id);
    return entry;
  }

  #receive(message: Inbound): void {
    switch (message.kind) {
      case 'event':
        this.#open.get(message.id)?.onEvent?.(message.event as Event);
        return;
      case 'result':
        this.#settle(message.id)?.resolve(message.result as never);
        return;
      case 'error':
        this.#settle(message.id)?.reject(CoppiceError.from(message.error));
        return;
    }
  }
}

/** The serving side: one handler for all requests; `signal` aborts when the caller cancels. */
export function serve<Requests extends { kind: string }, Event>(
  port: Port,
  handle: (request: Requests, context: { signal: AbortSignal; emit(event: Event): void }) => Promise<unknown>,
): void {
  const running = new Map<number, AbortController>();
  const reply = (message: Inbound) => port.post(message);
  port.onMessage((raw) => {
    const message = raw as Outbound;
    const { id } = message;
    if (message.kind === 'cancel') {
      running.get(id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    handle(message.request as Requests, {
      signal: controller.signal,
      emit: (event) => reply({ kind: 'event', id, event }),
    })
      .then(
        (result) => reply({ kind: 'result', id, result: result ?? null }),
        (error: unknown) => reply({ kind: 'error', id, error: CoppiceError.wrap(error).toData() }),
      )
      .finally(() => running.delete(id));
  });
}
