import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ggufFimTokens } from '../../../../src/engine/weights/gguf/fim-tokens.ts';
import { Metadata } from '../../../../src/engine/weights/gguf/metadata.ts';

const tokens = ['a', '<P>', '<S>', '<M>', '<F>'];

/** The metadata of a file with these tokens, which names some of them. */
function naming(ids: Record<string, unknown>): Metadata {
  const entries = Object.entries(ids).map(([key, id]) => [`tokenizer.ggml.${key}_token_id`, id] as const);
  return new Metadata(new Map<string, unknown>([['tokenizer.ggml.tokens', tokens], ...entries]), 'm.gguf');
}

test('tokens to fill in the middle are found by the ids that a file names them with', () => {
  const [prefix, suffix, middle, separator] = ['<P>', '<S>', '<M>', '<F>'];
  const three = { fim_pre: 1, fim_suf: 2, fim_mid: 3 };
  assert.deepEqual(ggufFimTokens(naming({ ...three, fim_sep: 4 })), { prefix, suffix, middle, separator });
  assert.deepEqual(ggufFimTokens(naming(three)), { prefix, suffix, middle });
  assert.deepEqual(ggufFimTokens(naming({ prefix: 1, suffix: 2, middle: 3 })), { prefix, suffix, middle });
});

test('a file that lacks one of the three, or names a token that is not there, names none', () => {
  for (const ids of [{}, { fim_pre: 1, fim_suf: 2 }, { fim_pre: 1, fim_suf: 2, fim_mid: 5 }]) {
    assert.equal(ggufFimTokens(naming(ids)), undefined);
  }
  for (const id of [-1, 0.5, 2 ** 60]) {
    assert.equal(ggufFimTokens(naming({ fim_pre: 1, fim_suf: 2, fim_mid: id })), undefined);
  }
  assert.throws(() => ggufFimTokens(naming({ fim_pre: 'x', fim_suf: 2, fim_mid: 3 })), { code: 'model-invalid' });
});
