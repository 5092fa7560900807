import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Caller, type Port } from '../../src/core/channel.ts';
import { CoppiceError, type ErrorCode } from '../../src/core/errors.ts';
import type { PromptTree } from '../../src/core/prompt/tree.ts';
import type { EngineEvent, EngineRequest, EngineResults } from '../../src/core/protocol.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { scratchFolder, TINY } from './decoder-fixture.ts';
import { byteIds, writeRandomCheckpoint } from './random-checkpoint.ts';
import { onFreshNumbers, randomFrom } from './random-numbers.ts';

const MAIN = fileURLToPath(new URL('../../src/engine/main.ts', import.meta.url));
const scratch = scratchFolder();
const model = join(scratch, 'model');
const VOCABULARY = 300;
writeRandomCheckpoint(model, { ...TINY, vocabulary: VOCABULARY }, randomFrom(1), { tokenizer: true });

type Message = { kind: string; id: number; event?: EngineEvent; result?: unknown };
type Complete = Extract<EngineRequest, { kind: 'complete' }>;

/** The engine process itself, with every message that it sends. */
class EngineProcess {
  readonly child: ChildProcess;
  readonly caller: Caller<EngineRequest, EngineResults, EngineEvent>;
  readonly messages: (Message & { at: number })[] = [];

  constructor(env: Record<string, string> = {}) {
    const child = fork(MAIN, {
      env: { ...process.env, ...env },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    child.on('message', (message) => this.messages.push({ ...(message as Message), at: performance.now() }));
    const port: Port = {
      post: (message) => void child.send(message as object),
      onMessage: (listener) => void child.on('message', listener),
    };
    this.caller = new Caller(port);
  }

  /** Resolves with the first message that fits. */
  async message(fits: (message: Message) => boolean): Promise<Message & { at: number }> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found) return found;
      await once(this.child, 'message');
    }
  }
}

const engine = new EngineProcess();
after(() => engine.child.kill('SIGKILL'));

test('a probe names the GPU adapter and passes the self-test of every kernel', async (t) => {
  const { adapters, chosen, selfTest, problem } = await engine.caller.call<'probe'>({ kind: 'probe', selfTest: true });
  assert.equal(problem, undefined);
  assert.ok(
    chosen &&
      adapters.some(
        ({ device, description }) => `${device} ${description}` === `${chosen.device} ${chosen.description}`,
      ),
  );
  assert.ok(chosen.maxBindingBytes > 0 && chosen.maxBufferBytes > 0 && chosen.workgroupMemoryBytes >= 16384);
  assert.ok(selfTest.length >= 8);
  for (const { kernel, ok, error, tolerance } of selfTest) {
    assert.ok(ok && error <= tolerance, `${kernel}: ${error}, tolerance ${tolerance}`);
    t.diagnostic(`${kernel}: ${error.toExponential(1)}`);
  }
});

test('a probe without self-test runs none', async () => {
  assert.deepEqual((await engine.caller.call<'probe'>({ kind: 'probe', selfTest: false })).selfTest, []);
});

test('a model is described with and without loading it', async () => {
  for (const load of [false, true]) {
    const info = await engine.caller.call<'inspect'>({ kind: 'inspect', model, load });
    assert.equal(info.architecture, TINY.architecture);
    assert.equal(info.layers, TINY.layers);
    assert.equal(info.vocabulary, VOCABULARY);
    assert.equal(info.bytes, info.parameters * 4);
    assert.equal(info.hasTokenizer, true);
  }
});

test('broken and missing model folders give an error with code and remedy', async () => {
  const broken = (name: string, breakIt: (folder: string) => void): string => {
    const folder = join(scratch, name);
    writeRandomCheckpoint(folder, TINY, randomFrom(2));
    breakIt(folder);
    return folder;
  };
  const cases: [ErrorCode, string][] = [
    ['model-not-found', join(scratch, 'nowhere')],
    ['model-invalid', broken('config', (folder) => writeFileSync(join(folder, 'config.json'), '{"a":'))],
    ['model-invalid', broken('cut', (folder) => truncateSync(join(folder, 'model.safetensors'), 5000))],
    ['tokenizer-invalid', broken('tokenizer', (folder) => writeFileSync(join(folder, 'tokenizer.json'), '[]'))],
    ['model-not-found', broken('no weights', (folder) => rmSync(join(folder, 'model.safetensors')))],
  ];
  for (const [code, folder] of cases) {
    await assert.rejects(engine.caller.call<'inspect'>({ kind: 'inspect', model: folder, load: true }), (error) => {
      assert.ok(error instanceof CoppiceError);
      assert.equal(error.code, code, `${folder}: ${error.message}`);
      assert.ok(error.remedy.length > 0);
      return true;
    });
  }
});

test('prompt ids outside the vocabulary are refused', async () => {
  for (const ids of [[VOCABULARY], [-1], [1.5], [1, Number.NaN], []]) {
    await assert.rejects(
      engine.caller.call<'complete'>(completion({ prompt: { kind: 'ids', ids } })),
      (error) => error instanceof CoppiceError && error.code === 'usage' && error.remedy.length > 0,
      `[${ids}]`,
    );
  }
});

test('text is tokenised and completed', async () => {
  const text = 'def f(x):\n    return "ä"\n';
  const { ids, pieces } = await engine.caller.call<'tokenize'>({ kind: 'tokenize', model, text, special: false });
  assert.deepEqual(ids, byteIds(text));
  assert.equal(pieces.length, ids.length);
  const byText = await engine.caller.call<'complete'>(completion({ prompt: { kind: 'text', text }, n: 3 }));
  const byIds = await engine.caller.call<'complete'>(completion({ prompt: { kind: 'ids', ids }, n: 3 }));
  assert.deepEqual(byText.choices, byIds.choices);
  for (const { ids, text, logprobs, stop } of byText.choices) {
    assert.equal(ids.length, 8);
    assert.equal(logprobs.length, 8);
    assert.equal(typeof text, 'string');
    assert.equal(stop, 'token-limit');
  }
});

test('a prompt tree is grown as it was planned, and a second run reuses all of it', async () => {
  await onFreshNumbers(async (random) => {
    const seed = Math.floor(random() * 2 ** 32);
    const piece = (role: 'system' | 'prefix' | 'strategy', text: string) => ({ role, text });
    const tree: PromptTree = {
      pieces: [piece('system', 'Some words that all share. '), piece('prefix', 'def f():\n')],
      candidates: 0,
      children: [
        { pieces: [piece('strategy', '    # with a loop\n')], candidates: 3, children: [] },
        {
          pieces: [],
          candidates: 2,
          children: [{ pieces: [piece('strategy', '\treturn')], candidates: 4, children: [] }],
        },
      ],
    };
    const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, seed };
    const request: Extract<EngineRequest, { kind: 'grow' }> = {
      kind: 'grow',
      model,
      tree,
      sampling,
      stop: { maxTokens: 6, strings: [] },
      reproducible: true,
    };
    const plan = await engine.caller.call<'plan'>({ kind: 'plan', model, tree });
    const events: EngineEvent[] = [];
    const first = await engine.caller.call<'grow'>(request, { onEvent: (event) => events.push(event) });
    assert.equal(first.prompt.tokens, plan.tokens);
    assert.equal(first.prompt.nodes, 3);
    assert.deepEqual(
      first.candidates.map(({ leaf }) => leaf),
      [[0], [0], [0], [1], [1], [1, 0], [1, 0], [1, 0], [1, 0]],
    );
    const grown = events.filter((event) => event.kind === 'candidate').map(({ candidate }) => candidate);
    assert.deepEqual(
      grown.toSorted((a, b) => a.index - b.index),
      first.candidates,
    );
    const second = await engine.caller.call<'grow'>(request);
    assert.equal(second.prompt.reusedTokens, plan.tokens);
    assert.deepEqual(second.candidates, first.candidates);
  });
});

test('two calls queue: the second starts when the first is done, and both give their answer', async () => {
  engine.messages.length = 0;
  const [a, b] = await Promise.all([
    engine.caller.call<'complete'>(completion({ n: 2, stop: { maxTokens: 20, strings: [] } })),
    engine.caller.call<'complete'>(completion({ n: 5 })),
  ]);
  assert.equal(a.choices.length, 2);
  assert.equal(b.choices.length, 5);
  const order = [...new Set(engine.messages.map(({ id }) => id))];
  assert.equal(order.length, 2);
  const firstEnd = engine.messages.findIndex(({ id, kind }) => id === order[0] && kind === 'result');
  assert.ok(firstEnd < engine.messages.findIndex(({ id }) => id === order[1]));
});

test('a queued call that is cancelled never starts', async () => {
  engine.messages.length = 0;
  const first = engine.caller.call<'complete'>(completion({ stop: { maxTokens: 60, strings: [] } }));
  const controller = new AbortController();
  const queued = engine.caller.call<'complete'>(completion({ n: 3 }), { signal: controller.signal });
  const { id } = await engine.message(({ kind }) => kind === 'event');
  controller.abort();
  await assert.rejects(queued, (error) => error instanceof CoppiceError && error.code === 'cancelled');
  await first;
  await engine.caller.call<'complete'>(completion({}));
  const ofQueued = engine.messages.filter((message) => message.id === id + 1);
  assert.deepEqual(
    ofQueued.map(({ kind }) => kind),
    ['error'],
  );
});

test('a running call that is cancelled ends soon, and the next one works', async (t) => {
  engine.messages.length = 0;
  const controller = new AbortController();
  const running = engine.caller.call<'complete'>(completion({ n: 32, stop: { maxTokens: 1500, strings: [] } }), {
    signal: controller.signal,
  });
  const { id } = await engine.message(({ event }) => event?.kind === 'step' && event.step === 3);
  const cancelledAt = performance.now();
  controller.abort();
  await assert.rejects(running, (error) => error instanceof CoppiceError && error.code === 'cancelled');
  const rejected = performance.now() - cancelledAt;
  const end = await engine.message((message) => message.id === id && message.kind === 'error');
  t.diagnostic(
    `the caller is free after ${rejected.toFixed(1)} ms, the engine after ${(end.at - cancelledAt).toFixed(1)} ms`,
  );
  assert.ok(rejected < 100);
  assert.ok(end.at - cancelledAt < 1000);
  assert.equal((await engine.caller.call<'complete'>(completion({}))).choices.length, 1);
});

test('the engine ends with its parent, also in the middle of work', async () => {
  const other = new EngineProcess();
  const orphaned = other.caller.call<'complete'>(completion({ n: 16, stop: { maxTokens: 1500, strings: [] } }));
  orphaned.catch(() => {});
  await other.message(({ event }) => event?.kind === 'step');
  const exited = once(other.child, 'exit');
  other.child.disconnect();
  const [code, signal] = await Promise.race([exited, delay(10_000, ['still alive'], { ref: false })]);
  assert.deepEqual([code, signal], [0, null]);
});

test('a machine without any GPU adapter is told so, and tokenising works there', {
  skip: process.platform !== 'linux' && 'drivers are hidden by a variable of the Vulkan loader',
}, async () => {
  const blind = new EngineProcess({ VK_DRIVER_FILES: '/dev/null', VK_ADD_DRIVER_FILES: '' });
  try {
    const { adapters, chosen, problem } = await blind.caller.call<'probe'>({ kind: 'probe', selfTest: true });
    assert.deepEqual(adapters, []);
    assert.equal(chosen, undefined);
    assert.equal(problem?.code, 'gpu-missing');
    assert.ok(problem.remedy.length > 0);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(
        blind.caller.call<'complete'>(completion({})),
        (error) => error instanceof CoppiceError && error.code === 'gpu-missing',
      );
    }
    const { ids } = await blind.caller.call<'tokenize'>({ kind: 'tokenize', model, text: 'abc', special: false });
    assert.deepEqual(ids, byteIds('abc'));
  } finally {
    blind.child.kill('SIGKILL');
  }
});

test('when the engine is killed its open calls reject, and the next call has a new engine', async () => {
  const client = new EngineClient();
  try {
    const long = completion({ n: 16, stop: { maxTokens: 1500, strings: [] } });
    let started = () => {};
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const calls = [
      client.call<'complete'>(long, { onEvent: ({ kind }) => kind === 'step' && started() }),
      client.call<'complete'>(completion({})),
    ];
    const outcomes = Promise.allSettled(calls);
    await running;
    const pid = await client.pid();
    process.kill(pid!, 'SIGKILL');
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof CoppiceError);
      assert.equal(outcome.reason.code, 'engine-crashed');
      assert.ok(outcome.reason.remedy.length > 0);
    }
    const { choices } = await client.call<'complete'>(completion({ n: 2 }));
    assert.equal(choices.length, 2);
    assert.notEqual(await client.pid(), pid);
  } finally {
    await client.dispose();
  }
});

function completion(changes: Partial<Complete>): Complete {
  return {
    kind: 'complete',
    model,
    prompt: { kind: 'ids', ids: [5, 6, 7, 8, 9] },
    n: 1,
    sampling: { temperature: 1, topK: 0, topP: 0.9, minP: 0, seed: 3 },
    stop: { maxTokens: 8, strings: [] },
    logprobs: 1,
    ...changes,
  };
}
