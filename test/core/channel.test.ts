import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Caller, type Port, serve } from '../../src/core/channel.ts';
import { CoppiceError } from '../../src/core/errors.ts';

type Requests = { kind: 'double'; value: number } | { kind: 'wait' } | { kind: 'fail'; error: unknown };
interface Results {
  double: number;
  wait: null;
  fail: null;
}
type Handler = Parameters<typeof serve<Requests, number>>[1];

/** Two ports that hand plain copies to each other, one event loop turn later, in order. */
function portPair(): { ours: Port; theirs: Port; sent: unknown[] } {
  const sent: unknown[] = [];
  const port = (): { port: Port; listeners: ((message: unknown) => void)[] } => {
    const listeners: ((message: unknown) => void)[] = [];
    return { port: { post: () => {}, onMessage: (listener) => listeners.push(listener) }, listeners };
  };
  const [a, b] = [port(), port()];
  const link = (from: Port, to: ((message: unknown) => void)[]) => {
    from.post = (message) => {
      const copy = structuredClone(message);
      sent.push(copy);
      setImmediate(() => {
        for (const listener of to) listener(copy);
      });
    };
  };
  link(a.port, b.listeners);
  link(b.port, a.listeners);
  return { ours: a.port, theirs: b.port, sent };
}

function connect(handle: Handler) {
  const { ours, theirs, sent } = portPair();
  serve<Requests, number>(theirs, handle);
  return { caller: new Caller<Requests, Results, number>(ours), sent };
}

const isCancelled = (error: unknown) => error instanceof CoppiceError && error.code === 'cancelled';
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('answers go to their own calls, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ value: fc.integer(), turns: fc.nat(5) })), async (calls) => {
      const turnsOf = new Map(calls.map(({ value, turns }) => [value, turns]));
      const { caller } = connect(async (request) => {
        if (request.kind !== 'double') return null;
        for (let i = 0; i < turnsOf.get(request.value)!; i++) await turn();
        return request.value * 2;
      });
      const answers = await Promise.all(calls.map(({ value }) => caller.call<'double'>({ kind: 'double', value })));
      assert.deepEqual(
        answers,
        calls.map(({ value }) => value * 2),
      );
    }),
  );
});

test('events come in order, to the call that they belong to, and before its answer', async () => {
  const { caller } = connect(async (request, { emit }) => {
    if (request.kind !== 'double') return null;
    for (let i = 0; i < 5; i++) {
      emit(request.value + i);
      if (i % 2 === 0) await turn();
    }
    return request.value;
  });
  const log = async (value: number) => {
    const seen: number[] = [];
    await caller.call<'double'>({ kind: 'double', value }, { onEvent: (event) => seen.push(event) });
    return seen;
  };
  assert.deepEqual(await Promise.all([log(10), log(20)]), [
    [10, 11, 12, 13, 14],
    [20, 21, 22, 23, 24],
  ]);
});

test('an error crosses with its code, remedy and cause', async () => {
  const thrown = new CoppiceError('model-invalid', 'It is broken.', 'Mend it.', new Error('byte 7'));
  const { caller } = connect(async () => {
    throw thrown;
  });
  await assert.rejects(caller.call<'wait'>({ kind: 'wait' }), (error) => {
    assert.ok(error instanceof CoppiceError);
    assert.deepEqual(error.toJSON(), {
      code: 'model-invalid',
      message: 'It is broken.',
      remedy: 'Mend it.',
      cause: 'byte 7',
    });
    return true;
  });
});

test('whatever is thrown arrives as a CoppiceError, and the next call works', async () => {
  for (const thrown of [new TypeError('no such thing'), 'a string', undefined, { code: 7 }]) {
    const { caller } = connect(async (request) => {
      if (request.kind === 'fail') throw thrown;
      return 1;
    });
    await assert.rejects(
      caller.call<'fail'>({ kind: 'fail', error: null }),
      (error) => error instanceof CoppiceError && error.code === 'internal' && error.remedy.length > 0,
    );
    assert.equal(await caller.call<'double'>({ kind: 'double', value: 0 }), 1);
  }
});

test('a cancel rejects the call at once, aborts the handler once, and late events and answers are dropped', async () => {
  let aborts = 0;
  let finished = false;
  const { caller } = connect(async (_, { signal, emit }) => {
    signal.addEventListener('abort', () => aborts++);
    await untilAborted(signal).catch(() => {});
    emit(1);
    await turn();
    emit(2);
    finished = true;
    return null;
  });
  const controller = new AbortController();
  const events: number[] = [];
  const call = caller.call<'wait'>(
    { kind: 'wait' },
    { signal: controller.signal, onEvent: (event) => events.push(event) },
  );
  await turn();
  controller.abort();
  const order: string[] = [];
  await Promise.race([call.catch(() => order.push('call')), turn().then(() => order.push('turn'))]);
  assert.deepEqual(order, ['call']);
  await assert.rejects(call, isCancelled);
  while (!finished) await turn();
  await turn();
  assert.equal(aborts, 1);
  assert.deepEqual(events, []);
});

test('an abort of the handler itself arrives as cancelled', async () => {
  const { caller } = connect(async () => {
    throw AbortSignal.abort().reason;
  });
  await assert.rejects(caller.call<'wait'>({ kind: 'wait' }), isCancelled);
});

test('a call with an aborted signal is never sent', async () => {
  const { caller, sent } = connect(async () => null);
  await assert.rejects(caller.call<'wait'>({ kind: 'wait' }, { signal: AbortSignal.abort() }), isCancelled);
  assert.deepEqual(sent, []);
});

test('a signal that aborts after the answer sends nothing, and keeps no listener', async () => {
  const { caller, sent } = connect(async () => 3);
  const controller = new AbortController();
  await caller.call<'double'>({ kind: 'double', value: 1 }, { signal: controller.signal });
  const before = sent.length;
  controller.abort();
  await turn();
  assert.equal(sent.length, before);
});

test('cancelling one call leaves the others alone', async () => {
  const { caller } = connect(async (request, { signal }) => {
    if (request.kind === 'double') {
      await turn();
      await turn();
      return request.value * 2;
    }
    return untilAborted(signal);
  });
  const controller = new AbortController();
  const waiting = caller.call<'wait'>({ kind: 'wait' }, { signal: controller.signal });
  const doubled = caller.call<'double'>({ kind: 'double', value: 21 });
  controller.abort();
  await assert.rejects(waiting, isCancelled);
  assert.equal(await doubled, 42);
});

test('when the other side is gone every open call rejects with the reason, and later messages are ignored', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { caller } = connect(async () => {
    await gate;
    return 1;
  });
  const calls = [1, 2, 3].map((value) => caller.call<'double'>({ kind: 'double', value }));
  const outcomes = Promise.allSettled(calls);
  await turn();
  const reason = new CoppiceError('engine-crashed', 'It is gone.', 'Try again.');
  caller.fail(reason);
  release();
  for (const outcome of await outcomes) {
    assert.equal(outcome.status, 'rejected');
    assert.equal(outcome.status === 'rejected' && outcome.reason, reason);
  }
  await turn();
});
