import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { damaged } from './hostile.ts';
import { folderWith } from './model-files.ts';
import { allowed, assertRefused } from './refusal.ts';
import { fixture } from './tokenizer-cases.ts';
import { TEXTS } from './tokenizer-texts.ts';

/** As SentencePiece wrote it: see tools/golden/make_tokenizer_golden.py. */
const bytes = readFileSync(new URL('../../fixtures/tokenizer.model', import.meta.url));
const open = (model: Uint8Array, config: object = {}) =>
  Tokenizer.open(folderWith({ 'tokenizer.model': model, 'tokenizer_config.json': JSON.stringify(config) }));

test("a folder's tokenizer.model gives the ids of SentencePiece", async () => {
  const tokenizer = (await open(bytes))!;
  for (const [i, text] of TEXTS.entries()) {
    assert.equal(tokenizer.encode(text).join(' '), fixture.golden.sentencepiece![i], JSON.stringify(text));
  }
  assert.deepEqual(tokenizer.encodePrompt('a'), [1, ...tokenizer.encode('a')]);
  assert.deepEqual([...(await open(bytes, { add_bos_token: false }))!.start], []);
});

test('tokens that only the configuration lists are known too', async () => {
  const added_tokens_decoder = { 1: { content: '<s>', special: true }, 640: { content: '<|end|>', special: true } };
  const tokenizer = (await open(bytes, { added_tokens_decoder }))!;
  assert.equal(tokenizer.size, 641);
  assert.deepEqual(tokenizer.encode('<s><|end|>', true), [1, 640]);
  assert.ok(!tokenizer.encode('<|end|>').includes(640));
});

/** A field of bytes of a message. */
const field = (number: number, content: Uint8Array) =>
  Buffer.concat([Buffer.of(number * 8 + 2, content.length), content]);
const setting = (number: number, value: number) => Buffer.of(number * 8, value);

test('a tokenizer.model of another kind is refused', async () => {
  const cases: Record<string, Buffer> = {
    'no byte pairs': field(2, setting(3, 1)),
    'a normaliser': field(3, field(2, Buffer.from('x'))),
    'white space that is taken away': field(3, setting(4, 1)),
    'a number without an end': Buffer.alloc(20, 0xff),
    'a piece without a name': field(1, setting(3, 1)),
  };
  for (const [what, more] of Object.entries(cases)) {
    const error = await assertRefused(() => open(Buffer.concat([bytes, more])), 'tokenizer-invalid');
    assert.match(error.message, /^tokenizer\.model cannot be used\.$/, what);
  }
  // As the one of Llama 3, which is a list in base64.
  await assertRefused(() => open(Buffer.from('IQ== 0\nIg== 1\n')), 'tokenizer-invalid');
});

test('a tokenizer.model with damaged bytes is refused or usable', async () => {
  await fc.assert(
    fc.asyncProperty(damaged(bytes), async (changed) => {
      const tokenizer = await allowed(() => open(changed));
      const ids = tokenizer && (await allowed(() => tokenizer.encode(' the end é')));
      assert.ok((ids ?? []).every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer!.size));
    }),
    { numRuns: 100 },
  );
});
