import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { damaged, hostileText, tampered } from './hostile.ts';
import { folderWith, tinyTokenizer } from './model-files.ts';
import { allowed, assertRefused } from './refusal.ts';
import { llamaDefinition } from './tokenizer-cases.ts';

const open = (definition: unknown, config?: string) =>
  Tokenizer.open(
    folderWith({
      'tokenizer.json': typeof definition === 'string' ? definition : hostileText(definition),
      ...(config === undefined ? {} : { 'tokenizer_config.json': config }),
    }),
  );

const good = (await open(tinyTokenizer()))!;

describe('a good tokenizer', () => {
  test('gives back every text, through ids below its size', () => {
    assert.equal(good.size, 263);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const ids = good.encode(text);
        assert.ok(ids.every((id) => id < 258));
        assert.equal(good.decode(ids), text);
      }),
    );
    assert.deepEqual(good.encode('the'), [257]);
  });

  test('takes special tokens that a text spells out as plain text, unless told otherwise', () => {
    const spelt = fc.constantFrom('<|endoftext|>', '<|fim_middle|>', '<|file_sep|>', '<', '|>', 'the');
    fc.assert(
      fc.property(fc.array(fc.oneof(spelt, fc.string({ unit: 'binary', maxLength: 3 }))), (parts) => {
        const text = parts.join('');
        const ids = good.encode(text);
        assert.ok(ids.every((id) => id < 258));
        assert.equal(good.decode(ids), text);
      }),
    );
    assert.deepEqual(good.encode('<|endoftext|>', true), [258]);
    assert.equal(good.specialId('<|fim_middle|>'), 261);
  });

  test('takes added tokens as text that a file calls ordinary, unless they are marks by their looks', async () => {
    const { added_tokens, ...rest } = tinyTokenizer();
    const ordinary = ['    ', 'õ', '<table>', '</td>', '<think>'];
    const marks = [
      '<|fim_hole|>',
      '<｜fim▁hole｜>',
      '▁<PRE>',
      ' <MID>',
      '<fim_prefix>',
      '[PAD7]',
      '[INST]',
      '<unused7>',
      '</s>',
    ];
    const more = [...ordinary, ...marks].map((content, i) => ({
      ...added_tokens[0],
      special: false,
      content,
      id: 263 + i,
    }));
    const tokenizer = (await open({ ...rest, added_tokens: [...added_tokens, ...more] }))!;
    for (const [i, content] of [...ordinary, ...marks].entries()) {
      const ids = tokenizer.encode(`a${content}b`);
      assert.equal(ids.includes(263 + i), i < ordinary.length, content);
      assert.deepEqual(tokenizer.encode(`a${content}b`, true), [
        ...tokenizer.encode('a'),
        263 + i,
        ...tokenizer.encode('b'),
      ]);
    }
  });

  test('refuses a special token that it lacks', async () => {
    await assertRefused(() => good.specialId('<|repo_name|>'), 'tokenizer-mismatch');
    assert.equal(good.findSpecial('<|repo_name|>'), undefined);
  });

  test('may be missing', async () => {
    assert.equal(await Tokenizer.open(folderWith({})), undefined);
  });
});

describe('a tokenizer is refused', () => {
  const texts = ['', '{', 'NaN', 'null', '[]', '3', '"text"', '{}', '{"model": null}', '{"model": {}}', '\0'];
  for (const text of texts) {
    test(`when its file is ${JSON.stringify(text)}`, async () => {
      await assertRefused(() => open(text), 'tokenizer-invalid');
    });
  }

  const ids = [-1, 1.5, '3', null, {}, '@infinite', 2 ** 53];
  for (const id of ids) {
    test(`when a token or an added token has the id ${JSON.stringify(id)}`, async () => {
      const { model, ...rest } = tinyTokenizer();
      await assertRefused(
        () => open({ ...rest, model: { ...model, vocab: { ...model.vocab, the: id } } }),
        'tokenizer-invalid',
      );
      const added = { ...rest.added_tokens[0], id };
      await assertRefused(() => open({ ...rest, model, added_tokens: [added] }), 'tokenizer-invalid');
    });
  }

  test('when its added tokens are not a list of named ids', async () => {
    for (const added_tokens of [
      3,
      'x',
      {},
      [null],
      [3],
      [{ id: 1 }],
      [{ id: 1, content: 7 }],
      [{ id: 1, content: 'x'.repeat(1e6) }],
    ]) {
      await assertRefused(() => open({ ...tinyTokenizer(), added_tokens }), 'tokenizer-invalid');
    }
  });

  test('when its added tokens are more than anyone can look for', async () => {
    const { added_tokens, ...rest } = tinyTokenizer();
    const many = Array.from({ length: 100_000 }, (_, i) => ({
      ...added_tokens[0],
      id: 300 + i,
      content: `<${i}${'x'.repeat(200)}>`,
    }));
    await assertRefused(() => open({ ...rest, added_tokens: many }), 'tokenizer-invalid');
  });

  test('when its model is of an unknown kind', async () => {
    await assertRefused(
      () => open({ ...tinyTokenizer(), model: { type: 'Magic', vocab: { a: 0 } } }),
      'tokenizer-invalid',
    );
  });

  test('when its file is a folder, or its settings are not JSON', async () => {
    const broken = folderWith({});
    mkdirSync(join(broken, 'tokenizer.json'));
    await assertRefused(() => Tokenizer.open(broken), 'tokenizer-invalid');
    await assertRefused(() => open(tinyTokenizer(), '{'), 'tokenizer-invalid');
  });
});

test('a text is refused that a regular expression of the file would never be done with', async () => {
  const pre_tokenizer = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false };
  const tokenizer = await open({ ...tinyTokenizer(), pre_tokenizer });
  assert.ok(tokenizer);
  await assertRefused(() => tokenizer.encode(`${'a'.repeat(50)}b`), 'tokenizer-invalid');
  assert.deepEqual(tokenizer.encode('the'), [257]);
});

test('a text is refused that has no token, not even an unknown one', async () => {
  const { model, ...rest } = tinyTokenizer();
  const { z: _, ...vocab } = model.vocab;
  const tokenizer = await open({ ...rest, model: { ...model, vocab, unk_token: '<unk>' } });
  assert.ok(tokenizer);
  await assertRefused(() => tokenizer.encode('a zoo'), 'tokenizer-invalid');
});

test('a tokenizer with any member replaced is refused, or encodes to whole numbers below its size', async () => {
  const changes = [tinyTokenizer(), llamaDefinition('prepend'), llamaDefinition('metaspace')].map(tampered);
  await fc.assert(
    fc.asyncProperty(fc.oneof(...changes), async (changed) => {
      const tokenizer = await allowed(() => open(changed));
      if (!tokenizer) return;
      const ids = await allowed(() => tokenizer.encode('then <|fim_middle|> naïve\n'));
      assert.ok((ids ?? []).every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer.size));
      await allowed(() => tokenizer.decode(ids ?? [0]));
    }),
    { numRuns: 300 },
  );
});

test('a tokenizer with damaged bytes is refused or usable', async () => {
  const bytes = Buffer.from(JSON.stringify(tinyTokenizer()));
  await fc.assert(
    fc.asyncProperty(damaged(bytes), async (changed) => {
      const tokenizer = await allowed(() => open(Buffer.from(changed).toString()));
      if (tokenizer) await allowed(() => tokenizer.encode('the end'));
    }),
    { numRuns: 200 },
  );
});
