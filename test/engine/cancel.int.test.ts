import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CoppiceError } from '../../src/core/errors.ts';
import type { CacheNode } from '../../src/engine/cache/radix.ts';
import type { DecodeEvents } from '../../src/engine/decoder.ts';
import { GREEDY, leaf, NEVER, openDecoder, requestFor, TINY } from './decoder-fixture.ts';
import { openGpu } from './gpu-fixture.ts';
import type { CheckpointShape } from './random-checkpoint.ts';
import { randomFrom } from './random-numbers.ts';

/** From the end of the work that the GPU was at when the cancel came. */
const LIMIT_MS = 100;

/** About the size of the embedded model, so that one piece of work takes as long as there. */
const SMALL: CheckpointShape = {
  ...TINY,
  layers: 3,
  width: 256,
  heads: 8,
  headWidth: 32,
  feedForward: 704,
  vocabulary: 2000,
  maxPositions: 4096,
};
const sampling = { ...GREEDY, temperature: 1 };

const gpu = await openGpu();
/** Rows of one prefill pass. */
const PASS = gpu.info.software ? 64 : 512;
const prompt = Array.from({ length: 3 * PASS + 20 }, (_, i) => (i * 37) % SMALL.vocabulary);

/** When each wait for the GPU began and ended, in milliseconds. */
const waits: { from: number; to: number }[] = [];
/** Called once when the next wait is under way. */
let onWait = () => {};
for (const name of ['settle', 'read'] as const) {
  const wait = gpu[name].bind(gpu) as (...args: unknown[]) => Promise<never>;
  gpu[name] = async (...args: unknown[]) => {
    const from = performance.now();
    setImmediate(onWait);
    onWait = () => {};
    try {
      return await wait(...args);
    } finally {
      waits.push({ from, to: performance.now() });
    }
  };
}
const model = await openDecoder(gpu, randomFrom(1), SMALL, 8192);
after(() => model[Symbol.asyncDispose]());

/** When the cancel comes, and how many tokens of the prompt have been read by then. */
const moments: Record<string, { read: number; events: (abort: () => void) => DecodeEvents }> = {
  'before prefill': { read: 0, events: (abort) => ({ onPrefill: (done) => done === 0 && abort() }) },
  'between two passes of prefill': {
    read: 2 * PASS,
    events: (abort) => ({ onPrefill: (done) => done === 2 * PASS && abort() }),
  },
  'within a pass of prefill': {
    read: 2 * PASS,
    events: (abort) => ({ onPrefill: (done) => done === 2 * PASS && atNextWait(abort) }),
  },
  'after a decode step': { read: prompt.length, events: (abort) => ({ onStep: (step) => step === 2 && abort() }) },
  'within a decode step': {
    read: prompt.length,
    events: (abort) => ({ onStep: (step) => step === 2 && atNextWait(abort) }),
  },
};

function atNextWait(abort: () => void): void {
  onWait = abort;
}

for (const [name, { read, events: eventsFor }] of Object.entries(moments)) {
  test(`a cancel ${name} ends the call within 100 ms after the work in flight and lets go of everything`, async (t) => {
    const controller = new AbortController();
    let aborted = Number.NaN;
    const events = eventsFor(() => {
      aborted = performance.now();
      controller.abort();
    });
    const request = await requestFor([leaf([prompt, [1, 2, 3]], 9), leaf([prompt, [4]], 7)], sampling, 20);
    await assert.rejects(
      model.decoder.decode(request, controller.signal, events),
      (error) => error instanceof CoppiceError && error.code === 'cancelled',
    );
    const ended = performance.now();
    const inFlight = waits.find(({ from, to }) => from <= aborted && aborted <= to);
    const late = ended - (inFlight?.to ?? aborted);
    t.diagnostic(`${(ended - aborted).toFixed(1)} ms after the cancel, ${late.toFixed(1)} ms after the work in flight`);
    assert.ok(late <= LIMIT_MS, `${late} ms`);

    for (const node of nodesBelow(model.cache.root)) assert.equal(node.holders, 0);
    // What was read before the cancel is not read again.
    const { prompt: again } = await model.decoder.decode(await requestFor([leaf([prompt], 1)], sampling, 1), NEVER);
    // A hardware adapter is given all passes at once, so that a cancel within one finds them all submitted.
    if (name.startsWith('within') && !gpu.info.software) assert.ok(again.reusedTokens >= read);
    else assert.equal(again.reusedTokens, read);
    model.cache.clear();
    assert.equal(model.cache.usedBlocks, 0);
  });
}

test('a call that is cancelled before it starts does no work', async () => {
  const before = waits.length;
  const request = await requestFor([leaf([prompt], 1)], sampling, 1);
  await assert.rejects(
    model.decoder.decode(request, AbortSignal.abort()),
    (error) => error instanceof CoppiceError && error.code === 'cancelled',
  );
  assert.equal(waits.length, before);
});

function* nodesBelow(node: CacheNode): Generator<CacheNode> {
  for (const child of node.children.values()) {
    yield child;
    yield* nodesBelow(child);
  }
}
