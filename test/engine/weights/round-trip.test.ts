import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ggufTokenizer } from '../../../src/engine/weights/gguf/tokenizer.ts';
import { Tokenizer } from '../../../src/engine/weights/tokenizer.ts';
import { onFreshNumbers } from '../random-numbers.ts';
import { snippet } from './snippets.ts';
import { byteMetadata, pieceMetadata } from './tokenizer-cases.ts';

const SNIPPETS = 10_000;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const sprout = await Tokenizer.open(join(root, 'models/sprout'));
const vocabularies: [string, Tokenizer, (text: string) => string, (text: string) => string][] = [
  // Its normaliser composes characters.
  ['Sprout', sprout!, (text) => text.normalize('NFC'), (text) => text],
  ['letters', Tokenizer.of(ggufTokenizer(byteMetadata('llama-bpe'))!), (text) => text, (text) => text],
  // It writes spaces with the character ▁, which therefore comes back as one.
  [
    'SentencePiece',
    Tokenizer.of(ggufTokenizer(pieceMetadata())!),
    (text) => text.replaceAll('▁', ' '),
    (text) => (text === '' ? '' : ` ${text}`),
  ],
];

for (const [name, tokenizer, taken, given] of vocabularies) {
  test(`${SNIPPETS} snippets come back from the tokens of ${name}`, async () => {
    await onFreshNumbers((random) => {
      for (let i = 0; i < SNIPPETS; i++) {
        const text = taken(snippet(random));
        const ids = tokenizer.encode(text);
        assert.ok(ids.every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer.size));
        assert.equal(tokenizer.decode(ids), given(text));
      }
    });
  });
}
