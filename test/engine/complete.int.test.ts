import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompleteResult, EngineEvent } from '../../src/core/protocol.ts';
import { Engine } from '../../src/engine/engine.ts';
import { goldenNames, readGolden } from './golden-model.ts';

const CANDIDATES = 3;
const TOP = 5;
const TOLERANCE = 1e-3;

const engine = new Engine();

for (const name of goldenNames()) {
  test(`the engine completes the prompt of ${name} greedily as transformers does, with its log-probabilities`, async () => {
    const { folder, prompt, greedy } = readGolden(name);
    const { choices } = (await engine.handle(
      {
        kind: 'complete',
        model: folder,
        prompt: { kind: 'ids', ids: prompt },
        n: CANDIDATES,
        sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 7 },
        stop: { maxTokens: greedy.ids.length, strings: [] },
        logprobs: TOP,
      },
      { signal: new AbortController().signal, emit: () => {} },
    )) as CompleteResult;

    assert.equal(choices.length, CANDIDATES);
    for (const { ids, logprobs, stop } of choices) {
      assert.deepEqual(ids, greedy.ids);
      assert.equal(stop, 'token-limit');
      assert.equal(logprobs.length, ids.length);
      for (const [step, { id, logprob, top }] of logprobs.entries()) {
        const expected = logSoftmax(greedy.logits[step]!);
        assert.equal(id, ids[step]);
        assertClose(logprob, expected[id]!);
        const best = expected.toSorted((a, b) => b - a).slice(0, TOP);
        assert.equal(top.length, TOP);
        for (const [rank, entry] of top.entries()) {
          assertClose(entry.logprob, best[rank]!);
          assertClose(entry.logprob, expected[entry.id]!);
        }
      }
    }
  });
}

test('a model stays loaded while others are looked at', async () => {
  const [running, other] = goldenNames().map(readGolden);
  let loading = 0;
  const context = {
    signal: new AbortController().signal,
    emit: ({ kind }: EngineEvent) => (loading += Number(kind === 'loading')),
  };
  const complete = () =>
    engine.handle(
      {
        ...{
          kind: 'complete',
          model: running!.folder,
          prompt: { kind: 'ids', ids: running!.prompt },
          n: 1,
          logprobs: 0,
        },
        sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 7 },
        stop: { maxTokens: 1, strings: [] },
      },
      context,
    );
  await complete();
  assert.ok(loading > 0);
  loading = 0;
  await engine.handle({ kind: 'inspect', model: other!.folder, load: false }, context);
  await complete();
  assert.equal(loading, 0);
});

function logSoftmax(logits: Float32Array): number[] {
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, value) => total + Math.exp(value - highest), 0);
  return Array.from(logits, (value) => value - highest - Math.log(sum));
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= TOLERANCE, `${actual} is not close to ${expected}`);
}
