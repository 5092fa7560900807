import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletePrompt, CompleteResult } from '../../src/core/protocol.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Owed } from '../../src/engine/sample/owed.ts';
import { Tokenizer } from '../../src/engine/weights/tokenizer.ts';
import { below, onFreshNumbers } from './random-numbers.ts';
import { folderWith, TINY_VOCABULARY, tinyModel, tinyTokenizer } from './weights/model-files.ts';

const engine = new Engine();
const model = folderWith(tinyModel());
const tokenizer = Tokenizer.of(tinyTokenizer());

async function complete(
  prompt: CompletePrompt,
  options: { heal?: boolean; temperature?: number; n?: number; maxTokens?: number },
) {
  const { heal = true, temperature = 0, n = 1, maxTokens = 1 } = options;
  const sampling = { temperature, topK: 0, topP: 1, minP: 0, seed: 1 };
  const asked = { model, prompt, n, sampling, stop: { maxTokens, strings: [] }, logprobs: TINY_VOCABULARY, heal };
  const context = { signal: new AbortController().signal, emit: () => {} };
  return (await engine.handle({ kind: 'complete', ...asked }, context)) as CompleteResult;
}

test('a text is continued from its end, whatever tokens write the end of it anew', async () => {
  await onFreshNumbers(async (random) => {
    let healed = 0;
    for (const text of ['on th', 'then the', 'a the', 'x = t', `é ${String.fromCharCode(97 + below(random, 26))}`]) {
      const { prompt, choices } = await complete({ kind: 'text', text }, { temperature: 2, n: 8, maxTokens: 6 });
      assert.deepEqual(prompt.ids, tokenizer.encode(text));
      for (const choice of choices) {
        const before = prompt.ids.slice(0, choice.healed ? -1 : undefined);
        assert.equal(tokenizer.decode([...before, ...choice.ids]), text + choice.text);
        const isEnded = choice.stop === 'end-token';
        assert.equal(choice.logprobs.length, choice.ids.length + (isEnded ? 1 : 0));
        if (choice.healed) healed++;
        else if (!isEnded) assert.equal(choice.ids.length, 6);
      }
    }
    assert.ok(healed > 0);
  });
});

test('the first token is the likeliest of those that may be, by its probability among them', async () => {
  const text = 'on th';
  const ids = tokenizer.encode(text);
  const { owed, ids: read } = Owed.from(ids, tokenizer, TINY_VOCABULARY)!;
  const plain = await complete({ kind: 'ids', ids: read }, {});
  const top = plain.choices[0]!.logprobs[0]!.top.filter(({ id }) => (owed.allowed[id >>> 5]! >>> (id & 31)) & 1);
  const total = Math.log(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0));
  const seen = new Map<number, number>();
  for (const { healed, ids, logprobs } of (await complete({ kind: 'text', text }, { temperature: 1, n: 40 })).choices) {
    if (healed) seen.set(ids[0]!, logprobs[0]!.logprob);
  }
  assert.ok(seen.size > 0);
  for (const [id, logprob] of seen) {
    const expected = top.find((each) => each.id === id)!.logprob - total;
    assert.ok(Math.abs(logprob - expected) < 1e-4, `${logprob}, not ${expected}`);
  }
  const [greedy] = (await complete({ kind: 'text', text }, { maxTokens: 3 })).choices;
  assert.equal(greedy!.healed ? greedy!.ids[0] : ids.at(-1), top[0]!.id);
});

test('ids are continued as they are, and a text where it is said', async () => {
  const ids = tokenizer.encode('on th');
  for (const prompt of [{ kind: 'ids', ids } as const, { kind: 'text', text: 'on th' } as const]) {
    const options = { heal: prompt.kind === 'ids', temperature: 2, n: 8 };
    const { choices } = await complete(prompt, options);
    assert.ok(choices.every(({ healed }) => !healed));
    assert.deepEqual(choices, (await complete({ kind: 'ids', ids }, { ...options, heal: false })).choices);
  }
});
