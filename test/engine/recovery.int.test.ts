import assert from 'node:assert/strict';
import { join } from 'node:path';
import { beforeEach, mock, test } from 'node:test';
import { CoppiceError } from '../../src/core/errors.ts';
import type { CompleteResult, EngineEvent, EngineRequest } from '../../src/core/protocol.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Gpu } from '../../src/engine/gpu/gpu.ts';
import { GREEDY, NEVER, SMALL, scratchFolder } from './decoder-fixture.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';
import { randomFrom } from './random-numbers.ts';

const model = join(scratchFolder(), 'model');
writeRandomCheckpoint(model, SMALL, randomFrom(1));

const request: Extract<EngineRequest, { kind: 'complete' }> = {
  ...{ kind: 'complete', model, n: 5, logprobs: 1 },
  prompt: { kind: 'ids', ids: Array.from({ length: 200 }, (_, i) => (i * 31) % SMALL.vocabulary) },
  sampling: { ...GREEDY, temperature: 1 },
  stop: { maxTokens: 8, strings: [] },
};

/** Every device that the engine has opened. */
const opened: Gpu[] = [];
const { open } = Gpu;
mock.method(Gpu, 'open', async () => {
  const gpu = await open.call(Gpu, { validation: true });
  opened.push(gpu);
  return gpu;
});

let engine: Engine;
beforeEach(() => {
  engine = new Engine();
  opened.length = 0;
});

const complete = async (emit: (event: EngineEvent) => void = () => {}) =>
  (await engine.handle(request, { signal: NEVER, emit })) as CompleteResult;

/** When the device is destroyed, as after a driver's crash. */
const moments: Record<string, (event: EngineEvent) => boolean> = {
  'while a model loads': ({ kind }) => kind === 'loading',
  'while the prompt is read': (event) => event.kind === 'prefill' && event.done > 0,
  'while candidates grow': (event) => event.kind === 'step' && event.step === 3,
};

for (const [name, isNow] of Object.entries(moments)) {
  test(`a device that is lost ${name} fails that call with a remedy, and the next one has a new device`, async () => {
    let lost: Gpu | undefined;
    const losing = complete((event) => {
      if (lost || !isNow(event)) return;
      lost = opened.at(-1);
      lost?.device.destroy();
    });
    // Waits its turn behind the call that is hit, and is not hit itself.
    const queued = complete();
    await assert.rejects(losing, (error) => {
      assert.ok(error instanceof CoppiceError);
      assert.equal(error.code, 'gpu-lost');
      assert.ok(error.remedy.length > 0);
      return true;
    });
    assert.ok(lost);
    const { choices } = await queued;
    const second = opened.at(-1);
    assert.notEqual(second, lost);
    assert.equal(choices.length, 5);
    assert.deepEqual((await complete()).choices, choices);
    assert.equal(opened.at(-1), second);
  });
}

test('a device that is lost while nothing runs is replaced without a word', async () => {
  const { choices } = await complete();
  const lost = opened.at(-1)!;
  lost.device.destroy();
  await lost.device.lost;
  assert.deepEqual((await complete()).choices, choices);
  assert.notEqual(opened.at(-1), lost);
});
